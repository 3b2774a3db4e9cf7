"""Notices by the Desktop Notifications Specification (https://specifications.freedesktop.org/notification/)."""

from typing import Any

import attrs

from bcper.adapters.dbus.address import session_bus
from bcper.adapters.dbus.bus import Bus, Conversation, NoAnswer
from bcper.domain.model.names import printable

_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_NORMAL, _CRITICAL = 1, 2
_TITLE, _BODY = 150, 1500
"""Characters."""


@attrs.frozen
class DesktopNotifier:
    """See :class:`~bcper.ports.notifier.Notifier`; on the person's session bus."""

    bus: Bus = attrs.field(factory=lambda: Bus(session_bus()))

    def notify(self, title: str, body: str, *, urgent: bool = False) -> bool:
        """See the port."""
        title, body = _clean(title, _TITLE), _clean(body, _BODY)
        try:
            with self.bus.conversation() as talk:
                if _reads_markup(talk):
                    body = body.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                _show(talk, title, body, urgent=urgent)
        except NoAnswer:
            return False
        return True


def _show(talk: Conversation, title: str, body: str, *, urgent: bool) -> None:
    # No "desktop-entry" among the hints: GNOME takes back the notices of an application that it knows when
    # the connection ends, and ours ends at once.
    hints = {"urgency": ("y", _CRITICAL if urgent else _NORMAL)}
    icon = "dialog-warning" if urgent else "drive-harddisk"
    arguments: tuple[Any, ...] = ("BCPER", 0, icon, title, body, [], hints, -1)
    talk.call(_NAME, _PATH, _NAME, "Notify", "susssasa{sv}i", arguments, reply="u")


def _reads_markup(talk: Conversation) -> bool:
    """Whether the body is read as markup; a server that is not asked for it shows "&lt;" as it is."""
    (abilities,) = talk.call(_NAME, _PATH, _NAME, "GetCapabilities", reply="as")
    return "body-markup" in abilities


def _clean(text: str, longest: int) -> str:
    lines = "\n".join(printable(line) for line in text[: longest + 1].split("\n"))
    return lines if len(lines) <= longest else lines[: longest - 1] + "…"

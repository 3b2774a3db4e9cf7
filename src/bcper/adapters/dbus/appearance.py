"""Light or dark as the desktop portal tells it.

https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html
"""

from typing import Any

import attrs

from bcper.adapters.dbus.address import session_bus
from bcper.adapters.dbus.bus import Bus, Conversation, NoAnswer

_NAME = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_INTERFACE = "org.freedesktop.portal.Settings"
_KEY = ("org.freedesktop.appearance", "color-scheme")
_SIGNAL = "SettingChanged"
_MEANING = {1: True, 2: False}
_RULE = f"type='signal',path='{_PATH}',interface='{_INTERFACE}',member='{_SIGNAL}',arg0='{_KEY[0]}'"


@attrs.frozen
class PortalAppearance:
    """See :class:`~bcper.ports.appearance.Appearance`."""

    bus: Bus = attrs.field(factory=lambda: Bus(session_bus()))

    def dark(self) -> bool | None:
        """See the port."""
        try:
            with self.bus.conversation() as talk:
                return _read(talk)
        except NoAnswer:
            return None

    def after(self, known: bool | None, seconds: float) -> bool | None:
        """See the port. It listens before it asks, so that no change is missed in between."""
        try:
            with self.bus.conversation() as talk:
                talk.listen(_RULE)
                found = _read(talk)
                talk.patient(seconds)
                while found == known:
                    body = talk.signal(_INTERFACE, _SIGNAL)
                    if body[:2] == _KEY:
                        found = _meaning(body[2])
                return found
        except NoAnswer:
            return known


def _read(talk: Conversation) -> bool | None:
    """Read, not ReadOne, which portals know since 2023: it wraps the value once more."""
    (told,) = talk.call(_NAME, _PATH, _INTERFACE, "Read", "ss", _KEY, reply="v")
    return _meaning(told)


def _meaning(told: Any) -> bool | None:
    while isinstance(told, tuple) and len(told) == 2:
        told = told[1]
    return _MEANING.get(told) if isinstance(told, int) else None

"""Starting with the person's session."""

from collections.abc import Sequence
from typing import Protocol

import attrs


@attrs.frozen
class AutostartState:
    """How the daemon is started at login.

    ``kind`` is "systemd" or "xdg" (or a fake's own), ``path`` the file that says so. ``enabled`` is False
    when the person has switched the entry off; ``running`` is ``None`` where whoever starts it does not
    watch it, or does not answer.
    """

    kind: str
    path: str
    enabled: bool
    running: bool | None


class Autostart(Protocol):
    """The entry that starts the daemon at login."""

    def install(self, argv: Sequence[str]) -> AutostartState:
        """Start ``argv`` (an absolute path first) at every login from now on; again is no change.

        A service manager starts it at once too (``running``); otherwise that is left to the caller. One
        that runs already goes on as it is. Raises ConfigurationError if it cannot be done; nothing of it is
        left then.
        """
        ...

    def uninstall(self) -> bool:
        """Undo what :meth:`install` did, and stop what a service manager runs; whether there was anything.

        An entry that BCPER has not written is left alone. Raises ConfigurationError.
        """
        ...

    def state(self) -> AutostartState | None:
        """How it is now; ``None`` when nothing of BCPER's is installed.

        Never raises, and returns within seconds.
        """
        ...

"""Telling systemd how the daemon is (sd_notify(3), sd_watchdog_enabled(3))."""

import os
import socket
from collections.abc import MutableMapping

from bcper.domain.model.names import printable

_SECONDS = 2.0


class SdNotify:
    """Takes its variables out of ``environ``: no child of this process shall answer in its name.

    Every method returns whether somebody was told; where nobody asked (no NOTIFY_SOCKET) nobody is. None
    raises, and none takes more than two seconds.
    """

    def __init__(self, environ: MutableMapping[str, str] = os.environ) -> None:
        address = os.fsencode(environ.pop("NOTIFY_SOCKET", ""))
        period, process = environ.pop("WATCHDOG_USEC", ""), environ.pop("WATCHDOG_PID", "")
        # "@" stands for the NUL of an abstract socket (unix(7)).
        self._address = b"\0" + address[1:] if address.startswith(b"@") else address
        self._period = int(period) if _is_number(period) and process in ("", str(os.getpid())) else 0

    def ready(self) -> bool:
        """Start-up is over."""
        return self._tell("READY=1")

    def status(self, text: str) -> bool:
        """One line for ``systemctl status``; what cannot be printed in it is escaped."""
        return self._tell(f"STATUS={printable(text)[:1000]}")

    def watchdog(self) -> bool:
        """Still alive; to be said about twice in :meth:`watchdog_seconds`."""
        return self._tell("WATCHDOG=1")

    def stopping(self) -> bool:
        """The end has begun."""
        return self._tell("STOPPING=1")

    def watchdog_seconds(self) -> float | None:
        """After how long a silence the daemon is killed; ``None`` if nobody watches this process."""
        return self._period / 1_000_000 if self._period else None

    def _tell(self, line: str) -> bool:
        if self._address[:1] not in (b"/", b"\0"):
            return False
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
                sock.settimeout(_SECONDS)
                sock.sendto(line.encode(), self._address)
        except (OSError, ValueError):  # a name with a NUL or too long a one is a ValueError or an OSError
            return False
        return True


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20

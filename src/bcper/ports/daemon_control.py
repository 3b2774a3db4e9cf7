"""The daemon as a process."""

from collections.abc import Iterator
from typing import Protocol


class DaemonControl(Protocol):
    """Starts it, sees whether it lives, waits for its end."""

    def process(self) -> int | None:
        """The process that listens on the daemon's socket, whether or not it answers; or ``None``."""
        ...

    def start(self) -> int:
        """Start it, detached from this terminal and session; returns its process id when it can be asked.

        Raises DaemonError when it ends before that, or is not ready in time; the message says why.
        """
        ...

    def ended(self, seconds: float) -> bool:
        """Wait until no daemon lives, at most so long; whether that is so."""
        ...

    def terminate(self, process: int, *, force: bool = False) -> None:
        """Send the process SIGTERM, or with ``force`` SIGKILL; one that is gone is no error."""
        ...

    def log_lines(self, count: int, *, follow: bool) -> Iterator[str]:
        """The last ``count`` lines of its log; with ``follow`` those that come, for ever.

        Goes on with the new file when the log is rotated. Raises DaemonError where there is no log yet.
        """
        ...

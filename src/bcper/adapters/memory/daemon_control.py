"""A daemon that lives by a number."""

from collections.abc import Iterator

import attrs

from bcper.domain.errors import DaemonError


@attrs.define
class MemoryDaemonControl:
    """The fake of :class:`~bcper.ports.daemon_control.DaemonControl`.

    ``pid`` is that of the daemon that lives; ``error`` keeps the next one from starting; ``lines`` are its
    log's.
    """

    pid: int | None = None
    error: DaemonError | None = None
    lines: tuple[str, ...] = ()
    started: int = 0

    def process(self) -> int | None:
        """See the port."""
        return self.pid

    def start(self) -> int:
        """See the port."""
        if self.error is not None:
            raise self.error
        self.started += 1
        self.pid = 4000 + self.started
        self.lines += ("Started.",)
        return self.pid

    def ended(self, seconds: float) -> bool:  # noqa: ARG002 - nothing takes time here
        """See the port."""
        return self.pid is None

    def terminate(self, process: int, *, force: bool = False) -> None:  # noqa: ARG002 - it always ends
        """See the port."""
        if process == self.pid:
            self.pid = None

    def log_lines(self, count: int, *, follow: bool) -> Iterator[str]:  # noqa: ARG002 - nothing comes
        """See the port; nothing comes later."""
        if not self.lines:
            raise DaemonError("There is no log yet.", "The daemon makes it: bcper-cli daemon start")
        yield from self.lines[-count:] if count else ()

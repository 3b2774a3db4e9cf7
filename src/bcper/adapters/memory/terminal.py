"""A terminal without a screen."""

from collections.abc import Sequence

import attrs

from bcper.domain.errors import BcperError


@attrs.define
class MemoryTerminalWindow:
    """A window that is open until ``close`` is called; ``problem`` is why it could not show itself."""

    command: tuple[str, ...]
    problem: str = ""
    closed: bool = False

    def ended(self) -> bool:
        """See the port."""
        if self.problem:
            raise BcperError(self.problem)
        return self.closed

    def close(self) -> None:
        """What ran in it ends."""
        self.closed = True


@attrs.define
class MemoryTerminal:
    """The fake of :class:`~bcper.ports.terminal.Terminal`; ``problem`` is why there is none."""

    problem: str = ""
    windows: list[MemoryTerminalWindow] = attrs.field(factory=list)

    def open(self, command: Sequence[str]) -> MemoryTerminalWindow:
        """See the port."""
        if self.problem:
            raise BcperError(self.problem, "Run it yourself.")
        self.windows.append(MemoryTerminalWindow(tuple(command)))
        return self.windows[-1]

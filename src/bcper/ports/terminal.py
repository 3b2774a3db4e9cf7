"""A window with a terminal in it."""

from collections.abc import Sequence
from typing import Protocol


class TerminalWindow(Protocol):
    """One that was opened. It stays when whoever opened it ends."""

    def ended(self) -> bool:
        """Whether what ran in it has ended. Returns at once, and any thread may call.

        Raises BcperError if the terminal could not show itself; it has ended then.
        """
        ...


class Terminal(Protocol):
    """This desktop's terminal."""

    def open(self, command: Sequence[str]) -> TerminalWindow:
        """Run ``command``, an absolute path and its arguments, in a window of its own.

        No shell sees it, and what runs has no password of BCPER's from the environment. Raises BcperError
        when there is no terminal, or it cannot be started: the hint is the command for a person to type.
        """
        ...

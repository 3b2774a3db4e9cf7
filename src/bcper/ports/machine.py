"""This machine, looked at."""

from collections.abc import Mapping
from typing import Protocol

from bcper.domain.model.checkup import Interpreter, Seen, Space, WindowKit


class Machine(Protocol):
    """Nothing is made or changed by any of it. Never raises, but where it is said."""

    def interpreter(self) -> Interpreter:
        """This Python; each compiled module is used once to see whether it works."""
        ...

    def window(self) -> WindowKit:
        """What the window would be drawn with; a screen that does not answer is given up after seconds."""
        ...

    def seen(self, path: str) -> Seen | None:
        """The file or folder; None when nothing is there, or nothing can be seen there."""
        ...

    def space(self, path: str) -> Space | None:
        """Of the file system that ``path`` is on, or would be on when it is made; None if it is not told."""
        ...

    def user(self) -> int:
        """This user's number."""
        ...

    def lingers(self) -> bool | None:
        """Whether what this user's service manager runs outlives the login; None where that is not told."""
        ...

    def zone_is_set(self) -> bool:
        """Whether anybody has told this machine its time zone."""
        ...

    def system(self) -> Mapping[str, str]:
        """What a report of a bug should say of it, by name. No name of a person or a host is in it."""
        ...

    def libraries(self) -> Mapping[str, str]:
        """The versions of what BCPER is built on; "" for what is not installed."""
        ...

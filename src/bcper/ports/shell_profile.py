"""The profiles of this user's shells."""

from collections.abc import Callable, Sequence
from typing import Protocol

from bcper.domain.model.shell import ShellProfile


class ShellProfiles(Protocol):
    """Reads and changes them.

    Both methods that touch a file may raise ConfigurationError: it cannot be read or written, is no regular
    file, or leads to one that is missing.
    """

    def profiles(self) -> Sequence[ShellProfile]:
        """One for every shell that BCPER knows, in the order of ``SHELLS``, whether it exists or not."""
        ...

    def read(self, profile: ShellProfile) -> bytes:
        """What is in it; nothing if there is no such file."""
        ...

    def change(self, profile: ShellProfile, edit: Callable[[bytes], bytes]) -> bool:
        """Replace what is in it by what ``edit`` makes of it; returns whether that is something else.

        Whole and durable, or not at all; what somebody else changed meanwhile is not undone. Permissions,
        owner and extended attributes stay, a symlink stays and what it leads to is replaced. A file that
        is missing is made, with its folder, unless there is nothing to put in it; one that is ``ours`` is
        deleted when nothing is left in it. What ``edit`` raises comes out, and nothing is changed.

        Raises Locked if somebody else keeps changing it, and NoSpace.
        """
        ...

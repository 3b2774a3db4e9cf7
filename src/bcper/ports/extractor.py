"""Where a restore goes."""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol, Self

from bcper.domain.model.choices import Overwrite
from bcper.domain.model.entries import Content, Entry, Problem


class Outcome(StrEnum):
    """What became of one entry."""

    CREATED = "created"
    REPLACED = "replaced"
    KEPT = "kept"
    SKIPPED = "skipped"


class Extractor(Protocol):
    """Writes entries below one folder, whatever the entries say (FAULTS.md rows 69 to 73).

    Entries come in index order, a directory before what is in it. Everything is done relative to open
    directories; no symlink below the target is ever followed; nothing outside the target is touched.
    A context manager; leaving it after an error leaves no half-written file.
    """

    def directory(self, entry: Entry) -> Outcome:
        """Make sure that the directory is there; its mode and times are set by :meth:`finish`."""
        ...

    def file(self, entry: Entry, content: Content) -> Outcome:
        """Write a regular file (a ``sparse`` stream is a GNU sparse 1.0 data area: holes stay holes).

        If ``content`` raises while it is read, the file is removed and the error goes on.
        """
        ...

    def other(self, entry: Entry) -> Outcome:
        """A symlink or hard link (made by :meth:`finish`), FIFO or device (only if asked)."""
        ...

    def elsewhere(self, path: bytes) -> None:
        """The file ``path`` is written by another process of this restore: a hard link to it may be made."""
        ...

    def lost(self, path: bytes) -> None:
        """The file ``path``, said to be written elsewhere, was not."""
        ...

    def wants(self, entry: Entry) -> bool:
        """Whether :meth:`file` would write this one, so that bytes nobody wants are never inflated."""
        ...

    def finish(self) -> None:
        """Make hard links, then symlinks, then set modes and times of new directories, deepest first."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


class ExtractorOpener(Protocol):
    """Opens a folder for restoring."""

    def open(
        self, target_dir: str, overwrite: Overwrite, *, special: bool, report: Callable[[Problem], None]
    ) -> Extractor:
        """An extractor into ``target_dir``, which is made (mode 0700) if it is missing.

        ``special`` restores device nodes and set-user-ID and set-group-ID bits of files too; without it
        they are left out and reported. Raises TargetError.
        """
        ...

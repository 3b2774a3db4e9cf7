"""The sources of a backup: walked, then read."""

from collections.abc import Callable, Collection, Iterator, Sequence, Set
from typing import Protocol, Self

from bcper.domain.model.entries import Problem, Root, SourceContent, SourceEntry

Report = Callable[[Problem], None]

Place = Callable[[SourceEntry], memoryview | None]
"""Gives the place for the content of a small file (``PartWriter.place``), if there is one."""

Ignored = Callable[[bytes, bool], bool]
"""(path below its root, is a directory) -> whether it is left out."""


class Walk(Protocol):
    """An iterator over entries in index order (FORMAT.md section 4)."""

    def __iter__(self) -> Iterator[SourceEntry]: ...

    def __next__(self) -> SourceEntry: ...

    def fraction(self) -> float:
        """How much of the tree lies behind, 0 to 1, by its shape alone; never exact, never goes back."""
        ...

    def bare(self) -> Set[int]:
        """The numbers of the roots met so far that are folders with nothing at all in them."""
        ...

    def close(self) -> None:
        """Let go of every open folder; more than once does no harm."""
        ...


class SourceReader(Protocol):
    """Reads what a walk found, in the walk's order; a context manager."""

    def content(self, entry: SourceEntry, place: Place | None = None) -> SourceContent:
        """Open ``entry``, refresh its metadata from the open file, and hand over its bytes.

        A regular file of at most ``SMALL_FILE`` bytes comes whole, as the memory that ``place`` gave if it
        gave one (asked when the metadata are final, so that only the content is missing); a longer or sparse
        one as a stream that must be used up before the next call. Everything else comes as ``b""``, with
        ``link`` and ``device`` filled in. Nothing is followed but directories on the way (row 8). Raises
        SourceUnreadable with a reason for a person.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


class SourceTree(Protocol):
    """The file system that backups are made of."""

    def resolve(self, path: str) -> bytes:
        """``path`` absolute, ``~`` expanded, a symlink given by the user followed. Raises UsageError."""
        ...

    def walk(
        self,
        roots: Sequence[Root],
        ignored: Ignored | None,
        leave_out: Collection[tuple[int, int]],
        report: Report,
    ) -> Walk:
        """Walk ``roots``, sorted by name; an ignored or left-out folder is never opened.

        ``leave_out`` holds (device, inode) of folders that must not be stored: the store itself. A missing
        or unreadable thing is reported and skipped; sockets are skipped with a note.
        """
        ...

    def reader(self, roots: Sequence[Root], report: Report) -> SourceReader:
        """A reader for the entries of a walk over the same ``roots``."""
        ...

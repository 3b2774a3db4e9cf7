"""The sources of a backup: walked, then read."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from typing import Protocol, Self

import attrs

from bcper.domain.model.entries import Problem, Root, SourceContent, SourceEntry
from bcper.domain.model.left_out import Reason, Surveyed
from bcper.domain.model.targets import LeaveOut

Report = Callable[[Problem], None]

Place = Callable[[SourceEntry], memoryview | None]
"""Gives the place for the content of a small file (``PartWriter.place``), if there is one."""

Ignored = Callable[[bytes, bool], bool]
"""(path below its root, is a directory) -> whether it is left out."""


class Rules(Protocol):
    """What patterns leave out of one folder and of those in it. Never changes."""

    @property
    def ignored(self) -> Ignored:
        """Asked in order about everything that a walk comes to, but not below what is ignored."""
        ...

    def explain(self, path: bytes, is_dir: bool) -> Reason | None:
        """Why ``ignored`` is true of a path, ``None`` where it is not. May be slower."""
        ...

    def within(self, folder: bytes, content: bytes) -> "Rules":
        """The rules for ``folder``, in which there is a ``.bcpignore`` with ``content``.

        ``folder`` is a path below the root, ended by a slash, and empty for the root itself. Any content will
        do.
        """
        ...


@attrs.frozen
class RootRules:
    """What is left out below one root; never the root itself. ``ignore_files`` are read only with ``rules``.

    ``caches``: where ``CACHEDIR.TAG`` is a regular file that begins with the signature, the folder and the
    tag are kept and nothing else in it (as ``tar --exclude-caches`` does). ``larger_than``: of regular files.
    ``other_file_systems``: a folder that is on another device than its root is kept, empty. Folders only:
    overlayfs may show any device number for a file. ``ignore_files``: one that is no regular file, cannot be
    read or is larger than 1 MiB is reported as a note and leaves nothing out.
    """

    rules: Rules | None = None
    leave_out: LeaveOut = attrs.field(factory=LeaveOut)


class Descent(Protocol):
    """A way through trees in index order (FORMAT.md section 4)."""

    def fraction(self) -> float:
        """How much of the tree lies behind, 0 to 1, by its shape alone; never exact, never goes back."""
        ...

    def bare(self) -> Set[int]:
        """The numbers of the roots met so far that are folders with nothing at all in them."""
        ...

    def close(self) -> None:
        """Let go of every open folder; more than once does no harm."""
        ...


class Walk(Descent, Protocol):
    """An iterator over the entries to be stored."""

    def __iter__(self) -> Iterator[SourceEntry]: ...

    def __next__(self) -> SourceEntry: ...


class Survey(Descent, Protocol):
    """An iterator over everything, what is to be stored and what is left out."""

    def __iter__(self) -> Iterator[Surveyed]: ...

    def __next__(self) -> Surveyed: ...


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
        rules: Mapping[bytes, RootRules] | None,
        stores: Collection[tuple[int, int]],
        report: Report,
    ) -> Walk:
        """Walk ``roots``, by the components of their names; an ignored or left-out folder is never opened.

        ``rules`` go by the names of roots; of a root that is not in there all is stored. ``stores`` holds
        (device, inode) of folders that must not be stored: the store itself. A missing or unreadable thing is
        reported and skipped; sockets are skipped with a note.
        """
        ...

    def survey(
        self,
        roots: Sequence[Root],
        rules: Mapping[bytes, RootRules] | None,
        stores: Collection[tuple[int, int]],
        report: Report,
    ) -> Survey:
        """What :meth:`walk` would give, and what it would leave out, all of it in index order.

        Ignored folders are walked too, to tell what is in them; what cannot be looked at there is not
        reported, as a backup would never know. Other file systems are not entered if they are left out.
        """
        ...

    def reader(self, roots: Sequence[Root], report: Report) -> SourceReader:
        """A reader for the entries of a walk over the same ``roots``."""
        ...

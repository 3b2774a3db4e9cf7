"""Blobs: what a store is made of."""

from collections.abc import Iterator
from typing import Protocol, Self

import attrs


@attrs.frozen
class BlobInfo:
    """A blob's name, relative and ``/``-separated, and its size in bytes."""

    name: str
    size: int


@attrs.frozen
class Traffic:
    """Bytes: how many were ``written`` into blobs, and how many of those were ``sent`` where they go.

    ``sent`` may fall, when a blob is sent anew.
    """

    sent: int
    written: int


class BlobWriter(Protocol):
    """One blob being written. A context manager: leaving it without :meth:`commit` leaves no trace.

    Of a store that takes several blobs at once (``parallel``), one may be committed by one thread while
    others are written by another, and any thread may leave it meanwhile: what goes on there ends at once with
    StoreError. Of other stores, one thread at a time.
    """

    def write(self, data: bytes | memoryview) -> None:
        """Append ``data``. Raises NoSpace, StoreError."""
        ...

    def commit(self) -> None:
        """Make the blob durable and visible under its name, all of it at once. Raises NoSpace, StoreError.

        On a remote: what has arrived there is what was sent, as far as the remote tells (row 56); in a folder
        that was begun, that is left to ``prove``.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


class BlobReader(Protocol):
    """One blob open for reading; a context manager. Calls may come from several threads."""

    @property
    def size(self) -> int:
        """Bytes."""
        ...

    def read_at(self, offset: int, length: int) -> bytes:
        """Up to ``length`` bytes from ``offset``; fewer only at the end. Raises StoreError."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


class BlobStore(Protocol):
    """A flat space of blobs named by relative ``/``-separated paths without ``.`` and ``..``.

    On a remote "atomic" is what the remote makes of it, and a long blob that another process is writing may
    be listed: so nobody relies on a run whose manifest is not there. A blob that is open may end early when
    it is deleted or replaced. Two processes that create one blob at one moment may both succeed.

    Every error of the store itself is a :class:`~bcper.domain.errors.StoreError` (or ``NoSpace``), so that
    it is never mistaken for a source's.
    """

    @property
    def location(self) -> str:
        """For a person: the path, or ``remote:path``."""
        ...

    @property
    def parallel(self) -> int:
        """How many blobs it is best to have on their way at once: 1 where a second would gain nothing."""
        ...

    def create(self, name: str) -> BlobWriter:
        """Begin a blob. Raises BlobExists if ``name`` is taken."""
        ...

    def put(self, name: str, data: bytes) -> None:
        """Write a small blob. Atomic: a reader sees all of it or nothing. Raises BlobExists."""
        ...

    def replace(self, name: str, data: bytes) -> None:
        """Write a small blob, in the place of another one or of none.

        Atomic: a reader sees all of the old one or all of the new one. Only for what may change under one
        name, which nothing of a run may. Raises BlobExists while another one of that name is being written.
        """
        ...

    def begin(self, folder: str) -> None:
        """Say that ``folder`` is new, by its random name, and that only this process writes there.

        So a remote need not be asked about each name, and what was committed there may be proven at once, by
        :meth:`prove`.
        """
        ...

    def prove(self, folder: str) -> None:
        """Prove that what was committed in ``folder`` since :meth:`begin` has arrived: sizes, and sums.

        What is not as it was sent is removed. What is committed after this is proven by its commit, as in any
        other folder. Raises StoreError (row 56).
        """
        ...

    def traffic(self, folder: str) -> Traffic | None:
        """What went on its way of what was written in ``folder`` since :meth:`begin`; any thread may ask.

        None where what is written is there: in a folder of this machine.
        """
        ...

    def open(self, name: str) -> BlobReader:
        """Open a blob. Raises BlobNotFound."""
        ...

    def get(self, name: str, limit: int) -> bytes:
        """A small blob whole. Raises BlobNotFound; Damaged when it holds more than ``limit`` bytes."""
        ...

    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        """Every finished blob whose name begins with ``prefix`` (a folder, or empty), in order of name."""
        ...

    def delete(self, name: str) -> None:
        """Remove a blob; one that is gone already is no error. Folders left empty go with it.

        On a remote they go with the sweep of the folder.
        """
        ...

    def sweep(self, folder: str) -> int:
        """Remove what unfinished writes left in ``folder``; returns how many files went."""
        ...

    def unfinished(self) -> int | None:
        """How many files unfinished writes have left, that no living process is writing; none is removed.

        None if the store cannot tell those from what is being written.
        """
        ...

    def free_bytes(self) -> int | None:
        """Bytes that can still be written; ``None`` if the store cannot say."""
        ...

    def identity(self) -> tuple[int, int] | None:
        """(device, inode) of the store's root if it is a local folder: a walk leaves it out (row 18)."""
        ...

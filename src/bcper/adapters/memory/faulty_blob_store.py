"""A store that fails when it is told to: what restic's tests do to its backends."""

import threading
from collections.abc import Callable, Iterator
from typing import Self, TypeVar

import attrs

from bcper.ports.blob_store import BlobInfo, BlobReader, BlobStore, BlobWriter, Traffic

R = TypeVar("R")
"""What an operation gives."""

OPERATIONS = frozenset(
    (
        "create",
        "write",
        "commit",
        "put",
        "replace",
        "prove",
        "open",
        "read_at",
        "get",
        "list",
        "delete",
        "sweep",
        "free_bytes",
    )
)
"""What is counted. Leaving a writer or a reader is not."""


@attrs.frozen
class Fault:
    """Raise ``error()`` at the ``at``-th operation, counted from 1, of those named in ``only``.

    It is raised before the operation is done, or, ``after`` it, as when only the answer is lost. With
    ``lasting`` every later one of them fails, too, as on a disk that is gone.
    """

    at: int
    error: Callable[[], BaseException]
    only: frozenset[str] = OPERATIONS
    after: bool = False
    lasting: bool = False


class FaultyBlobStore:
    """Any :class:`~bcper.ports.blob_store.BlobStore`, with a ``fault`` that may be set at any time.

    ``operations`` are those that were begun, oldest first, as (operation, blob, folder or ``""``). Setting
    no fault first, and counting them, gives the ``at`` of every step of a piece of work. The count of a
    fault starts with this object, or anew with :meth:`forget`.
    """

    def __init__(self, inner: BlobStore, fault: Fault | None = None) -> None:
        self.fault = fault
        self.operations: list[tuple[str, str]] = []
        self._inner = inner
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Begin to count again."""
        with self._lock:
            self.operations.clear()

    @property
    def location(self) -> str:
        """The inner store's."""
        return self._inner.location

    @property
    def parallel(self) -> int:
        """The inner store's."""
        return self._inner.parallel

    def create(self, name: str) -> "FaultyBlobWriter":
        """See the port."""
        return self.tried("create", name, lambda: FaultyBlobWriter(self, name, self._inner.create(name)))

    def put(self, name: str, data: bytes) -> None:
        """See the port; one operation."""
        self.tried("put", name, lambda: self._inner.put(name, data))

    def replace(self, name: str, data: bytes) -> None:
        """See the port; one operation."""
        self.tried("replace", name, lambda: self._inner.replace(name, data))

    def begin(self, folder: str) -> None:
        """The inner store's; never fails."""
        self._inner.begin(folder)

    def prove(self, folder: str) -> None:
        """See the port."""
        self.tried("prove", folder, lambda: self._inner.prove(folder))

    def traffic(self, folder: str) -> Traffic | None:
        """The inner store's; never fails."""
        return self._inner.traffic(folder)

    def open(self, name: str) -> "FaultyBlobReader":
        """See the port."""
        return self.tried("open", name, lambda: FaultyBlobReader(self, name, self._inner.open(name)))

    def get(self, name: str, limit: int) -> bytes:
        """See the port; one operation."""
        return self.tried("get", name, lambda: self._inner.get(name, limit))

    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        """See the port; one operation, at the call."""
        return self.tried("list", prefix, lambda: self._inner.list(prefix))

    def delete(self, name: str) -> None:
        """See the port."""
        self.tried("delete", name, lambda: self._inner.delete(name))

    def sweep(self, folder: str) -> int:
        """See the port."""
        return self.tried("sweep", folder, lambda: self._inner.sweep(folder))

    def unfinished(self) -> int | None:
        """See the port."""
        return self.tried("list", "", self._inner.unfinished)

    def free_bytes(self) -> int | None:
        """See the port."""
        return self.tried("free_bytes", "", self._inner.free_bytes)

    def identity(self) -> tuple[int, int] | None:
        """The inner store's; never fails."""
        return self._inner.identity()

    def tried(self, operation: str, name: str, work: Callable[[], R]) -> R:
        """Do ``work``, or what the fault says instead; for the writer and the reader of this store."""
        fault = self._due(operation, name)
        if fault is not None and not fault.after:
            raise fault.error()
        result = work()
        if fault is not None:
            if isinstance(result, FaultyBlobWriter | FaultyBlobReader):
                result.__exit__(None, None, None)  # nobody else is going to
            raise fault.error()
        return result

    def _due(self, operation: str, name: str) -> Fault | None:
        with self._lock:
            self.operations.append((operation, name))
            fault = self.fault
            if fault is None or operation not in fault.only:
                return None
            count = sum(done in fault.only for done, _ in self.operations)
            return fault if count == fault.at or (fault.lasting and count > fault.at) else None


@attrs.frozen
class FaultyBlobWriter:
    """A writer of a :class:`FaultyBlobStore`."""

    _store: FaultyBlobStore
    _name: str
    _inner: BlobWriter

    def write(self, data: bytes | memoryview) -> None:
        """See the port."""
        self._store.tried("write", self._name, lambda: self._inner.write(data))

    def commit(self) -> None:
        """See the port."""
        self._store.tried("commit", self._name, self._inner.commit)

    def __enter__(self) -> Self:
        self._inner.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._inner.__exit__(*exc)


@attrs.frozen
class FaultyBlobReader:
    """A reader of a :class:`FaultyBlobStore`."""

    _store: FaultyBlobStore
    _name: str
    _inner: BlobReader

    @property
    def size(self) -> int:
        """Bytes."""
        return self._inner.size

    def read_at(self, offset: int, length: int) -> bytes:
        """See the port."""
        return self._store.tried("read_at", self._name, lambda: self._inner.read_at(offset, length))

    def __enter__(self) -> Self:
        self._inner.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._inner.__exit__(*exc)

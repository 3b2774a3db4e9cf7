"""A store that lasts as long as its object."""

import threading
from collections.abc import Iterator
from typing import Self

from bcper.domain.errors import BlobExists, BlobNotFound, Damaged, NoSpace, StoreError
from bcper.domain.model.names import check_blob_name, printable
from bcper.ports.blob_store import BlobInfo, Traffic


class MemoryBlobStore:
    """The fake of :class:`~bcper.ports.blob_store.BlobStore`; any thread may call.

    ``capacity`` is in bytes, and counts unfinished blobs too; None is no end of space. It holds no folder
    of the machine, so it has no identity. With ``parallel`` above 1 it is as a remote, whose line is never
    slow: what is written is sent.
    """

    def __init__(self, location: str = "/memory", capacity: int | None = None, parallel: int = 1) -> None:
        self.capacity = capacity
        self.parallel = parallel
        self._location = location
        self._lock = threading.Lock()
        self._blobs: dict[str, bytes] = {}
        self._writers: dict[str, MemoryBlobWriter] = {}
        self._litter: dict[str, bytes] = {}
        self._traffic: dict[str, int] = {}

    @property
    def location(self) -> str:
        """The name that this object was given."""
        return self._location

    def create(self, name: str) -> "MemoryBlobWriter":
        """See the port. BlobExists, too, while a blob of that name is being written."""
        return self._begin(name, replacing=False)

    def _begin(self, name: str, *, replacing: bool) -> "MemoryBlobWriter":
        last = _checked(name).rpartition("/")[2]
        if last.startswith(".") and last.endswith(".part"):  # as in a folder, where such files are unfinished
            raise StoreError(f"{printable(name)} is a name of unfinished files, and not for a blob.")
        with self._lock:
            if (name in self._blobs and not replacing) or name in self._writers:
                raise BlobExists(f"The store {self._location} holds {printable(name)} already.")
            self._litter.pop(name, None)
            self._writers[name] = MemoryBlobWriter(self, name)
            return self._writers[name]

    def put(self, name: str, data: bytes) -> None:
        """See the port."""
        with self.create(name) as blob:
            blob.write(data)
            blob.commit()

    def replace(self, name: str, data: bytes) -> None:
        """See the port."""
        with self._begin(name, replacing=True) as blob:
            blob.write(data)
            blob.commit()

    def begin(self, folder: str) -> None:
        """See the port: a folder that is here costs nothing to look into."""
        self._traffic[_folder(folder)] = 0

    def prove(self, folder: str) -> None:
        """See the port: a commit has proven it."""
        _folder(folder)

    def traffic(self, folder: str) -> Traffic | None:
        """See the port."""
        if self.parallel == 1:
            return None
        written = self._traffic.get(_folder(folder), 0)
        return Traffic(written, written)

    def open(self, name: str) -> "MemoryBlobReader":
        """See the port."""
        with self._lock:
            data = self._blobs.get(_checked(name))
        if data is None:
            raise BlobNotFound(f"The store {self._location} does not hold {printable(name)}.")
        return MemoryBlobReader(data)

    def get(self, name: str, limit: int) -> bytes:
        """See the port."""
        with self.open(name) as blob:
            if blob.size > limit:
                raise Damaged(f"{printable(name)} is longer than the {limit} bytes such a blob may have.")
            return blob.read_at(0, limit)

    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        """See the port; a picture of the moment of the call."""
        folder = _folder(prefix)
        with self._lock:
            found = sorted(name for name in self._blobs if name.startswith(folder))
            return iter([BlobInfo(name, len(self._blobs[name])) for name in found])

    def delete(self, name: str) -> None:
        """See the port."""
        with self._lock:
            self._blobs.pop(_checked(name), None)

    def sweep(self, folder: str) -> int:
        """See the port. What is being written stays."""
        start = _folder(folder)
        with self._lock:
            gone = [name for name in self._litter if name.startswith(start) and "/" not in name[len(start) :]]
            for name in gone:
                del self._litter[name]
        return len(gone)

    def unfinished(self) -> int | None:
        """See the port."""
        with self._lock:
            return len(self._litter)

    def free_bytes(self) -> int | None:
        """See the port: what is left of ``capacity``."""
        with self._lock:
            return None if self.capacity is None else max(0, self.capacity - self._used())

    def identity(self) -> tuple[int, int] | None:
        """See the port: None."""
        return None

    def kill_writers(self) -> None:
        """Do to all unfinished blobs what the death of their process does: they become litter for a sweep."""
        with self._lock:
            self._litter.update({name: bytes(writer.data) for name, writer in self._writers.items()})
            self._writers.clear()

    def _append(self, writer: "MemoryBlobWriter", data: bytes | memoryview) -> None:
        with self._lock:
            self._check(writer)
            if self.capacity is not None and self._used() + len(data) > self.capacity:
                raise NoSpace(f"The store {self._location} is full.")
            writer.data += data
            folder = writer.name.rpartition("/")[0] + "/"
            if folder in self._traffic:
                self._traffic[folder] += len(data)

    def _commit(self, writer: "MemoryBlobWriter") -> None:
        with self._lock:
            self._check(writer)
            del self._writers[writer.name]
            self._blobs[writer.name] = bytes(writer.data)

    def _abandon(self, writer: "MemoryBlobWriter") -> None:
        with self._lock:
            if self._writers.get(writer.name) is writer:
                del self._writers[writer.name]

    def _check(self, writer: "MemoryBlobWriter") -> None:
        if self._writers.get(writer.name) is not writer:
            raise StoreError(f"{printable(writer.name)} is not being written any more.")

    def _used(self) -> int:
        kept = sum(map(len, (*self._blobs.values(), *self._litter.values())))
        return kept + sum(len(writer.data) for writer in self._writers.values())


class MemoryBlobWriter:
    """The fake of :class:`~bcper.ports.blob_store.BlobWriter`; ``data`` is what was written so far."""

    def __init__(self, store: MemoryBlobStore, name: str) -> None:
        self.name = name
        self.data = bytearray()
        self._store = store

    def write(self, data: bytes | memoryview) -> None:
        """See the port."""
        self._store._append(self, data)  # noqa: SLF001 - the store's other half

    def commit(self) -> None:
        """See the port."""
        self._store._commit(self)  # noqa: SLF001

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._store._abandon(self)  # noqa: SLF001


class MemoryBlobReader:
    """The fake of :class:`~bcper.ports.blob_store.BlobReader`."""

    def __init__(self, data: bytes) -> None:
        self._data: bytes | None = data
        self._size = len(data)

    @property
    def size(self) -> int:
        """Bytes."""
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        """See the port."""
        if self._data is None:
            raise StoreError("The blob has been closed.")
        return self._data[offset : offset + length]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._data = None


def _folder(name: str) -> str:
    name = name.rstrip("/")
    return f"{_checked(name)}/" if name else ""


def _checked(name: str) -> str:
    try:
        check_blob_name(name).encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise Damaged(f"A store names a blob {printable(name)!r}, which no file can be named.") from error
    return name

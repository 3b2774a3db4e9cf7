"""A local folder as a store."""

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Self

from bcper.adapters.fs.store_errors import translated
from bcper.domain.errors import BlobExists, Damaged
from bcper.domain.model.names import check_blob_name
from bcper.ports.blob_store import BlobInfo

_PART = ".part"


class LocalBlobStore:
    """Blobs as files below ``root``: folders 0700, files 0600, whatever the umask (row 76)."""

    def __init__(self, root: str) -> None:
        self._root = root

    @property
    def location(self) -> str:
        """The folder."""
        return self._root

    def create(self, name: str) -> "LocalBlobWriter":
        """See the port."""
        path = self._path(name)
        if os.path.lexists(path):
            raise BlobExists(f"The store {self._root} holds {name} already.")
        try:
            self._make_folders(os.path.dirname(name))
            return LocalBlobWriter(self._root, name, path)
        except OSError as error:
            raise translated(error, self._root) from error

    def put(self, name: str, data: bytes) -> None:
        """See the port."""
        with self.create(name) as blob:
            blob.write(data)
            blob.commit()

    def open(self, name: str) -> "LocalBlobReader":
        """See the port."""
        try:
            return LocalBlobReader(self._root, name, self._path(name))
        except OSError as error:
            raise translated(error, self._root, name) from error

    def get(self, name: str, limit: int) -> bytes:
        """See the port."""
        with self.open(name) as blob:
            if blob.size > limit:
                raise Damaged(f"{name} is longer than the {limit} bytes such a blob may have.")
            return blob.read_at(0, limit)

    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        """See the port."""
        yield from self._list(prefix.strip("/"))

    def _list(self, folder: str) -> Iterator[BlobInfo]:
        try:
            with os.scandir(os.path.join(self._root, folder)) as found:
                items = sorted(found, key=lambda item: item.name)
            for item in items:
                name = f"{folder}/{item.name}" if folder else item.name
                if item.is_dir(follow_symlinks=False):
                    yield from self._list(name)
                elif item.is_file(follow_symlinks=False) and not item.name.endswith(_PART):
                    yield BlobInfo(name, item.stat(follow_symlinks=False).st_size)
        except FileNotFoundError:
            return
        except OSError as error:
            raise translated(error, self._root) from error

    def delete(self, name: str) -> None:
        """See the port."""
        path = self._path(name)
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise translated(error, self._root, name) from error
        remove_empty(os.path.dirname(path), self._root)

    def sweep(self, folder: str) -> int:
        """See the port."""
        path = self._path(folder)
        gone = 0
        try:
            with os.scandir(path) as found:
                for item in list(found):
                    if item.name.endswith(_PART) and item.is_file(follow_symlinks=False):
                        os.unlink(item.path)
                        gone += 1
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise translated(error, self._root) from error
        remove_empty(path, self._root)
        return gone

    def free_bytes(self) -> int | None:
        """See the port."""
        try:
            status = os.statvfs(self._root)
        except OSError as error:
            raise translated(error, self._root) from error
        return status.f_bavail * status.f_frsize

    def identity(self) -> tuple[int, int] | None:
        """See the port."""
        try:
            status = os.stat(self._root)
        except OSError as error:
            raise translated(error, self._root) from error
        return status.st_dev, status.st_ino

    def _path(self, name: str) -> str:
        return os.path.join(self._root, check_blob_name(name))

    def _make_folders(self, folder: str) -> None:
        path = self._root
        for part in folder.split("/") if folder else ():
            parent, path = path, os.path.join(path, part)
            try:
                os.mkdir(path, 0o700)
            except FileExistsError:
                continue
            sync_folder(parent)


class LocalBlobWriter:
    """See :class:`~bcper.ports.blob_store.BlobWriter`: a hidden ``.part`` file until it is committed."""

    def __init__(self, root: str, name: str, path: str) -> None:
        self._root, self._name, self._path = root, name, path
        folder, last = os.path.split(path)
        self._folder = folder
        self._part = os.path.join(folder, f".{last}{_PART}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            self._fd = os.open(self._part, flags, 0o600)
        except FileExistsError:
            # Left by a process that was killed; names hold a run's UUID, so nobody else is writing it.
            os.unlink(self._part)
            self._fd = os.open(self._part, flags, 0o600)

    def write(self, data: bytes) -> None:
        """See the port."""
        try:
            written = os.write(self._fd, data)
            while written < len(data):
                written += os.write(self._fd, memoryview(data)[written:])
        except OSError as error:
            raise translated(error, self._root) from error

    def commit(self) -> None:
        """See the port."""
        try:
            os.fsync(self._fd)
            os.close(self._fd)
            self._fd = -1
            if os.path.lexists(self._path):
                raise BlobExists(f"The store {self._root} holds {self._name} already.")
            os.rename(self._part, self._path)
            self._part = ""
            sync_folder(self._folder)
        except OSError as error:
            raise translated(error, self._root) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
        if self._part:
            # The store may be gone; a later sweep finds what is left.
            with suppress(OSError):
                os.unlink(self._part)
            self._part = ""
            remove_empty(self._folder, self._root)


class LocalBlobReader:
    """See :class:`~bcper.ports.blob_store.BlobReader`."""

    def __init__(self, root: str, name: str, path: str) -> None:
        self._root, self._name = root, name
        self._fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        self._size = os.fstat(self._fd).st_size

    @property
    def size(self) -> int:
        """Bytes."""
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        """See the port."""
        try:
            data = os.pread(self._fd, length, offset)
            while len(data) < length:
                more = os.pread(self._fd, length - len(data), offset + len(data))
                if not more:
                    break
                data += more
        except OSError as error:
            raise translated(error, self._root, self._name) from error
        return data

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def sync_folder(path: str) -> None:
    """Make a folder's entries durable (fsync(2))."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def remove_empty(folder: str, root: str) -> None:
    """Remove ``folder`` and its parents below ``root`` as far as they are empty."""
    while len(folder) > len(root) and folder.startswith(root):
        try:
            os.rmdir(folder)
        except OSError:
            return
        folder = os.path.dirname(folder)

"""A local folder as a store."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from typing import Self

from bcper.adapters.fs.blob_writer import (
    LocalBlobWriter,
    begin_part,
    exists,
    is_dead,
    is_part,
    remove_dead,
    taken,
)
from bcper.adapters.fs.store_errors import absent, translating
from bcper.adapters.fs.store_folders import StoreRoot, descend, prune
from bcper.adapters.private_folders import sync_folder
from bcper.domain.errors import Damaged, StoreError
from bcper.domain.model.names import check_blob_name, printable
from bcper.ports.blob_store import BlobInfo

_AGAIN = 100
_TRIAL = ".bcper-trial.part"
_ABSENT = (FileNotFoundError, NotADirectoryError)
_Names = list[str]  # within the class, `list` is the method
_Found = dict[str, BlobInfo | str]


class LocalBlobStore:
    """See :class:`~bcper.ports.blob_store.BlobStore`: files below ``root``, a folder that is there.

    Folders are made 0700 and files 0600, whatever the umask (row 76). Symlinks below ``root`` are not
    followed. Every call may raise StoreError, also when ``root`` is not the folder any more that it was
    when this object was made (row 52).
    """

    def __init__(self, root: str) -> None:
        self._root = StoreRoot(root)

    @property
    def location(self) -> str:
        """The folder."""
        return self._root.path

    @property
    def parallel(self) -> int:
        """See the port: one, as a disk is no faster with two."""
        return 1

    def create(self, name: str) -> LocalBlobWriter:
        """See the port. BlobExists, too, while another process writes a blob of that name."""
        return self._created(name, replacing=False)

    def _created(self, name: str, *, replacing: bool) -> LocalBlobWriter:
        folders = self._split(name)[0]
        if is_part(name.rpartition("/")[2]):
            raise StoreError(f"{printable(name)} is a name of unfinished files, and not for a blob.")
        with translating(self.location), self._root.opened() as root:
            for _ in range(_AGAIN):
                # A delete elsewhere may just have removed a folder that it found empty: make it once more.
                with suppress(FileNotFoundError):
                    return self._begin(root, name, folders, replacing=replacing)
            return self._begin(root, name, folders, replacing=replacing)

    def put(self, name: str, data: bytes) -> None:
        """See the port."""
        with self.create(name) as blob:
            blob.write(data)
            blob.commit()

    def replace(self, name: str, data: bytes) -> None:
        """See the port. A symlink of that name goes, and what it leads to stays as it is."""
        with self._created(name, replacing=True) as blob:
            blob.write(data)
            blob.commit()

    def begin(self, folder: str) -> None:
        """See the port: a folder that is here costs nothing to look into."""
        self._folders(folder)

    def prove(self, folder: str) -> None:
        """See the port: a commit has proven it."""
        self._folders(folder)

    def traffic(self, folder: str) -> None:
        """See the port: what is written is there."""

    def open(self, name: str) -> "LocalBlobReader":
        """See the port."""
        folders, last = self._split(name)
        with translating(self.location, name), self._root.opened() as root:
            folder, _ = descend(root, folders)
            try:
                # O_NONBLOCK: a FIFO of that name would wait for a writer.
                flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
                file = os.open(last, flags, dir_fd=folder)
            finally:
                os.close(folder)
            status = os.fstat(file)
            if not stat.S_ISREG(status.st_mode):
                os.close(file)
                raise absent(self.location, name)
            return LocalBlobReader(self.location, name, file, status.st_size)

    def get(self, name: str, limit: int) -> bytes:
        """See the port."""
        with self.open(name) as blob:
            if blob.size > limit:
                raise Damaged(f"{printable(name)} is longer than the {limit} bytes such a blob may have.")
            return blob.read_at(0, limit)

    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        """See the port."""
        start = prefix.rstrip("/")
        # What is still to come, the next one last; a folder is a name that ends in a slash, by which it
        # also sorts: "a.b" before "a/b" before "ab".
        ahead: list[BlobInfo | str] = ["/".join((*self._folders(start), ""))]
        while ahead:
            item = ahead.pop()
            if isinstance(item, BlobInfo):
                yield item
            else:
                found = self._scan(item)
                ahead += [found[name] for name in sorted(found, reverse=True)]

    def delete(self, name: str) -> None:
        """See the port."""
        folders, last = self._split(name)
        with translating(self.location), self._root.opened() as root:
            with suppress(*_ABSENT):
                folder, _ = descend(root, folders)
                try:
                    # What is no file is no blob, and so is gone already.
                    with suppress(IsADirectoryError):
                        os.unlink(last, dir_fd=folder)
                    # Deletions must reach the disk in order: a manifest before the volumes that it names.
                    sync_folder(folder)
                finally:
                    os.close(folder)
            prune(root, folders)

    def sweep(self, folder: str) -> int:
        """See the port. What a living process is writing stays."""
        folders = self._folders(folder.rstrip("/"))
        with translating(self.location), self._root.opened() as root:
            try:
                here, _ = descend(root, folders)
            except _ABSENT:
                return 0
            try:
                gone = [name for name in os.listdir(here) if is_part(name) and remove_dead(name, here)]
            finally:
                os.close(here)
            prune(root, folders)
        return len(gone)

    def unfinished(self) -> int | None:
        """See the port."""
        count = 0
        with translating(self.location), self._root.opened() as root:
            for _, _, names, folder in os.fwalk(dir_fd=root):
                parts = [name for name in names if is_part(name) and name != _TRIAL]
                count += sum(is_dead(name, folder) for name in parts)
        return count

    def free_bytes(self) -> int | None:
        """See the port. Some network file systems do not say."""
        with translating(self.location), self._root.opened() as root:
            status = os.statvfs(root)
        return status.f_bavail * status.f_frsize if status.f_blocks else None

    def identity(self) -> tuple[int, int] | None:
        """See the port."""
        return self._root.identity

    def try_write(self) -> None:
        """Prove that the store takes data, and leave no trace. Raises StoreError, NoSpace."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with translating(self.location), self._root.opened() as root:
            file = os.open(_TRIAL, flags, 0o600, dir_fd=root)
            try:
                os.write(file, b"BCPER\n")
                os.fsync(file)
            finally:
                os.close(file)
                # One name for all, so that what a killed process left goes with the next trial.
                with suppress(FileNotFoundError):
                    os.unlink(_TRIAL, dir_fd=root)

    def _begin(self, root: int, name: str, folders: _Names, *, replacing: bool) -> LocalBlobWriter:
        folder, made = descend(root, folders, create=True)
        try:
            if not replacing and exists(name.rpartition("/")[2], folder):
                raise taken(self._root, name)
            part = begin_part(self._root, name, folder)
            return LocalBlobWriter(self._root, name, folder, part, made, replacing)
        except BaseException:
            os.close(folder)
            prune(root, folders, made)
            raise

    def _scan(self, folder: str) -> _Found:
        """Blobs and folders of ``folder``, which ends in a slash unless it is the root, by name."""
        found: _Found = {}
        with translating(self.location), self._root.opened() as root:
            try:
                here, _ = descend(root, folder.split("/")[:-1])
            except _ABSENT:
                return found
            except PermissionError:
                if folder == "lost+found/":  # the file system's own, in the root of a disk
                    return found
                raise
            try:
                with os.scandir(here) as items:
                    for item in items:
                        name = folder + item.name
                        if item.is_dir(follow_symlinks=False):
                            found[name + "/"] = name + "/"
                        elif item.is_file(follow_symlinks=False) and not is_part(item.name):
                            with suppress(FileNotFoundError):
                                found[name] = BlobInfo(name, item.stat(follow_symlinks=False).st_size)
            finally:
                os.close(here)
        return found

    def _folders(self, folder: str) -> _Names:
        return self._checked(folder).split("/") if folder else []

    def _split(self, name: str) -> tuple[_Names, str]:
        *folders, last = self._checked(name).split("/")
        return folders, last

    def _checked(self, name: str) -> str:
        try:
            os.fsencode(check_blob_name(name))
        except UnicodeEncodeError as error:
            raise Damaged(f"A store names a blob {printable(name)!r}, which no file can be named.") from error
        return name


class LocalBlobReader:
    """See :class:`~bcper.ports.blob_store.BlobReader`. Owns the descriptor ``file``."""

    def __init__(self, location: str, name: str, file: int, size: int) -> None:
        self._location, self._name, self._file, self._size = location, name, file, size

    @property
    def size(self) -> int:
        """Bytes."""
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        """See the port."""
        with translating(self._location):
            data = os.pread(self._file, length, offset)
            while len(data) < length:
                more = os.pread(self._file, length - len(data), offset + len(data))
                if not more:
                    break
                data += more
        return data

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

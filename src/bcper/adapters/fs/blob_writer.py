"""One blob of a local store being written: a hidden file until it is committed (rename(2), flock(2))."""

import errno
import fcntl
import os
import stat
from contextlib import suppress
from typing import Self

import attrs

from bcper.adapters.fs.store_errors import translating
from bcper.adapters.fs.store_folders import StoreRoot, prune, secure
from bcper.adapters.private_folders import sync_folder
from bcper.domain.errors import BlobExists, StoreError
from bcper.domain.model.names import printable

_STRETCH = 8 << 20


@attrs.define
class LocalBlobWriter:
    """See :class:`~bcper.ports.blob_store.BlobWriter`. Owns the descriptors ``folder`` and ``file``.

    ``made`` of the folders above the blob are there for its sake, and go with it if it is not committed.
    ``replacing`` one of that name is allowed.
    """

    root: StoreRoot
    name: str
    folder: int
    file: int
    made: int
    replacing: bool = False
    _size: int = attrs.field(default=0, init=False)
    _flushed: int = attrs.field(default=0, init=False)
    _litter: str = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._litter = part_name(self._last)

    def write(self, data: bytes | memoryview) -> None:
        """See the port."""
        with translating(self.root.path):
            written = os.write(self.file, data)
            while written < len(data):
                written += os.write(self.file, memoryview(data)[written:])
        self._size += len(data)
        if self._size - self._flushed >= _STRETCH:
            self._flush()

    def commit(self) -> None:
        """See the port."""
        last = self._last
        with translating(self.root.path), self.root.opened():
            os.fsync(self.file)
            if not self.replacing and exists(last, self.folder):
                raise taken(self.root, self.name)
            os.rename(self._litter, last, src_dir_fd=self.folder, dst_dir_fd=self.folder)
            self._litter = last  # until the folder is synced, too, nothing is promised
            sync_folder(self.folder)
        self._litter = ""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._litter and self.folder >= 0:
            # The store may be gone; a later sweep finds what is left.
            with suppress(OSError):
                os.unlink(self._litter, dir_fd=self.folder)
            with suppress(OSError, StoreError):
                with self.root.opened() as root:
                    prune(root, self.name.split("/")[:-1], self.made)
        self._close()

    @property
    def _last(self) -> str:
        return self.name.rpartition("/")[2]

    def _flush(self) -> None:
        # Linux starts to write such a stretch out, so that the fsync of commit has little left to wait for.
        with suppress(OSError):
            os.posix_fadvise(self.file, self._flushed, self._size - self._flushed, os.POSIX_FADV_DONTNEED)
        self._flushed = self._size

    def _close(self) -> None:
        for fd in (self.file, self.folder):
            if fd >= 0:
                os.close(fd)
        self.file = self.folder = -1


def part_name(last: str) -> str:
    """What the last component of a blob's name is until the blob is committed."""
    return f".{last}.part"


def is_part(last: str) -> bool:
    """Whether a file of that name is an unfinished blob."""
    return last.startswith(".") and last.endswith(".part")


def begin_part(root: StoreRoot, name: str, folder: int) -> int:
    """The descriptor of the new, locked file that is to be the blob ``name``. Raises BlobExists, OSError."""
    part = part_name(name.rpartition("/")[2])
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        file = os.open(part, flags, 0o600, dir_fd=folder)
    except FileExistsError as error:
        if not remove_dead(part, folder):
            raise taken(root, name) from error
        file = os.open(part, flags, 0o600, dir_fd=folder)
    try:
        secure(file, 0o600)
        _lock(file)
    except BaseException:
        os.close(file)
        raise
    return file


def is_dead(part: str, folder: int) -> bool:
    """Whether the unfinished file ``part`` of ``folder`` is there and its writer does not live."""
    try:
        file = os.open(part, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return False
    try:
        return stat.S_ISREG(os.fstat(file).st_mode) and _lock(file)
    finally:
        os.close(file)


def remove_dead(part: str, folder: int) -> bool:
    """Remove the unfinished file ``part`` of ``folder``, unless its writer lives. Raises OSError."""
    try:
        file = os.open(part, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        return False
    except OSError as error:
        if error.errno == errno.ELOOP:  # a symlink is none of ours
            return False
        raise
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode) or not _lock(file):
            return False
        os.unlink(part, dir_fd=folder)
        return True
    except FileNotFoundError:
        return False
    finally:
        os.close(file)


def exists(last: str, folder: int) -> bool:
    """Whether anything in ``folder`` has that name. Raises OSError."""
    try:
        os.stat(last, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def taken(root: StoreRoot, name: str) -> BlobExists:
    """Says that the store has a blob ``name``, or that one is being written."""
    return BlobExists(f"The store {printable(root.path)} holds {printable(name)} already.")


def _lock(file: int) -> bool:
    # The lock tells a writer that lives from one that was killed; a file system without locks says "dead",
    # and leaves it to the lock on the run.
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True

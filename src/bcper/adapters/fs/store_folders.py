"""Folders of a store, by descriptor: private, durable, gone when empty (open(2), mkdir(2), fsync(2))."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from bcper.adapters.fs.store_errors import translated
from bcper.adapters.private_folders import sync_folder
from bcper.domain.errors import StoreError
from bcper.domain.model.names import printable

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class StoreRoot:
    """The root folder of a store, which must stay the one it was when this was made (row 52).

    A disk that is taken away leaves the folder it was mounted on, and nothing may be written there. So the
    root is opened for each operation, looked at, and everything below is reached from that descriptor; it
    is not kept open, which would keep the disk from being unmounted. Raises StoreError.
    """

    def __init__(self, path: str) -> None:
        self.path = os.path.abspath(path)
        try:
            self.identity = _identity(os.stat(self.path))
        except OSError as error:
            raise translated(error, self.path) from error

    @contextmanager
    def opened(self) -> Iterator[int]:
        """A descriptor of the root, for as long as the context lasts. Raises StoreError."""
        try:
            root = os.open(self.path, _FOLDER)
        except OSError as error:
            # Here, so that a root that is gone is never mistaken for a blob that is.
            raise translated(error, self.path) from error
        try:
            if _identity(os.fstat(root)) != self.identity:
                raise StoreError(
                    f"The store {printable(self.path)} is not the folder that it was.",
                    "Has its disk been taken away, or another one been mounted?",
                )
            yield root
        finally:
            os.close(root)


def descend(root: int, folders: Sequence[str], *, create: bool = False) -> tuple[int, int]:
    """The folder ``folders`` below ``root``: its descriptor, the caller's to close, and how many were made.

    Symlinks are not followed. With ``create`` what is missing is made, 0700 whatever the umask, and
    durable. Raises OSError: FileNotFoundError or NotADirectoryError when it is not there.
    """
    here, made = os.dup(root), 0
    try:
        for name in folders:
            fresh = create and _make(name, here)
            below = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=here)
            os.close(here)
            here, made = below, made + 1 if fresh else 0
    except BaseException:
        os.close(here)
        raise
    return here, made


def prune(root: int, folders: Sequence[str], count: int | None = None) -> None:
    """Remove ``folders`` below ``root``, the deepest first, ``count`` of them at most, as far as empty."""
    depth = len(folders)
    for length in range(depth, 0 if count is None else depth - count, -1):
        try:
            os.rmdir("/".join(folders[:length]), dir_fd=root)
        except FileNotFoundError:
            continue
        except OSError:
            return


def secure(file: int | str, mode: int, folder: int | None = None) -> None:
    """Give ``file``, made a moment ago, the permission bits that the umask may have taken from it."""
    if stat.S_IMODE(os.stat(file, dir_fd=folder).st_mode) != mode:
        # A file system without permission bits (FAT) refuses; it has nothing to give.
        with suppress(PermissionError):
            os.chmod(file, mode, dir_fd=folder)


def _make(name: str, parent: int) -> bool:
    try:
        os.mkdir(name, 0o700, dir_fd=parent)
    except FileExistsError:
        return False
    secure(name, 0o700, parent)
    sync_folder(parent)
    return True


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino

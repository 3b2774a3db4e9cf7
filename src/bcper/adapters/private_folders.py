"""Folders that are the user's alone, and durable (mkdir(2), fsync(2)). Raises OSError throughout."""

import errno
import os
import stat
from contextlib import suppress

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def make_folders(path: str, *, as_parent: bool = True) -> None:
    """Make the folder ``path`` and whatever is missing above it, 0700 whatever the umask, and durable.

    With ``as_parent`` each is owned as the folder it is made in.
    """
    if os.path.isdir(path):
        return
    parent = os.path.dirname(path)
    if parent != path:
        make_folders(parent, as_parent=as_parent)
    with suppress(FileExistsError):
        os.mkdir(path, 0o700)
        made = _opened(path)
        try:
            secure(made, 0o700, parent if as_parent else None)
        finally:
            os.close(made)
        sync_path(parent)


def secure(fd: int, mode: int, folder: str | None = None) -> None:
    """Give what was just made its permissions whatever the umask, and the owner of ``folder``, if given.

    After ``sudo`` a user could not use it otherwise. Where that cannot be, it is let be.
    """
    status = os.fstat(fd)
    if stat.S_IMODE(status.st_mode) != mode:
        with suppress(PermissionError):  # a file system without permission bits (FAT) has nothing to give
            os.fchmod(fd, mode)
    if folder is not None and (owner := os.stat(folder)).st_uid != status.st_uid:
        with suppress(PermissionError):
            os.fchown(fd, owner.st_uid, owner.st_gid)


def sync_folder(folder: int) -> None:
    """Make the entries of a folder durable, where its file system can."""
    try:
        os.fsync(folder)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EOPNOTSUPP):
            raise


def sync_path(path: str) -> None:
    """The same for a folder by its path."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        sync_folder(folder)
    finally:
        os.close(folder)


def _opened(path: str) -> int:
    try:
        return os.open(path, _FOLDER)
    except PermissionError:
        os.chmod(path, 0o700)  # the umask may have taken the owner's own bits
        return os.open(path, _FOLDER)

"""One small file, read whole and replaced whole (open(2), rename(2), fsync(2)). Raises OSError throughout."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count

_FRESH = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def read(path: str, limit: int) -> bytes | None:
    """What is in the file; None when there is nothing at ``path``.

    A link that leads nowhere is not nothing: its disk may be missing. A FIFO is not waited for. A file of
    more than ``limit`` bytes is refused.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        if os.path.islink(path):
            raise
        return None
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        with open(fd, "rb", closefd=False) as file:
            data = file.read(limit + 1)
    finally:
        os.close(fd)
    if len(data) > limit:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    return data


def replace(path: str, data: bytes) -> None:
    """Make ``data`` the durable content of the file, 0600: a reader, or a crash, sees the old one or the new.

    A symlink stays, what it leads to is replaced (row 36). One caller at a time: what one that was killed
    has left under the temporary name is removed.
    """
    target = os.path.realpath(path)
    temporary = f"{target}.tmp"
    with suppress(FileNotFoundError):
        os.unlink(temporary)
    try:
        with _fresh(temporary) as fd:
            _fill(fd, data)
        os.rename(temporary, target)
        _sync_folder(os.path.dirname(target))
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def keep_beside(path: str, data: bytes) -> str:
    """Put ``data`` in a new durable file, 0600, ``path`` or the first free of ``path.1``, ``path.2`` and on.

    Returns where it is. A file that holds just that already will do; none is ever written over.
    """
    for number in count():
        name = f"{path}.{number}" if number else path
        try:
            with _fresh(name) as fd:
                _fill(fd, data)
        except FileExistsError:
            with suppress(OSError):
                if read(name, len(data)) == data:
                    return name
            continue
        _sync_folder(os.path.dirname(name))
        return name
    raise AssertionError("numbers do not end")


def make_folders(path: str) -> None:
    """Make the folder ``path`` and whatever is missing above it, 0700 whatever the umask, and durable."""
    if os.path.isdir(path):
        return
    parent = os.path.dirname(path)
    if parent != path:
        make_folders(parent)
    with suppress(FileExistsError):
        os.mkdir(path, 0o700)
        made = os.open(path, _FOLDER)
        try:
            secure(made, 0o700, parent)
        finally:
            os.close(made)
        _sync_folder(parent)


def secure(fd: int, mode: int, folder: str) -> None:
    """Give what was just made in ``folder`` its permissions whatever the umask, and the folder's owner.

    After ``sudo`` a user could not use it otherwise. Where that cannot be, it is let be.
    """
    with suppress(PermissionError):  # a file system without permission bits (FAT) has nothing to give
        os.fchmod(fd, mode)
    owner = os.stat(folder)
    if owner.st_uid != os.geteuid():
        with suppress(PermissionError):
            os.fchown(fd, owner.st_uid, owner.st_gid)


@contextmanager
def _fresh(path: str) -> Iterator[int]:
    fd = os.open(path, _FRESH, 0o600)
    try:
        secure(fd, 0o600, os.path.dirname(path))
        yield fd
    finally:
        os.close(fd)


def _fill(fd: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]
    os.fsync(fd)


def _sync_folder(path: str) -> None:
    folder = os.open(path, _FOLDER)
    try:
        os.fsync(folder)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EOPNOTSUPP):
            raise
    finally:
        os.close(folder)

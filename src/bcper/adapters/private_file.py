"""One small file, read whole and replaced whole (open(2), rename(2), fsync(2)). Raises OSError throughout."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count

from bcper.adapters.private_folders import secure, sync_path

_FRESH = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


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
        sync_path(os.path.dirname(target))
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
        sync_path(os.path.dirname(name))
        return name
    raise AssertionError("numbers do not end")


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

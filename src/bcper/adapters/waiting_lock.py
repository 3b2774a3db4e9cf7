"""One writer at a time: flock(2) on a file that is never unlinked."""

import fcntl
import os
import time

from bcper.adapters.private_folders import secure
from bcper.domain.errors import Locked

_PAUSE = 0.02


def acquire(path: str, patience: float, busy: str) -> int:
    """Take the lock file ``path``; returns what :func:`release` wants.

    Waits ``patience`` seconds at most, then raises Locked with ``busy``. The kernel drops the lock when its
    holder dies.
    Raises OSError when the lock file is no use.
    """
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        secure(fd, 0o600, os.path.dirname(path))
        _wait(fd, patience, busy)
    except BaseException:
        os.close(fd)
        raise
    return fd


def release(fd: int) -> None:
    """Let go of the lock."""
    # Closing is not enough: a child forked meanwhile has the same open file, and its lock.
    fcntl.flock(fd, fcntl.LOCK_UN)
    os.close(fd)


def _wait(fd: int, patience: float, busy: str) -> None:
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() >= until:
                raise Locked(busy, "Wait until it is done, and try again.") from error
        time.sleep(_PAUSE)

"""One writer at a time, between processes and threads: flock(2) on a file that is never unlinked."""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bcper.domain.errors import BcperError, ConfigurationError, Locked, NoSpace

PATIENCE = 10.0
"""Seconds. A writer is done in milliseconds, unless a keyring asks the person."""

_PAUSE = 0.02
_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def locked(path: str, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock file ``path``, in a folder that is made if it is missing. Raises Locked."""
    try:
        fd = _open(path)
    except OSError as error:
        raise unusable(path, error) from error
    try:
        _lock(fd, path, time.monotonic() + patience)
        try:
            yield
        finally:
            # Closing is not enough: a child forked meanwhile has the same open file, and its lock.
            fcntl.flock(fd, fcntl.LOCK_UN)
    finally:
        os.close(fd)


def make_folder(path: str) -> None:
    """Make ``path`` and whatever is missing above it, 0700 whatever the umask (row 76). Raises OSError.

    A folder that is there stays as it is: it may be anybody's.
    """
    if os.path.isdir(path):
        return
    parent = os.path.dirname(path)
    if parent != path:
        make_folder(parent)
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        if not os.path.isdir(path):
            raise
    else:
        os.chmod(path, 0o700)  # a umask may take more than it should
        sync_folder(parent)


def sync_folder(path: str) -> None:
    """Make what was done to the names in ``path`` durable. Raises OSError."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def unusable(path: str, error: OSError) -> BcperError:
    """What to raise from ``error``, which came of ``path``."""
    why = os.strerror(error.errno or 0)
    if error.errno in _FULL:
        return NoSpace(f"{path} cannot be written: {why}.", "Make room, then try again.")
    return ConfigurationError(f"{path} cannot be used: {why}.", "Is it yours, and may you write there?")


def _open(path: str) -> int:
    make_folder(os.path.dirname(path))
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        os.fchmod(fd, 0o600)
    except BaseException:
        os.close(fd)
        raise
    return fd


def _lock(fd: int, path: str, until: float) -> None:
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() >= until:
                raise Locked(
                    "Another process is changing a password.", "Wait until it is done, and try again."
                ) from error
        except OSError as error:
            raise unusable(path, error) from error
        time.sleep(_PAUSE)

"""One writer at a time, between processes and threads."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from bcper.adapters.private_folders import make_folders
from bcper.adapters.waiting_lock import acquire, release
from bcper.domain.errors import BcperError, ConfigurationError, NoSpace

PATIENCE = 10.0
"""Seconds. A writer is done in milliseconds, unless a keyring asks the person."""

_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def locked(path: str, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock file ``path``, in a folder that is made if it is missing. Raises Locked."""
    try:
        make_folders(os.path.dirname(path))
        lock = acquire(path, patience, "Another process is changing a password.")
    except OSError as error:
        raise unusable(path, error) from error
    try:
        yield
    finally:
        release(lock)


def unusable(path: str, error: OSError) -> BcperError:
    """What to raise from ``error``, which came of ``path``."""
    why = os.strerror(error.errno or 0)
    if error.errno in _FULL:
        return NoSpace(f"{path} cannot be written: {why}.", "Make room, then try again.")
    return ConfigurationError(f"{path} cannot be used: {why}.", "Is it yours, and may you write there?")

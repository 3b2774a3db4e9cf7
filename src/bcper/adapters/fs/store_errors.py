"""Errors of a store's file system, never mistaken for a source's (DESIGN.md, habit 7)."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from bcper.domain.errors import BlobNotFound, NoSpace, StoreError
from bcper.domain.model.names import printable

_FULL = (errno.ENOSPC, errno.EDQUOT)
_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG)


def translated(error: OSError, location: str, blob: str = "") -> StoreError | NoSpace:
    """The error of ours that ``error`` stands for; ``location`` is the store, ``blob`` one to be read."""
    store = printable(location)
    if error.errno in _FULL:
        return NoSpace(f"The store {store} is full.", "Free some space there, or delete runs, and try again.")
    if error.errno == errno.EFBIG:
        return NoSpace(
            f"The store {store} does not take a file of that size.",
            "Its file system, or a limit of this process (ulimit -f), ends there.",
        )
    if blob and error.errno in _ABSENT:
        return absent(location, blob)
    if error.errno == errno.EROFS:
        return StoreError(f"The store {store} is read-only.", "Mount it for writing, or choose another.")
    return StoreError(
        f"The store {store} cannot be used: {os.strerror(error.errno or 0)}.",
        "Is the disk there, and may you write to it?",
    )


def absent(location: str, blob: str) -> BlobNotFound:
    """Says that the store at ``location`` has no ``blob``."""
    return BlobNotFound(f"The store {printable(location)} does not hold {printable(blob)}.")


@contextmanager
def translating(location: str, blob: str = "") -> Iterator[None]:
    """Let no OSError out: see :func:`translated`. Raises StoreError, NoSpace."""
    try:
        yield
    except OSError as error:
        raise translated(error, location, blob) from error

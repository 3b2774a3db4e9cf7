"""Errors of a store's file system, never mistaken for a source's (DESIGN.md, habit 7)."""

import errno
import os

from bcper.domain.errors import BlobExists, BlobNotFound, NoSpace, StoreError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def translated(error: OSError, location: str, blob: str = "") -> StoreError | NoSpace:
    """The error of ours that ``error`` stands for; ``location`` is the store, ``blob`` what it was about."""
    if error.errno in _FULL:
        return NoSpace(
            f"The store {location} is full.", "Free some space there, or delete runs, and try again."
        )
    if error.errno == errno.ENOENT and blob:
        return BlobNotFound(f"The store {location} does not hold {blob}.")
    if error.errno == errno.EEXIST and blob:
        return BlobExists(f"The store {location} holds {blob} already.")
    if error.errno == errno.EROFS:
        return StoreError(f"The store {location} is read-only.", "Mount it for writing, or choose another.")
    return StoreError(
        f"The store {location} cannot be used: {os.strerror(error.errno or 0)}.",
        "Is the disk there, and may you write to it?",
    )

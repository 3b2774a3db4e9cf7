"""A store's own copy of the rescue files, kept up with this BCPER's (FORMAT.md section 7)."""

import re
from contextlib import suppress

from bcper.domain.errors import BlobExists, BlobNotFound
from bcper.ports.blob_store import BlobStore
from bcper.ports.rescue import RescueFiles

_HEAD = 1 << 10
_LINE = re.compile(rb"BCPER restore ([0-9]{1,9})\b")


def renew(blobs: BlobStore, rescue: RescueFiles) -> None:
    """Write the rescue files that are missing in ``blobs``, or are of an older edition.

    A newer one stays, for it also knows what a newer BCPER wrote; so does what somebody else put there
    under that name. One small read of each when nothing is to be done. Raises StoreError, NoSpace.
    """
    if due := outdated(blobs, rescue):
        files = rescue.read()
        for name in due:
            # Another process may be doing the same at this moment.
            with suppress(BlobExists):
                blobs.replace(name, files[name])


def outdated(blobs: BlobStore, rescue: RescueFiles) -> list[str]:
    """The names of those that :func:`renew` would write. Raises StoreError."""
    return [name for name in rescue.names if _is_older(blobs, name, rescue.edition)]


def _is_older(blobs: BlobStore, name: str, edition: int) -> bool:
    try:
        with blobs.open(name) as blob:
            line = _LINE.search(blob.read_at(0, _HEAD))
    except BlobNotFound:
        return True
    return line is not None and int(line[1]) < edition

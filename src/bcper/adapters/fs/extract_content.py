"""The bytes of one file, written where they belong."""

import os

from bcper.adapters.fs.extract_errors import failure
from bcper.adapters.fs.extract_sparse import SparseArea
from bcper.domain.errors import Damaged
from bcper.domain.model.entries import Content, Entry
from bcper.domain.model.names import printable

_UNWRITABLE = "could not be written"


def write_content(fd: int, entry: Entry, content: Content) -> None:
    """Write ``content`` into the new file ``fd``, and exactly ``entry.size`` bytes.

    What ``content`` raises goes through untouched: it is the store's failure, not the target's. Raises
    Damaged, NoSpace, TargetError, and Refused if this file alone cannot be written.
    """
    if isinstance(content, bytes):
        if len(content) != entry.size:
            raise _wrong_length(entry)
        if content:
            _write(fd, content)
    elif content.sparse:
        for offset, segment in SparseArea(content, entry):
            _write_at(fd, segment, offset)
        try:
            os.truncate(fd, entry.size)
        except OSError as err:
            raise failure(err, _UNWRITABLE) from err
    else:
        left = entry.size
        if content.length != left:
            raise _wrong_length(entry)
        for piece in content:
            left -= len(piece)
            if left < 0:
                break
            _write(fd, piece)
        if left:
            raise _wrong_length(entry)


def _write(fd: int, piece: bytes) -> None:
    try:
        done = os.write(fd, piece)
        while done < len(piece):
            done += os.write(fd, memoryview(piece)[done:])
    except OSError as err:
        raise failure(err, _UNWRITABLE) from err


def _write_at(fd: int, piece: memoryview, offset: int) -> None:
    try:
        done = os.pwrite(fd, piece, offset)
        while done < len(piece):
            done += os.pwrite(fd, piece[done:], offset + done)
    except OSError as err:
        raise failure(err, _UNWRITABLE) from err


def _wrong_length(entry: Entry) -> Damaged:
    return Damaged(
        f"The archive holds another number of bytes of {printable(entry.path)} than its index says."
    )

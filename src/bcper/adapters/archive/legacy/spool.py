"""Bytes put aside in a file that has no name (mode 0600): gone with this process, whatever happens."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile, gettempdir

from bcper.domain.errors import BcperError, NoSpace


class Spool:
    """Written at its end, read anywhere. Raises NoSpace; BcperError when the temporary folder is no use."""

    def __init__(self) -> None:
        with _translating():
            self._file = TemporaryFile(buffering=0)
        self.size = 0

    def write(self, data: bytes) -> None:
        """Append ``data``."""
        view = memoryview(data)
        with _translating():
            while view:
                written = os.pwrite(self._file.fileno(), view, self.size)
                self.size += written
                view = view[written:]

    def read_at(self, offset: int, length: int) -> bytes:
        """Up to ``length`` bytes from ``offset``; fewer only at the end."""
        pieces = []
        with _translating():
            while length > 0 and (piece := os.pread(self._file.fileno(), length, offset)):
                pieces.append(piece)
                offset += len(piece)
                length -= len(piece)
        return b"".join(pieces)

    def close(self) -> None:
        """Give its room back."""
        self._file.close()


@contextmanager
def _translating() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = gettempdir() if error.errno != errno.ENOENT else "The temporary folder"
        why = os.strerror(error.errno or 0)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoSpace(f"{place} is full.", "Make room there, or set TMPDIR to another folder.") from error
        raise BcperError(f"{place} cannot be used: {why}.", "Set TMPDIR to another folder.") from error

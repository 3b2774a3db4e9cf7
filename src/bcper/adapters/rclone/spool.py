"""What a blob is kept in while it is sent: a long one in a file without a name, in a private folder."""

import errno
import os
import tempfile
from typing import Protocol

from bcper.adapters.private_folders import make_folders
from bcper.domain.errors import StoreError

LEFT = 512 << 20
"""Bytes that are left free for others: where there are fewer, nothing is kept."""

_LOOK = 16 << 20


class Kept(Protocol):
    """Bytes that can be read again; one thread writes while another reads."""

    def write(self, data: memoryview) -> int:
        """Append as much of ``data`` as there is room for; returns how many bytes that is."""
        ...

    def read(self, at: int, length: int) -> bytes:
        """Up to ``length`` bytes from ``at``, which were written. Raises StoreError."""
        ...

    def close(self) -> None:
        """Give the room back."""
        ...


class Spool:
    """See :class:`Kept`. The system takes it back when this process ends, however that ends.

    Raises OSError where there is no room for it, or no folder.
    """

    def __init__(self, folder: str) -> None:
        make_folders(folder)
        # 0600, and without a name from the beginning where the file system can (O_TMPFILE).
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)
        self._size = self._looked = 0
        self._full = False
        try:
            self._look()
            if self._full:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except BaseException:
            self.close()
            raise

    def write(self, data: memoryview) -> int:
        """See :class:`Kept`. What did not fit once never does: what comes later must not come before it."""
        written = 0
        try:
            if self._size >= self._looked + _LOOK:
                self._look()
            while not self._full and written < len(data):
                written += os.write(self._file.fileno(), data[written:])
        except OSError:  # full, over quota, or the disk fails: nothing of it may be the blob's trouble
            self._full = True
        self._size += written
        return written

    def read(self, at: int, length: int) -> bytes:
        """See :class:`Kept`."""
        try:
            return os.pread(self._file.fileno(), length, at)
        except OSError as error:
            why = os.strerror(error.errno or 0)
            raise StoreError(f"What is to be sent cannot be read again: {why}.", "Check the disk.") from error

    def close(self) -> None:
        """See :class:`Kept`."""
        self._file.close()

    def _look(self) -> None:
        self._looked = self._size
        status = os.fstatvfs(self._file.fileno())
        self._full = status.f_bavail * status.f_frsize < LEFT


class Memory:
    """See :class:`Kept`: a blob that is small and whole."""

    def __init__(self, data: bytearray) -> None:
        self._data = data

    def write(self, data: memoryview) -> int:  # noqa: ARG002 - there is never more
        """See :class:`Kept`."""
        return 0

    def read(self, at: int, length: int) -> bytes:
        """See :class:`Kept`."""
        return bytes(self._data[at : at + length])

    def close(self) -> None:
        """See :class:`Kept`."""

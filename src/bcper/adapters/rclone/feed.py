"""A blob's bytes on their way from the thread that makes them to the one that sends them."""

import threading
import zlib

from bcper.adapters.rclone.spool import Kept
from bcper.domain.errors import StoreError

PIECE = 1 << 18
"""Bytes that are in memory at once, at most twice."""


class Closed(Exception):
    """Nobody gives or takes any more."""


class Feed:
    """Gives what was put, from any place on as often as is wanted, as it comes.

    What ``kept`` has no room for is handed over piece by piece, when all before it was taken, and only once.
    """

    def __init__(self, kept: Kept | None, size: int = 0, sum_of_it: int = 0) -> None:
        """``size`` bytes are in ``kept`` already, and ``sum_of_it`` is their CRC-32."""
        self._kept, self._size, self._sum = kept, size, sum_of_it
        self._changed = threading.Condition()
        self._giving = threading.Lock()
        self._piece = b""
        self._ended = self._closed = False
        self.again = True
        """Whether all that was taken can be taken again."""

    def put(self, data: bytes | bytearray | memoryview) -> None:
        """Append ``data``, which is the caller's again afterwards; waits where there is no room.

        Raises Closed.
        """
        rest = memoryview(data)
        with self._giving:
            self._sum = zlib.crc32(rest, self._sum)
            if self._kept is not None and not self._closed and (written := self._kept.write(rest)):
                rest = rest[written:]
                with self._changed:
                    self._size += written
                    self._changed.notify_all()
            with self._changed:
                for at in range(0, len(rest), PIECE):
                    self._changed.wait_for(lambda: self._closed or not self._piece)
                    if self._closed:
                        break
                    self._piece = bytes(rest[at : at + PIECE])
                    self._changed.notify_all()
                if self._closed:
                    raise Closed

    def end(self) -> None:
        """That was all."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def take(self, at: int) -> bytes:
        """A piece from byte ``at`` on, waited for; empty at the end. Raises Closed, StoreError."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._ended or self._piece or at < self._size)
            if self._closed:
                raise Closed
            left = self._size - at
            if left <= 0:
                piece, self._piece = self._piece, b""
                self.again = self.again and not piece
                self._changed.notify_all()
                return piece
        assert self._kept is not None  # noqa: S101 - for the type checker
        return self._kept.read(at, min(left, PIECE))

    def check(self, sum_of_all: int) -> None:
        """What was taken is what was put, if ``sum_of_all``, its CRC-32, says so. Raises StoreError.

        A disk may tell that what it took is lost when nobody asks any more (fsync(2), "EIO"), and not every
        remote has a sum that would show it.
        """
        if sum_of_all != self._sum:
            raise StoreError(
                "What is to be sent cannot be read again as it was written.", "Check the disk, and try again."
            )

    def close(self) -> None:
        """Wake everybody, with Closed."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def drop(self) -> None:
        """Close, and give the room back; once nobody takes any more."""
        self.close()
        with self._giving:
            self._piece = b""
            if self._kept is not None:
                self._kept.close()

"""A GNU sparse 1.0 data area, read with distrust (the GNU tar manual, "Storing Sparse Files")."""

from array import array
from collections.abc import Iterator

from bcper.domain.errors import Damaged
from bcper.domain.model.entries import Entry, Stream
from bcper.domain.model.names import printable

MAX_SEGMENTS = 1 << 22
"""More than any honest file has; their map takes 64 MiB of memory."""

_BLOCK = 512
_DIGITS = 19
_MAX_SIZE = (1 << 63) - 1


class SparseArea:
    """Iterates over (offset, bytes) of what is no hole, in order; each piece is good until the next.

    The area is decimal numbers, each followed by a newline: how many segments, then offset and length of
    each; NULs up to a multiple of 512; the segments' bytes, one after the other. Segments must ascend, not
    overlap, stay within ``entry.size`` and add up to the stream's length: nothing is handed out before
    that is known. Raises Damaged.
    """

    def __init__(self, area: Stream, entry: Entry) -> None:
        self._entry = entry
        self._length = area.length
        self._pieces = iter(area)
        self._piece = b""
        self._at = 0
        self._taken = 0

    def __iter__(self) -> Iterator[tuple[int, memoryview]]:
        offsets, lengths = self._map()
        for offset, length in zip(offsets, lengths, strict=True):
            end = offset + length
            while offset < end:
                piece = self._take(end - offset)
                yield offset, piece
                offset += len(piece)
        if self._at < len(self._piece) or any(self._pieces):
            raise self._damaged("it is longer than it says")

    def _map(self) -> tuple["array[int]", "array[int]"]:
        offsets, lengths = array("q"), array("q")
        if not 0 <= self._entry.size <= _MAX_SIZE:
            raise self._damaged("its size is impossible")
        count = self._number()
        if count > MAX_SEGMENTS:
            raise self._damaged("it has too many segments")
        end = total = 0
        for _ in range(count):
            offset, length = self._number(), self._number()
            if offset < end:
                raise self._damaged("its segments overlap")
            end = offset + length
            if end > self._entry.size:
                raise self._damaged("a segment goes beyond its end")
            offsets.append(offset)
            lengths.append(length)
            total += length
        padding = -self._taken % _BLOCK
        while padding:
            piece = self._take(padding)
            if any(piece):
                raise self._damaged("its map is not padded")
            padding -= len(piece)
        if self._taken + total != self._length:
            raise self._damaged("its segments do not add up")
        return offsets, lengths

    def _number(self) -> int:
        while True:
            limit = self._at + _DIGITS + 1
            end = self._piece.find(b"\n", self._at, limit)
            if end >= 0:
                break
            if len(self._piece) >= limit:
                raise self._damaged("its map holds no number")
            self._more()
        digits = self._piece[self._at : end]
        if not digits.isdigit():
            raise self._damaged("its map holds no number")
        self._taken += end + 1 - self._at
        self._at = end + 1
        return int(digits)

    def _take(self, most: int) -> memoryview:
        if self._at == len(self._piece):
            self._more()
        piece = memoryview(self._piece)[self._at : self._at + most]
        self._at += len(piece)
        self._taken += len(piece)
        return piece

    def _more(self) -> None:
        """Get the next piece, behind what is left of this one."""
        piece = next((piece for piece in self._pieces if piece), None)
        if piece is None:
            raise self._damaged("it ends too early")
        self._piece = self._piece[self._at :] + piece
        self._at = 0

    def _damaged(self, why: str) -> Damaged:
        return Damaged(f"The archive's sparse copy of {printable(self._entry.path)} is damaged: {why}.")

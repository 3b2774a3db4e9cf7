"""The tar stream in a ``.tar.gz``, read forward, and at any other place for the price of a few megabytes.

The standard library's zlib, because its state can be copied: the copies are places to begin again at. isal is
faster and cannot do that.
"""

import zlib
from bisect import bisect_right
from typing import Any, Protocol

import attrs

from bcper.adapters.archive.legacy.limits import Limits
from bcper.domain.errors import Damaged

_GZIP = 31
_PACKED = 1 << 16
_PLAIN = 1 << 18
_MOST_MARKS = 512
"""Of some 36 KB each. Beyond that every second one goes, and they are set half as often."""

_SPACING = 1 << 20


class Bytes(Protocol):
    """What is inflated: see ``sources.Source``."""

    size: int

    def read_at(self, offset: int, length: int) -> bytes: ...


@attrs.frozen
class _Mark:
    """Where to begin again: ``packed`` bytes went into ``state``, ``plain`` came out."""

    plain: int
    packed: int
    state: Any
    fresh: bool


class Inflated:
    """One ``.tar.gz``; for one thread. ``name`` is for messages.

    Raises Damaged for what is no gzip, damaged, cut, followed by something else, or unpacks to more than
    ``limits`` allow.
    """

    def __init__(self, packed: Bytes, name: str, limits: Limits) -> None:
        self._packed, self._name = packed, name
        self._most = limits.plain(packed.size)
        self._spacing = _SPACING
        self._marks = [_Mark(0, 0, zlib.decompressobj(_GZIP), fresh=True)]
        self._places = [0]
        self._buffer = memoryview(b"")
        self._begin(self._marks[0])

    def seek(self, position: int) -> None:
        """Go to ``position`` in the tar stream. Raises Damaged when it ends before that."""
        at = bisect_right(self._places, position) - 1
        if position < self._at or self._places[at] > self._at:
            self._begin(self._marks[at])
        while self._at < position and self._fill():
            step = min(position - self._at, len(self._buffer))
            self._buffer = self._buffer[step:]
        if self._at != position:
            raise self._damaged("it is cut")

    def read(self, length: int) -> bytes:
        """Up to ``length`` bytes, at least one; none at the end, which is then proven to be one."""
        self._fill()
        piece, self._buffer = self._buffer[:length], self._buffer[length:]
        return bytes(piece)

    def exactly(self, length: int) -> bytes:
        """``length`` bytes. Raises Damaged when there are fewer."""
        pieces = []
        while length:
            piece = self.read(length)
            if not piece:
                raise self._damaged("it is cut")
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)

    @property
    def _at(self) -> int:
        """The place in the tar stream of what is read next."""
        return self._out - len(self._buffer)

    def _begin(self, mark: _Mark) -> None:
        self._state, self._fresh = mark.state.copy(), mark.fresh
        self._in, self._out = mark.packed, mark.plain
        self._tail = b""
        self._buffer = memoryview(b"")

    def _fill(self) -> bool:
        """Have something in the buffer; false at the end."""
        while not self._buffer:
            if not self._tail:
                if self._in == self._packed.size:
                    if self._fresh and self._in:
                        return False
                    raise self._damaged("it is cut")
                self._mark()
                self._tail = self._packed.read_at(self._in, min(_PACKED, self._packed.size - self._in))
                if not self._tail:
                    raise self._damaged("it is cut")
                self._in += len(self._tail)
            self._buffer = memoryview(self._inflate())
            self._out += len(self._buffer)
            if self._out > self._most:
                raise Damaged(
                    f"{self._name} unpacks to over {self._most} bytes, which no honest archive does.",
                    "If you trust it, unpack it by hand.",
                )
        return True

    def _inflate(self) -> bytes:
        try:
            plain: bytes = self._state.decompress(self._tail, _PLAIN)
        except zlib.error as error:
            raise self._damaged("it cannot be inflated") from error
        if self._state.eof:
            self._tail = self._state.unused_data
            self._state, self._fresh = zlib.decompressobj(_GZIP), True
        else:
            self._tail, self._fresh = self._state.unconsumed_tail, False
        return plain

    def _mark(self) -> None:
        """Remember this place if the last one is far enough behind. Nothing is left over here to copy."""
        if self._out - self._places[-1] < self._spacing:
            return
        self._marks.append(_Mark(self._out, self._in, self._state.copy(), self._fresh))
        if len(self._marks) > _MOST_MARKS:
            self._marks = self._marks[::2]
            self._spacing *= 2
        self._places = [mark.plain for mark in self._marks]

    def _damaged(self, why: str) -> Damaged:
        return Damaged(f"{self._name} is damaged: {why}.", "Restore another run.")

"""Gzip members by the fastest library at hand: isal, zlib-ng, or the standard library's zlib.

The levels behind the names were measured on a kernel tree cut into frames (docs/adr/0003-compression.md);
all of them make plain gzip (RFC 1952).
"""

import zlib
from collections.abc import Callable, Iterator
from typing import Any

from bcper.domain.errors import Damaged
from bcper.domain.model.manifest import FRAME
from bcper.ports.archive import Compression

_GZIP = 31

Compress = Callable[[bytes], bytes]


def compressor(compression: Compression) -> Compress:
    """The function that makes one gzip member of a frame; it releases the GIL while it works."""
    if compression == "fast":
        try:
            from isal import isal_zlib
        except ImportError:
            return lambda data: zlib.compress(data, 1, _GZIP)
        return lambda data: isal_zlib.compress(data, 2, _GZIP)
    level = 4 if compression == "balanced" else 9
    try:
        from zlib_ng import zlib_ng
    except ImportError:
        return lambda data: zlib.compress(data, level, _GZIP)
    return lambda data: zlib_ng.compress(data, level, _GZIP)


def _inflating() -> tuple[Callable[[int], Any], tuple[type[Exception], ...]]:
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib.decompressobj, (zlib.error,)
    library: Any = isal_zlib  # its stub calls the error class an instance
    return library.decompressobj, (library.error, zlib.error)


class Inflater:
    """Inflates gzip members, never beyond what was allowed (FAULTS.md row 72)."""

    def __init__(self) -> None:
        self._make, self._errors = _inflating()

    def member(self, data: bytes) -> bytes:
        """One whole member of at most a frame. Raises Damaged for anything else."""
        inflating = self._make(_GZIP)
        try:
            plain: bytes = inflating.decompress(data, FRAME + 1)
            if not inflating.eof and len(plain) <= FRAME:
                # The output limit was met exactly: one more call reads the member's trailer.
                plain += inflating.decompress(inflating.unconsumed_tail, 1)
        except self._errors as error:
            raise Damaged("cannot be inflated") from error
        if len(plain) > FRAME or not inflating.eof or inflating.unused_data:
            raise Damaged("is not the frame that the index lists")
        return plain

    def stream(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """What concatenated members inflate to, in pieces of at most a frame.

        Raises Damaged when a member is damaged or cut; an empty stream is cut too.
        """
        inflating = self._make(_GZIP)
        fresh = True
        try:
            for piece in pieces:
                data = piece
                while data:
                    plain = inflating.decompress(data, FRAME)
                    fresh = False
                    if plain:
                        yield plain
                    if inflating.eof:
                        data = inflating.unused_data
                        inflating = self._make(_GZIP)
                        fresh = True
                    else:
                        data = inflating.unconsumed_tail
        except self._errors as error:
            raise Damaged("cannot be inflated") from error
        if not fresh:
            raise Damaged("ends before its end")

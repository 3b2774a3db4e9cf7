"""Gzip members by the fastest library at hand: isal, zlib-ng, or the standard library's zlib.

The levels behind the names were measured on a kernel tree cut into frames (docs/adr/0003-compression.md):
all of them make plain gzip (RFC 1952).
"""

import zlib
from collections.abc import Callable

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


class Inflater:
    """Inflates single gzip members, and streams of them, never beyond what was allowed (row 72)."""

    def __init__(self) -> None:
        try:
            from isal import isal_zlib

            self._object = isal_zlib.decompressobj
            self._error: tuple[type[Exception], ...] = (isal_zlib.error, zlib.error)
        except ImportError:
            self._object = zlib.decompressobj  # type: ignore[assignment]
            self._error = (zlib.error,)

    def member(self, data: bytes) -> bytes:
        """One whole member of at most a frame. Raises Damaged for anything else."""
        inflating = self._object(_GZIP)
        try:
            plain = inflating.decompress(data, FRAME + 1)
            if len(plain) <= FRAME and not inflating.eof:
                plain += inflating.decompress(inflating.unconsumed_tail, 1)
        except self._error as error:
            raise Damaged("a frame cannot be inflated") from error
        if len(plain) > FRAME or not inflating.eof or inflating.unused_data:
            raise Damaged("a frame is not what the index says")
        return plain

    def stream(self) -> "InflatingStream":
        """A new stream of concatenated members."""
        return InflatingStream(self._object, self._error)


class InflatingStream:
    """Concatenated gzip members, fed in pieces of any size, handed out in pieces of at most a frame."""

    def __init__(self, make: Callable[[int], object], errors: tuple[type[Exception], ...]) -> None:
        self._make = make
        self._errors = errors
        self._inflating: object | None = None

    def feed(self, data: bytes) -> "list[bytes]":
        """What ``data`` inflates to, in bounded pieces, lazily consumed by the caller."""
        raise NotImplementedError

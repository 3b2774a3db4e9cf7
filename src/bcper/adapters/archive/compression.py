"""Gzip members by the fastest library at hand: isal, zlib-ng, or the standard library's zlib.

The levels behind the names were measured on a kernel tree cut into frames (docs/adr/0003-compression.md);
all of them make plain gzip (RFC 1952).
"""

import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bcper.domain.model.choices import Compression

_GZIP = 31

Compress = Callable[[bytes | memoryview], bytes]


def compressor(compression: "Compression") -> Compress:
    """The function that makes one gzip member of a frame; it releases the GIL while it works."""
    if compression == "fast":
        try:
            from isal import isal_zlib
        except ImportError:
            return lambda data: zlib.compress(data, 1, _GZIP)
        library: Any = isal_zlib  # its stub knows of no memoryview
        return lambda data: library.compress(data, 2, _GZIP)
    level = 4 if compression == "balanced" else 9
    try:
        from zlib_ng import zlib_ng
    except ImportError:
        return lambda data: zlib.compress(data, level, _GZIP)
    other: Any = zlib_ng
    return lambda data: other.compress(data, level, _GZIP)

"""Gzip members by the fastest library at hand: isal, zlib-ng, or the standard library's zlib.

The levels behind the names were measured on a kernel tree cut into frames (docs/adr/0003-compression.md);
all of them make plain gzip (RFC 1952).
"""

import zlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bcper.domain.model.choices import Compression

_GZIP = 31

_SAMPLED = 1 << 17
"""Bytes of a frame from which on a sample is tried: 16 pieces of 4 KiB, from all over it."""

_PIECES = 16
_PIECE = 1 << 12
_DENSE = 0.97

Compress = Callable[[bytes | memoryview], bytes]


def compressor(compression: "Compression") -> Compress:
    """The function that makes one gzip member of a frame; it releases the GIL while it works.

    What is dense already (photos, archives, what is encrypted) is not worth the time of the slower levels:
    they find nothing in it either, at an eighth of the speed. So a sample is tried first.
    """
    quick = _quick()
    if compression == "fast":
        return quick
    level = 4 if compression == "balanced" else 9
    thorough: Compress
    try:
        from zlib_ng import zlib_ng
    except ImportError:
        thorough = partial(_zlib, level)
    else:
        library: Any = zlib_ng  # its stub knows of no memoryview
        thorough = partial(_with, library, level)
    return lambda data: (quick if _is_dense(data, quick) else thorough)(data)


def _quick() -> Compress:
    try:
        from isal import isal_zlib
    except ImportError:
        return partial(_zlib, 1)
    library: Any = isal_zlib  # as above
    return partial(_with, library, 2)


def _is_dense(data: bytes | memoryview, quick: Compress) -> bool:
    length = len(data)
    if length < _SAMPLED:
        return False
    with memoryview(data) as view:
        sample = b"".join(view[at : at + _PIECE] for at in range(0, length - _PIECE, length // _PIECES))
    return len(quick(sample)) > _DENSE * len(sample)


def _with(library: Any, level: int, data: bytes | memoryview) -> bytes:
    made: bytes = library.compress(data, level, _GZIP)
    return made


def _zlib(level: int, data: bytes | memoryview) -> bytes:
    return zlib.compress(data, level, _GZIP)

"""Inflating gzip members by the fastest library at hand: isal, or the standard library's zlib."""

import zlib
from collections.abc import Callable, Iterator
from typing import Any

from bcper.domain.errors import Damaged
from bcper.domain.model.manifest import FRAME

_GZIP = 31


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

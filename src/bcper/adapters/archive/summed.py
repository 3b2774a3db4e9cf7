"""A blob's SHA-256 as a by-product of reading it."""

import hashlib
import threading
from collections.abc import Iterator
from typing import Self

from bcper.domain.errors import Damaged
from bcper.ports.blob_store import BlobReader

_WAITING = 8 << 20
_PIECE = 1 << 20


class SummedReader:
    """See :class:`~bcper.ports.blob_store.BlobReader`: another one, whose bytes are summed as they are read.

    What is read ahead of its turn waits for it, 8 MiB at most; what nobody asked for is read for the sum.
    """

    def __init__(self, blob: BlobReader) -> None:
        self._blob = blob
        self._lock = threading.Lock()
        self._digest = hashlib.sha256()
        self._position = 0
        self._waiting: dict[int, bytes] = {}

    @property
    def size(self) -> int:
        """Bytes."""
        return self._blob.size

    def read_at(self, offset: int, length: int) -> bytes:
        """See the port."""
        data = self._blob.read_at(offset, length)
        with self._lock:
            if offset + len(data) > self._position:
                self._waiting[offset] = data
                self._advance()
                if sum(map(len, self._waiting.values())) > _WAITING:
                    self._fill(min(self._waiting))
        return data

    def rest(self) -> Iterator[int]:
        """Read what has not been summed yet; yields how many more bytes are summed, in all the blob's."""
        yield self._position
        left = self.size - self._position
        while left:
            with self._lock:
                before = self._position
                self._fill(min(self.size, before + _PIECE))
                left = self.size - self._position
            yield self._position - before

    @property
    def sha256(self) -> str:
        """Of what was summed, in hex: of all of it after :meth:`rest`."""
        return self._digest.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._waiting.clear()
        self._blob.__exit__(*exc)

    def _fill(self, stop: int) -> None:
        """Read on to ``stop``, and sum what waited for that."""
        while self._position < stop:
            data = self._blob.read_at(self._position, min(_PIECE, stop - self._position))
            if not data:
                raise Damaged("It ends before its end.")
            self._add(data)
        self._advance()

    def _advance(self) -> None:
        """Sum what can be summed of what waits."""
        for offset in sorted(self._waiting):
            if offset > self._position:
                break
            self._add(memoryview(self._waiting.pop(offset))[self._position - offset :])

    def _add(self, data: bytes | memoryview) -> None:
        self._digest.update(data)
        self._position += len(data)

"""One blob of a run: sealed if there is a keyring, hashed as it lies in the store."""

import hashlib
from collections.abc import Generator, Iterator
from typing import Self

from bcper.adapters.archive.summed import SummedReader
from bcper.domain.errors import BlobNotFound, Damaged
from bcper.ports.blob_store import BlobReader, BlobStore
from bcper.ports.cipher import CHUNK, HEADER_BYTES, TAG, Keyring, Sealer

_SEALED = CHUNK + TAG
_PIECE = 16 * CHUNK


class SealedWriter:
    """Writes a blob from its first byte to its last; the key is derived where the first byte is written."""

    def __init__(self, store: BlobStore, name: str, keyring: Keyring | None) -> None:
        self.name = name
        self.bytes = 0
        self._keyring = keyring
        self._sealer: Sealer | None = None
        self._hash = hashlib.sha256()
        self._blob = store.create(name)

    def write(self, data: bytes | memoryview) -> None:
        """Append plain bytes."""
        if self._keyring is not None:
            data = self._sealing(self._keyring).update(data)
        if data:
            self._append(data)

    def end(self) -> None:
        """That was all: from here on ``bytes`` and ``sha256`` are the blob's."""
        if self._keyring is not None:
            self._append(self._sealing(self._keyring).finish())

    def commit(self) -> None:
        """Make the blob, which was ended, durable."""
        self._blob.commit()

    def _sealing(self, keyring: Keyring) -> Sealer:
        if self._sealer is None:
            self._sealer = keyring.sealer()
        return self._sealer

    def _append(self, data: bytes | memoryview) -> None:
        self._hash.update(data)
        self._blob.write(data)
        self.bytes += len(data)

    @property
    def sha256(self) -> str:
        """Of all that was written, in hex."""
        return self._hash.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._blob.__exit__(*exc)


class SealedReader:
    """Reads a blob's plain bytes at any place, from any thread; the end is proven when it is opened."""

    def __init__(
        self, store: BlobStore, name: str, keyring: Keyring | None, expected: int, *, summed: bool = False
    ) -> None:
        """Open ``name``, ``expected`` bytes long; ``summed`` sums what is read, for :meth:`check_sum`.

        Raises Damaged, WrongPassword, BlobNotFound.
        """
        self.name = name
        self._blob: BlobReader
        try:
            self._blob = SummedReader(store.open(name)) if summed else store.open(name)
        except BlobNotFound as error:
            raise Damaged(f"{name} is gone from the store.", "Restore another run.") from error
        try:
            self.sealed_size = self._blob.size
            if self.sealed_size != expected:
                raise Damaged(f"{name} has {self.sealed_size} bytes and should have {expected}.")
            self._unsealer = None
            self.size = self.sealed_size
            if keyring is not None:
                self._unsealer = keyring.unsealer(self._blob.read_at(0, HEADER_BYTES))
                self.size = self._unsealer.plain_size(self.sealed_size)
                self._chunks = max(1, -(-self.size // CHUNK))
                self._open_chunks(self._chunks - 1, self._chunks)
        except Damaged as error:
            self._blob.__exit__()
            if name in str(error):
                raise
            raise Damaged(f"{name}: {error}", error.hint) from error
        except BaseException:
            self._blob.__exit__()
            raise

    def read_at(self, offset: int, length: int) -> bytes:
        """Exactly ``length`` plain bytes. Raises Damaged."""
        if offset < 0 or length < 0 or offset + length > self.size:
            raise Damaged(f"{self.name} ends before byte {offset + length}.")
        if length == 0:
            return b""
        if self._unsealer is None:
            data = self._blob.read_at(offset, length)
        else:
            first = offset // CHUNK
            plain = self._open_chunks(first, -(-(offset + length) // CHUNK))
            data = plain[offset - first * CHUNK : offset - first * CHUNK + length]
        if len(data) != length:
            raise Damaged(f"{self.name} ends before byte {offset + length}.")
        return data

    def pieces(self) -> Iterator[bytes]:
        """All of it, in order, about a megabyte at a time."""
        for offset in range(0, self.size, _PIECE):
            yield self.read_at(offset, min(_PIECE, self.size - offset))

    def check_sum(self, sha256: str) -> Generator[int, None, bool]:
        """Read what was not read yet; yields bytes read, and returns whether the sum of all is ``sha256``."""
        blob = self._blob if isinstance(self._blob, SummedReader) else SummedReader(self._blob)
        try:
            yield from blob.rest()
        except Damaged as error:
            raise Damaged(f"{self.name}: {error}", error.hint) from error
        return blob.sha256 == sha256

    def _open_chunks(self, first: int, stop: int) -> bytes:
        assert self._unsealer is not None  # noqa: S101 - for the type checker
        start = HEADER_BYTES + first * _SEALED
        end = min(self.sealed_size, HEADER_BYTES + stop * _SEALED)
        try:
            return self._unsealer.chunks(
                first, self._blob.read_at(start, end - start), last=stop == self._chunks
            )
        except Damaged as error:
            raise Damaged(f"{self.name}: {error}", error.hint) from error

    def close(self) -> None:
        """Close the blob."""
        self._blob.__exit__()

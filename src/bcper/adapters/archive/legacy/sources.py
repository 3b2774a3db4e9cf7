"""The ``.tar.gz`` of a run: as it lies in the store, or decrypted.

Encrypted it is 16 bytes of salt, 12 of nonce, and AES-256-GCM of the whole with its tag at the end (FORMAT.md
section 8).
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn, Protocol, SupportsIndex

from bcper.adapters.archive.legacy.spool import Spool
from bcper.domain.errors import Damaged, WrongPassword
from bcper.ports.blob_store import BlobReader

Keys = Callable[[bytes], Iterable[bytes]]
"""From a salt to the keys (32 bytes) that may be the right one: see ``Keyring.legacy_keys``."""

_SALT, _NONCE, _TAG, _BLOCK = 16, 12, 16, 16
_HEAD = _SALT + _NONCE
_MOST = (1 << 36) - 32
"""Bytes that GCM can encrypt with one nonce (NIST SP 800-38D, 5.2.1.1)."""

_GZIP = b"\x1f\x8b\x08"
_PIECE = 1 << 20


class Source(Protocol):
    """The bytes of a ``.tar.gz``."""

    size: int
    sha256: str
    """Of the blob as it lies in the store, in hex; empty where nothing is fetched."""

    def fetch(self) -> Iterator[int]:
        """Make the bytes ready, proven to be whole; yields bytes read from the store."""
        ...

    def read_at(self, offset: int, length: int) -> bytes:
        """Up to ``length`` bytes from ``offset``; after :meth:`fetch` came to its end."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class PlainSource:
    """A ``.tar.gz`` that is not encrypted; nothing has to be fetched."""

    def __init__(self, blob: BlobReader) -> None:
        self._blob = blob
        self.size = blob.size
        self.sha256 = ""

    def fetch(self) -> Iterator[int]:
        """See Source."""
        return iter(())

    def read_at(self, offset: int, length: int) -> bytes:
        """See Source."""
        return self._blob.read_at(offset, length)

    def close(self) -> None:
        """See Source; the blob is its opener's."""


class SealedSource:
    """An encrypted one.

    GCM says only at the very end whether any of it is true. So all of it is copied into a file without a
    name and authenticated on the way, and decrypted from there, where nobody can change it any more: no
    plaintext ever is on a disk, and none is handed out before the tag is verified.
    """

    def __init__(self, blob: BlobReader, name: str, keys: Keys) -> None:
        """Find the key. Raises Damaged; WrongPassword, also for damage to the salt or nonce."""
        self._blob, self._name = blob, name
        self.size = blob.size - _HEAD - _TAG
        if self.size < len(_GZIP):
            raise Damaged(f"{name} is too short to be an archive: it was cut.", "Restore another run.")
        if self.size > _MOST:
            raise Damaged(f"{name} is longer than what the original BCPER can have encrypted.")
        head = blob.read_at(0, _HEAD + len(_GZIP))
        self._nonce = head[_SALT:_HEAD]
        self._key = self._find_key(keys(head[:_SALT]), head[_HEAD:])
        self._spool: Spool | None = None
        self.sha256 = ""

    def fetch(self) -> Iterator[int]:
        """See Source."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers import Cipher
        from cryptography.hazmat.primitives.ciphers.algorithms import AES
        from cryptography.hazmat.primitives.ciphers.modes import GCM

        self.close()
        spool = Spool()
        digest = hashlib.sha256(self._blob.read_at(0, _HEAD))
        try:
            yield _HEAD + _TAG
            opening = Cipher(AES(self._key), GCM(self._nonce)).decryptor()
            scratch = bytearray(_PIECE + _BLOCK)
            while spool.size < self.size:
                length = min(_PIECE, self.size - spool.size)
                piece = self._blob.read_at(_HEAD + spool.size, length)
                if len(piece) != length:
                    raise self._damaged()
                digest.update(piece)
                spool.write(piece)
                opening.update_into(piece, scratch)
                yield length
            tag = self._blob.read_at(_HEAD + self.size, _TAG)
            digest.update(tag)
            try:
                opening.finalize_with_tag(tag)
            except (InvalidTag, ValueError) as error:
                raise self._damaged() from error
        except BaseException:
            spool.close()
            raise
        self._spool, self.sha256 = spool, digest.hexdigest()

    def read_at(self, offset: int, length: int) -> bytes:
        """See Source. GCM encrypts as CTR does, from counter 2 on (NIST SP 800-38D, 7.1)."""
        from cryptography.hazmat.primitives.ciphers import Cipher
        from cryptography.hazmat.primitives.ciphers.algorithms import AES
        from cryptography.hazmat.primitives.ciphers.modes import CTR

        assert self._spool is not None  # noqa: S101 - for the type checker
        block, ahead = divmod(offset, _BLOCK)
        sealed = self._spool.read_at(offset - ahead, ahead + length)
        counter = self._nonce + (2 + block).to_bytes(4, "big")
        return Cipher(AES(self._key), CTR(counter)).decryptor().update(sealed)[ahead:]

    def close(self) -> None:
        """See Source."""
        if self._spool is not None:
            self._spool.close()
            self._spool = None

    def _find_key(self, keys: Iterable[bytes], begin: bytes) -> bytes:
        """The key with which the archive begins as every ``.tar.gz`` does, but for one bit."""
        from cryptography.hazmat.primitives.ciphers import Cipher
        from cryptography.hazmat.primitives.ciphers.algorithms import AES
        from cryptography.hazmat.primitives.ciphers.modes import GCM

        for key in keys:
            plain = Cipher(AES(key), GCM(self._nonce)).decryptor().update(begin)
            wrong = int.from_bytes(plain, "big") ^ int.from_bytes(_GZIP, "big")
            # One wrong bit of 24 is damage, which the tag will show: by chance it is 1 in 700,000.
            if wrong.bit_count() <= 1:
                return key
        raise WrongPassword(
            f"The password does not open {self._name}, or its first {_HEAD} bytes are damaged.",
            "Check the password, and try again.",
        )

    def _damaged(self) -> Damaged:
        return Damaged(
            f"{self._name} is damaged: what it holds is not what was encrypted.", "Restore another run."
        )

    def __repr__(self) -> str:
        return "<SealedSource>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("SealedSource holds a secret and cannot be pickled or copied.")


class Hashed:
    """Hashes a source while it is read once, from its beginning to its end."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.size = source.size
        self.read = 0
        self._told = 0
        self._digest = hashlib.sha256()

    def read_at(self, offset: int, length: int) -> bytes:
        """See Source."""
        data = self._source.read_at(offset, length)
        if offset <= self.read < offset + len(data):
            self._digest.update(memoryview(data)[self.read - offset :])
            self.read = offset + len(data)
        return data

    def taken(self) -> int:
        """Bytes read since this was asked last."""
        fresh, self._told = self.read - self._told, self.read
        return fresh

    def hexdigest(self) -> str:
        """Of what was read so far."""
        return self._digest.hexdigest()

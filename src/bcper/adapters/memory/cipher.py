"""A cipher for tests: the container of FORMAT.md section 3 with derivation and sealing that cost nothing.

It finds everything the real one finds (wrong passwords, flipped bits, cuts, swaps), with the same errors in
the same order, but one HMAC stands in for PBKDF2: never use it for real data.
"""

import hashlib
import hmac
import os
import struct
import unicodedata
from collections.abc import Callable, Iterator
from typing import NoReturn, SupportsIndex

import attrs

from bcper.domain.errors import Damaged, UsageError, WrongPassword
from bcper.ports.cipher import CHUNK, HEADER_BYTES, TAG

_FIELDS = struct.Struct(">8sBBHI16s32s")
_MAGIC = b"\x89BCPER\r\n"
_SEALED = CHUNK + TAG


class _Secret:
    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds a secret and cannot be pickled or copied.")


@attrs.frozen
class MemoryCipher:
    """The fake of :class:`~bcper.ports.cipher.Cipher`; ``entropy(n)`` gives *n* bytes."""

    entropy: Callable[[int], bytes] = os.urandom

    def keyring(self, password: str, like: bytes | None = None) -> "MemoryKeyring":
        """See the port."""
        if not password or any("\ud800" <= char <= "\udfff" for char in password):
            raise UsageError("The password is empty or no text.")
        secret = unicodedata.normalize("NFC", password).encode()
        ring = MemoryKeyring(secret, self.entropy(16), 100_000, self.entropy)
        if like is None:
            return ring
        try:
            ring.unsealer(like)
        except (Damaged, WrongPassword):
            return ring
        *_, iterations, salt, _ = _FIELDS.unpack(like[: _FIELDS.size])
        return MemoryKeyring(secret, salt, iterations, self.entropy)

    def imported(self, exported: bytes) -> "MemoryKeyring":
        """See the port."""
        salt, iterations, secret = exported[:16], exported[16:20], exported[20:]
        return MemoryKeyring(secret, salt, int.from_bytes(iterations, "big"), self.entropy)


@attrs.frozen(repr=False, eq=False)
class MemoryKeyring(_Secret):
    """A password, with the salt and iterations of its new blobs."""

    _password: bytes
    _salt: bytes
    _iterations: int
    _entropy: Callable[[int], bytes]

    def legacy_keys(self, salt: bytes) -> Iterator[bytes]:
        """See the port. The real ones: it is the archive's reader who uses them."""
        nfd = unicodedata.normalize("NFD", self._password.decode()).encode()
        for form in dict.fromkeys((self._password, nfd)):
            yield hashlib.pbkdf2_hmac("sha256", form, salt, 100_000)

    def exported(self) -> bytes:
        """See the port."""
        return self._salt + self._iterations.to_bytes(4, "big") + self._password

    def sealer(self) -> "MemorySealer":
        """See the port."""
        fields = _FIELDS.pack(_MAGIC, 1, 1, 0, self._iterations, self._salt, self._entropy(32))
        signed = fields + hashlib.sha256(fields).digest()[:16]
        key = hmac.digest(self._password, fields, "sha256")
        return MemorySealer(key, signed + hmac.digest(key, signed, "sha256"))

    def unsealer(self, header: bytes) -> "MemoryUnsealer":
        """See the port."""
        if header[:8] != _MAGIC[: len(header)]:
            raise Damaged("This is not a file that BCPER encrypted.")
        if len(header) < HEADER_BYTES:
            raise Damaged("The encrypted file is too short.")
        fields, signed = header[:64], header[:80]
        if hashlib.sha256(fields).digest()[:16] != signed[64:]:
            raise Damaged("The encrypted file's header is damaged.")
        _, version, suite, reserved, iterations, _, _ = _FIELDS.unpack(fields)
        if (version, suite, reserved) != (1, 1, 0):
            raise Damaged("The encrypted file was written by a newer version of BCPER.", "Upgrade BCPER.")
        if not 100_000 <= iterations <= 10_000_000:
            raise Damaged(f"The encrypted file asks for {iterations} iterations.")
        key = hmac.digest(self._password, fields, "sha256")
        if not hmac.compare_digest(hmac.digest(key, signed, "sha256"), header[80:HEADER_BYTES]):
            raise WrongPassword("The password does not open this archive.")
        return MemoryUnsealer(key)


class MemorySealer(_Secret):
    """Seals one blob."""

    def __init__(self, key: bytes, header: bytes) -> None:
        self._key, self._head, self._held = key, header, bytearray()
        self._number, self._finished = 0, False

    def update(self, data: bytes | memoryview) -> bytes:
        """See the port."""
        self._check_unfinished()
        self._held += data
        out, at = [self._take_head()], 0
        while len(self._held) - at > CHUNK:
            out.append(self._seal(bytes(self._held[at : at + CHUNK]), last=False))
            at += CHUNK
        del self._held[:at]
        return b"".join(out)

    def finish(self) -> bytes:
        """See the port."""
        self._check_unfinished()
        self._finished = True
        return self._take_head() + self._seal(bytes(self._held), last=True)

    def _check_unfinished(self) -> None:
        if self._finished:
            raise RuntimeError("This sealer is used up.")

    def _take_head(self) -> bytes:
        head, self._head = self._head, b""
        return head

    def _seal(self, plain: bytes, *, last: bool) -> bytes:
        nonce = self._number.to_bytes(11, "big") + bytes([last])
        self._number += 1
        sealed = _crypt(self._key, nonce, plain)
        return sealed + _tag(self._key, nonce, sealed)


class MemoryUnsealer(_Secret):
    """Opens one blob's chunks."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def plain_size(self, sealed_size: int) -> int:
        """See the port."""
        body = sealed_size - HEADER_BYTES
        count = max(-(-body // _SEALED), 1)
        if body - (count - 1) * _SEALED < TAG + (count > 1):
            raise Damaged("The encrypted file's end is damaged or missing.")
        return body - count * TAG

    def chunks(self, first: int, sealed: bytes, *, last: bool) -> bytes:
        """See the port."""
        pieces = [bytes(sealed[at : at + _SEALED]) for at in range(0, len(sealed), _SEALED)]
        if last and not pieces:
            raise Damaged(f"The encrypted file's end is damaged or missing (chunk {first}).")
        return b"".join(
            self._open(number, piece, last=last and number == first + len(pieces) - 1)
            for number, piece in enumerate(pieces, first)
        )

    def _open(self, number: int, piece: bytes, *, last: bool) -> bytes:
        nonce = number.to_bytes(11, "big") + bytes([last])
        plain, tag = piece[:-TAG], piece[-TAG:]
        whole = len(plain) > 0 or number == 0 if last else len(piece) == _SEALED
        if whole and hmac.compare_digest(_tag(self._key, nonce, plain), tag):
            return _crypt(self._key, nonce, plain)
        if last:
            raise Damaged(f"The encrypted file's end is damaged or missing (chunk {number}).")
        raise Damaged(f"Chunk {number} of the encrypted file is damaged.")


def _crypt(key: bytes, nonce: bytes, data: bytes) -> bytes:
    stream = hashlib.shake_256(b"stream" + key + nonce).digest(len(data))
    return (int.from_bytes(data) ^ int.from_bytes(stream)).to_bytes(len(data))


def _tag(key: bytes, nonce: bytes, sealed: bytes) -> bytes:
    return hmac.digest(key, nonce + sealed, "sha256")[:TAG]

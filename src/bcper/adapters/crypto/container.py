"""Sealed blobs with AES-256-GCM, chunk by chunk (FORMAT.md section 3)."""

import os
import struct
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NoReturn, Self, SupportsIndex

from bcper.adapters.crypto import header as headers
from bcper.adapters.crypto import kdf
from bcper.domain.errors import Damaged, WrongPassword
from bcper.ports.cipher import CHUNK, HEADER_BYTES, TAG

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_SEALED = CHUNK + TAG
_MORE, _LAST = b"\x00", b"\x01"
_HINT = "Restore another run."
_DERIVED = struct.Struct(">16sI32s")
"""Salt, iterations and the master derived with them, of an exported keyring."""

_NONE = bytes(32)
"""Stands for a master that nobody needed yet."""


class _Secret:
    """What holds a key: not shown, not pickled, not copied."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds a secret and cannot be pickled or copied.")


class AesGcmCipher:
    """The :class:`~bcper.ports.cipher.Cipher` of FORMAT.md section 3.

    ``iterations`` are those of PBKDF2 for new salts, 100,000 to 10,000,000; ``entropy(n)`` gives *n*
    unpredictable bytes.
    """

    def __init__(self, iterations: int = 600_000, entropy: Callable[[int], bytes] = os.urandom) -> None:
        if not headers.MIN_ITERATIONS <= iterations <= headers.MAX_ITERATIONS:
            raise ValueError(f"{iterations} iterations: nobody could read what this cipher writes.")
        self._iterations = iterations
        self._entropy = entropy

    def keyring(self, password: str, like: bytes | None = None) -> "AesGcmKeyring":
        """See :meth:`bcper.ports.cipher.Cipher.keyring`. Without ``like`` nothing is derived yet."""
        return AesGcmKeyring(kdf.password_bytes(password), self._iterations, self._entropy, like)

    def imported(self, exported: bytes) -> "AesGcmKeyring":
        """See :meth:`bcper.ports.cipher.Cipher.imported`."""
        return AesGcmKeyring.imported(exported, self._entropy)


class AesGcmKeyring(_Secret):
    """One password and the masters derived from it, by salt and iterations. Safe to use from threads."""

    __slots__ = ("_entropy", "_iterations", "_lock", "_masters", "_password", "_salt")

    def __init__(
        self, password: bytes, iterations: int, entropy: Callable[[int], bytes], like: bytes | None
    ) -> None:
        self._password = password
        self._entropy = entropy
        self._lock = threading.Lock()
        self._masters: dict[tuple[bytes, int], bytes] = {}
        shared = None if like is None else self._shared(like)
        self._salt, self._iterations = shared or (entropy(headers.SALT_BYTES), iterations)

    @classmethod
    def imported(cls, exported: bytes, entropy: Callable[[int], bytes]) -> Self:
        """The keyring that was :meth:`exported`."""
        count = int.from_bytes(exported[:4], "big")
        derived = [_DERIVED.unpack_from(exported, 4 + at * _DERIVED.size) for at in range(count)]
        (salt, iterations, _), *_ = derived
        keyring = cls(exported[4 + count * _DERIVED.size :], iterations, entropy, None)
        keyring._salt = salt
        keyring._masters.update({(salt, number): key for salt, number, key in derived if key != _NONE})
        return keyring

    def exported(self) -> bytes:
        """See :meth:`bcper.ports.cipher.Keyring.exported`."""
        with self._lock:
            own = (self._salt, self._iterations)
            derived = {own: _NONE, **self._masters}
            derived = {own: derived.pop(own), **derived}
        lines = [_DERIVED.pack(salt, number, key) for (salt, number), key in derived.items()]
        return len(lines).to_bytes(4, "big") + b"".join(lines) + self._password

    def sealer(self) -> "AesGcmSealer":
        """A sealer for a new blob. The first one derives the key, unless ``like`` did."""
        nonce = self._entropy(headers.NONCE_BYTES)
        payload_key, mac_key = kdf.file_keys(self._master(self._salt, self._iterations), nonce)
        signed = headers.build(self._iterations, self._salt, nonce)
        return AesGcmSealer(_aead(payload_key), signed + kdf.header_mac(mac_key, signed))

    def unsealer(self, header: bytes) -> "AesGcmUnsealer":
        """See :meth:`bcper.ports.cipher.Keyring.unsealer`."""
        return AesGcmUnsealer(_aead(self._open(headers.parse(header))))

    def legacy_keys(self, salt: bytes) -> Iterator[bytes]:
        """See :meth:`bcper.ports.cipher.Keyring.legacy_keys`."""
        yield self._master(salt, kdf.LEGACY_ITERATIONS)
        other = kdf.decomposed(self._password)
        if other != self._password:
            yield kdf.master_key(other, salt, kdf.LEGACY_ITERATIONS)

    def _shared(self, like: bytes) -> tuple[bytes, int] | None:
        """Salt and iterations of the earlier header ``like`` if the password opens it."""
        try:
            header = headers.parse(like)
            self._open(header)
        except (Damaged, WrongPassword):
            return None
        return header.salt, header.iterations

    def _open(self, header: headers.Header) -> bytes:
        """The payload key of the blob with ``header``. Raises WrongPassword."""
        import hmac

        payload_key, mac_key = kdf.file_keys(self._master(header.salt, header.iterations), header.nonce)
        if not hmac.compare_digest(kdf.header_mac(mac_key, header.signed), header.mac):
            raise WrongPassword("The password does not open this archive.", "Check it, and try again.")
        return payload_key

    def _master(self, salt: bytes, iterations: int) -> bytes:
        # Threads that open volumes with one salt at the same time wait for one derivation.
        with self._lock:
            master = self._masters.get((salt, iterations))
            if master is None:
                master = kdf.master_key(self._password, salt, iterations)
                self._masters[salt, iterations] = master
            return master


class AesGcmSealer(_Secret):
    """Seals one blob, in order, from one thread. Holds up to one chunk of plaintext back."""

    __slots__ = ("_aead", "_finished", "_head", "_held", "_number", "_scratch")

    def __init__(self, aead: "AESGCM", header: bytes) -> None:
        self._aead = aead
        self._head = header
        self._held = bytearray()
        self._number = 0
        # Sealed chunks are gathered here and leave in one copy. A buffer that stays saves the page faults
        # of one that comes and goes: five times the speed where malloc gives its pages back each time.
        self._scratch = bytearray()
        self._finished = False

    def update(self, data: bytes | memoryview) -> bytes:
        """See :meth:`bcper.ports.cipher.Sealer.update`; ``data`` is the caller's again afterwards.

        A chunk is sealed when a byte after it is known, because the last one is marked.
        """
        self._check_unfinished()
        view = memoryview(data)
        count = max(len(self._held) + len(view) - 1, 0) // CHUNK
        if not count:
            self._held += view
            return self._take_head()
        head = self._take_head()
        end = len(head) + count * _SEALED
        if len(self._scratch) < end:
            self._scratch = bytearray(end)
        out = memoryview(self._scratch)
        at, start = len(head), 0
        out[:at] = head
        if self._held:
            start = CHUNK - len(self._held)
            self._held += view[:start]
            out[at : at + _SEALED] = self._seal(self._held, _MORE)
            self._held.clear()
            at += _SEALED
        while at < end:
            out[at : at + _SEALED] = self._seal(view[start : start + CHUNK], _MORE)
            start += CHUNK
            at += _SEALED
        self._held += view[start:]
        return bytes(out[:end])

    def finish(self) -> bytes:
        """See :meth:`bcper.ports.cipher.Sealer.finish`; the header too if :meth:`update` was never called."""
        self._check_unfinished()
        self._finished = True
        sealed = self._take_head() + self._seal(self._held, _LAST)
        self._held, self._scratch = bytearray(), bytearray()
        return sealed

    def _check_unfinished(self) -> None:
        if self._finished:
            raise RuntimeError("This sealer is used up.")

    def _take_head(self) -> bytes:
        head, self._head = self._head, b""
        return head

    def _seal(self, chunk: bytearray | memoryview, flag: bytes) -> bytes:
        # Counted before it is used: whatever fails after this, no nonce is used twice.
        nonce = self._number.to_bytes(11, "big") + flag
        self._number += 1
        return self._aead.encrypt(nonce, chunk, None)


class AesGcmUnsealer(_Secret):
    """Opens one blob's chunks; without state, so any number of threads may use it."""

    __slots__ = ("_aead",)

    def __init__(self, aead: "AESGCM") -> None:
        self._aead = aead

    def plain_size(self, sealed_size: int) -> int:
        """See :meth:`bcper.ports.cipher.Unsealer.plain_size`."""
        body = sealed_size - HEADER_BYTES
        count = max(-(-body // _SEALED), 1)
        if not _can_be_last(count - 1, body - (count - 1) * _SEALED):
            raise Damaged(
                f"The encrypted file's end is damaged or missing: none has {sealed_size} bytes.", _HINT
            )
        return body - count * TAG

    def chunks(self, first: int, sealed: bytes, *, last: bool) -> bytes:
        """See :meth:`bcper.ports.cipher.Unsealer.chunks`."""
        from cryptography.exceptions import InvalidTag

        view = memoryview(sealed)
        count = -(-len(view) // _SEALED)
        final = first + count - 1
        plain = []
        number = first
        try:
            for at in range(0, len(view), _SEALED):
                nonce = number.to_bytes(11, "big") + (_LAST if last and number == final else _MORE)
                plain.append(self._aead.decrypt(nonce, view[at : at + _SEALED], None))
                number += 1
        except InvalidTag as error:
            if last and number == final:
                raise _end_damaged(number) from error
            raise _chunk_damaged(number) from error
        # Sizes that no blob has are looked at last: they could only come from somebody with the key, and
        # a damaged chunk before them is the better answer.
        size = len(view) - max(count - 1, 0) * _SEALED
        if last and not _can_be_last(final, size):
            raise _end_damaged(max(final, first))
        if not last and size not in (0, _SEALED):
            raise _chunk_damaged(final)
        return plain[0] if len(plain) == 1 else b"".join(plain)


def _can_be_last(number: int, size: int) -> bool:
    """Whether a blob may end with a sealed chunk of ``size`` bytes: only an empty blob's is empty."""
    return size >= TAG if number == 0 else size > TAG


def _chunk_damaged(number: int) -> Damaged:
    return Damaged(f"Chunk {number} of the encrypted file is damaged.", _HINT)


def _end_damaged(number: int) -> Damaged:
    return Damaged(f"The encrypted file's end is damaged or missing (chunk {number}).", _HINT)


def _aead(key: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)

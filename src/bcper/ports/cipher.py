"""The sealed container (FORMAT.md section 3)."""

from collections.abc import Iterator
from typing import Protocol

HEADER_BYTES = 112
CHUNK = 65_536
TAG = 16


class Sealer(Protocol):
    """Encrypts one blob from its first byte to its last, in order, from one thread."""

    def update(self, data: bytes | memoryview) -> bytes:
        """Sealed bytes ready to be written, the header first; what fills no chunk is kept for later."""
        ...

    def finish(self) -> bytes:
        """The last chunk, marked as such. The sealer is used up."""
        ...


class Unsealer(Protocol):
    """Opens one blob at any place; safe to use from several threads."""

    def plain_size(self, sealed_size: int) -> int:
        """Bytes of plaintext in a blob of ``sealed_size`` bytes. Raises Damaged if no blob has that size."""
        ...

    def chunks(self, first: int, sealed: bytes, *, last: bool) -> bytes:
        """Plaintext of the consecutive whole chunks ``sealed``, the first of them number ``first``.

        ``last`` says that the final one of them must be the blob's last. Raises Damaged, naming the chunk.
        """
        ...


class Keyring(Protocol):
    """A password, with what was derived from it in this process. Never printed, never pickled."""

    def sealer(self) -> Sealer:
        """A sealer for a new blob, with a nonce of its own."""
        ...

    def unsealer(self, header: bytes) -> Unsealer:
        """An unsealer for the blob that begins with ``header`` (112 bytes).

        Raises, in this order: Damaged (not a BCPER file, too short, header damaged, newer version,
        iterations out of range; none of them derives a key), WrongPassword.
        """
        ...

    def legacy_keys(self, salt: bytes) -> Iterator[bytes]:
        """The keys (32 bytes) that an archive of the original BCPER with ``salt`` may have, likeliest first.

        PBKDF2-HMAC-SHA-256 with 100,000 iterations (FORMAT.md section 8). The original took a password as it
        was typed: NFC is tried, then NFD where that is another one. Each is derived when it is asked for.
        """
        ...

    def exported(self) -> bytes:
        """The password and what was derived from it: for another process of ours, through a pipe only."""
        ...


class Cipher(Protocol):
    """Makes keyrings."""

    def imported(self, exported: bytes) -> Keyring:
        """The keyring that :meth:`Keyring.exported` in another process; what it knew is not derived anew."""
        ...

    def keyring(self, password: str, like: bytes | None = None) -> Keyring:
        """A keyring for ``password``.

        ``like`` is the header of an earlier run's blob: its salt and iterations are taken over when the
        password opens it, so that opening both costs one derivation. Raises UsageError for an empty
        password. Unicode forms of one password (NFC, NFD) are the same password.
        """
        ...

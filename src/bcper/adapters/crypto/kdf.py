"""From a password to the keys of one blob (FORMAT.md section 3).

``cryptography`` is loaded by the first derivation, not by the import: a command that opens no archive
does not pay for it.
"""

from bcper.domain.errors import UsageError

_INFO = b"bcper/v1"

LEGACY_ITERATIONS = 100_000
"""Of the original BCPER (FORMAT.md section 8)."""


def password_bytes(password: str) -> bytes:
    """UTF-8 of ``password`` in Unicode's NFC, so that every way of typing it gives one key.

    Raises :class:`UsageError` for an empty password, and for one that UTF-8 cannot say.
    """
    import unicodedata

    if not password:
        raise UsageError("The password is empty.", "Give a password, or none at all for a plain archive.")
    # Looked for beforehand: a UnicodeEncodeError would carry the password into a trace (FAULTS.md row 75).
    if any("\ud800" <= char <= "\udfff" for char in password):
        raise UsageError("The password holds bytes that are not text.", "Give the password as UTF-8.")
    return unicodedata.normalize("NFC", password).encode("utf-8")


def decomposed(password: bytes) -> bytes:
    """A password of :func:`password_bytes` in Unicode's NFD, as some systems type it."""
    import unicodedata

    return unicodedata.normalize("NFD", password.decode("utf-8")).encode("utf-8")


def master_key(password: bytes, salt: bytes, iterations: int) -> bytes:
    """PBKDF2-HMAC-SHA-256 (RFC 8018), 32 bytes. Slow on purpose: tenths of a second."""
    # OpenSSL's through cryptography takes half the time of hashlib's, which may be built without it.
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

    return PBKDF2HMAC(algorithm=SHA256(), length=32, salt=salt, iterations=iterations).derive(password)


def file_keys(master: bytes, nonce: bytes) -> tuple[bytes, bytes]:
    """Payload key and MAC key, 32 bytes each, of the blob with ``nonce``: HKDF-SHA-256 (RFC 5869)."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    keys = HKDF(algorithm=SHA256(), length=64, salt=nonce, info=_INFO).derive(master)
    return keys[:32], keys[32:]


def header_mac(key: bytes, signed: bytes) -> bytes:
    """HMAC-SHA-256 over bytes 0–79 of a header: proves the password and commits to the key."""
    import hmac

    return hmac.digest(key, signed, "sha256")

"""From a password to the key of an archive: PBKDF2-HMAC-SHA-256, 100,000 iterations (FORMAT.md section 8)."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn, SupportsIndex

from bcper.domain.model.passwords import check_password

Keys = Callable[[bytes], Iterable[bytes]]
"""From a salt to the keys (32 bytes) that may be the right one, likeliest first."""

ITERATIONS = 100_000


class PasswordKeys:
    """The :data:`Keys` of a password: not shown, not pickled.

    The original took the password as it was typed, so other Unicode forms of it are tried too. Raises
    UsageError for what cannot be a password.
    """

    __slots__ = ("_forms",)

    def __init__(self, password: str) -> None:
        composed = check_password(password)
        forms = (password, composed, unicodedata.normalize("NFD", composed))
        self._forms = [form.encode() for form in dict.fromkeys(forms)]

    def __call__(self, salt: bytes) -> Iterator[bytes]:
        """Derive them, one at a time."""
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

        for form in self._forms:
            yield PBKDF2HMAC(algorithm=SHA256(), length=32, salt=salt, iterations=ITERATIONS).derive(form)

    def __repr__(self) -> str:
        return "<PasswordKeys>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("PasswordKeys holds a secret and cannot be pickled or copied.")

"""Passwords: what can be one, and what is kept of those that an owner has had. Never printed."""

import unicodedata
from typing import NoReturn, SupportsIndex

import attrs

from bcper.domain.errors import UsageError


def check_password(password: str) -> str:
    """``password`` in Unicode's NFC, so that every way of typing it is the same one (FAULTS.md row 78).

    Raises :class:`UsageError` for an empty password, and for one that UTF-8 cannot say.
    """
    if not password:
        raise UsageError("The password is empty.", "Give a password, or none at all.")
    # Looked for beforehand: a UnicodeEncodeError would carry the password into a trace (FAULTS.md row 75).
    if any("\ud800" <= char <= "\udfff" for char in password):
        raise UsageError("The password holds bytes that are not text.", "Give the password as UTF-8.")
    return unicodedata.normalize("NFC", password)


@attrs.frozen(repr=False)
class Kept:
    """The password of one owner, and those it had before, newest first; none of them twice.

    All of them went through :func:`check_password`. Not shown, not pickled, not copied.
    """

    current: str | None = None
    earlier: tuple[str, ...] = ()

    def with_current(self, password: str) -> "Kept":
        """Another password; the same one changes nothing."""
        return Kept(password, _without(password, self.current, *self.earlier))

    def forgotten(self, *, earlier: bool) -> "Kept":
        """Without a password, which joins the earlier ones; with ``earlier`` nothing is left."""
        return Kept() if earlier else Kept(None, _without(None, self.current, *self.earlier))

    def joined(self, other: "Kept") -> "Kept":
        """These passwords, and behind them all that ``other`` had."""
        return Kept(self.current, _without(self.current, *self.earlier, other.current, *other.earlier))

    def __bool__(self) -> bool:
        return self.current is not None or bool(self.earlier)

    def __repr__(self) -> str:
        return "<Kept>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("Kept holds secrets and cannot be pickled or copied.")


def _without(current: str | None, *others: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(other for other in others if other is not None and other != current))

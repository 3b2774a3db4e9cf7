"""Fields of editors: what is wrong with one, in words, with a way out."""

from collections.abc import Collection, Iterable

import attrs

from bcper.domain.errors import BcperError, UsageError
from bcper.domain.model.names import AD_HOC, printable, safe_name


@attrs.frozen
class FieldError:
    """What stands under a field; ``suggestion`` is a value that would do, or empty."""

    text: str
    suggestion: str = ""

    @property
    def words(self) -> str:
        """All of it on one line: ``There is a job “mail” already. Suggestion: mail 2``."""
        return f"{self.text} Suggestion: {printable(self.suggestion)}" if self.suggestion else self.text


def name_error(name: str, taken: Collection[str], kind: str, *, job: bool = False) -> FieldError | None:
    """What is wrong with a name; ``taken`` are those of the others, ``kind`` is what it is a name of.

    Jobs that differ only in what a folder's name cannot tell would share one in their store.
    """
    if not name.strip():
        return FieldError("Give it a name.")
    try:
        folder = safe_name(name)
    except BcperError as error:
        return FieldError(_sentence(error), suggestion(name, taken, kind, job=job))
    if _clashes(name, folder, taken, job=job):
        article = "an" if kind[0] in "aeiou" else "a"
        return FieldError(
            f"There is {article} {kind} “{printable(name)}” already.", suggestion(name, taken, kind, job=job)
        )
    if job and folder.casefold() == AD_HOC:
        return FieldError(
            "Backups without a job are filed under that name.", suggestion(f"my {name}", taken, kind)
        )
    return None


def suggestion(name: str, taken: Collection[str], kind: str, *, job: bool = False) -> str:
    """A name that would do, near to ``name``."""
    kept = "".join(char if char.isalnum() or char in "._- " else "-" for char in name)
    base = " ".join(kept.strip(" .-").split()) or kind
    found, number = base, 1
    while _clashes(found, safe_name(found), taken, job=job):
        number += 1
        found = f"{base} {number}"
    return found


def error_of(check: object, *values: object) -> FieldError | None:
    """What ``check(*values)`` has to say against them."""
    if not callable(check):
        raise TypeError("Something to call is wanted.")
    try:
        check(*values)
    except UsageError as error:
        return FieldError(_sentence(error))
    return None


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a field with several, without empty ones at the end."""
    return tuple(text.rstrip("\n").split("\n")) if text.strip() else ()


def text_of(lines: Iterable[str]) -> str:
    """The other way."""
    return "\n".join(lines)


def number_of(text: str) -> int | None:
    """The whole number that was typed, or ``None``."""
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None


def _clashes(name: str, folder: str, taken: Collection[str], *, job: bool) -> bool:
    if job:
        return folder.casefold() in {safe_name(other).casefold() for other in taken}
    return name in taken


def _sentence(error: BcperError) -> str:
    hint = "" if "--" in error.hint or "bcper-cli" in error.hint else error.hint
    return printable(" ".join(filter(None, (str(error), hint))))

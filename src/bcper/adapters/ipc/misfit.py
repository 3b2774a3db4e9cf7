"""What is wrong with a value, and where: cattrs' errors in one sentence."""

from collections.abc import Callable
from typing import Any

from cattrs.errors import (
    AttributeValidationNote,
    ForbiddenExtraKeysError,
    IterableValidationError,
    IterableValidationNote,
)

from bcper.domain.errors import BcperError
from bcper.domain.model.names import printable


class Misfit(Exception):
    """What is wrong with a value, and where: no value is ever told."""


def below(step: object, read: Callable[[Any, Any], Any], raw: Any, kind: Any) -> Any:
    """``read(raw, kind)``, what is wrong being found at ``step``."""
    try:
        return read(raw, kind)
    except Exception as error:
        error.__notes__ = [IterableValidationNote("", step, kind), *getattr(error, "__notes__", ())]  # type: ignore[arg-type]
        raise IterableValidationError("", [error], kind) from None


def explained(error: Exception) -> Exception:
    """The first that is wrong, and where it is."""
    path = ""
    while True:
        for note in getattr(error, "__notes__", ()):
            if isinstance(note, AttributeValidationNote):
                path += f".{note.name}"
            elif isinstance(note, IterableValidationNote):
                path += f"[{note.index}]"
        if not isinstance(error, ExceptionGroup):
            break
        error = error.exceptions[0]
    if isinstance(error, BcperError):
        return error
    where = path.removeprefix(".")
    if isinstance(error, KeyError):  # the note above names the field itself
        return Misfit(f"{where} is missing")
    said = "does not fit"
    if isinstance(error, Misfit):
        said = str(error)
    elif isinstance(error, ForbiddenExtraKeysError):
        said = f"has the unknown key {printable(min(error.extra_fields))[:40]!r}"
    return Misfit(f"{where} {said}".strip())

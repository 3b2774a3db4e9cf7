"""Single values, read strictly: nothing is guessed and nothing converted. Each raises :class:`Problem`."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from bcper.adapters.config_json.problem import Problem, found, listed, quoted
from bcper.domain.errors import BcperError

T = TypeVar("T")


def read_object(raw: object, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Any]:
    """An object with these keys and no others."""
    if not isinstance(raw, dict):
        raise Problem(f"is {found(raw)}; it must be an object in braces")
    allowed = (*required, *optional)
    for key in raw:
        if key not in allowed:
            raise Problem(
                f"has the unknown key {quoted(key)}; allowed are {listed(allowed)}",
                hint="Correct its spelling or take it out.",
            )
    missing = [key for key in required if key not in raw]
    if missing:
        raise Problem(f"lacks {listed(missing)}; allowed are {listed(allowed)}")
    return raw


def read_text(raw: object) -> str:
    """Text."""
    if not isinstance(raw, str):
        raise Problem(f"is {found(raw)}; it must be text in quotes")
    return raw


def read_whole(raw: object) -> int:
    """A whole number; ``true`` is none, and neither is ``3.0``."""
    if type(raw) is not int:
        raise Problem(f"is {found(raw)}; it must be a whole number")
    return raw


def read_flag(raw: object) -> bool:
    """``true`` or ``false``."""
    if not isinstance(raw, bool):
        raise Problem(f"is {found(raw)}; it must be true or false")
    return raw


def read_texts(raw: object) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(raw, list):
        raise Problem(f"is {found(raw)}; it must be a list of texts in brackets")
    for index, each in enumerate(raw):
        below((index,), read_text, each)
    return tuple(raw)


def read_choice(raw: object, allowed: Sequence[str]) -> str:
    """One of the texts ``allowed``."""
    if not isinstance(raw, str) or raw not in allowed:
        shown = quoted(raw) if isinstance(raw, str) else found(raw)
        raise Problem(f"is {shown}; it must be {listed(tuple(allowed), 'or')}")
    return raw


def read_moment(raw: object) -> datetime:
    """A time with its zone, as UTC."""
    try:
        moment = datetime.fromisoformat(read_text(raw))
        if moment.utcoffset() is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Problem(f"is {quoted(str(raw))}, which is no time", hint=_MOMENT) from error
    raise Problem(f"is {quoted(str(raw))}, a time without a zone", hint=_MOMENT)


def write_moment(moment: datetime) -> str:
    """As :func:`read_moment` has it, with Z for UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def checked(check: Callable[[T], T], value: T) -> T:
    """``value``, if the model's ``check`` takes it."""
    try:
        return check(value)
    except BcperError as error:
        raise refused(error) from error


def refused(error: BcperError) -> Problem:
    """What the model said of a value."""
    return Problem(f"is refused: {str(error).rstrip('.')}", hint=error.hint)


def below(steps: tuple[str | int, ...], read: Callable[[Any], T], raw: object) -> T:
    """``read(raw)``, what is wrong being found under ``steps``."""
    try:
        return read(raw)
    except Problem as problem:
        raise problem.below(*steps) from problem.__cause__


_MOMENT = "Write it as '2025-12-31T22:00:00Z'."

"""Single values, read strictly and written: hooks for cattrs (docs/reference/protocol.md, "Values").

What reads raises Misfit.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from functools import lru_cache, partial
from typing import Any, get_args

from cattrs import BaseConverter

from bcper.adapters.ipc.misfit import Misfit
from bcper.domain.errors import UsageError

Read = Callable[[Any, Any], Any]


def read_plain(kind: type, word: str, raw: Any, wanted: Any) -> Any:
    """A ``kind``, called ``word``."""
    # cattrs takes a StrEnum for the text that it is, too.
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return _one_of(_values(wanted), raw, wanted)
    if type(raw) is not kind:
        raise Misfit(f"must be {word}")
    return raw


def read_float(raw: Any, _: Any) -> float:
    """Any number: JSON does not tell 1 from 1.0."""
    if type(raw) not in (int, float):
        raise Misfit("must be a number")
    return float(raw)


def read_bytes(raw: Any, _: Any) -> bytes:
    """Bytes, from the text for them (PEP 383)."""
    try:
        return bytes(read_plain(str, "text", raw, _).encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        raise Misfit("must be text for bytes") from None


def write_bytes(value: bytes) -> str:
    """As :func:`read_bytes` has it."""
    return value.decode("utf-8", "surrogateescape")


def read_moment(raw: Any, _: Any) -> datetime:
    """A time with its zone."""
    try:
        moment = datetime.fromisoformat(read_plain(str, "text", raw, _))
        if moment.utcoffset() is not None:
            return moment
    except ValueError:
        pass
    raise Misfit("must be a time with its zone, as 2025-12-31T22:00:00+00:00")


def write_moment(value: datetime) -> str:
    """As :func:`read_moment` has it. Raises UsageError for a time without a zone."""
    if value.utcoffset() is None:
        raise UsageError("A time without a zone cannot be asked for.")
    return value.isoformat()


def choice(kind: Any, _: BaseConverter) -> Read:
    """How a Literal is read."""
    choices = {(type(value), value): value for value in get_args(kind)}
    return partial(_one_of, choices)


def enum(kind: type[Enum], _: BaseConverter) -> Read:
    """How an enum is read: by its values."""
    return partial(_one_of, _values(kind))


@lru_cache
def _values(kind: type[Enum]) -> dict[tuple[type, Any], Enum]:
    values: dict[Any, Enum] = {member.value: member for member in kind}
    return {(type(value), value): member for value, member in values.items()}


def _one_of(choices: Mapping[tuple[type, Any], Any], raw: Any, _: Any) -> Any:
    if not isinstance(raw, str | int) or (type(raw), raw) not in choices:
        raise Misfit(f"must be one of {', '.join(str(value) for _, value in choices)}")
    return choices[type(raw), raw]

"""The models of the catalogue, field by field: read strictly by hand, written by cattrs.

cattrs would read them as well, but to import it and to make its functions costs 25 ms, at the start of every
command that looks at the configuration; this costs 1 ms. Commands that change something have that time.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import attrs

from bcper.adapters.config_json.schedules import read_schedule, write_schedule
from bcper.adapters.config_json.values import (
    below,
    read_choice,
    read_flag,
    read_moment,
    read_object,
    read_text,
    read_texts,
    read_whole,
    refused,
    write_moment,
)
from bcper.domain.errors import BcperError
from bcper.domain.model.frequency import Cron, Every, Frequency, Once, Schedule
from bcper.domain.model.jobs import Job, Keep
from bcper.domain.model.stores import Store
from bcper.domain.model.targets import Item, LeaveOut, Vault

if TYPE_CHECKING:
    from cattrs import Converter

KEYS: dict[type, str] = {Item: "name", Vault: "name", Store: "name", Frequency: "id", Job: "id"}
"""The field that is the key of a section, and so not told again inside."""

_SPELT: dict[type, dict[str, str]] = {Store: {"kind": "type"}}
"""Fields that people know by another word."""

_READ: dict[Any, Callable[[Any], Any]] = {
    str: read_text,
    int: read_whole,
    bool: read_flag,
    datetime: read_moment,
    tuple[str, ...]: read_texts,
    Schedule: read_schedule,
}


def read_model(kind: Any, raw: object, key: str | None = None) -> Any:
    """The ``kind`` that ``raw`` says, ``key`` being its key in its section. Raises Problem.

    Every key of the object is checked, and so is what the model itself says of its values.
    """
    readers, needed = _fields(kind)
    given = read_object(raw, needed, [word for word in readers if word not in needed])
    values: dict[str, Any] = {} if key is None else {KEYS[kind]: key}
    for word, value in given.items():
        name, read = readers[word]
        values[name] = below((word,), read, value)
    try:
        return kind(**values)
    except BcperError as error:
        raise refused(error) from error


@lru_cache(maxsize=1)
def writer() -> "Converter":
    """The converter that unstructures them."""
    from cattrs import Converter
    from cattrs.gen import make_dict_unstructure_fn, override

    made = Converter()
    for schedule in (Cron, Every, Once):
        made.register_unstructure_hook(schedule, write_schedule)
    made.register_unstructure_hook(datetime, write_moment)
    for kind, key in KEYS.items():
        words: dict[str, Any] = {field: override(rename=word) for field, word in _spelt(kind).items()}
        words[key] = override(omit=True)
        made.register_unstructure_hook(kind, make_dict_unstructure_fn(kind, made, **words))
    return made


@lru_cache
def _fields(kind: Any) -> tuple[dict[str, tuple[str, Callable[[Any], Any]]], list[str]]:
    """By the word for it: each field's name and how it is read; and the words that are needed."""
    fields = {
        _spelt(kind).get(field.name, field.name): field
        for field in attrs.fields(kind)
        if field.name != KEYS.get(kind)
    }
    needed = [word for word, field in fields.items() if field.default is attrs.NOTHING]
    return {word: (field.name, _reader(field.type)) for word, field in fields.items()}, needed


def _reader(kind: Any) -> Callable[[Any], Any]:
    if kind in _READ:
        return _READ[kind]
    if kind in (LeaveOut, Keep):
        return partial(read_model, kind)
    if get_origin(kind) is Literal:
        return partial(read_choice, allowed=get_args(kind))
    if isinstance(kind, UnionType) and type(None) in get_args(kind):
        (some,) = (each for each in get_args(kind) if each is not type(None))
        return partial(_optional, _reader(some))
    raise TypeError(f"{kind} has no form in the configuration")


def _optional(read: Callable[[Any], Any], raw: object) -> Any:
    return None if raw is None else read(raw)


def _spelt(kind: type) -> dict[str, str]:
    return _SPELT.get(kind, {})

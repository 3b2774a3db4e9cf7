"""How cattrs reads and writes the models: strictly, every key checked, errors with their place."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import attrs

from bcper.adapters.config_json.problem import Problem
from bcper.adapters.config_json.schedules import read_schedule, write_schedule
from bcper.adapters.config_json.values import (
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
    from cattrs import ClassValidationError, Converter

KEYS: dict[type, str] = {Item: "name", Vault: "name", Store: "name", Frequency: "id", Job: "id"}
"""The field that is the key of a section, and so not told again inside."""

_SPELT: dict[type, dict[str, str]] = {Store: {"kind": "type"}}
"""Fields that people know by another word."""


@lru_cache(maxsize=1)
def reader() -> "Converter":
    """The converter that structures. Made when first asked for: cattrs costs a start-up some 20 ms."""
    from cattrs import Converter

    made = Converter()
    plain: tuple[tuple[Any, Any], ...] = (
        (str, read_text),
        (int, read_whole),
        (bool, read_flag),
        (datetime, read_moment),
        (Schedule, read_schedule),
    )
    for kind, read in plain:
        made.register_structure_hook(kind, read)
    made.register_structure_hook_func(lambda kind: bool(kind == tuple[str, ...]), read_texts)
    made.register_structure_hook_func(_is_choice, lambda raw, kind: read_choice(raw, get_args(kind)))
    for kind in (LeaveOut, Keep, *KEYS):
        made.register_structure_hook(kind, _model_reader(kind, made))
    return made


@lru_cache(maxsize=1)
def writer() -> "Converter":
    """The converter that unstructures."""
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


def _is_choice(kind: Any) -> bool:
    return get_origin(kind) is Literal


def _spelt(kind: type) -> dict[str, str]:
    return _SPELT.get(kind, {})


def _model_reader(kind: type, converter: "Converter") -> Callable[[object, object], Any]:
    """Reads ``kind`` with every key checked, its field that is a key of the section left empty."""
    from cattrs import ClassValidationError
    from cattrs.gen import make_dict_structure_fn, override

    words = _spelt(kind)
    key = KEYS.get(kind)
    fields = [field for field in attrs.fields(kind) if field.name != key]
    needed = [words.get(field.name, field.name) for field in fields if field.default is attrs.NOTHING]
    others = [words.get(field.name, field.name) for field in fields if field.default is not attrs.NOTHING]
    renamed: dict[str, Any] = {field: override(rename=word) for field, word in words.items()}
    structure: Callable[..., Any] = make_dict_structure_fn(kind, converter, **renamed)

    def read(raw: object, _: object) -> Any:
        given = read_object(raw, needed, others)
        try:
            return structure({**given, key: ""} if key else given, kind)
        except ClassValidationError as group:
            raise _first(group, words) from group

    return read


def _first(group: "ClassValidationError", words: dict[str, str]) -> Problem:
    """The first of cattrs' errors, and where it is."""
    placed, others = group.group_exceptions()
    for error, note in placed:
        if isinstance(error, Problem):
            return error.below(words.get(note.name, note.name))
    for error in others:
        if isinstance(error, BcperError):
            return refused(error)
    raise group

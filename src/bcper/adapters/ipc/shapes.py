"""Values as JSON and back, by their types and strictly (docs/protocol.md, "Values"). By cattrs.

Nothing is guessed and nothing converted: ``"1"`` is no number, ``true`` none either, and a key that nobody
knows is an error. Import this where the first value is at hand: cattrs costs 15 ms.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from functools import lru_cache, partial
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import attrs
from cattrs import BaseConverter, Converter
from cattrs.errors import (
    AttributeValidationNote,
    ForbiddenExtraKeysError,
    IterableValidationError,
    IterableValidationNote,
)
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from bcper.adapters.ipc.requests import resolve
from bcper.domain.errors import BcperError, UsageError
from bcper.domain.model.names import printable

TAG = "type"
"""Which of several classes an object is."""

Read = Callable[[Any, Any], Any]


class Misfit(Exception):
    """What is wrong with a value, and where: no value is ever told."""


def structure(raw: object, kind: Any) -> Any:
    """The ``kind`` that ``raw`` says. Raises Misfit, and BcperError when the model refuses a value."""
    read = _converter.get_structure_hook(kind)  # a type that has no form in JSON is a bug, and no Misfit
    try:
        return read(raw, kind)
    except Exception as error:
        raise _explained(error) from None


def unstructure(value: object, kind: Any) -> Any:
    """``value``, a ``kind``, as JSON has it. Raises UsageError for a time without a zone."""
    return _converter.unstructure(value, unstructure_as=kind)


def _plain(kind: type, word: str, raw: Any, wanted: Any) -> Any:
    # cattrs takes a StrEnum for the text that it is, too.
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return _one_of(_values(wanted), raw, wanted)
    if type(raw) is not kind:
        raise Misfit(f"must be {word}")
    return raw


def _read_float(raw: Any, _: Any) -> float:
    if type(raw) not in (int, float):
        raise Misfit("must be a number")
    return float(raw)


def _read_bytes(raw: Any, _: Any) -> bytes:
    try:
        return bytes(_plain(str, "text", raw, _).encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        raise Misfit("must be text for bytes") from None


def _write_bytes(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def _read_moment(raw: Any, _: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(_plain(str, "text", raw, _))
        if moment.utcoffset() is not None:
            return moment
    except ValueError:
        pass
    raise Misfit("must be a time with its zone, as 2025-12-31T22:00:00+00:00")


def _write_moment(value: datetime) -> str:
    if value.utcoffset() is None:
        raise UsageError("A time without a zone cannot be asked for.")
    return value.isoformat()


def _choice(kind: Any, _: BaseConverter) -> Read:
    choices = {(type(value), value): value for value in get_args(kind)}
    return partial(_one_of, choices)


def _enum(kind: type[Enum], _: BaseConverter) -> Read:
    return partial(_one_of, _values(kind))


@lru_cache
def _values(kind: type[Enum]) -> dict[tuple[type, Any], Enum]:
    values: dict[Any, Enum] = {member.value: member for member in kind}
    return {(type(value), value): member for value, member in values.items()}


def _one_of(choices: Mapping[tuple[type, Any], Any], raw: Any, _: Any) -> Any:
    if not isinstance(raw, str | int) or (type(raw), raw) not in choices:
        raise Misfit(f"must be one of {', '.join(str(value) for _, value in choices)}")
    return choices[type(raw), raw]


def _model(kind: type, converter: BaseConverter) -> Read:
    resolve(kind)
    read: Read = make_dict_structure_fn(
        kind, converter, _cattrs_forbid_extra_keys=True, _cattrs_detailed_validation=True
    )

    def read_object(raw: Any, _: Any) -> Any:
        return read(_plain(dict, "an object", raw, _), kind)

    return read_object


def _write_model(kind: type, converter: BaseConverter) -> Callable[[Any], Any]:
    resolve(kind)
    return make_dict_unstructure_fn(kind, converter)


def _tuple(kind: Any, converter: BaseConverter) -> Read:
    of = get_args(kind)
    many = of[-1] is Ellipsis
    readers = [converter.get_structure_hook(each) for each in of if each is not Ellipsis]

    def read(raw: Any, _: Any) -> tuple[Any, ...]:
        _plain(list, "a list", raw, _)
        if not many and len(raw) != len(readers):
            raise Misfit(f"must be a list of {len(readers)}")
        found = []
        for index, each in enumerate(raw):
            place = 0 if many else index
            found.append(_below(index, readers[place], each, of[place]))
        return tuple(found)

    return read


def _mapping(kind: Any, converter: BaseConverter) -> Read:
    key, of = get_args(kind)
    if key is not str:
        raise TypeError(f"{kind} has no form in JSON: its keys are no text")
    reader = converter.get_structure_hook(of)

    def read(raw: Any, _: Any) -> dict[str, Any]:
        _plain(dict, "an object", raw, _)
        return {name: _below("…", reader, each, of) for name, each in raw.items()}

    return read


def _union(kind: Any, converter: BaseConverter) -> Read:
    models, others = _parts(kind)
    readers = {model.__name__: (converter.get_structure_hook(model), model) for model in models}
    other = converter.get_structure_hook(others[0]) if others else None

    def read(raw: Any, _: Any) -> Any:
        if raw is None and NoneType in get_args(kind):
            return None
        if other is not None:
            return other(raw, others[0])
        _plain(dict, "an object", raw, _)
        tag = raw.get(TAG)
        if not isinstance(tag, str) or tag not in readers:
            raise Misfit(f"must have one of {', '.join(readers)} as {TAG!r}")
        reader, model = readers[tag]
        return reader({name: value for name, value in raw.items() if name != TAG}, model)

    return read


def _write_union(kind: Any, converter: BaseConverter) -> Callable[[Any], Any]:
    models, others = _parts(kind)
    writers = {model: converter.get_unstructure_hook(model) for model in models}
    other = converter.get_unstructure_hook(others[0]) if others else None

    def write(value: Any) -> Any:
        if value is None:
            return None
        if other is not None:
            return other(value)
        return {TAG: type(value).__name__, **writers[type(value)](value)}

    return write


def _parts(kind: Any) -> tuple[list[Any], list[Any]]:
    """The classes that a tag tells apart; or the one other type beside ``None``."""
    real = [each for each in get_args(kind) if each is not NoneType]
    if len(real) == 1:
        return [], real
    if not all(attrs.has(each) for each in real):
        raise TypeError(f"{kind} has no form in JSON: nothing tells its types apart")
    for each in real:
        if any(field.name == TAG for field in attrs.fields(each)):
            raise TypeError(f"{each.__name__} has a field that is called as the tag")
    return real, []


def _below(step: object, read: Read, raw: Any, kind: Any) -> Any:
    try:
        return read(raw, kind)
    except Exception as error:
        error.__notes__ = [IterableValidationNote("", step, kind), *getattr(error, "__notes__", ())]  # type: ignore[arg-type]
        raise IterableValidationError("", [error], kind) from None


def _explained(error: Exception) -> Exception:
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


def _made() -> Converter:
    made = Converter()
    words = {str: "text", int: "a whole number", bool: "true or false", NoneType: "null"}
    reads: list[tuple[type, Read]] = [(kind, partial(_plain, kind, word)) for kind, word in words.items()]
    reads += [(float, _read_float), (bytes, _read_bytes), (datetime, _read_moment)]
    for kind, read in reads:
        made.register_structure_hook(kind, read)
    made.register_unstructure_hook(bytes, _write_bytes)
    made.register_unstructure_hook(datetime, _write_moment)
    made.register_structure_hook_factory(attrs.has, _model)
    made.register_unstructure_hook_factory(attrs.has, _write_model)
    made.register_unstructure_hook_factory(_is(Union, UnionType), _write_union)
    for fits, factory in (
        (_is_enum, _enum),
        (_is(Literal), _choice),
        (_is(tuple), _tuple),
        (_is(Mapping, dict), _mapping),
        (_is(Union, UnionType), _union),
    ):
        made.register_structure_hook_factory(fits, factory)
    return made


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _is(*origins: Any) -> Callable[[Any], bool]:
    def fits(kind: Any) -> bool:
        origin: Any = get_origin(kind)
        return origin in origins

    return fits


_converter = _made()

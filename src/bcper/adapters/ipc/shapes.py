"""Values as JSON and back, by their types and strictly (docs/reference/protocol.md, "Values"). By cattrs.

Nothing is guessed and nothing converted: ``"1"`` is no number, ``true`` none either, and a key that nobody
knows is an error. Import this where the first value is at hand: cattrs costs 15 ms.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from functools import partial
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import attrs
from cattrs import BaseConverter, Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from bcper.adapters.ipc.misfit import Misfit, below, explained
from bcper.adapters.ipc.requests import resolve
from bcper.adapters.ipc.values import (
    Read,
    choice,
    enum,
    read_bytes,
    read_float,
    read_moment,
    read_plain,
    write_bytes,
    write_moment,
)

TAG = "type"
"""Which of several classes an object is."""


def structure(raw: object, kind: Any) -> Any:
    """The ``kind`` that ``raw`` says. Raises Misfit, and BcperError when the model refuses a value."""
    read = _converter.get_structure_hook(kind)  # a type that has no form in JSON is a bug, and no Misfit
    try:
        return read(raw, kind)
    except Exception as error:
        raise explained(error) from None


def unstructure(value: object, kind: Any) -> Any:
    """``value``, a ``kind``, as JSON has it. Raises UsageError for a time without a zone."""
    return _converter.unstructure(value, unstructure_as=kind)


def _model(kind: type, converter: BaseConverter) -> Read:
    resolve(kind)
    read: Read = make_dict_structure_fn(
        kind, converter, _cattrs_forbid_extra_keys=True, _cattrs_detailed_validation=True
    )

    def read_object(raw: Any, _: Any) -> Any:
        return read(read_plain(dict, "an object", raw, _), kind)

    return read_object


def _write_model(kind: type, converter: BaseConverter) -> Callable[[Any], Any]:
    resolve(kind)
    return make_dict_unstructure_fn(kind, converter)


def _tuple(kind: Any, converter: BaseConverter) -> Read:
    of = get_args(kind)
    many = of[-1] is Ellipsis
    readers = [converter.get_structure_hook(each) for each in of if each is not Ellipsis]

    def read(raw: Any, _: Any) -> tuple[Any, ...]:
        read_plain(list, "a list", raw, _)
        if not many and len(raw) != len(readers):
            raise Misfit(f"must be a list of {len(readers)}")
        found = []
        for index, each in enumerate(raw):
            place = 0 if many else index
            found.append(below(index, readers[place], each, of[place]))
        return tuple(found)

    return read


def _mapping(kind: Any, converter: BaseConverter) -> Read:
    key, of = get_args(kind)
    if key is not str:
        raise TypeError(f"{kind} has no form in JSON: its keys are no text")
    reader = converter.get_structure_hook(of)

    def read(raw: Any, _: Any) -> dict[str, Any]:
        read_plain(dict, "an object", raw, _)
        return {name: below("…", reader, each, of) for name, each in raw.items()}

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
        read_plain(dict, "an object", raw, _)
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


def _made() -> Converter:
    made = Converter()
    words = {str: "text", int: "a whole number", bool: "true or false", NoneType: "null"}
    reads: list[tuple[type, Read]] = [(kind, partial(read_plain, kind, word)) for kind, word in words.items()]
    reads += [(float, read_float), (bytes, read_bytes), (datetime, read_moment)]
    for kind, read in reads:
        made.register_structure_hook(kind, read)
    made.register_unstructure_hook(bytes, write_bytes)
    made.register_unstructure_hook(datetime, write_moment)
    made.register_structure_hook_factory(attrs.has, _model)
    made.register_unstructure_hook_factory(attrs.has, _write_model)
    made.register_unstructure_hook_factory(_is(Union, UnionType), _write_union)
    for fits, factory in (
        (_is_enum, enum),
        (_is(Literal), choice),
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

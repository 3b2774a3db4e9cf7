"""Values of any type that travels, for Hypothesis."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import attrs
from hypothesis import reject
from hypothesis import strategies as st

from bcper.adapters.ipc.requests import resolve
from bcper.domain.errors import UsageError
from bcper.domain.model.frequency import Cron, Every, Interval, Once
from bcper.domain.model.jobs import Keep
from bcper.domain.model.targets import LeaveOut
from helpers.catalog_strategies import counts, crons, intervals, moments, sizes

# Bytes that are not UTF-8 are lone low surrogates, as os.fsdecode makes them.
_CHARACTERS = st.characters(exclude_categories=["Cs"]) | st.characters(
    min_codepoint=0xDC80, max_codepoint=0xDCFF, categories=["Cs"]
)
_ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone(timedelta(hours=-8))])

_SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(_CHARACTERS, max_size=8),
    bytes: st.binary(max_size=8),
    int: st.integers(-(2**70), 2**70),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    NoneType: st.none(),
    datetime: st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=_ZONES),
    # What the model takes of these is too little to be found by trying.
    Cron: crons,
    Interval: intervals,
    Every: st.builds(Every, intervals, moments),
    Once: st.builds(Once, st.none() | moments),
    Keep: st.builds(Keep, counts, counts, counts, counts, counts),
    LeaveOut: st.builds(LeaveOut, st.booleans(), sizes, st.booleans(), st.booleans()),
}


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Values of ``kind``."""
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    origin: Any = get_origin(kind)
    of = get_args(kind)
    if origin is Literal:
        return st.sampled_from(of)
    if origin in (Union, UnionType):
        return st.one_of([values(each) for each in of])
    if origin is tuple and of[-1] is Ellipsis:
        return st.lists(values(of[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values, of))
    if origin in (Mapping, dict):
        return st.dictionaries(values(of[0]), values(of[1]), max_size=2)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    assert attrs.has(kind), kind
    resolve(kind)
    fields = {field.name: values(field.type) for field in attrs.fields(kind)}
    return st.fixed_dictionaries(fields).map(lambda given: _made(kind, given))


def _made(kind: Any, given: dict[str, Any]) -> Any:
    try:
        return kind(**given)
    except UsageError:
        reject()

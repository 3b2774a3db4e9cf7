"""Values as JSON and back: every request and every reply, and each way to say a wrong one."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import Enum, IntEnum
from typing import Any, Literal

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.adapters.ipc import messages
from bcper.adapters.ipc.codes import SECRET, Refused
from bcper.adapters.ipc.lines import parse, render
from bcper.adapters.ipc.misfit import Misfit
from bcper.adapters.ipc.requests import carried, holds_secret, reply_type, request_types, travels
from bcper.adapters.ipc.shapes import structure, unstructure
from bcper.domain.errors import UsageError
from bcper.domain.model.events import Activity, Changed, Event
from bcper.domain.model.frequency import Cron, Once, Schedule
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.jobs import AddFrequency, AddJob, RunJob, When
from bcper.domain.model.requests.targets import AddItem, AddVault, EditItem, ListItems, PasswordChange
from helpers.by_type import values
from helpers.examples import examples

REQUESTS = request_types()


def there_and_back(value: object, kind: Any) -> object:
    return structure(parse(render({"v": unstructure(value, kind)})[:-1])["v"], kind)


@pytest.mark.parametrize("name", sorted(REQUESTS))
@settings(max_examples=examples(12), deadline=None)
@given(st.data())
def test_every_request_and_its_reply_come_back_as_they_went(name: str, data: st.DataObject) -> None:
    kind = REQUESTS[name]
    for each in (kind, reply_type(kind)):
        value = data.draw(values(each))
        back = there_and_back(value, each)
        assert back == value
        assert type(back) is type(value)


@settings(max_examples=examples(50), deadline=None)
@given(values(Event), values(Progress))
def test_events_and_progress_come_back_as_they_went(event: Event, progress: Progress) -> None:
    assert there_and_back(event, Event) == event
    assert there_and_back(progress, Progress) == progress


class Colour(Enum):
    RED = "red"
    BLUE = 2


class Size(IntEnum):
    SMALL = 1


@attrs.frozen
class Everything:
    """Every type that a request may have one day."""

    text: str
    raw: bytes
    number: int
    share: float
    flag: bool
    when: datetime | None
    colour: Colour
    size: Size
    word: Literal["a", 1, True]
    pair: tuple[str, int]
    many: tuple[tuple[bytes, ...], ...]
    by_name: Mapping[str, Schedule | None]


@settings(max_examples=examples(100), deadline=None)
@given(values(Everything))
def test_every_type_comes_back_as_it_went(value: Everything) -> None:
    back = there_and_back(value, Everything)
    assert back == value
    assert type(back.word) is type(value.word)  # type: ignore[attr-defined]


GOOD: dict[str, Any] = {
    "text": "x",
    "raw": "x",
    "number": 1,
    "share": 1.5,
    "flag": True,
    "when": "2025-12-31T22:00:00Z",
    "colour": "red",
    "size": 1,
    "word": "a",
    "pair": ["x", 1],
    "many": [["x"], []],
    "by_name": {"n": {"type": "Cron", "expression": "0 0 * * *"}, "m": None},
}


def test_what_is_right_is_read() -> None:
    found = structure(GOOD, Everything)
    assert (found.raw, found.when) == (b"x", datetime(2025, 12, 31, 22, tzinfo=UTC))
    assert found.by_name == {"n": Cron("0 0 * * *"), "m": None}
    assert structure({**GOOD, "share": 2}, Everything).share == 2.0
    assert there_and_back(Once(), Schedule) == Once()


@pytest.mark.parametrize(
    ("field", "bad", "said"),
    [
        ("text", 1, "text must be text"),
        ("text", None, "text must be text"),
        ("raw", "\ud800", "raw must be text for bytes"),
        ("number", "1", "number must be a whole number"),
        ("number", 1.0, "number must be a whole number"),
        ("number", True, "number must be a whole number"),
        ("share", "1", "share must be a number"),
        ("share", False, "share must be a number"),
        ("share", 10**400, "share does not fit"),
        ("flag", 1, "flag must be true or false"),
        ("flag", "true", "flag must be true or false"),
        ("when", 0, "when must be text"),
        ("when", "2025-12-31T22:00:00", "when must be a time with its zone"),
        ("when", "yesterday", "when must be a time with its zone"),
        ("colour", "RED", "colour must be one of red, 2"),
        ("colour", "2", "colour must be one of"),
        ("size", True, "size must be one of 1"),
        ("size", 1.0, "size must be one of 1"),
        ("size", [], "size must be one of 1"),
        ("word", "b", "word must be one of a, 1, True"),
        ("word", 1.0, "word must be one of"),
        ("pair", ["x"], "pair must be a list of 2"),
        ("pair", ["x", "1"], r"pair\[1\] must be a whole number"),
        ("pair", "x1", "pair must be a list"),
        ("many", [["x"], [1]], r"many\[1\]\[0\] must be text"),
        ("many", {"x": []}, "many must be a list"),
        ("by_name", [], "by_name must be an object"),
        ("by_name", {"n": {"expression": "x"}}, "must have one of Cron, Every, Once as 'type'"),
        ("by_name", {"n": {"type": ["Cron"]}}, "must have one of"),
        ("by_name", {"n": {"type": "Cron"}}, "expression is missing"),
        ("by_name", {"n": {"type": "Cron", "expression": "x", "y": 1}}, "unknown key 'y'"),
        ("other", 1, "has the unknown key 'other'"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_without_its_value(field: str, bad: Any, said: str) -> None:
    with pytest.raises(Misfit, match=said) as error:
        structure({**GOOD, field: bad}, Everything)
    assert error.value.__cause__ is None


@pytest.mark.parametrize("name", sorted(GOOD))
def test_what_is_missing_is_said(name: str) -> None:
    with pytest.raises(Misfit, match=f"^{name} is missing$"):
        structure({key: value for key, value in GOOD.items() if key != name}, Everything)


@pytest.mark.parametrize("raw", [None, [], "x", 1, True], ids=repr)
def test_a_request_is_an_object(raw: object) -> None:
    with pytest.raises(Misfit, match="must be an object"):
        structure(raw, RunJob)


def test_what_the_model_says_of_a_value_stays_what_it_is() -> None:
    raw = unstructure(AddJob("n", "item", "t", "s", "f"), AddJob)
    raw["keep"]["last"] = -1
    with pytest.raises(UsageError, match="Keeping -1"):
        structure(raw, AddJob)


def test_a_time_without_a_zone_is_not_asked_for() -> None:
    with pytest.raises(UsageError, match="zone"):
        messages.asked(1, AddFrequency("f", "f", When(once=True, at=datetime(2030, 1, 1))), progress=False)


def test_a_union_that_nothing_tells_apart_is_a_bug() -> None:
    for kind in (int | str, Progress | int, dict[int, str]):
        with pytest.raises(TypeError, match="has no form in JSON"):
            structure({}, kind)


@attrs.frozen
class Walk(Request[Iterator[str]]):
    """Answered bit by bit."""


@attrs.frozen
class Many:
    passwords: tuple[str, ...] = ()


@attrs.frozen
class Deep(Request[None]):
    name: str
    inner: tuple[Many, ...] = ()
    by_name: Mapping[str, Many] = attrs.field(factory=dict)


def test_what_is_answered_bit_by_bit_does_not_travel() -> None:
    assert not carried(Walk)
    assert carried(Deep)
    assert reply_type(Deep) is type(None)
    assert "Walk" not in request_types()


@pytest.mark.parametrize(
    ("request_", "secret"),
    [
        (AddItem("a", ("/a",)), False),
        (AddItem("a", ("/a",), password="p"), True),
        (AddVault("password", ("a",), password="p"), True),
        (EditItem("a"), False),
        (EditItem("a", password=PasswordChange("p")), True),
        (EditItem("a", password=PasswordChange(None)), True),
        (Deep("password", (Many(),)), False),
        (Deep("a", (Many(), Many(("p",)))), True),
        (Deep("a", by_name={"x": Many(("p",))}), True),
        (ListItems(), False),
    ],
)
def test_what_holds_a_password_does_not_travel(request_: Request[Any], secret: bool) -> None:
    assert holds_secret(request_) is secret
    assert travels(request_) is not secret


def test_a_password_that_was_sent_all_the_same_is_refused_and_not_told() -> None:
    for params in (
        {"name": "a", "paths": ["/a"], "password": "Tr0ub4dor"},
        {"name": "a", "password": {"x": 1}},
    ):
        call = messages.Call(1, "AddItem", params, False)
        with pytest.raises(Refused) as error:
            messages.request_of(call)
        assert "Tr0ub4dor" not in f"{error.value}{error.value.hint}{messages.failure(1, error.value)}"
        if len(params) == 3:
            assert error.value.code == SECRET


def test_activity_is_told_from_change_by_its_type() -> None:
    assert unstructure(Changed("runs"), Event) == {"type": "Changed", "topic": "runs"}
    activity = Activity("1", "backup", "nightly", None, "waiting", None, 0, None, None)
    assert unstructure(activity, Event)["type"] == "Activity"


def test_the_list_of_requests_is_the_model_s() -> None:
    assert {"ListItems", "RunJob", "AddStore"} <= REQUESTS.keys()
    assert all(kind.__module__.startswith("bcper.domain.model.requests.") for kind in REQUESTS.values())

"""Sizes, times and counts in words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcper.apps.words import ago, coming, counted, duration, kept, listed, local, number_of_bytes, size, span
from bcper.domain.model.jobs import Keep

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 23, 30, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (3 << 60, "3072.0 PiB")]
)
def test_sizes(count: int, text: str) -> None:
    assert size(count) == text


@given(st.integers(0, 1 << 49))
def test_a_size_that_was_shown_can_be_typed(count: int) -> None:
    back = number_of_bytes(size(count))
    assert abs(back - count) <= max(count / 10, 0) or count < 1024


def test_durations_and_spans() -> None:
    assert [duration(each) for each in (0, 59.9, 185, 7800)] == ["0 s", "59 s", "3:05 min", "2:10 h"]
    spans = [span(timedelta(minutes=each)) for each in (-5, 0.5, 59, 130, 120, 26 * 60 + 5, 48 * 60, 1e6)]
    assert spans == ["0 min", "0 min", "59 min", "2 h 10 min", "2 h", "26 h", "2 days", "694 days"]


@given(st.timedeltas(timedelta(0), timedelta(days=4000)))
def test_what_lies_back_longer_is_never_said_to_be_nearer(back: timedelta) -> None:
    units = {"minute": 1, "minutes": 1, "hours": 60, "days": 1440}

    def minutes(text: str) -> int:
        if text == "just now":
            return 0
        number, unit, _ = text.split()
        return int(number) * units[unit]

    said = minutes(ago(NOW - back, NOW))
    assert said <= back.total_seconds() / 60
    assert minutes(ago(NOW - back - timedelta(hours=3), NOW)) >= said
    assert minutes(ago(NOW - back - timedelta(days=1), NOW)) > said
    assert ago(NOW + back, NOW) == "just now"


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (datetime(2026, 11, 23, 23, 59, tzinfo=ZONE), "today 23:59"),
        (datetime(2026, 11, 23, 23, 0, tzinfo=UTC), "tomorrow 00:00"),
        (datetime(2026, 11, 29, 3, 0, tzinfo=ZONE), "Sun 03:00"),
        (datetime(2026, 11, 30, 3, 0, tzinfo=ZONE), "30 Nov 03:00"),
        (datetime(2027, 1, 2, 3, 0, tzinfo=ZONE), "2027-01-02 03:00"),
    ],
)
def test_times_to_come_are_short_and_clear(when: datetime, text: str) -> None:
    assert coming(when, NOW, ZONE) == text


def test_counts_lists_and_rules() -> None:
    assert [counted(each, "entry", "entries") for each in (0, 1, 10_000)] == [
        "0 entries",
        "1 entry",
        "10,000 entries",
    ]
    assert [listed(each) for each in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert kept(Keep(3, 7)) == "last 3, daily 7"
    assert kept(Keep(0)) == "everything"
    assert (local(None), local(NOW, UTC)) == ("", "2026-11-23 22:30:00")

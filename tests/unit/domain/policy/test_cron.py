"""Cron text: what is accepted and how it is normalised, what is refused and why."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.domain.errors import UsageError
from bcper.domain.model.frequency import Cron
from bcper.domain.policy.cron import parse_cron, pattern_of
from bcper.domain.policy.cron.limits import too_close
from helpers.examples import examples


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("@hourly", "0 * * * *"),
        ("@daily", "0 0 * * *"),
        (" @Midnight ", "0 0 * * *"),
        ("@weekly", "0 0 * * 0"),
        ("@monthly", "0 0 1 * *"),
        ("@yearly", "0 0 1 1 *"),
        ("@annually", "0 0 1 1 *"),
        ("15 3 * * MON-FRI", "15 3 * * 1-5"),
        ("0 0 * * 7", "0 0 * * 0"),
        ("0 0 * * 5-7", "0 0 * * 0,5,6"),
        ("0 0 * * sat-sun", "0 0 * * 0,6"),
        ("0 0 * * 1-7", "0 0 * * *"),
        ("0 0 * * 0-7", "0 0 * * *"),
        ("00 07\t1 jan,JUL *", "0 7 1 */6 *"),
        ("0 8-18/2 * * *", "0 8,10,12,14,16,18 * * *"),
        ("0 0 1,2,3,9 * *", "0 0 1-3,9 * *"),
        ("0 */1 * * *", "0 * * * *"),
    ],
)
def test_row_29_spellings_are_normalised(text: str, normal: str) -> None:
    assert parse_cron(text) == Cron(normal)
    assert parse_cron(normal) == Cron(normal)


@pytest.mark.parametrize("text", ["*/5 * * * *", "*/10 * * * *", "0,30 * * * *", "0 22 * * *", "0 0 29 2 *"])
def test_row_26_what_leaves_five_minutes_is_accepted(text: str) -> None:
    parse_cron(text)


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("*/7 * * * *", "00:56", "01:00"),
        ("58,2 * * * *", "00:58", "01:02"),
        ("*/59 * * * *", "00:59", "01:00"),
        ("1,57 0,23 * * *", "23:57", "00:01 of the next day"),
        ("* * * * *", "00:00", "00:01"),
        ("0,4 5 * * *", "05:00", "05:04"),
        ("1,57 0,23 1,31 12,1 *", "23:57", "00:01 of the next day"),
        ("1,57 0,23 28,1 2,3 *", "23:57", "00:01 of the next day"),
        ("1,57 0,23 1 * 0", "23:57", "00:01 of the next day"),
    ],
)
def test_row_25_two_firings_too_close_are_named(text: str, first: str, second: str) -> None:
    with pytest.raises(UsageError, match=f"at {first} and again at {second}, less than 5 minutes"):
        parse_cron(text)


@pytest.mark.parametrize(
    "text",
    ["1,57 0,23 * * 1", "1,57 0,23 1,3 * *", "1,57 0,23 1 1 *", "1,57 0,2,4 * * *", "1,57 0,23 27,1 2,3 *"],
)
def test_firings_on_days_or_hours_apart_are_not_too_close(text: str) -> None:
    parse_cron(text)


@pytest.mark.parametrize("text", ["0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 30,31 feb *"])
def test_row_27_what_never_fires_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="never fires"):
        parse_cron(text)


def test_a_weekday_is_an_alternative_to_a_day_that_does_not_exist() -> None:
    parse_cron("0 0 30 2 1")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0 0 12 * * *", "6 fields instead of five. Seconds and years"),
        ("0 0 12 * * * 2027", "7 fields instead of five. Seconds and years"),
        ("0 12 * *", "4 fields"),
        ("", "empty"),
        ("R R * * *", "random"),
        ("R(0-29) 2 * * *", "random"),
        ("H 2 * * *", "hashed"),
        ("0 0 L * *", "last"),
        ("0 0 * * 5L", "last"),
        ("0 0 * * 5#2", "n-th weekday"),
        ("0 0 15W * *", "nearest working day"),
        ("0 0 ? * 1", "other schedulers"),
        ("@reboot", "event"),
        ("@every 5m", "no cron"),
        ("@fortnightly", "no known nickname"),
        ("60 * * * *", "60 is not from 0 to 59"),
        ("0 24 * * *", "24 is not from 0 to 23"),
        ("0 0 0 * *", "0 is not from 1 to 31"),
        ("0 0 32 * *", "32 is not from 1 to 31"),
        ("0 0 * 13 *", "13 is not from 1 to 12"),
        ("0 0 * * 8", "8 is not from 0 to 7"),
        ("99999999999999999999 * * * *", "is not from 0 to 59"),
        ("*/0 * * * *", "step"),
        ("*/60 * * * *", "step"),
        ("5/15 * * * *", "a step needs a range: 5-59/15"),
        ("0 22-2 * * *", "backwards"),
        ("0 0 * * fri-mon", "backwards"),
        ("1,,2 * * * *", "not understood"),
        ("0 0 * foo *", "'foo' is not understood"),
        ("0 0 mon * *", "'mon' is not understood"),
        ("-5 * * * *", "not understood"),
        ("٣ * * * *", "not understood"),
        ("\x1b[31m 0 * * *", r"\\x1b"),
    ],
)
def test_row_28_other_forms_are_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason) as caught:
        parse_cron(text)
    assert str(caught.value).isprintable()


def test_both_days_restricted_means_either() -> None:
    pattern = pattern_of(Cron("0 0 13 * 5"))
    assert pattern.on(2, 13, 5)
    assert pattern.on(2, 13, 2)
    assert pattern.on(2, 6, 5)
    assert not pattern.on(2, 7, 6)


def test_a_restriction_to_every_day_is_one_of_the_two_that_may_match() -> None:
    assert parse_cron("0 0 1-31 * 1") == Cron("0 0 * * *")
    assert parse_cron("0 0 * * 1") == Cron("0 0 * * 1")


def fields(low: int, high: int, most: int) -> st.SearchStrategy[str]:
    values = st.sets(st.integers(low, high), min_size=1, max_size=most)
    return st.one_of(st.just("*"), values.map(lambda found: ",".join(map(str, found))))


PATTERNS = st.tuples(fields(0, 59, 2), fields(0, 23, 3), fields(1, 31, 3), fields(1, 12, 3), fields(0, 7, 2))


@settings(max_examples=examples(100), deadline=None)
@given(PATTERNS.map(" ".join))
def test_normalising_keeps_the_firings_and_is_done_once(text: str) -> None:
    try:
        cron = parse_cron(text)
    except UsageError:
        return
    assert parse_cron(cron.expression) == cron
    assert pattern_of(cron) == pattern_of(Cron(text))


@settings(max_examples=examples(30), deadline=None)
@given(
    st.sets(st.sampled_from([0, 1, 2, 3, 30, 56, 57, 58, 59]), min_size=1, max_size=2),
    st.sets(st.sampled_from([0, 1, 12, 22, 23]), min_size=1, max_size=3),
    st.sampled_from(["*", "1", "1,31", "28,29", "15,16", "29"]),
    st.sampled_from(["*", "1", "12,1", "2", "2,3"]),
    st.sampled_from(["*", "0", "1,3", "0,6"]),
)
def test_the_verdict_on_distance_is_that_of_twenty_eight_years_of_firings(
    minutes: set[int], hours: set[int], days: str, months: str, weekdays: str
) -> None:
    pattern = pattern_of(
        Cron(f"{','.join(map(str, minutes))} {','.join(map(str, hours))} {days} {months} {weekdays}")
    )
    times = [60 * hour + minute for hour in sorted(hours) for minute in sorted(minutes)]
    matching = [
        day.toordinal()
        for day in (date(2001, 1, 1) + timedelta(days=each) for each in range(28 * 365 + 8))
        if pattern.on(day.month, day.day, day.isoweekday() % 7)
    ]
    close = any(b - a < 5 for a, b in pairwise(times)) or (
        1440 - times[-1] + times[0] < 5 and any(b - a == 1 for a, b in pairwise(matching))
    )
    assert (too_close(pattern) is not None) == (close and bool(matching))


@settings(max_examples=examples(50), deadline=None)
@given(PATTERNS.map(" ".join), st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)))
def test_walking_forwards_and_backwards_meet(text: str, wall: datetime) -> None:
    pattern = pattern_of(Cron(text))
    slot = pattern.following(wall)
    if slot is None:
        return
    assert slot > wall
    assert pattern.matches(slot)
    assert pattern.preceding(slot) == slot
    earlier = pattern.preceding(slot - timedelta(microseconds=1))
    assert earlier is None or (earlier <= wall and pattern.following(earlier) == slot)


def test_february_29_is_found_across_a_century_without_one() -> None:
    pattern = pattern_of(Cron("0 0 29 2 *"))
    assert pattern.following(datetime(2096, 3, 1)) == datetime(2104, 2, 29)
    assert pattern.preceding(datetime(2104, 2, 28)) == datetime(2096, 2, 29)

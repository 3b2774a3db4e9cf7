"""The friendly builder: words to schedule, schedule to words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.domain.errors import UsageError
from bcper.domain.model.frequency import Cron, Every, Interval, Once, Schedule
from bcper.domain.policy.cron import parse_cron
from bcper.domain.policy.frequency_builder import build, describe, from_builder, parse_interval, to_builder
from bcper.domain.policy.schedule import next_firing, next_firings
from helpers.examples import examples

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 2, 17, 14, 37, 12, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("text", "cron"),
    [
        ("1 day at 22:00", "0 22 * * *"),
        ("day at 22:00", "0 22 * * *"),
        ("Every  Day AT 8:05", "5 8 * * *"),
        ("day", "0 0 * * *"),
        ("hour", "0 * * * *"),
        ("an hour from 00:20", "20 * * * *"),
        ("6 hours", "0 */6 * * *"),
        ("every 12 hours at 22:15", "15 10,22 * * *"),
        ("week on monday at 08:00", "0 8 * * 1"),
        ("1 weeks on Sun at 8", "0 8 * * 0"),
        ("week on thurs at 8:00", "0 8 * * 4"),
        ("week on Mondays at 8:00", "0 8 * * 1"),
        ("month on day 1 at 06:30", "30 6 1 * *"),
        ("month on the 15th at 06:30", "30 6 15 * *"),
        ("3 months on day 15 at 06:30", "30 6 15 3,6,9,12 *"),
        ("3 months on day 18 at 06:30", "30 6 18 2,5,8,11 *"),
        ("12 months on day 1 at 06:30", "30 6 1 3 *"),
    ],
)
def test_what_cron_says_exactly_is_cron(text: str, cron: str) -> None:
    assert build(text, NOW, BERLIN) == Cron(cron)


@pytest.mark.parametrize(
    ("text", "firings"),
    [
        ("5 hours", ["02-17 15:00", "02-17 20:00", "02-18 01:00", "02-18 06:00"]),
        ("24 hours", ["02-18 00:00", "02-19 00:00"]),
        ("2 days at 22:00", ["02-17 22:00", "02-19 22:00", "02-21 22:00", "02-23 22:00", "02-25 22:00"]),
        ("2 days at 14:00", ["02-18 14:00", "02-20 14:00"]),
        ("2 weeks on tuesday at 14:00", ["02-24 14:00", "03-10 14:00"]),
        ("5 months on day 17 at 15:00", ["02-17 15:00", "07-17 15:00", "12-17 15:00", "05-17 15:00"]),
        ("month on day 31 at 06:30", ["02-28 06:30", "03-31 06:30", "04-30 06:30"]),
        ("7 days at 22:00", ["02-17 22:00", "02-24 22:00"]),
    ],
)
def test_what_cron_cannot_say_is_an_interval_that_begins_soon(text: str, firings: list[str]) -> None:
    schedule = build(text, NOW, BERLIN)
    assert isinstance(schedule, Every)
    found = next_firings(schedule, NOW, BERLIN, len(firings))
    assert [f"{each.astimezone(BERLIN):%m-%d %H:%M}" for each in found] == firings


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no interval"),
        ("5 minutes", "no interval"),
        ("2 years", "no interval"),
        ("two days at 22:00", "no interval"),
        ("0 hours", "number of hours is 0"),
        ("-2 days at 22:00", "number of days is -2"),
        ("1000 days at 22:00", "number of days is 1000"),
        ("99999999999999 days", "number of days"),
        ("day at 24:00", "no time of day"),
        ("day at 22:60", "no time of day"),
        ("day at noon", "no time of day"),
        ("week at 08:00", "which day"),
        ("month at 08:00", "which day"),
        ("week on funday at 08:00", "no weekday"),
        ("week on mo at 08:00", "no weekday"),
        ("month on monday at 08:00", "no day of the month"),
        ("month on day 32 at 08:00", "day of the month is 32"),
        ("month on day 0 at 08:00", "day of the month is 0"),
        ("day on monday at 08:00", "no fixed day"),
        ("\x1b[31m", "no interval"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason) as caught:
        build(text, NOW, BERLIN)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (Every(Interval("days", 2, 22, 0), NOW), "Every 2 days at 22:00"),
        (Every(Interval("months", 1, 6, 30, day=31), NOW), "Every month on day 31 (or the last) at 06:30"),
        (Every(Interval("hours", 5, 1, 30), NOW), "Every 5 hours from 01:30"),
        (Cron("0 8 * * 1"), "Every week on Monday at 08:00"),
        (Cron("0 */6 * * *"), "Every 6 hours"),
        (Cron("0 * * * *"), "Every hour"),
        (Cron("0 22 * * *"), "Every day at 22:00"),
        (Cron("30 6 15 */3 *"), "Every 3 months on day 15 at 06:30"),
        (Cron("15 3 * * 1-5"), "Every Monday to Friday at 03:15"),
        (Cron("0 8,20 * * 0,6"), "Every Saturday and Sunday at 08:00 and 20:00"),
        (Cron("0 6,9,22 * * *"), "Every day at 06:00, 09:00 and 22:00"),
        (Cron("*/15 * * * *"), "Every 15 minutes"),
        (Cron("0 6 1,15 * *"), "Every month on days 1 and 15 at 06:00"),
        (Cron("0 6 31 * *"), "Every month on day 31, in months that have it, at 06:00"),
        (Cron("15 3 1-7 * 1"), "Cron 15 3 1-7 * 1"),
        (Cron("15 * * * 1"), "Cron 15 * * * 1"),
        (Cron("10,40 * * * *"), "Cron 10,40 * * * *"),
        (Cron("0 22 * 6 *"), "Cron 0 22 * 6 *"),
        (Cron("0 9-17 * * *"), "Cron 0 9-17 * * *"),
        (Once(), "Once, as soon as possible"),
        (Once(datetime(2026, 7, 1, 20, tzinfo=UTC)), "Once on 2026-07-01 at 22:00"),
    ],
)
def test_every_schedule_has_words(schedule: Schedule, words: str) -> None:
    assert describe(schedule, BERLIN) == words


@pytest.mark.parametrize(
    "text",
    [
        "0 */5 * * *",
        "0 6 31 * *",
        "0 6 31 1 *",
        "0 22 * 6 *",
        "0 0 13 * 5",
        "0 1,7 * * *",
        "0 6 1 1,2,3 *",
        "0 6,12,18 * * *",
    ],
)
def test_what_the_builder_cannot_say_has_no_fields(text: str) -> None:
    assert to_builder(parse_cron(text)) is None
    assert to_builder(Once()) is None


CLOCK = {"hour": st.integers(0, 23), "minute": st.integers(0, 59)}
INTERVALS = st.one_of(
    st.builds(Interval, st.just("hours"), st.one_of(st.integers(1, 24), st.integers(1, 999)), **CLOCK),
    st.builds(Interval, st.just("days"), st.one_of(st.integers(1, 8), st.integers(1, 999)), **CLOCK),
    st.builds(Interval, st.just("weeks"), st.integers(1, 9), weekday=st.integers(0, 6), **CLOCK),
    st.builds(
        Interval,
        st.just("months"),
        st.one_of(st.integers(1, 13), st.integers(1, 999)),
        day=st.integers(1, 31),
        **CLOCK,
    ),
).map(
    lambda each: (
        Interval("hours", each.count, each.hour % each.count, each.minute)
        if each.kind == "hours" and 24 % each.count == 0
        else each
    )
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(
    lambda each: each.replace(tzinfo=BERLIN)
)


@settings(max_examples=examples(150), deadline=None)
@given(INTERVALS, MOMENTS)
def test_there_and_back(interval: Interval, now: datetime) -> None:
    schedule = from_builder(interval, now, BERLIN)
    assert to_builder(schedule) == interval
    assert parse_interval(describe(schedule, BERLIN)) == interval
    if isinstance(schedule, Cron):
        assert parse_cron(schedule.expression) == schedule


@settings(max_examples=examples(50), deadline=None)
@given(INTERVALS, MOMENTS)
def test_the_first_firing_is_within_one_unit(interval: Interval, now: datetime) -> None:
    firing = next_firing(from_builder(interval, now, BERLIN), now, BERLIN)
    assert firing is not None
    hours = {"hours": interval.count, "days": 24, "weeks": 168, "months": 31 * 24}[interval.kind]
    assert 0 < (firing - now.astimezone(UTC)).total_seconds() <= (hours + 1) * 3600


def test_the_hour_of_hours_that_divide_a_day_is_the_first_of_the_day() -> None:
    schedule = from_builder(Interval("hours", 6, 22, 15), NOW, BERLIN)
    assert to_builder(schedule) == Interval("hours", 6, 4, 15)

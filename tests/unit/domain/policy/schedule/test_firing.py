"""When schedules fire: the nights the clocks change, intervals, single runs."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.domain.model.frequency import Cron, Every, Interval, Once, Schedule
from bcper.domain.policy.schedule import last_firing, next_firing, next_firings
from helpers.examples import examples

BERLIN = ZoneInfo("Europe/Berlin")
GAP_NIGHT = datetime(2026, 3, 29, tzinfo=BERLIN)
"""02:00 CET is 03:00 CEST."""
LONG_NIGHT = datetime(2026, 10, 25, tzinfo=BERLIN)
"""03:00 CEST is 02:00 CET."""


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def shown(schedule: Schedule, after: datetime, count: int, zone: ZoneInfo = BERLIN) -> list[str]:
    firings = next_firings(schedule, after, zone, count)
    assert all(firing.tzinfo is UTC for firing in firings)
    return [f"{firing.astimezone(zone):%d %H:%M %Z}" for firing in firings]


def test_row_30_a_time_that_the_clock_skips_moves_behind_the_gap() -> None:
    assert shown(Cron("30 2 * * *"), GAP_NIGHT - timedelta(days=1), 3) == [
        "28 02:30 CET",
        "29 03:00 CEST",
        "30 02:30 CEST",
    ]


def test_row_30_a_time_that_the_clock_shows_twice_fires_the_first_time() -> None:
    assert shown(Cron("30 2 * * *"), LONG_NIGHT - timedelta(days=1), 3) == [
        "24 02:30 CEST",
        "25 02:30 CEST",
        "26 02:30 CET",
    ]


@pytest.mark.parametrize("interval", [Interval("days", 2, 2, 30), Interval("weeks", 1, 2, 30, weekday=6)])
def test_row_30_holds_for_intervals_too(interval: Interval) -> None:
    on_gap = Every(interval, utc(2026, 3, 29, 1))
    assert shown(on_gap, GAP_NIGHT, 1) == ["29 03:00 CEST"]
    on_overlap = Every(interval, utc(2026, 10, 25, 0, 30))
    assert shown(on_overlap, LONG_NIGHT, 1) == ["25 02:30 CEST"]
    assert next_firings(on_overlap, LONG_NIGHT, BERLIN, 2)[1] > utc(2026, 10, 26)


def test_in_the_second_pass_the_first_one_is_over() -> None:
    second_pass = utc(2026, 10, 25, 1, 10)  # 02:10 CET
    slot = utc(2026, 10, 25, 0, 30)
    assert last_firing(Cron("30 2 * * *"), second_pass, BERLIN) == slot
    assert next_firing(Cron("30 2 * * *"), second_pass, BERLIN) == utc(2026, 10, 26, 1, 30)


def test_several_times_inside_one_gap_are_one_firing() -> None:
    assert shown(Cron("*/15 2 * * *"), GAP_NIGHT, 2) == ["29 03:00 CEST", "30 02:00 CEST"]
    assert shown(Cron("0 2,3 * * *"), GAP_NIGHT, 2) == ["29 03:00 CEST", "30 02:00 CEST"]


@pytest.mark.parametrize("night", [GAP_NIGHT, LONG_NIGHT])
@pytest.mark.parametrize(("text", "minutes"), [("0 * * * *", 60), ("30 * * * *", 60), ("*/5 * * * *", 5)])
def test_a_pattern_of_every_hour_fires_in_each_hour_of_real_time(
    night: datetime, text: str, minutes: int
) -> None:
    firings = next_firings(Cron(text), night, BERLIN, 30 * 60 // minutes)
    assert {b - a for a, b in pairwise(firings)} == {timedelta(minutes=minutes)}


def test_a_clock_put_back_by_half_an_hour() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    after = datetime(2026, 4, 5, 0, 50, tzinfo=lord_howe)  # 02:00 is 01:30 that night
    assert shown(Cron("45 1 * * *"), after, 2, lord_howe) == ["05 01:45 +11", "06 01:45 +1030"]
    assert shown(Cron("45 * * * *"), after, 3, lord_howe) == [
        "05 01:45 +11",
        "05 01:45 +1030",
        "05 02:45 +1030",
    ]


def test_midnight_itself_may_be_skipped() -> None:
    santiago = ZoneInfo("America/Santiago")
    firing = next_firing(Cron("0 0 * * *"), datetime(2026, 9, 5, 12, tzinfo=santiago), santiago)
    assert firing is not None
    assert f"{firing.astimezone(santiago):%d %H:%M}" == "06 01:00"


def test_a_whole_day_may_be_skipped() -> None:
    apia = ZoneInfo("Pacific/Apia")  # there was no 30 December 2011
    assert shown(Cron("0 22 * * *"), datetime(2011, 12, 29, 12, tzinfo=apia), 3, apia) == [
        "29 22:00 -10",
        "31 00:00 +14",
        "31 22:00 +14",
    ]


def test_a_day_that_does_not_exist_has_no_hours() -> None:
    apia = ZoneInfo("Pacific/Apia")
    hourly = Cron("0 * 30 12 *")
    assert shown(hourly, datetime(2011, 6, 1, tzinfo=apia), 1, apia) == ["30 00:00 +14"]
    assert next_firing(hourly, datetime(2011, 6, 1, tzinfo=apia), apia) == utc(2012, 12, 29, 10)
    assert last_firing(hourly, datetime(2012, 6, 1, tzinfo=apia), apia) == utc(2010, 12, 31, 9)


def test_seen_from_afar_the_last_hour_of_a_long_day_is_its_second_pass() -> None:
    santiago = ZoneInfo("America/Santiago")  # 24:00 on 4 April 2026 is 23:00
    assert last_firing(Cron("0 * 4 4 *"), utc(2026, 6, 1), santiago) == utc(2026, 4, 5, 3)


def test_every_two_days_is_every_two_days_across_the_end_of_a_month() -> None:
    every = Every(Interval("days", 2, 22, 0), datetime(2026, 1, 29, 22, tzinfo=BERLIN))
    assert [each[:2] for each in shown(every, datetime(2026, 1, 28, tzinfo=BERLIN), 4)] == [
        "29",
        "31",
        "02",
        "04",
    ]


def test_every_five_hours_is_every_five_hours_across_midnight_and_a_change_of_the_clocks() -> None:
    every = Every(Interval("hours", 5), utc(2026, 3, 28, 20))
    firings = next_firings(every, utc(2026, 3, 28, 19), BERLIN, 6)
    assert firings == tuple(utc(2026, 3, 28, 20) + each * timedelta(hours=5) for each in range(6))
    assert last_firing(every, firings[3], BERLIN) == firings[3]
    assert last_firing(every, firings[3] - timedelta(seconds=1), BERLIN) == firings[2]


def test_in_a_short_month_its_last_day_stands_in() -> None:
    every = Every(Interval("months", 1, 6, 30, day=31), datetime(2026, 1, 31, 6, 30, tzinfo=BERLIN))
    firings = next_firings(every, datetime(2026, 1, 1, tzinfo=BERLIN), BERLIN, 5)
    assert [f"{each:%m-%d}" for each in firings] == ["01-31", "02-28", "03-31", "04-30", "05-31"]


def test_five_months_are_counted_across_the_year() -> None:
    every = Every(Interval("months", 5, 6, 30, day=15), datetime(2026, 10, 15, 6, 30, tzinfo=BERLIN))
    firings = next_firings(every, datetime(2026, 1, 1, tzinfo=BERLIN), BERLIN, 4)
    assert [f"{each:%Y-%m}" for each in firings] == ["2026-05", "2026-10", "2027-03", "2027-08"]


@pytest.mark.parametrize(
    "interval",
    [
        Interval("days", 3, 0, 30),
        Interval("weeks", 2, 0, 30, weekday=0),
        Interval("months", 3, 0, 30, day=1),
        Interval("months", 3, 0, 30, day=31),
    ],
)
def test_a_move_to_another_zone_keeps_the_phase(interval: Interval) -> None:
    at_home = datetime(2026, 6, 1, 0, 30, tzinfo=BERLIN)
    if interval.day == 31:
        at_home = datetime(2026, 5, 31, 0, 30, tzinfo=BERLIN)
    every = Every(interval, at_home)
    for zone in ("America/New_York", "Asia/Tokyo"):
        firing = next_firing(every, at_home - timedelta(hours=20), ZoneInfo(zone))
        assert firing is not None
        assert firing.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == at_home.replace(tzinfo=None)


def test_an_anchor_in_the_future_is_a_phase_and_not_a_beginning() -> None:
    ahead = Every(Interval("days", 2, 22, 0), datetime(2036, 1, 1, 22, tzinfo=BERLIN))
    firing = next_firing(ahead, utc(2026, 1, 1), BERLIN)
    assert firing is not None
    assert firing < utc(2026, 1, 3)


def test_once() -> None:
    at = utc(2026, 5, 1, 12)
    assert next_firing(Once(at), at - timedelta(seconds=1), BERLIN) == at
    assert next_firing(Once(at), at, BERLIN) is None
    assert last_firing(Once(at), at, BERLIN) == at
    assert last_firing(Once(at), at - timedelta(seconds=1), BERLIN) is None
    assert next_firing(Once(), at, BERLIN) is last_firing(Once(), at, BERLIN) is None


def test_a_pattern_that_never_fires_has_no_firing() -> None:
    assert next_firing(Cron("0 0 30 2 *"), utc(2026, 1, 1), BERLIN) is None
    assert last_firing(Cron("0 0 30 2 *"), utc(2026, 1, 1), BERLIN) is None


@pytest.mark.parametrize(
    "schedule",
    [
        Cron("0 0 1 1 *"),
        Cron("0 * 1 1 *"),
        Every(Interval("days", 999), utc(2026, 1, 1)),
        Every(Interval("months", 999, day=1), utc(2026, 1, 1)),
        Every(Interval("hours", 999), utc(2026, 1, 1)),
    ],
)
def test_the_calendar_ends(schedule: Schedule) -> None:
    assert next_firing(schedule, utc(9999, 12, 31, 20), BERLIN) is None
    assert last_firing(schedule, utc(1, 1, 1), BERLIN) is None


def test_seconds_do_not_lose_a_slot() -> None:
    slot = utc(2026, 5, 1, 20)
    cron = Cron("0 22 * * *")
    assert next_firing(cron, slot - timedelta(microseconds=1), BERLIN) == slot
    assert next_firing(cron, slot, BERLIN) == slot + timedelta(days=1)
    assert last_firing(cron, slot + timedelta(seconds=59), BERLIN) == slot
    assert last_firing(cron, slot - timedelta(microseconds=1), BERLIN) == slot - timedelta(days=1)


def test_a_time_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="zone"):
        next_firing(Cron("0 22 * * *"), datetime(2026, 1, 1), BERLIN)


INTERVALS = st.one_of(
    st.builds(Interval, st.just("hours"), st.integers(1, 60), st.integers(0, 23), st.integers(0, 59)),
    st.builds(Interval, st.just("days"), st.integers(1, 40), st.integers(0, 23), st.integers(0, 59)),
    st.builds(
        Interval,
        st.just("weeks"),
        st.integers(1, 9),
        st.integers(0, 23),
        st.integers(0, 59),
        st.integers(0, 6),
    ),
    st.builds(
        Interval,
        st.just("months"),
        st.integers(1, 30),
        st.integers(0, 23),
        st.integers(0, 59),
        st.none(),
        st.integers(1, 31),
    ),
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda each: each.replace(tzinfo=UTC))


@settings(max_examples=examples(100), deadline=None)
@given(INTERVALS, MOMENTS, MOMENTS)
def test_intervals_walk_forwards_and_backwards_alike(
    interval: Interval, anchor: datetime, moment: datetime
) -> None:
    every = Every(interval, anchor)
    earlier, later = last_firing(every, moment, BERLIN), next_firing(every, moment, BERLIN)
    assert earlier is not None
    assert later is not None
    assert earlier <= moment < later
    assert next_firing(every, earlier, BERLIN) == later
    assert last_firing(every, later, BERLIN) == later
    longest = {"hours": 1 / 24, "days": 1, "weeks": 7, "months": 31}[interval.kind] * interval.count
    assert later - earlier <= timedelta(days=longest + 3.2, hours=1)

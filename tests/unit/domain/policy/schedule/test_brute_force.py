"""The firings of cron patterns against a matcher that looks at every minute, one by one.

Written apart from the code: a slot is a minute of real time whose wall clock matches. A pattern with a
restricted hour ignores the second pass of an hour shown twice, and fires on the minute after a gap for what
matches inside the gap (FAULTS.md row 30).
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.domain.model.frequency import Cron
from bcper.domain.policy.schedule import last_firing, next_firing, next_firings
from helpers.examples import examples

MINUTE = timedelta(minutes=1)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
CHANGES = {
    "Europe/Berlin": (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)),
    "America/New_York": (datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC)),
    "Australia/Lord_Howe": (datetime(2026, 4, 4, 15, tzinfo=UTC), datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
}


@attrs.frozen
class Pattern:
    """Sets as drawn; an empty one is ``*``. ``weekdays`` has 0 for Sunday."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    @property
    def cron(self) -> Cron:
        sets = (self.minutes, self.hours, self.days, self.months, self.weekdays)
        return Cron(" ".join(",".join(map(str, sorted(each))) or "*" for each in sets))

    @property
    def elapsed(self) -> bool:
        return len(self.hours) in (0, 24)

    def matches(self, wall: datetime) -> bool:
        if self.minutes and wall.minute not in self.minutes:
            return False
        if self.hours and wall.hour not in self.hours:
            return False
        if self.months and wall.month not in self.months:
            return False
        by_day, by_weekday = wall.day in self.days, wall.isoweekday() % 7 in self.weekdays
        if self.days and self.weekdays:
            return by_day or by_weekday
        return (by_day or not self.days) and (by_weekday or not self.weekdays)


def minutes_of(
    zone: ZoneInfo, start: datetime, end: datetime
) -> Iterator[tuple[datetime, list[datetime], bool]]:
    """Each minute of real time: when, what the wall shows (and skipped just before), whether once more."""
    before = (start - MINUTE).astimezone(zone).replace(tzinfo=None)
    highest = before
    while start < end:
        wall = start.astimezone(zone).replace(tzinfo=None)
        skipped = [before + each * MINUTE for each in range(1, (wall - before) // MINUTE)]
        yield start, [wall, *skipped], wall <= highest
        before, highest = wall, max(highest, wall)
        start += MINUTE


def fires(pattern: Pattern, walls: list[datetime], again: bool) -> bool:
    if pattern.elapsed:
        return pattern.matches(walls[0])
    return not again and any(pattern.matches(each) for each in walls)


def sets(values: Iterable[int], most: int) -> st.SearchStrategy[frozenset[int]]:
    return st.frozensets(st.sampled_from(sorted(values)), max_size=most)


PATTERNS = st.builds(
    Pattern,
    sets(range(60), 3).filter(bool),
    st.one_of(sets(range(24), 4), sets((0, 1, 2, 3), 3)),
    st.one_of(st.just(frozenset()), sets((1, 3, 4, 5, 8, 25, 29, 31), 4)),
    st.one_of(st.just(frozenset()), st.just(frozenset()), sets((3, 4, 10, 11), 3)),
    st.one_of(st.just(frozenset()), sets(range(7), 2)),
)


@pytest.mark.parametrize("name", ZONES)
@settings(max_examples=examples(40), deadline=None)
@given(pattern=PATTERNS, change=st.integers(0, 1), hours=st.integers(-30, 6))
def test_around_a_change_of_the_clocks(name: str, pattern: Pattern, change: int, hours: int) -> None:
    zone = ZoneInfo(name)
    start = CHANGES[name][change] + timedelta(hours=hours)
    end = start + timedelta(hours=30)
    # The pass of an hour that began before ``start`` counts too: look from further back.
    expected = [
        moment
        for moment, walls, again in minutes_of(zone, start - timedelta(hours=4), end)
        if moment > start and fires(pattern, walls, again)
    ]
    cron = pattern.cron
    found = next_firings(cron, start, zone, len(expected) + 1)
    assert [each for each in found if each < end] == expected
    backwards, at = [], end - MINUTE
    for _ in expected:
        slot = last_firing(cron, at, zone)
        assert slot is not None
        backwards.append(slot)
        at = slot - timedelta(microseconds=1)
    before = last_firing(cron, at, zone)
    assert before is None or before <= start
    assert backwards[::-1] == expected


YEAR = (
    Pattern(frozenset({30}), frozenset({2}), frozenset(), frozenset(), frozenset()),
    Pattern(frozenset({15}), frozenset(), frozenset(), frozenset(), frozenset()),
    Pattern(frozenset({7, 40}), frozenset({0, 2, 23}), frozenset({13, 29}), frozenset(), frozenset({0, 5})),
    Pattern(frozenset({0}), frozenset(), frozenset({29, 31}), frozenset({2, 3, 10}), frozenset()),
)


@pytest.mark.parametrize("name", ZONES)
def test_over_every_minute_of_a_year(name: str) -> None:
    zone = ZoneInfo(name)
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    expected: list[list[datetime]] = [[] for _ in YEAR]
    for moment, walls, again in minutes_of(zone, start, end):
        if moment.minute % 5 and moment.minute % 30 != 7 and len(walls) == 1:
            continue  # no pattern of the year names such a minute, in any of these zones
        for pattern, slots in zip(YEAR, expected, strict=True):
            if fires(pattern, walls, again):
                slots.append(moment)
    for pattern, slots in zip(YEAR, expected, strict=True):
        assert list(next_firings(pattern.cron, start - MINUTE, zone, len(slots))) == slots


@settings(max_examples=examples(60), deadline=None)
@given(
    pattern=PATTERNS,
    name=st.sampled_from((*ZONES, "Asia/Kolkata")),
    moment=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
)
def test_there_is_nothing_between_the_last_and_the_next_firing(
    pattern: Pattern, name: str, moment: datetime
) -> None:
    zone, now = ZoneInfo(name), moment.replace(tzinfo=UTC)
    earlier, later = last_firing(pattern.cron, now, zone), next_firing(pattern.cron, now, zone)
    if earlier is None or later is None:
        assert earlier is later is None  # never fires: nine years without a firing
        return
    assert earlier <= now < later
    assert next_firing(pattern.cron, earlier, zone) == later
    wall, stop = now.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0), later.astimezone(zone)
    for _ in range(3000):
        wall += MINUTE
        if wall + timedelta(hours=2) >= stop.replace(tzinfo=None):
            break
        exists = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall
        first_pass = wall.replace(tzinfo=zone).astimezone(UTC)
        assert not (pattern.matches(wall) and exists and first_pass > now)

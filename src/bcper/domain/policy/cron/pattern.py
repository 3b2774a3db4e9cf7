"""A cron pattern as sets of numbers, and the wall-clock minutes it names."""

from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta

import attrs

_DAY = timedelta(days=1)
_LONGEST_GAP = 8
"""Years. February 29 can be that far from the next one: 2096 and 2104."""


def _times(pattern: "CronPattern") -> tuple[int, ...]:
    return tuple(60 * hour + minute for hour in pattern.hours for minute in pattern.minutes)


@attrs.frozen
class CronPattern:
    """The values of the five fields, each sorted; ``weekdays`` has 0 for Sunday, as cron does.

    When both the day of the month and the weekday are restricted, either matches (POSIX, crontab).
    ``times`` are the minutes of a day that match.
    """

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    times: tuple[int, ...] = attrs.field(
        init=False, repr=False, eq=False, default=attrs.Factory(_times, takes_self=True)
    )

    @property
    def every_hour(self) -> bool:
        """Whether no hour is left out: such a pattern runs by elapsed time, not by the wall clock."""
        return len(self.hours) == 24

    @property
    def every_day(self) -> bool:
        """Whether neither of the two day fields is restricted (months may be)."""
        return len(self.days) == 31 and len(self.weekdays) == 7

    def on(self, month: int, day: int, weekday: int) -> bool:
        """Whether such a day matches; ``weekday`` has 0 for Sunday."""
        if month not in self.months:
            return False
        by_day, by_weekday = day in self.days, weekday in self.weekdays
        if len(self.days) < 31 and len(self.weekdays) < 7:
            return by_day or by_weekday
        return by_day and by_weekday

    def matches(self, wall: datetime) -> bool:
        """Whether that minute of the wall clock matches."""
        return (
            wall.minute in self.minutes
            and wall.hour in self.hours
            and self.on(wall.month, wall.day, wall.isoweekday() % 7)
        )

    def following(self, wall: datetime) -> datetime | None:
        """The first matching minute later than ``wall`` (naive), or None."""
        day = wall.date()
        if self.on(day.month, day.day, day.isoweekday() % 7):
            index = bisect_right(self.times, 60 * wall.hour + wall.minute)
            if index < len(self.times):
                return _minute(day, self.times[index])
        later = self._day_from(day + _DAY)
        return None if later is None else _minute(later, self.times[0])

    def preceding(self, wall: datetime) -> datetime | None:
        """The last matching minute at or before ``wall`` (naive), or None."""
        day = wall.date()
        if self.on(day.month, day.day, day.isoweekday() % 7):
            index = bisect_left(self.times, 60 * wall.hour + wall.minute + 1)
            if index:
                return _minute(day, self.times[index - 1])
        earlier = self._day_to(day - _DAY)
        return None if earlier is None else _minute(earlier, self.times[-1])

    def _day_from(self, day: date) -> date | None:
        bound = day.year + _LONGEST_GAP
        while day.year <= bound:
            if day.month not in self.months:
                day = (day.replace(day=28) + 4 * _DAY).replace(day=1)
            elif self.on(day.month, day.day, day.isoweekday() % 7):
                return day
            else:
                day += _DAY
        return None

    def _day_to(self, day: date) -> date | None:
        bound = day.year - _LONGEST_GAP
        while day.year >= bound:
            if day.month not in self.months:
                day = day.replace(day=1) - _DAY
            elif self.on(day.month, day.day, day.isoweekday() % 7):
                return day
            else:
                day -= _DAY
        return None


def _minute(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60))

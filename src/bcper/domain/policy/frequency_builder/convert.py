"""Interval to schedule and back."""

from datetime import datetime, tzinfo

import attrs

from bcper.domain.model.frequency import Cron, Every, Interval, Schedule
from bcper.domain.policy.cron import CronPattern, parse_cron, pattern_of
from bcper.domain.policy.frequency_builder.text import parse_interval
from bcper.domain.policy.schedule import last_firing, next_firing

_IN_A_DAY = (1, 2, 3, 4, 6, 8, 12)
"""Hours that divide a day. 24 hours are left to elapsed time: "every day" says the other thing."""
_IN_A_YEAR = (1, 2, 3, 4, 6, 12)
_IN_EVERY_MONTH = 28


def build(text: str, now: datetime, zone: tzinfo) -> Schedule:
    """The schedule that ``text`` (see :func:`parse_interval`) means when it is said at ``now`` (aware)."""
    return from_builder(parse_interval(text), now, zone)


def from_builder(interval: Interval, now: datetime, zone: tzinfo) -> Schedule:
    """The schedule of ``interval``, its phase chosen at ``now`` (aware) so that it fires as soon as it can.

    Hours that divide a day stay at the same times of day, which cron says, and so are one hour off on the
    two nights that the clocks change; other hours are counted by elapsed time from the last ``hour:minute``
    before ``now``. Days, weeks and months begin at the next such time. Days 29 to 31 are never left to
    cron, which would skip the shorter months. A schedule that is saved again unchanged must not be built
    again: its phase would move.
    """
    minute, hour = interval.minute, interval.hour
    if interval.kind == "hours" and interval.count in _IN_A_DAY:
        hours = range(hour % interval.count, 24, interval.count)
        return parse_cron(f"{minute} {','.join(map(str, hours))} * * *")
    if interval.kind == "days" and interval.count == 1:
        return parse_cron(f"{minute} {hour} * * *")
    if interval.weekday is not None and interval.count == 1:
        return parse_cron(f"{minute} {hour} * * {(interval.weekday + 1) % 7}")
    if interval.day is not None and interval.day <= _IN_EVERY_MONTH and interval.count in _IN_A_YEAR:
        first = _next(interval, now, zone).astimezone(zone).month
        months = sorted((first - 1 + each) % 12 + 1 for each in range(0, 12, interval.count))
        return parse_cron(f"{minute} {hour} {interval.day} {','.join(map(str, months))} *")
    if interval.kind == "hours":
        daily = Every(Interval("days", 1, hour, minute), now)
        return Every(interval, last_firing(daily, now, zone) or now)
    return Every(interval, _next(interval, now, zone))


def to_builder(schedule: Schedule) -> Interval | None:
    """The builder's fields for ``schedule``, or None when they cannot say it.

    ``to_builder(from_builder(interval, …)) == interval``, the hour of hours that divide a day being reduced
    to the first one of the day.
    """
    if isinstance(schedule, Every):
        return schedule.interval
    if not isinstance(schedule, Cron):
        return None
    pattern = pattern_of(schedule)
    if len(pattern.minutes) != 1:
        return None
    if len(pattern.hours) > 1:
        return _by_hours(pattern)
    return _by_days(pattern)


def _next(interval: Interval, now: datetime, zone: tzinfo) -> datetime:
    return next_firing(Every(attrs.evolve(interval, count=1), now), now, zone) or now


def _by_hours(pattern: CronPattern) -> Interval | None:
    first, step = pattern.hours[0], pattern.hours[1] - pattern.hours[0]
    if step not in _IN_A_DAY or pattern.hours != tuple(range(first, 24, step)) or first >= step:
        return None
    if not pattern.every_day or len(pattern.months) < 12:
        return None
    return Interval("hours", step, first, pattern.minutes[0])


def _by_days(pattern: CronPattern) -> Interval | None:
    at = {"hour": pattern.hours[0], "minute": pattern.minutes[0]}
    if len(pattern.days) == 1 and len(pattern.weekdays) == 7 and pattern.days[0] <= _IN_EVERY_MONTH:
        count = 12 // len(pattern.months)
        if pattern.months == tuple(range(pattern.months[0], 13, count)) and count in _IN_A_YEAR:
            return Interval("months", count, day=pattern.days[0], **at)
    if len(pattern.months) < 12:
        return None
    if pattern.every_day:
        return Interval("days", 1, **at)
    if len(pattern.weekdays) == 1 and len(pattern.days) == 31:
        return Interval("weeks", 1, weekday=(pattern.weekdays[0] - 1) % 7, **at)
    return None

"""The firings of any schedule: aware, UTC."""

from datetime import UTC, datetime, tzinfo

from bcper.domain.model.frequency import Cron, Every, Once, Schedule
from bcper.domain.policy.cron import CronPattern, pattern_of
from bcper.domain.policy.schedule.elapsed import last_elapsed, next_elapsed
from bcper.domain.policy.schedule.interval import IntervalSlots, last_by_hours, next_by_hours
from bcper.domain.policy.schedule.wall_clock import last_on_wall, next_on_wall


def next_firing(schedule: Schedule, after: datetime, zone: tzinfo) -> datetime | None:
    """The first firing strictly later than ``after`` (aware), or None when there is none.

    ``Once(None)`` has no time of its own and so none here: :mod:`bcper.domain.policy.catch_up` runs it.
    """
    after = _utc(after)
    try:
        if isinstance(schedule, Once):
            return schedule.at if schedule.at is not None and schedule.at > after else None
        if isinstance(schedule, Every) and schedule.interval.kind == "hours":
            return next_by_hours(schedule, after)
        slots = _slots(schedule, zone)
        if isinstance(slots, CronPattern) and slots.every_hour:
            return next_elapsed(slots, after, zone)
        return next_on_wall(slots, after, zone)
    except OverflowError:  # the calendar ends with the year 9999
        return None


def last_firing(schedule: Schedule, at_or_before: datetime, zone: tzinfo) -> datetime | None:
    """The newest firing at or before that time (aware), or None when there is none.

    Intervals and patterns have no beginning: the caller knows since when it cares.
    """
    at = _utc(at_or_before)
    try:
        if isinstance(schedule, Once):
            return schedule.at if schedule.at is not None and schedule.at <= at else None
        if isinstance(schedule, Every) and schedule.interval.kind == "hours":
            return last_by_hours(schedule, at)
        slots = _slots(schedule, zone)
        if isinstance(slots, CronPattern) and slots.every_hour:
            return last_elapsed(slots, at, zone)
        return last_on_wall(slots, at, zone)
    except OverflowError:
        return None


def next_firings(schedule: Schedule, after: datetime, zone: tzinfo, count: int) -> tuple[datetime, ...]:
    """The first ``count`` firings strictly later than ``after``, or as many as there are."""
    firings: list[datetime] = []
    while len(firings) < count and (firing := next_firing(schedule, after, zone)) is not None:
        firings.append(firing)
        after = firing
    return tuple(firings)


def _slots(schedule: Cron | Every, zone: tzinfo) -> CronPattern | IntervalSlots:
    if isinstance(schedule, Cron):
        return pattern_of(schedule)
    return IntervalSlots(schedule.interval, schedule.anchor.astimezone(zone).replace(tzinfo=None))


def _utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC)

"""Patterns that leave out no hour run by elapsed time: every minute that shows a match is a slot.

Such a pattern fires in both passes of an hour that the clock shows twice, because the second one is an hour
of real time as well; a minute that the clock skips is no slot, the hour after it is one.
"""

from datetime import datetime, timedelta, tzinfo

from bcper.domain.policy.cron.pattern import CronPattern
from bcper.domain.policy.schedule.wall_clock import exists

_MINUTE = timedelta(minutes=1)
_NEAR = timedelta(hours=3)
"""No clock is put forward or back by more in our time, the date line's few moves apart."""


def next_elapsed(pattern: CronPattern, after: datetime, zone: tzinfo) -> datetime | None:
    """The first matching minute later than ``after`` (UTC), or None."""
    while not _steady(after, zone):
        minute = after.replace(second=0, microsecond=0)
        end = minute + _NEAR
        while minute < end:
            minute += _MINUTE
            if pattern.matches(minute.astimezone(zone)):
                return minute
        after = minute
    wall = pattern.following(after.astimezone(zone).replace(tzinfo=None))
    while wall is not None and not exists(wall, zone):
        wall = pattern.following(wall)
    return None if wall is None else wall.replace(tzinfo=zone, fold=0).astimezone(after.tzinfo)


def last_elapsed(pattern: CronPattern, at: datetime, zone: tzinfo) -> datetime | None:
    """The last matching minute at or before ``at`` (UTC), or None."""
    while not _steady(at, zone):
        minute = at.replace(second=0, microsecond=0)
        end = minute - _NEAR
        while minute > end:
            if pattern.matches(minute.astimezone(zone)):
                return minute
            minute -= _MINUTE
        at = minute
    wall = pattern.preceding(at.astimezone(zone).replace(tzinfo=None))
    while wall is not None and not exists(wall, zone):
        wall = pattern.preceding(wall - _MINUTE)
    return None if wall is None else wall.replace(tzinfo=zone, fold=1).astimezone(at.tzinfo)


def _steady(moment: datetime, zone: tzinfo) -> bool:
    """Whether the clock of ``zone`` is not changed near ``moment``."""
    offset = moment.astimezone(zone).utcoffset()
    return all((moment + near).astimezone(zone).utcoffset() == offset for near in (-_NEAR, _NEAR))

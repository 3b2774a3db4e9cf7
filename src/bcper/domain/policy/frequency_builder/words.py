"""Schedules in words."""

from collections.abc import Sequence
from datetime import tzinfo

from bcper.domain.model.frequency import Every, Interval, Once, Schedule
from bcper.domain.policy.cron import CronPattern, pattern_of
from bcper.domain.policy.frequency_builder.convert import to_builder
from bcper.domain.policy.frequency_builder.text import WEEKDAYS

_MOST_TIMES = 4
_MOST_DAYS = 4


def describe(schedule: Schedule, zone: tzinfo) -> str:
    """One line for a person: "Every 2 days at 22:00", "Once on 2026-03-01 at 08:00" (in ``zone``).

    What the builder can say is said so that :func:`parse_interval` reads it back; of other patterns the
    simple ones are put in words and the rest is shown as it is: "Cron 15 3 1-7 * 1".
    """
    if isinstance(schedule, Once):
        if schedule.at is None:
            return "Once, as soon as possible"
        return f"Once on {schedule.at.astimezone(zone):%Y-%m-%d at %H:%M}"
    if isinstance(schedule, Every):
        return _interval_in_words(schedule.interval)
    if (interval := to_builder(schedule)) is not None:
        return _interval_in_words(interval)
    return _pattern_in_words(pattern_of(schedule)) or f"Cron {schedule.expression}"


def _interval_in_words(interval: Interval) -> str:
    unit = interval.kind.removesuffix("s") if interval.count == 1 else f"{interval.count} {interval.kind}"
    at = f"{interval.hour:02d}:{interval.minute:02d}"
    if interval.kind == "hours":
        return f"Every {unit}" if at == "00:00" else f"Every {unit} from {at}"
    if interval.weekday is not None:
        return f"Every {unit} on {WEEKDAYS[interval.weekday]} at {at}"
    if interval.day is not None:
        last = " (or the last)" if interval.day > 28 else ""
        return f"Every {unit} on day {interval.day}{last} at {at}"
    return f"Every {unit} at {at}"


def _pattern_in_words(pattern: CronPattern) -> str | None:
    """The simple patterns that are no interval: some days at some times, or every N minutes."""
    days, times = _days_in_words(pattern), _times_in_words(pattern)
    if days is None or times is None:
        return None
    return times if days == "" and pattern.every_hour else f"{days or 'Every day'}{times}"


def _days_in_words(pattern: CronPattern) -> str | None:
    """Nothing for every day, None for what is not simple."""
    if len(pattern.months) < 12:
        return None
    if pattern.every_day:
        return ""
    if len(pattern.days) == 31:
        return "Every " + _weekdays_in_words(sorted((day - 1) % 7 for day in pattern.weekdays))
    if len(pattern.weekdays) == 7 and len(pattern.days) <= _MOST_DAYS:
        plural = "s" if len(pattern.days) > 1 else ""
        exact = ", in months that have it," if plural == "" and pattern.days[0] > 28 else ""
        return f"Every month on day{plural} {_listed([str(day) for day in pattern.days])}{exact}"
    return None


def _weekdays_in_words(days: Sequence[int]) -> str:
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{WEEKDAYS[days[0]]} to {WEEKDAYS[days[-1]]}"
    return _listed([WEEKDAYS[day] for day in days])


def _times_in_words(pattern: CronPattern) -> str | None:
    minutes = pattern.minutes
    if pattern.every_hour:
        step = minutes[1] - minutes[0] if len(minutes) > 1 else 60
        if pattern.every_day and minutes == tuple(range(0, 60, step)) and 60 % step == 0:
            return f"Every {step} minutes"
        return None
    if len(pattern.times) > _MOST_TIMES:
        return None
    return " at " + _listed([f"{each // 60:02d}:{each % 60:02d}" for each in pattern.times])


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]

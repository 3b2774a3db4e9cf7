"""Patterns that a backup cannot live by: never, or too often (FAULTS.md rows 25 to 27).

Decided on the fields and not by trying some days, so that the answer is exact. What a change of the clocks
does to a pattern is no reason to refuse it.
"""

from datetime import date, timedelta
from itertools import pairwise

from bcper.domain.errors import UsageError
from bcper.domain.policy.cron.pattern import CronPattern

CLOSEST = 5
"""Minutes that two firings must be apart at least."""

_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def refuse_unusable(pattern: CronPattern, text: str) -> None:
    """Raises :class:`UsageError` when ``pattern`` (written as ``text``) never fires, or fires too often."""
    if never_fires(pattern):
        raise UsageError(
            f"{text!r} never fires: none of its months has such a day.", "Choose a day that exists."
        )
    if (pair := too_close(pattern)) is not None:
        raise UsageError(
            f"{text!r} fires at {pair[0]} and again at {pair[1]}, less than {CLOSEST} minutes later.",
            f"Leave {CLOSEST} minutes between any two firings, also across the hour, as '*/5' and '*/10' do.",
        )


def never_fires(pattern: CronPattern) -> bool:
    """Whether no day of any year matches."""
    if len(pattern.weekdays) < 7:
        return False  # alone, or as an alternative to the day of the month: every month has every weekday
    return not any(pattern.days[0] <= _LONGEST_MONTHS[month - 1] for month in pattern.months)


def too_close(pattern: CronPattern) -> tuple[str, str] | None:
    """Two firings less than :data:`CLOSEST` minutes apart, as times for a person, or None."""
    first_hour = pattern.hours[0]
    for one, other in pairwise(pattern.minutes):
        if other - one < CLOSEST:
            return _clock(first_hour, one), _clock(first_hour, other)
    first, last = pattern.minutes[0], pattern.minutes[-1]
    if 60 - last + first >= CLOSEST:
        return None
    for hour, next_hour in pairwise(pattern.hours):
        if next_hour == hour + 1:
            return _clock(hour, last), _clock(next_hour, first)
    if first_hour == 0 and pattern.hours[-1] == 23 and _has_two_days_in_a_row(pattern):
        return _clock(23, last), _clock(0, first) + " of the next day"
    return None


def _has_two_days_in_a_row(pattern: CronPattern) -> bool:
    """Over every pair of neighbouring dates with every weekday: each of them comes up in some year."""
    leap_year = [date(2028, 1, 1) + timedelta(days=each) for each in range(367)]
    neighbours = [*pairwise(leap_year), (date(2026, 2, 28), date(2026, 3, 1))]
    return any(
        pattern.on(one.month, one.day, weekday) and pattern.on(other.month, other.day, (weekday + 1) % 7)
        for one, other in neighbours
        for weekday in range(7)
    )


def _clock(hour: int, minute: int) -> str:
    return f"{hour:02d}:{minute:02d}"

"""When a job runs: a cron pattern, an interval that cron cannot say, or once."""

from datetime import UTC, datetime
from typing import Literal

import attrs

from bcper.domain.errors import UsageError

Unit = Literal["hours", "days", "weeks", "months"]

LONGEST = 999
"""The largest count of an interval, in any unit."""


@attrs.frozen
class Cron:
    """Five normalised fields, as :func:`bcper.domain.policy.cron.parse_cron` makes them.

    The fields are read on the wall clock; see :mod:`bcper.domain.policy.schedule` for the two nights on
    which that clock jumps.
    """

    expression: str


@attrs.frozen
class Interval:
    """What a person says with "every": the fields of the friendly builder.

    ``hour`` (0 to 23) and ``minute`` (0 to 59) are on the wall clock: the time of day of each firing, and
    for hours the time of day from which they are counted. ``weekday`` (0 is Monday, as ``date.weekday``) is
    set for weeks and only there; ``day`` (1 to 31) for months and only there, and where a month is shorter
    its last day stands in. Raises :class:`UsageError` for anything else.
    """

    kind: Unit
    count: int = 1
    hour: int = 0
    minute: int = 0
    weekday: int | None = None
    day: int | None = None

    def __attrs_post_init__(self) -> None:
        if self.kind not in ("hours", "days", "weeks", "months"):
            raise UsageError(f"{self.kind!r} is no unit of an interval.", "Use hours, days, weeks or months.")
        _within("The number of " + self.kind, self.count, 1, LONGEST)
        _within("The hour", self.hour, 0, 23)
        _within("The minute", self.minute, 0, 59)
        _only_for("weeks", self.kind, "weekday", self.weekday)
        _only_for("months", self.kind, "day of the month", self.day)
        if self.weekday is not None:
            _within("The weekday", self.weekday, 0, 6)
        if self.day is not None:
            _within("The day of the month", self.day, 1, 31)


def _in_utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise UsageError(f"The time {moment:%Y-%m-%d %H:%M} of a schedule has no time zone.")
    return moment.astimezone(UTC)


@attrs.frozen
class Every:
    """An interval and its phase, for what cron cannot say.

    ``anchor`` (aware, UTC) is one of the firings. It is a phase and not a beginning: an anchor in the
    future, left by a clock that was wrong for a while, does not stop the backups.
    """

    interval: Interval
    anchor: datetime = attrs.field(converter=_in_utc)


@attrs.frozen
class Once:
    """One time: at ``at`` (aware, UTC), or as soon as possible when it is ``None``."""

    at: datetime | None = attrs.field(default=None, converter=attrs.converters.optional(_in_utc))


Schedule = Cron | Every | Once


@attrs.frozen
class Frequency:
    """A schedule under a name, for jobs to share."""

    id: str
    name: str
    schedule: Schedule


def _within(what: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise UsageError(f"{what} is {value}; it must be from {low} to {high}.")


def _only_for(kind: Unit, actual: Unit, what: str, value: int | None) -> None:
    if actual == kind and value is None:
        raise UsageError(f"An interval of {kind} needs a {what}.")
    if actual != kind and value is not None:
        raise UsageError(f"An interval of {actual} takes no {what}.")

"""A year, a day a cell: backed up, missed, failed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

import attrs

from bcper.domain.model.frequency import Schedule
from bcper.domain.model.jobs import Job
from bcper.domain.model.runs import Run, RunStatus
from bcper.domain.policy.schedule import next_firing

DayKind = Literal["none", "good", "missed", "failed"]

_BAD = (RunStatus.FAILED, RunStatus.INTERRUPTED)
_LEVELS = 4
_INSTANT = timedelta(microseconds=1)


@attrs.frozen
class Day:
    """One local day. ``good`` counts its good runs; ``level``, 0 to 4, is that against the busiest day."""

    date: date
    kind: DayKind
    good: int = 0
    level: int = 0


@attrs.frozen
class History:
    """A job, when it runs (``None`` if nobody knows) and its runs, pruned ones too, in any order."""

    job: Job
    schedule: Schedule | None
    runs: Sequence[Run]


def day_grid(histories: Iterable[History], now: datetime, zone: tzinfo, count: int = 365) -> tuple[Day, ...]:
    """The last ``count`` local days, today (``now``, aware) last.

    A day has ``failed`` if the last run of some job that day failed; else it is ``missed`` if some enabled
    job had a time on that day, since it was made, enabled or given its schedule, and did not run until its
    next one; else ``good`` if anything was backed up. Today's and yesterday's times may still be made up for
    until the next one of their job.
    """
    today = now.astimezone(zone).date()
    dates = [today - timedelta(days=back) for back in reversed(range(count))]
    good: dict[date, int] = defaultdict(int)
    kinds: dict[date, DayKind] = {}
    for history in histories:
        by_day: dict[date, Run] = {}
        for run in history.runs:
            day = run.started_at.astimezone(zone).date()
            good[day] += run.status.restorable
            if day not in by_day or by_day[day].started_at < run.started_at:
                by_day[day] = run
        for day, run in by_day.items():
            if run.status in _BAD:
                kinds[day] = "failed"
        for day in _missed(history, [day for day in dates if day not in by_day], now, zone):
            kinds.setdefault(day, "missed")
    most = max((good[day] for day in dates), default=0)
    return tuple(
        Day(
            day,
            kinds.get(day, "good" if good[day] else "none"),
            good[day],
            -(-_LEVELS * good[day] // (most or 1)),
        )
        for day in dates
    )


def _missed(history: History, empty: Iterable[date], now: datetime, zone: tzinfo) -> Iterable[date]:
    """Those of the ``empty`` days, on which nothing of the job began, that had a time for it."""
    job, schedule = history.job, history.schedule
    if not job.enabled or schedule is None or job.created_at is None:
        return
    starts = sorted(run.started_at for run in history.runs)
    for day in empty:
        begin = datetime(day.year, day.month, day.day, tzinfo=zone)
        end = datetime.combine(day + timedelta(days=1), begin.time(), zone)
        slot = next_firing(schedule, max(begin - _INSTANT, job.created_at), zone)
        if slot is None or slot >= end:
            continue
        following = next_firing(schedule, end - _INSTANT, zone)
        until = now if following is None else following
        # A run that is late is no missed one, and one that may still come neither.
        if until <= now and not any(slot <= start < until for start in starts):
            yield day

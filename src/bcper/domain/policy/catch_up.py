"""Which jobs run now: slots that are due, and slots that were missed (FAULTS.md rows 31 to 33).

A slot is a firing time. It runs once, because it is recorded when its run starts; which slots there are is
the schedule's business alone, so a catch-up never moves the regular ones.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo

import attrs

from bcper.domain.model.frequency import Once, Schedule
from bcper.domain.policy.schedule import last_firing, next_firing

ON_TIME = timedelta(minutes=2)
"""How late a slot still counts as due and not as missed. The scheduler looks every 30 s."""

SOON = timedelta(minutes=30)
"""A missed slot is left to the next regular one when that is this near."""


@attrs.frozen
class Scheduled:
    """A job's share in the decision. Times are aware.

    ``since`` is when the job got this schedule: made, enabled, or given another frequency. Slots up to then
    are none of its business. ``recorded`` are slots whose run was started, in any order; the newest one at
    or before now and all later ones (left by a clock that was ahead) are enough.
    """

    job_id: str
    schedule: Schedule
    since: datetime
    recorded: tuple[datetime, ...] = ()


@attrs.frozen
class Due:
    """A run to start. ``slot`` (UTC) is to be recorded with it, so that it and all earlier ones are done.

    ``due_at`` (UTC) is the oldest slot that waits: the same one, unless several were missed.
    """

    job_id: str
    slot: datetime
    due_at: datetime


def due(jobs: Iterable[Scheduled], now: datetime, zone: tzinfo) -> tuple[Due, ...]:
    """The jobs whose newest slot is due now (at most :data:`ON_TIME` ago), oldest first.

    ``Once(None)`` is due until it is recorded; its slot is ``since``.
    """
    waiting = [(job, _waiting(job, now, zone)) for job in jobs]
    return _in_order(each for job, each in waiting if each is not None and _is_on_time(job, each, now))


def missed(
    jobs: Iterable[Scheduled], now: datetime, zone: tzinfo, *, soon: timedelta = SOON
) -> tuple[Due, ...]:
    """The jobs that missed slots, each once, the longest overdue first.

    Not those whose next regular slot is within ``soon``: that one does for both.
    """
    found: list[Due] = []
    for job in jobs:
        each = _waiting(job, now, zone)
        if each is None or _is_on_time(job, each, now):
            continue
        upcoming = next_firing(job.schedule, now, zone)
        if upcoming is None or upcoming - now > soon:
            found.append(each)
    return _in_order(found)


def next_wakeup(jobs: Iterable[Scheduled], now: datetime, zone: tzinfo) -> datetime | None:
    """The next time later than ``now`` at which a slot becomes due (UTC), or None.

    What is due or missed already is not told here: ask :func:`due` and :func:`missed` first.
    """
    upcoming = (_upcoming(job, now, zone) for job in jobs)
    return min((each for each in upcoming if each is not None), default=None)


def _waiting(job: Scheduled, now: datetime, zone: tzinfo) -> Due | None:
    """The newest slot at or before ``now`` that is to run, if any."""
    if job.schedule == Once():
        since = job.since.astimezone(UTC)
        return None if any(slot >= since for slot in job.recorded) else Due(job.job_id, since, since)
    done = _done_until(job, now)
    slot = last_firing(job.schedule, now, zone)
    if slot is None or slot <= done:
        return None
    return Due(job.job_id, slot, next_firing(job.schedule, done, zone) or slot)


def _done_until(job: Scheduled, now: datetime) -> datetime:
    """Slots up to here are done, or none of the job's business.

    Where the clock was put back behind ``since``, nobody knows what was missed: from now on, then. Slots
    recorded ahead of the clock say nothing until it gets there, so a clock that was ten years ahead for a
    while stops no backup, and one put back a day runs no slot again (FAULTS.md row 31).
    """
    begun = job.since if job.since <= now else now - ON_TIME
    return max((slot for slot in job.recorded if begun < slot <= now), default=begun)


def _is_on_time(job: Scheduled, each: Due, now: datetime) -> bool:
    return job.schedule == Once() or now - each.slot <= ON_TIME


def _upcoming(job: Scheduled, now: datetime, zone: tzinfo) -> datetime | None:
    firing = next_firing(job.schedule, now, zone)
    while firing is not None and firing in job.recorded:
        firing = next_firing(job.schedule, firing, zone)
    return firing


def _in_order(found: Iterable[Due]) -> tuple[Due, ...]:
    return tuple(sorted(found, key=lambda each: (each.due_at, each.job_id)))

"""When a person is told: a run failed, there was no backup for days, it works again."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo

import attrs

from bcper.domain.model.frequency import Schedule
from bcper.domain.model.jobs import Job
from bcper.domain.model.names import printable
from bcper.domain.model.notices import Notice, Told
from bcper.domain.model.runs import Run, RunStatus
from bcper.domain.model.settings import Settings
from bcper.domain.policy.schedule import next_firing

_DAY = timedelta(days=1)
_BAD = (RunStatus.FAILED, RunStatus.INTERRUPTED)


@attrs.frozen
class Watched:
    """A job's share in the decision.

    ``runs`` are all of its runs, those that retention took out of the store too, newest first; ``schedule``
    is ``None`` if its frequency is gone; ``told`` is what a person was told before.
    """

    job: Job
    schedule: Schedule | None
    runs: Sequence[Run]
    told: Told = attrs.field(factory=Told)


def notices(jobs: Iterable[Watched], settings: Settings, now: datetime, zone: tzinfo) -> tuple[Notice, ...]:
    """What to tell now (aware), in the order of ``jobs``; each notice says what is then to be remembered.

    - A failure is told once, until a good run ends it: of a job that fails every hour nobody wants to hear
      every hour. A run that was cancelled is neither: somebody wanted it so.
    - A job is overdue when nothing good came of it for as many days as its ``warn_after_days`` (or the
      settings') says, and a time that its schedule had for it lies a day back: one that runs once a month
      is not overdue after a week. The days count from its last good run, or since it was made, enabled or
      given another schedule. It is told again each day. A partial run is good: it can be restored.
    - What was told is taken back by the first good run after it: it works again.

    Disabled jobs are nobody's worry, and with ``notify`` off nothing is told. Runs from after ``now``, made
    while the clock was ahead, say nothing until it gets there.
    """
    if not settings.notify:
        return ()
    return tuple(notice for each in jobs if each.job.enabled for notice in _of_job(each, settings, now, zone))


def overdue(each: Watched, settings: Settings, now: datetime, zone: tzinfo) -> str:
    """The sentence if the job has had no good run for too long by now (aware), and nothing otherwise."""
    runs = [run for run in each.runs if run.started_at <= now]
    return _overdue(each, runs, _last_good(runs, now), settings, now, zone)


def _last_good(runs: Iterable[Run], now: datetime) -> datetime | None:
    return next((min(_ended(run), now) for run in runs if run.status.restorable), None)


def _of_job(each: Watched, settings: Settings, now: datetime, zone: tzinfo) -> Iterable[Notice]:
    runs = [run for run in each.runs if run.started_at <= now]
    good = _last_good(runs, now)
    told, recovered = _since(_until(each.told, now), good)
    late = _overdue(each, runs, good, settings, now, zone)
    name = printable(each.job.name)
    newest = next((run for run in runs if run.status in _BAD or run.status.restorable), None)
    failed = newest is not None and newest.status in _BAD
    if failed and newest is not None and told.failure is None:
        told = attrs.evolve(told, failure=now)
        why = printable(newest.error.strip().rstrip(".")) or "nobody knows why"
        yield Notice(each.job.id, "failure", f"{name} failed: {why}.", told)
    elif recovered and not failed and not late:
        yield Notice(each.job.id, "recovery", f"{name} works again.", told)
    if late and (told.overdue is None or now - told.overdue >= _DAY):
        yield Notice(each.job.id, "overdue", late, attrs.evolve(told, overdue=now))


def _until(told: Told, now: datetime) -> Told:
    """Without what was told while the clock was ahead: nobody must wait for as long to be told again."""
    failure = told.failure if told.failure is not None and told.failure <= now + _DAY else None
    overdue = told.overdue if told.overdue is not None and told.overdue <= now + _DAY else None
    return Told(failure, overdue)


def _since(told: Told, good: datetime | None) -> tuple[Told, bool]:
    """What still counts of ``told`` after a good run that ended at ``good``; and whether some does not."""
    if good is None:
        return told, False
    failure = told.failure if told.failure is not None and told.failure > good else None
    overdue = told.overdue if told.overdue is not None and told.overdue > good else None
    left = Told(failure, overdue)
    return left, left != told


def _overdue(
    each: Watched, runs: Sequence[Run], good: datetime | None, settings: Settings, now: datetime, zone: tzinfo
) -> str:
    """The sentence if the job is overdue, and nothing otherwise."""
    job = each.job
    days = settings.warn_after_days if job.warn_after_days is None else job.warn_after_days
    begun = job.created_at or (runs[-1].started_at if runs else None)
    since = max((time for time in (good, begun) if time is not None), default=None)
    if not days or since is None or each.schedule is None or now - since < days * _DAY:
        return ""
    if any(run.status is RunStatus.RUNNING and now - run.started_at < _DAY for run in runs):
        return ""  # it is at it
    slot = next_firing(each.schedule, since, zone)
    if slot is None or now - slot < _DAY:
        return ""
    target = printable(job.target_name)
    if good is None:
        return f"There is no backup of {target!r} yet, {_days(now - since)} after its job began."
    return f"No backup of {target!r} for {_days(now - good)}."


def _ended(run: Run) -> datetime:
    return run.completed_at or run.started_at


def _days(span: timedelta) -> str:
    return f"{span.days} days" if span.days != 1 else "1 day"

"""Failures, overdue jobs and recoveries: told once, and at the right time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bcper.domain.model.frequency import Cron, Every, Interval, Once, Schedule
from bcper.domain.model.jobs import Job
from bcper.domain.model.notices import Notice, Told
from bcper.domain.model.runs import Run, RunStatus
from bcper.domain.model.settings import Settings
from bcper.domain.policy.attention import Watched, notices
from helpers.runs import a_run

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
DAILY = Cron("0 22 * * *")
JOB = Job("1", "nightly", "item", "photos", "disk", "daily", created_at=START)


def ended(status: RunStatus, at: datetime, error: str = "") -> Run:
    run = a_run(f"{at:%j%H%M}", at - timedelta(minutes=5), status, error=error)
    return attrs.evolve(run, completed_at=None if status is RunStatus.RUNNING else at)


def good(at: datetime) -> Run:
    return ended(RunStatus.SUCCESS, at)


def bad(at: datetime, error: str = "The disk is full.") -> Run:
    return ended(RunStatus.FAILED, at, error)


def told(
    runs: Sequence[Run],
    now: datetime,
    before: Told | None = None,
    job: Job = JOB,
    schedule: Schedule | None = DAILY,
    **settings: Any,
) -> tuple[Notice, ...]:
    newest_first = sorted(runs, key=lambda run: run.started_at, reverse=True)
    watched = Watched(job, schedule, newest_first, before or Told())
    return notices([watched], Settings(**settings), now, UTC)


def texts(*arguments: Any, **more: Any) -> list[tuple[str, str]]:
    return [(notice.kind, notice.text) for notice in told(*arguments, **more)]


def test_a_failure_is_told_with_its_reason_and_once() -> None:
    now = START + 2 * DAY
    runs = [good(now - DAY), bad(now)]
    (notice,) = told(runs, now)
    assert (notice.kind, notice.text) == ("failure", "nightly failed: The disk is full.")
    assert notice.told == Told(failure=now)
    assert told(runs, now, notice.told) == ()
    assert told([*runs, bad(now + HOUR)], now + 2 * HOUR, notice.told) == ()


def test_what_ended_by_a_crash_failed_too_and_what_was_cancelled_did_not() -> None:
    now = START + DAY
    assert texts([ended(RunStatus.INTERRUPTED, now, "")], now) == [
        ("failure", "nightly failed: nobody knows why.")
    ]
    assert texts([ended(RunStatus.CANCELLED, now, "Cancelled.")], now) == []
    assert texts([bad(now - HOUR), ended(RunStatus.CANCELLED, now)], now)[0][0] == "failure"


def test_a_reason_is_shown_on_one_line() -> None:
    now = START + DAY
    assert texts([bad(now, "a\nb\x1b[31m\udcff.")], now) == [
        ("failure", "nightly failed: a\\nb\\x1b[31m\\xff.")
    ]


def test_a_recovery_is_told_once_and_the_next_failure_again() -> None:
    now = START + 3 * DAY
    runs = [bad(now - 2 * HOUR), good(now)]
    (notice,) = told(runs, now, Told(failure=now - HOUR))
    assert (notice.kind, notice.text, notice.told) == ("recovery", "nightly works again.", Told())
    assert told(runs, now, notice.told) == ()
    again = [*runs, bad(now + HOUR, "Again.")]
    assert texts(again, now + HOUR) == [("failure", "nightly failed: Again.")]
    # Nobody looked while it was good: it is another failure all the same.
    assert texts(again, now + HOUR, Told(failure=now - HOUR)) == [("failure", "nightly failed: Again.")]
    assert told([good(now)], now) == ()


def test_partial_is_good_enough_for_a_recovery() -> None:
    now = START + DAY
    assert texts([ended(RunStatus.PARTIAL, now)], now, Told(failure=now - HOUR)) == [
        ("recovery", "nightly works again.")
    ]


def test_days_without_a_backup_are_told_once_a_day() -> None:
    last = START + timedelta(hours=22)
    runs = [good(last)]
    assert told(runs, last + 7 * DAY - HOUR) == ()
    (notice,) = told(runs, last + 7 * DAY)
    assert (notice.kind, notice.text) == ("overdue", "No backup of 'photos' for 7 days.")
    assert told(runs, last + 8 * DAY - HOUR, notice.told) == ()
    (again,) = told(runs, last + 9 * DAY, notice.told)
    assert again.text == "No backup of 'photos' for 9 days."
    assert again.told == Told(overdue=last + 9 * DAY)
    now = last + 9 * DAY + HOUR
    assert texts([*runs, good(now)], now, again.told) == [("recovery", "nightly works again.")]


def test_a_new_job_has_its_time() -> None:
    assert told([], START + 7 * DAY - HOUR) == ()
    assert texts([], START + 7 * DAY) == [
        ("overdue", "There is no backup of 'photos' yet, 7 days after its job began.")
    ]
    assert told([], START + 99 * DAY, job=attrs.evolve(JOB, created_at=None)) == ()
    late = attrs.evolve(JOB, created_at=START + 50 * DAY)
    assert told([good(START)], START + 56 * DAY, job=late) == ()
    assert texts([good(START)], START + 57 * DAY, job=late) == [
        ("overdue", "No backup of 'photos' for 57 days.")
    ]


@pytest.mark.parametrize(
    ("of_job", "of_settings", "first"), [(None, 7, 7), (3, 7, 3), (0, 7, None), (None, 0, None), (30, 0, 30)]
)
def test_the_job_s_own_number_of_days_counts_before_the_settings(
    of_job: int | None, of_settings: int, first: int | None
) -> None:
    job = attrs.evolve(JOB, warn_after_days=of_job)
    days = [day for day in range(1, 60) if told([], START + day * DAY, job=job, warn_after_days=of_settings)]
    assert (days[0] if days else None) == first


@pytest.mark.parametrize(
    ("schedule", "first"),
    [
        (DAILY, 7),
        (Cron("0 0 1 * *"), 32),
        (Every(Interval("weeks", 2, weekday=3), START), 15),
        (Once(None), None),
        (Once(START - HOUR), None),
        (Once(START + 3 * DAY), 7),
        (None, None),
    ],
)
def test_a_job_is_not_overdue_before_its_schedule_had_a_time_for_it(
    schedule: Schedule | None, first: int | None
) -> None:
    days = [day for day in range(1, 60) if told([good(START)], START + day * DAY, schedule=schedule)]
    assert (days[0] if days else None) == first


def test_a_run_at_work_is_waited_for_a_day() -> None:
    now = START + 20 * DAY
    assert told([ended(RunStatus.RUNNING, now)], now) == ()
    assert told([ended(RunStatus.RUNNING, now - 2 * DAY)], now) != ()


def test_nothing_is_told_of_a_disabled_job_nor_with_notices_off() -> None:
    now = START + 30 * DAY
    assert [notice.kind for notice in told([bad(now)], now)] == ["failure", "overdue"]
    assert told([bad(now)], now, notify=False) == ()
    assert told([bad(now)], now, job=attrs.evolve(JOB, enabled=False)) == ()


def test_row_31_a_clock_that_was_ahead_silences_nobody() -> None:
    now = START + 30 * DAY
    ahead = START + 3650 * DAY
    kinds = [notice.kind for notice in told([good(ahead), bad(now)], now, Told(ahead, ahead))]
    assert kinds == ["failure", "overdue"]


def test_row_31_a_clock_that_jumped_ahead_during_a_run_silences_nobody() -> None:
    jumped = attrs.evolve(good(START + HOUR), completed_at=START + 3650 * DAY)
    kinds = [kind for kind, _ in texts([jumped, bad(START + 40 * DAY)], START + 40 * DAY)]
    assert kinds == ["failure"]  # the good run counts as of now, and its days begin
    remembered = Told(failure=START + 39 * DAY)
    assert told([jumped], START + 40 * DAY, remembered)[0].kind == "recovery"


def test_a_recovery_that_is_long_past_is_no_news_when_the_job_is_overdue_again() -> None:
    """Nobody looked while it was good."""
    now = START + 20 * DAY
    (notice,) = told([bad(START + DAY), good(START + 2 * DAY)], now, Told(failure=START + DAY + HOUR))
    assert (notice.kind, notice.told) == ("overdue", Told(overdue=now))


statuses = st.sampled_from(
    [RunStatus.SUCCESS, RunStatus.PARTIAL, RunStatus.FAILED, RunStatus.INTERRUPTED, RunStatus.CANCELLED]
)
histories = st.lists(st.tuples(st.integers(1, 15 * 24), statuses), max_size=12)


@hypothesis_settings(deadline=None)
@given(histories, st.integers(1, 36), st.integers(0, 5))
def test_a_life_is_told_without_repetition(
    history: list[tuple[int, RunStatus]], step: int, days: int
) -> None:
    """Somebody looks every ``step`` hours, for some weeks."""
    runs: list[Run] = []
    at = START
    for hours, status in history:
        at += hours * HOUR
        runs.append(ended(status, at, "Reason."))
    now, end, remembered = START, at + 10 * DAY, Told()
    heard: list[tuple[datetime, Notice]] = []
    while now < end:
        now += step * HOUR
        seen = [run for run in runs if run.completed_at is not None and run.completed_at <= now]
        for notice in told(seen, now, remembered, warn_after_days=days):
            heard.append((now, notice))
            remembered = notice.told
        assert told(seen, now, remembered, warn_after_days=days) == ()
    ends = [run.completed_at for run in runs if run.status.restorable and run.completed_at is not None]

    def between(one: datetime, other: datetime) -> bool:
        return any(one < end <= other for end in ends)

    overdue = [when for when, notice in heard if notice.kind == "overdue"]
    failures = [when for when, notice in heard if notice.kind == "failure"]
    assert days or not overdue
    assert all(b - a >= DAY or between(a, b) for a, b in pairwise(overdue))
    assert all(between(a, b) for a, b in pairwise(failures))
    for number, (when, notice) in enumerate(heard):
        if notice.kind == "recovery":
            assert number
            assert heard[number - 1][1].kind != "recovery"
            assert between(heard[number - 1][0], when)
    kinds = [run.status for run in runs if run.status is not RunStatus.CANCELLED]
    if kinds and not kinds[-1].restorable:
        last_good = max(ends, default=START)
        assert any(when > last_good for when in failures)  # no failure that lasts goes unheard

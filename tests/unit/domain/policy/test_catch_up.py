"""Slots that are due, slots that were missed, and a clock that jumps (FAULTS.md rows 31 to 33)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.domain.model.frequency import Cron, Every, Interval, Once, Schedule
from bcper.domain.policy.catch_up import ON_TIME, Due, Scheduled, due, missed, next_wakeup
from bcper.domain.policy.schedule import next_firing, next_firings
from helpers.examples import examples

BERLIN = ZoneInfo("Europe/Berlin")
DAILY = Cron("0 22 * * *")
MADE = datetime(2026, 1, 1, 12, tzinfo=UTC)
SLOT = datetime(2026, 1, 1, 21, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def job(
    schedule: Schedule = DAILY, *recorded: datetime, job_id: str = "j", since: datetime = MADE
) -> Scheduled:
    return Scheduled(job_id, schedule, since, recorded)


def started(jobs: list[Scheduled], runs: tuple[Due, ...]) -> list[Scheduled]:
    """The jobs with the slots of ``runs`` recorded, as the scheduler does before each run."""
    slots = {run.job_id: run.slot for run in runs}
    return [
        attrs.evolve(each, recorded=(*each.recorded, slots[each.job_id])) if each.job_id in slots else each
        for each in jobs
    ]


def test_a_slot_is_due_once() -> None:
    jobs = [job()]
    assert due(jobs, SLOT - MINUTE, BERLIN) == ()
    now = SLOT + timedelta(seconds=30)
    assert due(jobs, now, BERLIN) == (Due("j", SLOT, SLOT),)
    assert missed(jobs, now, BERLIN) == ()
    jobs = started(jobs, due(jobs, now, BERLIN))
    assert due(jobs, now, BERLIN) == missed(jobs, now, BERLIN) == ()


def test_slots_before_the_job_was_made_are_not_missed() -> None:
    late = job(since=SLOT + MINUTE)
    assert missed([late], SLOT + timedelta(hours=3), BERLIN) == ()
    assert due([late], SLOT + 2 * MINUTE, BERLIN) == ()


def test_row_33_a_slot_slept_through_is_caught_up_on_waking() -> None:
    woken = SLOT + timedelta(hours=3)
    jobs = [job(DAILY, SLOT - DAY)]
    assert due(jobs, woken, BERLIN) == ()
    runs = missed(jobs, woken, BERLIN)
    assert runs == (Due("j", SLOT, SLOT),)
    jobs = started(jobs, runs)
    assert missed(jobs, woken + MINUTE, BERLIN) == ()
    assert next_wakeup(jobs, woken, BERLIN) == SLOT + DAY


def test_row_32_three_jobs_after_thirty_days_run_once_each_oldest_due_first() -> None:
    jobs = [
        job(Cron("0 6 15 * *"), job_id="monthly"),
        job(Cron("0 8 * * 1"), job_id="weekly"),
        job(DAILY, job_id="daily"),
    ]
    now = MADE + 30 * DAY
    runs = missed(jobs, now, BERLIN)
    assert [run.job_id for run in runs] == ["daily", "weekly", "monthly"]
    assert runs[0] == Due("daily", SLOT + 29 * DAY, SLOT)
    assert missed(started(jobs, runs), now, BERLIN) == ()


@pytest.mark.parametrize(("minutes", "count"), [(29, 0), (30, 0), (31, 1)])
def test_row_32_a_missed_slot_is_left_to_the_next_one_when_that_is_near(minutes: int, count: int) -> None:
    now = SLOT + DAY - minutes * MINUTE
    assert len(missed([job()], now, BERLIN)) == count


@pytest.mark.parametrize(
    "schedule", [DAILY, Every(Interval("days", 3, 22), SLOT), Every(Interval("hours", 5), SLOT)]
)
def test_row_32_a_catch_up_never_moves_the_regular_slots(schedule: Schedule) -> None:
    now = SLOT + 10 * DAY + timedelta(hours=3, minutes=17)
    jobs = [job(schedule)]
    regular = next_firing(schedule, now, BERLIN)
    jobs = started(jobs, missed(jobs, now, BERLIN))
    assert next_wakeup(jobs, now, BERLIN) == regular
    assert regular is not None
    assert [run.slot for run in due(jobs, regular, BERLIN)] == [regular]


def test_row_31_a_clock_ten_years_ahead_is_one_catch_up_per_job() -> None:
    jobs = [job(DAILY, SLOT, job_id="a"), job(Cron("*/40 3 * * *"), SLOT, job_id="b")]
    now = datetime(2036, 1, 5, 15, tzinfo=UTC)
    runs = missed(jobs, now, BERLIN)
    assert sorted(run.job_id for run in runs) == ["a", "b"]
    jobs = started(jobs, runs)
    assert missed(jobs, now, BERLIN) == due(jobs, now, BERLIN) == ()


def test_row_31_a_clock_that_was_ten_years_ahead_stops_no_backup() -> None:
    ahead = datetime(2036, 1, 5, 21, tzinfo=UTC)
    jobs = [job(DAILY, SLOT, ahead)]
    assert [run.slot for run in due(jobs, SLOT + DAY, BERLIN)] == [SLOT + DAY]
    made_ahead = [job(since=ahead)]
    assert missed(made_ahead, SLOT + timedelta(hours=3), BERLIN) == ()
    assert [run.slot for run in due(made_ahead, SLOT + MINUTE, BERLIN)] == [SLOT]
    assert due(started(made_ahead, due(made_ahead, SLOT, BERLIN)), SLOT + MINUTE, BERLIN) == ()


def test_row_31_a_clock_put_back_a_day_runs_no_recorded_slot_again() -> None:
    hourly = Cron("0 * * * *")
    slots = next_firings(hourly, MADE, BERLIN, 60)
    jobs = [job(hourly, *slots)]
    now = slots[-1] - DAY + 5 * MINUTE
    while now < slots[-1] + MINUTE:
        assert due(jobs, now, BERLIN) == missed(jobs, now, BERLIN) == ()
        now += 7 * MINUTE
    assert next_wakeup(jobs, slots[-1] - DAY, BERLIN) == slots[-1] + timedelta(hours=1)


def test_once_as_soon_as_possible_runs_one_time() -> None:
    jobs = [job(Once())]
    for now in (MADE, MADE + 30 * DAY, MADE - DAY):
        assert due(jobs, now, BERLIN) == (Due("j", MADE, MADE),)
        assert missed(jobs, now, BERLIN) == ()
    jobs = started(jobs, due(jobs, MADE, BERLIN))
    for now in (MADE, MADE + 30 * DAY, MADE - DAY):
        assert due(jobs, now, BERLIN) == ()
    assert next_wakeup(jobs, MADE, BERLIN) is None


def test_once_after_another_schedule_runs_still() -> None:
    assert len(due([job(Once(), MADE - DAY)], MADE, BERLIN)) == 1


def test_once_at_a_time_is_caught_up_and_then_over() -> None:
    jobs = [job(Once(SLOT))]
    assert next_wakeup(jobs, MADE, BERLIN) == SLOT
    now = SLOT + 400 * DAY
    runs = missed(jobs, now, BERLIN)
    assert runs == (Due("j", SLOT, SLOT),)
    jobs = started(jobs, runs)
    assert missed(jobs, now, BERLIN) == ()
    assert next_wakeup(jobs, now, BERLIN) is None


def test_the_wakeup_is_the_earliest_of_all_jobs() -> None:
    jobs = [job(DAILY), job(Cron("0 8 * * 1"), job_id="w"), job(Once(), job_id="o")]
    assert next_wakeup(jobs, MADE, BERLIN) == SLOT
    assert next_wakeup([], MADE, BERLIN) is None


SCHEDULES = st.sampled_from(
    [
        DAILY,
        Cron("30 2 * * *"),
        Cron("0 * * * *"),
        Cron("*/20 6-9 * * *"),
        Every(Interval("hours", 5), SLOT),
        Every(Interval("days", 2, 22), SLOT),
        Once(SLOT),
        Once(),
    ]
)
JUMPS = st.sampled_from([0.5, 0.5, 7, 45, 200, 2000, 50_000, -10, -100, -1440, 5_256_000, -5_256_000])


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(SCHEDULES, min_size=1, max_size=3), st.lists(JUMPS, max_size=40))
def test_whatever_the_clock_does_no_slot_runs_twice_and_none_before_its_time(
    schedules: list[Schedule], jumps: list[float]
) -> None:
    now = datetime(2026, 3, 27, 20, 0, 13, tzinfo=UTC)
    jobs = [job(each, job_id=str(index), since=now) for index, each in enumerate(schedules)]
    for minutes in jumps:
        now += timedelta(minutes=minutes)
        runs = due(jobs, now, BERLIN) + missed(jobs, now, BERLIN)
        assert len({run.job_id for run in runs}) == len(runs)
        for run in runs:
            one = jobs[int(run.job_id)]
            assert run.slot not in one.recorded
            assert run.due_at <= run.slot
            assert run.slot <= now or one.schedule == Once()
        jobs = started(jobs, runs)
        wakeup = next_wakeup(jobs, now, BERLIN)
        assert wakeup is None or wakeup > now
        again = due(jobs, now, BERLIN) + missed(jobs, now, BERLIN)
        assert again == ()


@settings(max_examples=examples(60), deadline=None)
@given(SCHEDULES.filter(lambda each: not isinstance(each, Once)), st.integers(0, 3000))
def test_sleeping_from_wakeup_to_wakeup_runs_every_slot_on_time(schedule: Schedule, minutes: int) -> None:
    now = datetime(2026, 3, 27, 20, tzinfo=UTC) + minutes * MINUTE
    expected = next_firings(schedule, now, BERLIN, 12)
    jobs, ran = [job(schedule, since=now)], []
    for _ in expected:
        wakeup = next_wakeup(jobs, now, BERLIN)
        assert wakeup is not None
        now = wakeup + ON_TIME / 4
        runs = due(jobs, now, BERLIN)
        ran += [run.slot for run in runs]
        jobs = started(jobs, runs)
    assert tuple(ran) == expected

"""Who needs attention, and what would be lost."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcper.domain.model.jobs import Job
from bcper.domain.model.requests.daemon import JobState
from bcper.domain.model.runs import RunStatus
from bcper.domain.policy.history.exposure import exposure
from bcper.domain.policy.history.verdict import concern, verdict
from helpers.catalogs import a_job
from helpers.runs import a_run

NOW = datetime(2026, 11, 23, 14, 32, tzinfo=UTC)


def state(job: Job | str = "a", good: float | None = 1.0, **more: object) -> JobState:
    """A job whose last good backup began ``good`` hours ago."""
    if isinstance(job, str):
        job = a_job(job, "item", f"target of {job}")
    run = None if good is None else a_run(f"run of {job.id}", NOW - timedelta(hours=good))
    made = JobState(job, None, "", run, run, "", "")
    return attrs.evolve(made, **more)


def failed(error: str = "no space") -> object:
    return a_run("f", NOW, RunStatus.FAILED, error=error)


def test_jobs_that_are_well_are_counted() -> None:
    assert verdict([state("a"), state("b")]).words == "All 2 jobs are well"
    assert verdict([state("a")]).words == "All is well"
    assert verdict([]).words == "Nothing is backed up yet"


@pytest.mark.parametrize(
    ("bad", "level", "text"),
    [
        (state(trouble="its store 'nas' is gone"), "bad", "its store 'nas' is gone"),
        (state(last=failed("no space left.")), "bad", "failed: no space left"),
        (state(last=failed("two\nlines")), "bad", "failed: two\\nlines"),
        (state(last=a_run("i", NOW, RunStatus.INTERRUPTED)), "bad", "last run interrupted"),
        (state(worry="No backup of 'x' for 9 days."), "warning", "No backup of 'x' for 9 days"),
        (state(last=a_run("p", NOW, RunStatus.PARTIAL)), "warning", "some sources could not be read"),
        (state(good=None), "warning", "has not run yet"),
        (state(good=None, last=a_run("c", NOW, RunStatus.CANCELLED)), "warning", "no good backup yet"),
    ],
)
def test_a_concern_says_what_is_wrong(bad: JobState, level: str, text: str) -> None:
    found = concern(bad)
    assert found is not None
    assert (found.level, found.text) == (level, text)
    assert verdict([state("b"), bad]).words == "1 of 2 jobs needs attention"


def test_what_was_cancelled_or_runs_is_no_concern() -> None:
    for status in (RunStatus.CANCELLED, RunStatus.RUNNING):
        assert concern(state(last=a_run("c", NOW, status))) is None
    assert concern(state(good=None, last=a_run("c", NOW, RunStatus.RUNNING))) is None


def test_the_worst_come_first_and_disabled_jobs_are_nobody_s_worry() -> None:
    off = a_job("off", "item", "x", enabled=False)
    found = verdict([state("a", worry="Late."), state(off, trouble="gone"), state("b", last=failed())])
    assert [each.job.id for each in found.concerns] == ["b", "a"]
    assert (found.level, found.jobs, found.words) == ("bad", 2, "2 of 2 jobs need attention")


@given(st.lists(st.tuples(st.sampled_from("wxyz"), st.none() | st.floats(0, 1e5)), max_size=8))
def test_the_exposure_is_the_worst_target_by_its_newest_backup(
    given_: list[tuple[str, float | None]],
) -> None:
    states = [state(a_job(str(number), "item", target), good) for number, (target, good) in enumerate(given_)]
    newest = {
        target: min((good for other, good in given_ if other == target and good is not None), default=None)
        for target, _ in given_
    }
    ages = [age for age in newest.values() if age is not None]
    found = exposure(states, NOW)
    assert found.worst == (timedelta(hours=max(ages)) if ages else None)
    assert found.newest == (timedelta(hours=min(ages)) if ages else None)
    assert {job.target_name for job in found.never} == {name for name, age in newest.items() if age is None}
    if found.job is not None:
        assert timedelta(hours=newest[found.job.target_name] or 0) == found.worst


def test_a_run_from_the_future_is_no_negative_age() -> None:
    assert exposure([state(good=-5)], NOW).worst == timedelta(0)

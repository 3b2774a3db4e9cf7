"""Which runs are a job's, and which of them a new run is measured by."""

from datetime import UTC, datetime, timedelta

import attrs

from bcper.domain.model.jobs import Job
from bcper.domain.model.runs import Run, RunStatus
from bcper.domain.policy.job_runs import Before, by_job, is_of_job, runs_before
from helpers.runs import a_run

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NEW = a_run("new", NOON, RunStatus.RUNNING, job_id="j")


def earlier(name: str, hours: int, **changes: object) -> Run:
    plain = a_run(name, NOON - timedelta(hours=hours), job_id="j", manifest="m")
    return attrs.evolve(plain, **changes)  # type: ignore[arg-type]


def test_a_run_is_of_the_job_with_its_id_or_its_name() -> None:
    run = earlier("a", 1)
    assert is_of_job(run, "j", "nightly")
    assert is_of_job(run, "j", "renamed")
    assert is_of_job(run, "made anew", "nightly")
    assert is_of_job(run, None, "nightly")
    assert not is_of_job(run, "other", "other")
    assert not is_of_job(run, "other", "nightly", ("other", "j"))
    assert is_of_job(run, "other", "nightly", ("other",))
    assert not is_of_job(attrs.evolve(run, job_id=None), None, "other")


def test_the_original_s_runs_are_of_no_job() -> None:
    run = attrs.evolve(earlier("a", 1), folder="")
    assert run.legacy
    assert not is_of_job(run, "j", "nightly")
    assert not is_of_job(attrs.evolve(run, job_id=None), None, "nightly")


def test_the_newest_good_run_and_the_newest_that_is_trusted() -> None:
    legacy = earlier("legacy", 1, folder="")
    failed = earlier("failed", 2, status=RunStatus.FAILED)
    other = earlier("other", 3, target_name="other")
    held = earlier("held", 4, hold="it shrank", job_name="before it was renamed")
    good, old = earlier("good", 5, status=RunStatus.PARTIAL), earlier("old", 6)
    assert runs_before(NEW, (NEW, legacy, failed, other, held, good, old)) == Before(held, good)
    assert runs_before(NEW, (NEW, legacy, held)) == Before(held, None)
    assert runs_before(NEW, (NEW, legacy, failed, other)) == Before()


def test_order_does_not_matter_and_what_is_dated_later_or_is_another_target_s_does_not_count() -> None:
    good, newer = earlier("good", 5), earlier("newer", 3)
    assert runs_before(NEW, (good, newer)).trusted == runs_before(NEW, (newer, good)).trusted == newer
    for other in (
        {"status": RunStatus.RUNNING},
        {"target_type": "vault"},
        {"target_name": "other"},
        {"job_name": "other", "job_id": "other"},
        {"started_at": NOON + timedelta(days=3650)},
        {"run_id": NEW.run_id},
    ):
        assert runs_before(NEW, (good, attrs.evolve(newer, **other))) == Before(good, good), other  # type: ignore[arg-type]
    alone = attrs.evolve(NEW, job_id=None)
    assert runs_before(alone, (earlier("k", 1, job_name="k", job_id=None),)) == Before()


def test_runs_are_shared_out_among_jobs_as_they_are_asked_for_one_by_one() -> None:
    jobs = [Job(i, n, "item", "docs", "disk", "daily") for i, n in (("j", "nightly"), ("k", "weekly"))]
    runs = [
        earlier("a", 1),
        earlier("b", 2, job_name="before it was renamed"),
        earlier("c", 3, job_id="gone"),
        earlier("d", 4, job_id="k", job_name="nightly"),
        earlier("e", 5, job_id=None, job_name="weekly"),
        earlier("f", 6, folder=""),
        earlier("g", 7, job_id=None, job_name="other"),
    ]
    found = by_job(runs, jobs)
    assert {key: [run.run_id for run in each] for key, each in found.items()} == {
        "j": ["a", "b", "c"],
        "k": ["d", "e"],
    }
    for job in jobs:
        ids = {each.id for each in jobs}
        assert list(found[job.id]) == [run for run in runs if is_of_job(run, job.id, job.name, ids)]

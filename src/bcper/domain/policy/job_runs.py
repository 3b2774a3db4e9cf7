"""Which runs are a job's, and which of them a new run is measured by."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import attrs

from bcper.domain.model.jobs import Job
from bcper.domain.model.runs import Run, newest_last


@attrs.frozen
class Before:
    """What went before a run: the ``last`` good one, and the last whose word was taken (without a hold)."""

    last: Run | None = None
    trusted: Run | None = None


def is_of_job(run: Run, job_id: str | None, job_name: str, jobs: Collection[str] = ()) -> bool:
    """Whether ``run`` is of that job, or, without ``job_id``, of those made ad hoc under that name.

    The id stays when a job gets a new name. The name counts too: a job that was configured anew, on another
    machine perhaps, goes on with the runs that its store has; but not with those of another one of ``jobs``
    (ids), which had the name before. Runs of the original's are nobody's.
    """
    if run.legacy:
        return False
    if job_id is not None and run.job_id == job_id:
        return True
    return run.job_name == job_name and run.job_id not in jobs


def by_job(runs: Iterable[Run], jobs: Collection[Job]) -> Mapping[str, Sequence[Run]]:
    """The runs of each of ``jobs`` (all that there are), by its id, in the order of ``runs``; in one pass."""
    names = {job.name: job.id for job in jobs}
    found: dict[str, list[Run]] = {job.id: [] for job in jobs}
    for run in runs:
        job_id = run.job_id if run.job_id in found else names.get(run.job_name)
        if job_id is not None and not run.legacy:
            found[job_id].append(run)
    return found


def runs_before(run: Run, runs: Iterable[Run]) -> Before:
    """Those of the job and the target of ``run`` among ``runs`` of its store, in any order.

    Never a run dated later, as of a night with the clock ten years ahead: retention leaves those aside, too.
    """
    good = [
        earlier
        for earlier in sorted(runs, key=newest_last, reverse=True)
        if earlier.status.restorable
        and earlier.run_id != run.run_id
        and earlier.started_at <= run.started_at
        and (earlier.target_type, earlier.target_name) == (run.target_type, run.target_name)
        and is_of_job(earlier, run.job_id, run.job_name)
    ]
    return Before(next(iter(good), None), next((earlier for earlier in good if not earlier.hold), None))

"""Which runs are a job's, and which of them a new run is measured by."""

from collections.abc import Iterable

import attrs

from bcper.domain.model.runs import Run


@attrs.frozen
class Before:
    """What went before a run: the ``last`` good one, and the last whose word was taken (without a hold)."""

    last: Run | None = None
    trusted: Run | None = None


def is_of_job(run: Run, job_id: str | None, job_name: str) -> bool:
    """Whether ``run`` is of that job, or, without ``job_id``, of those made ad hoc under that name.

    The id stays when a job gets a new name. The name counts too: a job that was configured anew, on another
    machine perhaps, goes on with the runs that its store has. Runs of the original's are nobody's.
    """
    return not run.legacy and (run.job_name == job_name or (job_id is not None and run.job_id == job_id))


def runs_before(run: Run, runs: Iterable[Run]) -> Before:
    """Those of the job and the target of ``run`` among ``runs``, which come newest first."""
    good = [
        earlier
        for earlier in runs
        if earlier.status.restorable
        and earlier.target_name == run.target_name
        and is_of_job(earlier, run.job_id, run.job_name)
    ]
    return Before(next(iter(good), None), next((earlier for earlier in good if not earlier.hold), None))

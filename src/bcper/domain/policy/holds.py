"""When retention must not act on a run's word (FAULTS.md, introduction; rows 5 and 24)."""

from collections.abc import Iterable

from bcper.domain.model.runs import Run, RunStatus


def last_trusted(runs: Iterable[Run], run: Run) -> Run | None:
    """The newest of ``runs`` before ``run`` whose word was taken; ``None`` if there is none.

    Of its target in its store, and of its job: under an earlier name, too, as retention goes by that. Never a
    run dated later, as of a night with the clock ten years ahead: retention leaves those aside, too.
    """
    before = (
        earlier
        for earlier in runs
        if earlier.status.restorable
        and not earlier.hold
        and earlier.run_id != run.run_id
        and earlier.started_at <= run.started_at
        and (earlier.store, earlier.target_type, earlier.target_name)
        == (run.store, run.target_type, run.target_name)
        and (earlier.job_name == run.job_name or (run.job_id is not None and earlier.job_id == run.job_id))
    )
    return max(before, key=lambda earlier: (earlier.started_at, earlier.run_id), default=None)


def emptied_roots(alive: Iterable[str], empty: Iterable[str], before: Run | None) -> tuple[str, ...]:
    """The roots that hold nothing now and held something in ``before``: a disk that is not mounted, perhaps.

    ``before`` is the last run whose word was trusted (without a hold), so that a root that stays empty is
    noticed every time. ``alive`` are sources too: what was given twice counts as alive.
    """
    living = set(alive)
    known = set(before.roots) if before is not None else set()
    return tuple(root for root in dict.fromkeys(empty) if root in known and root not in living)


def hold_reason(run: Run, before: Run | None, *, left_out_by: str) -> str:
    """Why pruning is held after ``run``, or an empty string. ``before`` is the last run that was trusted.

    ``left_out_by`` says what left out everything, if something did.
    """
    if run.status is RunStatus.PARTIAL:
        return "some sources could not be read, or are empty and were not before"
    if left_out_by:
        return f"everything was left out by {left_out_by}"
    if run.source_bytes == 0:
        return "nothing was found to back up"
    if before is not None and run.source_bytes * 2 < before.source_bytes:
        return "the sources shrank by more than half"
    return ""

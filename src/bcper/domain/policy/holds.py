"""When retention must not act on a run's word (FAULTS.md, introduction; rows 5 and 24)."""

from collections.abc import Iterable

from bcper.domain.model.runs import Run, RunStatus


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

"""When retention must not act on a run's word (FAULTS.md, introduction; rows 5 and 24)."""

from bcper.domain.model.runs import Run, RunStatus


def hold_reason(run: Run, before: Run | None, *, empty_roots: bool, all_ignored: bool) -> str:
    """Why pruning is held after ``run``, or an empty string. ``before`` is the good run before it."""
    if run.status is RunStatus.PARTIAL:
        return "some sources could not be read"
    if all_ignored:
        return "everything was left out by ignore patterns"
    if empty_roots and (before is None or before.source_bytes > 0):
        return "nothing was found to back up"
    if before is not None and run.source_bytes * 2 < before.source_bytes:
        return "the sources shrank by more than half"
    return ""

"""A run as the ledger knows it."""

from datetime import datetime
from enum import StrEnum

import attrs


class RunStatus(StrEnum):
    """What became of a run."""

    RUNNING = "running"
    SUCCESS = "success"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def restorable(self) -> bool:
        """Whether a manifest stands behind it."""
        return self in (RunStatus.SUCCESS, RunStatus.PARTIAL)


@attrs.frozen
class Run:
    """One execution. Times are aware and in UTC; sizes are bytes; ``store`` is the store's location.

    ``folder`` is the run's folder in its store (``<job>/<run uuid>``), empty once nothing of a run that
    failed is left there, and for runs of the original's; ``manifest`` the name of its manifest blob once that
    is written. ``roots`` are the
    sources that held something. ``deleted_at`` is set while what is left of a deleted run is being removed.
    ``hold`` says why retention must not act on this run's word, and is empty when it may. ``pinned``: no
    retention ever drops it. ``pruned_at`` is when it left its store; its line in the history stays.
    """

    run_id: str
    job_name: str
    target_type: str
    target_name: str
    store: str
    store_id: str
    folder: str
    started_at: datetime
    status: RunStatus = RunStatus.RUNNING
    job_id: str | None = None
    mode: str = "full"
    parent: str | None = None
    encrypted: bool = False
    completed_at: datetime | None = None
    manifest: str | None = None
    entries: int = 0
    source_bytes: int = 0
    stored_bytes: int = 0
    roots: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    error: str = ""
    hold: str = ""
    deleted_at: datetime | None = None
    pinned: bool = False
    pruned_at: datetime | None = None

    @property
    def legacy(self) -> bool:
        """Whether the original BCPER wrote it: its files lie in no folder of their own."""
        return not self.folder and self.manifest is not None


def newest_last(run: Run) -> tuple[datetime, bool, datetime, str]:
    """The order in which runs were made, to sort by: by start, then end, then id; no two are equal.

    The manifests in a store tell whole seconds only. One that has no end yet comes behind those that began
    with it.
    """
    return (run.started_at, run.completed_at is None, run.completed_at or run.started_at, run.run_id)


def lock_name(run: Run) -> str:
    """One run of one target and job in one store at a time (FAULTS.md row 60)."""
    return f"{run.store_id}/{job_key(run)}/{run.target_name}"


def job_key(run: Run) -> str:
    """What stays the same of a run's job: its id, also under another name; the name of what has no job."""
    return run.job_id or run.job_name

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

    ``folder`` is the run's folder in its store (``<job>/<run uuid>``), ``manifest`` the name of its
    manifest blob once that is written. ``hold`` says why retention must not act on this run's word, and
    is empty when it may.
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
    warnings: tuple[str, ...] = ()
    error: str = ""
    hold: str = ""

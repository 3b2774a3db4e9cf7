"""Runs of one job for policies to decide on."""

from datetime import UTC, datetime
from typing import Any

from bcper.domain.model.runs import Run, RunStatus


def a_run(run_id: str, started_at: datetime, status: RunStatus = RunStatus.SUCCESS, **more: Any) -> Run:
    return Run(
        run_id=run_id,
        job_name="nightly",
        target_type="item",
        target_name="docs",
        store="/mnt/disk",
        store_id="s",
        folder=f"nightly/{run_id}",
        started_at=started_at.astimezone(UTC),
        status=status,
        **more,
    )

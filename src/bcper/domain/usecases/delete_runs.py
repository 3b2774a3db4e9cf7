"""Deleting runs: the manifest first, so that a run is gone at once or not at all (FORMAT.md, promise 3)."""

import attrs

from bcper.domain.model.progress import Progress
from bcper.domain.model.runs import Run
from bcper.domain.usecases.browse_runs import BrowseRuns
from bcper.ports.locks import Locks
from bcper.ports.progress import ProgressSink
from bcper.ports.run_ledger import RunLedger


@attrs.frozen
class DeleteRuns:
    """Delete a run from its store and from the list."""

    browse: BrowseRuns
    ledger: RunLedger
    locks: Locks

    def __call__(self, run: Run, sink: ProgressSink) -> None:
        """Raises StoreError; Locked while the run is being written."""
        sink.step(Progress(f"Deleting {run.run_id[:8]}"))
        with self.locks.hold(f"{run.store_id}/{run.job_name}/{run.target_name}"):
            blobs = self.browse.open_store(run.store, writable=True).blobs
            if run.manifest is not None:
                blobs.delete(run.manifest)
            for blob in list(blobs.list(run.folder)):
                blobs.delete(blob.name)
            blobs.sweep(run.folder)
            self.ledger.delete(run.run_id)

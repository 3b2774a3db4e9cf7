"""Deleting runs: marked first, so that an interrupted deletion is finished and not forgotten (row 59)."""

import attrs

from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.runs import DeleteRun
from bcper.domain.model.runs import Run, lock_name
from bcper.domain.usecases.browse_runs import BrowseRuns
from bcper.domain.usecases.open_store import OpenStore
from bcper.domain.usecases.recover_runs import RecoverRuns
from bcper.ports.clock import Clock
from bcper.ports.locks import Locks
from bcper.ports.progress import ProgressSink
from bcper.ports.run_ledger import RunLedger


@attrs.frozen
class DeleteRuns:
    """Delete a run from its store and from the list."""

    ledger: RunLedger
    locks: Locks
    clock: Clock
    open_store: OpenStore
    browse: BrowseRuns
    recover: RecoverRuns

    def __call__(self, request: DeleteRun, sink: ProgressSink) -> Run:
        """Delete a run; returns it as it was. Raises RunNotFound, UsageError.

        Raises StoreError: the run is off the list then, and the next run in that store goes on deleting.
        Raises Locked while the run's target is being backed up.
        """
        run = self.browse.find(request.which, sink)
        sink.step(Progress(f"Deleting {run.run_id[:8]}"))
        with self.locks.hold(lock_name(run)):
            blobs = self.open_store(run.store, writable=True, sink=sink).blobs
            marked = attrs.evolve(run, deleted_at=self.clock.now())
            if any(known.run_id == run.run_id for known in self.ledger.find(run.run_id)):
                self.ledger.update(marked)
            else:
                self.ledger.add(marked)
            self.recover.finish_deleting(marked, blobs)
        return run

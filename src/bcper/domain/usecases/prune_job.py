"""Retention: surplus runs leave their store, and stay in the history."""

from collections.abc import Sequence

import attrs

from bcper.domain.model.jobs import Job
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.jobs import PinRun, PruneJob, PruneLine
from bcper.domain.model.requests.runs import Which
from bcper.domain.model.runs import Run, lock_name
from bcper.domain.policy.job_runs import is_of_job
from bcper.domain.policy.retention import decide
from bcper.domain.usecases.browse_runs import BrowseRuns
from bcper.domain.usecases.edit_jobs import known_job
from bcper.domain.usecases.open_store import OpenStore
from bcper.domain.usecases.places import known_store, place_of
from bcper.domain.usecases.recover_runs import RecoverRuns
from bcper.ports.catalog_repository import CatalogRepository
from bcper.ports.clock import Clock
from bcper.ports.locks import Locks
from bcper.ports.progress import ProgressSink
from bcper.ports.run_ledger import RunLedger


@attrs.frozen
class PruneRuns:
    """Take the runs that no rule keeps out of the store."""

    catalogs: CatalogRepository
    ledger: RunLedger
    locks: Locks
    clock: Clock
    open_store: OpenStore
    browse: BrowseRuns
    recover: RecoverRuns

    def __call__(self, request: PruneJob, sink: ProgressSink) -> tuple[PruneLine, ...]:
        """Raises UsageError, StoreError, Locked, Cancelled."""
        catalog = self.catalogs.load()
        job = known_job(catalog, request.name)
        place = place_of(known_store(catalog, job.store_name))
        store = self.open_store(place, writable=not request.dry_run, sink=sink)
        runs = self.runs_of(job, store.blobs.location)
        return self.prune(job, runs, sink, dry_run=request.dry_run)

    def runs_of(self, job: Job, store: str) -> tuple[Run, ...]:
        """The job's runs of its present target in the store at ``store``, under an earlier name too.

        And those of a job that is gone, if it had the name. A job may have the name that another one had
        before: the runs of that are not its.
        """
        jobs = self.catalogs.load().jobs
        return tuple(
            run
            for run in self.ledger.list(store=store)
            if is_of_job(run, job.id, job.name, jobs)
            and (run.target_type, run.target_name) == (job.target_type, job.target_name)
        )

    def prune(
        self, job: Job, runs: Sequence[Run], sink: ProgressSink, *, dry_run: bool = False
    ) -> tuple[PruneLine, ...]:
        """Decide about ``runs``, all of one target and store, and act on it. Newest first.

        Runs of the original's belong to no job, and stay. A run whose deletion fails is off the list all the
        same, and the next run goes on with it (row 59).
        """
        runs = [run for run in runs if not run.legacy]
        verdicts = decide(runs, job.keep, self.clock.local_zone(), now=self.clock.now())
        if not dry_run:
            for verdict in verdicts:
                if not verdict.kept:
                    self._take_out(verdict.run, sink)
        return tuple(PruneLine(each.run, each.kept, each.reasons) for each in verdicts)

    def pin(self, request: PinRun) -> Run:
        """Raises RunNotFound."""
        run = attrs.evolve(self.browse.find(Which(request.run)), pinned=request.pinned)
        self.ledger.update(run)
        return run

    def _take_out(self, run: Run, sink: ProgressSink) -> None:
        sink.step(Progress(f"Pruning {run.run_id[:8]}"))
        now = self.clock.now()
        marked = attrs.evolve(run, deleted_at=now, pruned_at=now)
        with self.locks.hold(lock_name(run)):
            blobs = self.open_store(run.store, writable=True).blobs
            self.ledger.update(marked)
            self.recover.finish_deleting(marked, blobs)

"""Finding the truth about runs that did not come to their end (FAULTS.md rows 53 and 59)."""

from datetime import datetime

import attrs

from bcper.domain.errors import ConfigurationError, Damaged
from bcper.domain.model.names import blob_base
from bcper.domain.model.runs import Run, RunStatus, job_key
from bcper.domain.policy.holds import hold_reason
from bcper.domain.policy.job_runs import runs_before
from bcper.domain.usecases.litter import clear_folder
from bcper.ports.archive import Archive
from bcper.ports.blob_store import BlobStore
from bcper.ports.clock import Clock
from bcper.ports.run_ledger import RunLedger

_ENDED_BADLY = (RunStatus.FAILED, RunStatus.CANCELLED)


@attrs.frozen
class RecoverRuns:
    """Set the rows of a target right and clear what its failed runs left."""

    ledger: RunLedger
    archive: Archive
    clock: Clock

    def __call__(self, run: Run, blobs: BlobStore) -> None:
        """Recover the runs of ``run``'s target and job in its store; the caller holds their lock.

        Raises StoreError.
        """
        for deleted in self.ledger.list(store=run.store, deleted=True):
            if job_key(deleted) == job_key(run):
                self.finish_deleting(deleted, blobs)
        for earlier in self.ledger.list(store=run.store):
            if job_key(earlier) != job_key(run):
                continue
            if _is_unknown(earlier) and earlier.target_name == run.target_name:
                self._settle(earlier, blobs)
            elif earlier.folder and earlier.status in _ENDED_BADLY:
                # Its store was gone when it failed, or it would have been cleared then.
                clear_folder(blobs, earlier.folder)
                self.ledger.update(attrs.evolve(earlier, folder=""))

    def finish_deleting(self, run: Run, blobs: BlobStore) -> None:
        """Delete what is left of a run that was marked as deleted, its manifest first; then its row.

        Of a run of the original's only its own files are deleted: it has no folder to itself.
        The row of a run that retention took out stays, as history.
        """
        if run.legacy and run.manifest is not None:
            for name in self.archive.legacy_blobs(run.manifest, encrypted=run.encrypted):
                blobs.delete(name)
        else:
            clear_folder(blobs, run.folder)
        if run.pruned_at is None:
            self.ledger.delete(run.run_id)
        else:
            self.ledger.update(attrs.evolve(run, deleted_at=None, folder="", manifest=None))

    def _settle(self, run: Run, blobs: BlobStore) -> None:
        """A killed process leaves its row ``running``: whoever holds its lock now knows better."""
        name = f"{run.folder}/{blob_base(run.target_name, run.started_at)}.meta.json"
        why = "BCPER was killed, or the machine went down, during this run."
        if any(blob.name == name for blob in blobs.list(run.folder)):
            # Killed between the manifest and the ledger: the manifest decides (FORMAT.md, promise 3).
            try:
                self.ledger.update(self._adopted(run, blobs, name))
                return
            except (Damaged, ConfigurationError) as error:
                # Nothing is cleared that somebody might still mend.
                why = str(error)
        else:
            clear_folder(blobs, run.folder)
        self.ledger.update(
            attrs.evolve(
                run, status=RunStatus.INTERRUPTED, folder="", completed_at=self.clock.now(), error=why
            )
        )

    def _adopted(self, run: Run, blobs: BlobStore, name: str) -> Run:
        manifest = self.archive.read_manifest(blobs, name)
        adopted = attrs.evolve(
            run,
            status=RunStatus(manifest.status),
            completed_at=datetime.fromisoformat(manifest.completed_at),
            manifest=name,
            entries=sum(part.entries for part in manifest.parts),
            source_bytes=sum(part.bytes for part in manifest.parts),
            stored_bytes=sum(part.stored_bytes for part in manifest.parts),
            warnings=manifest.warnings,
        )
        before = runs_before(adopted, self.ledger.list(store=run.store)).trusted
        return attrs.evolve(adopted, hold=hold_reason(adopted, before, left_out_by=""))


def _is_unknown(run: Run) -> bool:
    """Whether it was killed: whether there is a manifest, only the store knows."""
    return run.status is RunStatus.RUNNING or (run.status is RunStatus.INTERRUPTED and run.folder != "")

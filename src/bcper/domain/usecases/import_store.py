"""Bringing the runs of a store into the list: a new machine, or a list that was lost."""

from collections.abc import Sequence
from contextlib import suppress

import attrs

from bcper.domain.errors import RunNotFound
from bcper.domain.model.names import printable
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.stores import Imported, ImportStore
from bcper.domain.model.runs import Run
from bcper.domain.policy.holds import hold_reason
from bcper.domain.policy.job_runs import runs_before
from bcper.domain.usecases.browse_runs import BrowseRuns, Unreadable
from bcper.domain.usecases.open_store import OpenStore
from bcper.domain.usecases.places import place_named
from bcper.ports.archive import Archive
from bcper.ports.blob_store import BlobStore
from bcper.ports.catalog_repository import CatalogRepository
from bcper.ports.progress import ProgressSink
from bcper.ports.run_ledger import RunLedger


@attrs.frozen
class BringRuns:
    """Import a store: every run in it is listed, without a password.

    A folder in which the original BCPER kept its archives is made a store, as it had no marker.
    """

    catalogs: CatalogRepository
    archive: Archive
    browse: BrowseRuns
    ledger: RunLedger
    open_store: OpenStore

    def __call__(self, request: ImportStore, sink: ProgressSink) -> Imported:
        """Raises StoreError for what is no store; NoSpace, Cancelled."""

        def step(count: int) -> None:
            sink.step(Progress("Reading the store", entries=count))

        step(0)
        unreadable: list[Unreadable] = []
        place = place_named(self.catalogs, request.name)
        marked = self.open_store.adopt(place, self._is_originals, sink)
        # Asked for first: one that is pruned while the store is read is not brought back.
        pruned = {run.run_id for run in self.ledger.list(history=True) if run.pruned_at is not None}
        runs = [
            run for run in self.browse.in_store(place, unreadable.append, step, sink) if run.status.restorable
        ]
        added = 0
        listed = list(self.ledger.list(store=runs[0].store)) if runs else []
        for shown in reversed(runs):  # the oldest first: the word of each depends on those before
            try:
                known = self.ledger.get(shown.run_id)
            except RunNotFound:
                run = _held(shown, listed)
                self.ledger.add(run)
                listed.append(run)
                added += 1
                continue
            stale = known.deleted_at is not None or shown.run_id in pruned or not _is_at(known, shown)
            if stale or not known.status.restorable:
                # The manifest is there, so the run is (FORMAT.md, promise 3), and there.
                run = attrs.evolve(_held(shown, listed), pinned=known.pinned)
                with suppress(RunNotFound):
                    self.ledger.update(run)
                listed.append(run)
        return Imported(
            runs[0].store if runs else place,
            len(runs),
            added,
            tuple(f"{printable(bad.manifest)}: {bad.error}" for bad in unreadable),
            marked,
        )

    def _is_originals(self, blobs: BlobStore) -> bool:
        """Whether the original kept runs in this very folder: not below it, or any disk would be a store."""
        found = self.archive.legacy_runs(blobs, blobs.list(), lambda _name, _error: None)
        return any("/" not in run.name for run in found)


def _held(run: Run, listed: Sequence[Run]) -> Run:
    """A manifest does not say whether pruning is held, and a list that was lost must not let it loose."""
    if run.legacy:
        return run
    return attrs.evolve(run, hold=hold_reason(run, runs_before(run, listed).trusted, left_out_by=""))


def _is_at(known: Run, run: Run) -> bool:
    return known.store == run.store and (known.manifest == run.manifest or not run.legacy)

"""Bringing the runs of a store into the list: a new machine, or a list that was lost."""

from contextlib import suppress

import attrs

from bcper.domain.errors import RunNotFound
from bcper.domain.model.names import printable
from bcper.domain.model.requests.stores import Imported, ImportStore
from bcper.domain.model.runs import Run
from bcper.domain.usecases.browse_runs import BrowseRuns, Unreadable
from bcper.domain.usecases.open_store import OpenStore
from bcper.domain.usecases.places import place_named
from bcper.ports.archive import Archive
from bcper.ports.blob_store import BlobStore
from bcper.ports.catalog_repository import CatalogRepository
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

    def __call__(self, request: ImportStore) -> Imported:
        """Raises StoreError for what is no store; NoSpace."""
        unreadable: list[Unreadable] = []
        place = place_named(self.catalogs, request.name)
        marked = self.open_store.adopt(place, self._is_originals)
        # Asked for first: one that is pruned while the store is read is not brought back.
        pruned = {run.run_id for run in self.ledger.list(history=True) if run.pruned_at is not None}
        runs = [run for run in self.browse.in_store(place, unreadable.append) if run.status.restorable]
        added = 0
        for run in runs:
            try:
                known = self.ledger.get(run.run_id)
            except RunNotFound:
                self.ledger.add(run)
                added += 1
                continue
            stale = known.deleted_at is not None or run.run_id in pruned or not _is_at(known, run)
            if stale or not known.status.restorable:
                # The manifest is there, so the run is (FORMAT.md, promise 3), and there.
                with suppress(RunNotFound):
                    self.ledger.update(attrs.evolve(run, pinned=known.pinned))
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


def _is_at(known: Run, run: Run) -> bool:
    return known.store == run.store and (known.manifest == run.manifest or not run.legacy)

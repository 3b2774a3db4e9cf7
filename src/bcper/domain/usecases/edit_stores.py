"""Stores: listed, added, changed, tried."""

import attrs

from bcper.domain.errors import UsageError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.names import printable
from bcper.domain.model.requests.stores import (
    AddStore,
    EditStore,
    ListStores,
    StoreTest,
    StoreView,
    TestStore,
)
from bcper.domain.model.stores import Store, check_store
from bcper.domain.policy.references import users_of_store
from bcper.domain.policy.renaming import rename_store
from bcper.domain.usecases.browse_runs import BrowseRuns
from bcper.domain.usecases.open_store import OpenStore
from bcper.domain.usecases.places import known_store, place_of
from bcper.ports.catalog_repository import CatalogRepository


@attrs.frozen
class EditStores:
    """See the requests of the same names."""

    catalogs: CatalogRepository
    open_store: OpenStore
    browse: BrowseRuns

    def list(self, _: ListStores) -> tuple[StoreView, ...]:
        """By name."""
        catalog = self.catalogs.load()
        return tuple(_view(catalog, catalog.stores[name]) for name in sorted(catalog.stores))

    def add(self, request: AddStore) -> StoreView:
        """Raises UsageError, ConfigurationError; StoreError if a local store cannot be made."""
        store = check_store(
            Store(
                request.name,
                request.kind,
                request.path,
                request.remote,
                volume_bytes=request.volume_bytes,
                bandwidth=request.bandwidth,
            )
        )

        def edit(catalog: Catalog) -> Catalog:
            if store.name in catalog.stores:
                raise UsageError(
                    f"There is a store {printable(store.name)!r} already.", "store edit changes it."
                )
            self._check_place(catalog, store)
            return attrs.evolve(catalog, stores={**catalog.stores, store.name: self._marked(store)})

        catalog = self.catalogs.change(edit)
        return _view(catalog, catalog.stores[store.name])

    def edit(self, request: EditStore) -> StoreView:
        """Raises UsageError, ConfigurationError, StoreError."""
        name = request.name if request.new_name is None else request.new_name

        def edit(catalog: Catalog) -> Catalog:
            before = known_store(catalog, request.name)
            given = {
                key: value
                for key in ("path", "remote", "volume_bytes", "bandwidth")
                if (value := getattr(request, key)) is not None
            }
            store = check_store(attrs.evolve(before, name=name, **given))
            if name != request.name:
                if name in catalog.stores:
                    raise UsageError(f"There is a store {printable(name)!r} already.", "Give another name.")
                catalog = rename_store(catalog, request.name, name)
            if store.location != before.location:
                self._check_place(catalog, store)
                store = self._marked(attrs.evolve(store, store_id=None))
            return attrs.evolve(catalog, stores={**catalog.stores, name: store})

        catalog = self.catalogs.change(edit)
        return _view(catalog, catalog.stores[name])

    def test(self, request: TestStore) -> StoreTest:
        """Raises UsageError, StoreError, NoSpace."""
        store = known_store(self.catalogs.load(), request.name)
        opened = self.open_store(place_of(store), writable=True, trial=True)
        runs = self.browse.in_store(store.location, lambda _: None)
        good = sum(run.status.restorable for run in runs)
        return StoreTest(store, opened.store_id, opened.blobs.free_bytes(), good)

    def _marked(self, store: Store) -> Store:
        """``store`` with the id of its marker, which is made if it is missing; a remote waits for its use."""
        if store.kind != "local":
            return store
        return attrs.evolve(store, store_id=self.open_store(store.location, writable=True).store_id)

    def _check_place(self, catalog: Catalog, store: Store) -> None:
        """One place has many spellings: a slash at its end, a link on the way."""
        place = self._place(store)
        for other in catalog.stores.values():
            if other.name != store.name and self._place(other) == place:
                raise UsageError(
                    f"The store {printable(other.name)!r} is at {printable(other.location)} already.",
                    "One place is one store.",
                )

    def _place(self, store: Store) -> str:
        return self.open_store.opener.resolve(store.location)


def _view(catalog: Catalog, store: Store) -> StoreView:
    return StoreView(store, tuple(user.name for user in users_of_store(catalog, store.name)))

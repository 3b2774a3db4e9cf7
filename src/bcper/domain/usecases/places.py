"""Where a store is, by its name."""

from bcper.domain.errors import UsageError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.names import printable
from bcper.domain.model.stores import Store
from bcper.ports.catalog_repository import CatalogRepository


def known_store(catalog: Catalog, name: str) -> Store:
    """The store of that name. Raises UsageError."""
    store = catalog.stores.get(name)
    if store is None:
        raise UsageError(f"There is no store {printable(name)!r}.", "bcper-cli store list shows the stores.")
    return store


def place_of(store: Store) -> str:
    """Where a store is, for those who open it."""
    return store.location


def place_named(catalogs: CatalogRepository, name: str) -> str:
    """Where the store of that name is; if there is none, ``name`` is a folder or ``remote:path``."""
    store = catalogs.load().stores.get(name)
    return name if store is None else place_of(store)

"""A catalogue that lasts as long as its object."""

import threading
from collections.abc import Callable

import attrs

from bcper.domain.errors import Locked
from bcper.domain.model.catalog import Catalog
from bcper.domain.policy.whole import check_catalog


class MemoryCatalogRepository:
    """The fake of :class:`~bcper.ports.catalog_repository.CatalogRepository`; any thread may call.

    ``patience`` is how many seconds a change waits for another's to end.
    """

    def __init__(self, catalog: Catalog | None = None, *, patience: float = 10) -> None:
        self._catalog = check_catalog(catalog or Catalog())
        self._lock = threading.Lock()
        self._patience = patience

    def load(self) -> Catalog:
        """See the port."""
        return self._catalog

    def change(self, edit: Callable[[Catalog], Catalog]) -> Catalog:
        """See the port."""
        if not self._lock.acquire(timeout=self._patience):
            raise Locked(
                "Another process is changing the configuration.", "Wait until it is done, and try again."
            )
        try:
            before = self._catalog
            wanted = edit(before)
            if attrs.evolve(wanted, revision=before.revision) != before:
                self._catalog = attrs.evolve(check_catalog(wanted), revision=before.revision + 1)
            return self._catalog
        finally:
            self._lock.release()

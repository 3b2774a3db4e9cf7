"""Deleting what others may use: refused with their names, or with them (``--cascade``)."""

import attrs

from bcper.domain.errors import UsageError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.names import printable
from bcper.domain.model.requests.jobs import DeleteFrequency
from bcper.domain.model.requests.stores import DeleteStore
from bcper.domain.model.requests.targets import DeleteTarget, Removed
from bcper.domain.policy.cascade import Removal, cascade, without
from bcper.domain.policy.references import Kind, in_words, users
from bcper.ports.catalog_repository import CatalogRepository


@attrs.frozen
class DeleteEntities:
    """Delete an item, a vault, a store or a frequency. What is in a store stays there."""

    catalogs: CatalogRepository

    def target(self, request: DeleteTarget) -> Removed:
        """Its password stays in the secret store: its runs need it. Raises UsageError."""
        return self._delete(request.kind, request.name, request.cascade)

    def store(self, request: DeleteStore) -> Removed:
        """Raises UsageError."""
        return self._delete("store", request.name, request.cascade)

    def frequency(self, request: DeleteFrequency) -> Removed:
        """Raises UsageError."""
        return self._delete("frequency", request.id, request.cascade)

    def _delete(self, kind: Kind, name: str, along: bool) -> Removed:
        removals: list[Removal] = []

        def edit(catalog: Catalog) -> Catalog:
            removal = cascade(catalog, kind, name)
            using = users(catalog, kind, name)
            if using and not along:
                raise UsageError(
                    f"The {kind} {printable(name)!r} is used by {in_words(using)}.",
                    "Change them first, or delete them too with --cascade.",
                )
            removals[:] = [removal]
            return without(catalog, removal)

        self.catalogs.change(edit)
        (removal,) = removals
        return Removed(
            name,
            tuple(job.name for job in removal.jobs),
            tuple(vault.name for vault in removal.vaults_changed),
            removal.vaults_emptied,
        )

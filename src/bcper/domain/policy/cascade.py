"""What a delete with ``--cascade`` takes along."""

import attrs

from bcper.domain.errors import UsageError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.jobs import Job
from bcper.domain.model.names import printable
from bcper.domain.model.targets import Vault
from bcper.domain.policy.references import Kind, users


@attrs.frozen
class Removal:
    """What goes with ``name`` (an id, for a frequency): nothing of what is in a store, ever.

    ``jobs`` are deleted with it. ``vaults_changed`` are vaults as they are afterwards, without the item; one
    that held nothing else stays, empty, because its patterns and password may be wanted again.
    """

    kind: Kind
    name: str
    jobs: tuple[Job, ...]
    vaults_changed: tuple[Vault, ...] = ()

    @property
    def vaults_emptied(self) -> tuple[str, ...]:
        """The names of vaults that would hold no item any more; a job of theirs would be an orphan."""
        return tuple(vault.name for vault in self.vaults_changed if not vault.items)


def cascade(catalog: Catalog, kind: Kind, name: str) -> Removal:
    """What deleting ``name`` takes along. Raises :class:`UsageError` if there is nothing of that name."""
    if name not in _of_kind(catalog, kind):
        plural = "frequencies" if kind == "frequency" else f"{kind}s"
        raise UsageError(
            f"There is no {kind} {printable(name)!r}.", f"bcper-cli {kind} list shows the {plural}."
        )
    using = users(catalog, kind, name)
    return Removal(
        kind=kind,
        name=name,
        jobs=tuple(catalog.jobs[user.id] for user in using if user.kind == "job"),
        vaults_changed=tuple(
            _without_item(catalog.vaults[user.id], name) for user in using if user.kind == "vault"
        ),
    )


def without(catalog: Catalog, removal: Removal) -> Catalog:
    """``catalog`` after ``removal``; its revision is the repository's business."""
    gone = {job.id for job in removal.jobs}
    changed = {vault.name: vault for vault in removal.vaults_changed}
    after = attrs.evolve(
        catalog,
        vaults={**catalog.vaults, **changed},
        jobs={key: job for key, job in catalog.jobs.items() if key not in gone},
    )
    name = removal.name
    match removal.kind:
        case "item":
            return attrs.evolve(after, items={k: v for k, v in after.items.items() if k != name})
        case "vault":
            return attrs.evolve(after, vaults={k: v for k, v in after.vaults.items() if k != name})
        case "store":
            return attrs.evolve(after, stores={k: v for k, v in after.stores.items() if k != name})
        case "frequency":
            rest = {k: v for k, v in after.frequencies.items() if k != name}
            return attrs.evolve(after, frequencies=rest)


def _of_kind(catalog: Catalog, kind: Kind) -> frozenset[str]:
    match kind:
        case "item":
            return frozenset(catalog.items)
        case "vault":
            return frozenset(catalog.vaults)
        case "store":
            return frozenset(catalog.stores)
        case "frequency":
            return frozenset(catalog.frequencies)


def _without_item(vault: Vault, item: str) -> Vault:
    return attrs.evolve(vault, items=tuple(name for name in vault.items if name != item))

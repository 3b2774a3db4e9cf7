"""What refers to something that is gone: a configuration edited by hand, or by an older BCPER."""

from collections.abc import Iterator

import attrs

from bcper.domain.model.catalog import Catalog
from bcper.domain.model.jobs import Job
from bcper.domain.model.names import printable
from bcper.domain.model.targets import Vault


@attrs.frozen
class Orphan:
    """A job that cannot run, and why: clauses without a full stop, joined by ``and``."""

    job: Job
    reason: str


@attrs.frozen
class Gap:
    """A vault that names items that are gone. ``mended`` is the vault without those names."""

    vault: Vault
    missing: tuple[str, ...]
    mended: Vault
    reason: str


def orphans(catalog: Catalog) -> tuple[Orphan, ...]:
    """Jobs whose target, store or frequency is gone, each once, in the order of the jobs.

    A vault of which no item is left is as good as gone: there is nothing to back up.
    """
    found = ((job, " and ".join(_lacks(catalog, job))) for job in catalog.jobs.values())
    return tuple(Orphan(job, reason) for job, reason in found if reason)


def gaps(catalog: Catalog) -> tuple[Gap, ...]:
    """Vaults that name items that are gone, in the order of the vaults."""
    found = []
    for vault in catalog.vaults.values():
        missing = tuple(dict.fromkeys(name for name in vault.items if name not in catalog.items))
        if missing:
            there = tuple(name for name in vault.items if name in catalog.items)
            names = ", ".join(repr(printable(name)) for name in missing)
            gone = f"items {names} that are" if len(missing) > 1 else f"item {names} that is"
            reason = f"the vault {printable(vault.name)!r} names the {gone} gone"
            found.append(Gap(vault, missing, attrs.evolve(vault, items=there), reason))
    return tuple(found)


def _lacks(catalog: Catalog, job: Job) -> Iterator[str]:
    target = printable(job.target_name)
    if job.target_type == "item":
        if job.target_name not in catalog.items:
            yield f"its item {target!r} is gone"
    elif (vault := catalog.vaults.get(job.target_name)) is None:
        yield f"its vault {target!r} is gone"
    elif not any(name in catalog.items for name in vault.items):
        yield f"no item is left in its vault {target!r}"
    if job.store_name not in catalog.stores:
        yield f"its store {printable(job.store_name)!r} is gone"
    if job.frequency_id not in catalog.frequencies:
        yield f"its frequency {printable(job.frequency_id)!r} is gone"

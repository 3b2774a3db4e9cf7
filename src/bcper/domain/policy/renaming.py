"""A new name for something, wherever it is named."""

from typing import Literal

import attrs

from bcper.domain.model.catalog import Catalog


def rename_target(catalog: Catalog, kind: Literal["item", "vault"], old: str, new: str) -> Catalog:
    """``catalog`` without the target ``old``, and with ``new`` for it in vaults and jobs.

    The target under its new name is the caller's to add.
    """
    jobs = {
        key: attrs.evolve(job, target_name=new) if job.target_type == kind and job.target_name == old else job
        for key, job in catalog.jobs.items()
    }
    if kind == "vault":
        vaults = {key: vault for key, vault in catalog.vaults.items() if key != old}
        return attrs.evolve(catalog, vaults=vaults, jobs=jobs)
    vaults = {
        key: attrs.evolve(vault, items=tuple(new if name == old else name for name in vault.items))
        for key, vault in catalog.vaults.items()
    }
    items = {key: item for key, item in catalog.items.items() if key != old}
    return attrs.evolve(catalog, items=items, vaults=vaults, jobs=jobs)


def rename_store(catalog: Catalog, old: str, new: str) -> Catalog:
    """The same for a store and the jobs that use it."""
    jobs = {
        key: attrs.evolve(job, store_name=new) if job.store_name == old else job
        for key, job in catalog.jobs.items()
    }
    stores = {key: store for key, store in catalog.stores.items() if key != old}
    return attrs.evolve(catalog, stores=stores, jobs=jobs)

"""Who uses what: deleting something in use says by whom."""

from collections.abc import Callable, Sequence
from typing import Literal

import attrs

from bcper.domain.model.catalog import Catalog
from bcper.domain.model.jobs import Job
from bcper.domain.model.names import printable

Kind = Literal["item", "vault", "store", "frequency"]
"""What others refer to."""


@attrs.frozen
class User:
    """What refers to something. ``id`` is a job's id or a vault's name; ``name`` is for a person."""

    kind: Literal["vault", "job"]
    id: str
    name: str


def users(catalog: Catalog, kind: Kind, name: str) -> tuple[User, ...]:
    """What refers to ``name`` itself, be it there or not: vaults first, then jobs, both in their order.

    ``name`` is an id for a frequency. A job of a vault does not count as a user of the vault's items.
    """
    vaults = [vault for vault in catalog.vaults.values() if kind == "item" and name in vault.items]
    jobs = [job for job in catalog.jobs.values() if _refers(job, kind, name)]
    return (
        *(User("vault", vault.name, vault.name) for vault in vaults),
        *(User("job", job.id, job.name) for job in jobs),
    )


def users_of_item(catalog: Catalog, name: str) -> tuple[User, ...]:
    """Vaults that hold the item, and jobs that back it up by itself."""
    return users(catalog, "item", name)


def users_of_vault(catalog: Catalog, name: str) -> tuple[User, ...]:
    """Jobs that back the vault up."""
    return users(catalog, "vault", name)


def users_of_store(catalog: Catalog, name: str) -> tuple[User, ...]:
    """Jobs that back up into the store."""
    return users(catalog, "store", name)


def users_of_frequency(catalog: Catalog, frequency_id: str) -> tuple[User, ...]:
    """Jobs that run at the frequency."""
    return users(catalog, "frequency", frequency_id)


def in_words(using: Sequence[User]) -> str:
    """``the vault 'Home', the job 'Nightly' and the job 'Weekly'``; empty for nobody."""
    named = [f"the {user.kind} {printable(user.name)!r}" for user in using]
    if len(named) < 2:
        return "".join(named)
    return f"{', '.join(named[:-1])} and {named[-1]}"


_REFERS: dict[Kind, Callable[[Job], str | None]] = {
    "item": lambda job: job.target_name if job.target_type == "item" else None,
    "vault": lambda job: job.target_name if job.target_type == "vault" else None,
    "store": lambda job: job.store_name,
    "frequency": lambda job: job.frequency_id,
}


def _refers(job: Job, kind: Kind, name: str) -> bool:
    return _REFERS[kind](job) == name

"""Small catalogues, keyed as the real ones are."""

from collections.abc import Iterable
from typing import Any, Literal

from bcper.domain.model.catalog import Catalog
from bcper.domain.model.frequency import Cron, Frequency
from bcper.domain.model.jobs import Job
from bcper.domain.model.stores import Store
from bcper.domain.model.targets import Item, Vault


def a_job(
    job_id: str,
    target_type: Literal["item", "vault"],
    target: str,
    store: str = "disk",
    frequency: str = "daily",
    **more: Any,
) -> Job:
    return Job(job_id, f"Job {job_id}", target_type, target, store, frequency, **more)


def a_catalog(
    items: Iterable[str] = (),
    vaults: dict[str, tuple[str, ...]] | None = None,
    stores: Iterable[str] = (),
    frequencies: Iterable[str] = (),
    jobs: Iterable[Job] = (),
) -> Catalog:
    return Catalog(
        items={name: Item(name, (f"/src/{name}",)) for name in items},
        vaults={name: Vault(name, held) for name, held in (vaults or {}).items()},
        stores={name: Store(name, "local", f"/mnt/{name}") for name in stores},
        frequencies={key: Frequency(key, key.title(), Cron("0 22 * * *")) for key in frequencies},
        jobs={job.id: job for job in jobs},
    )

"""What is configured, as the model remembers it: plain values, compared with what the service lists."""

from collections.abc import Iterator
from typing import Literal

import attrs

from bcper.domain.model.jobs import Keep
from bcper.domain.model.requests.jobs import ListJobs
from bcper.domain.model.requests.stores import ListStores
from bcper.domain.model.requests.targets import ListItems, ListVaults
from bcper.ports.service import BackupService


@attrs.frozen
class AnItem:
    paths: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    password: str | None = None


@attrs.frozen
class AVault:
    items: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    password: str | None = None


@attrs.frozen
class AJob:
    kind: Literal["item", "vault"]
    target: str
    store: str
    keep: Keep


@attrs.frozen
class Config:
    """All by name; ``stores`` are places. Never changed, only made anew."""

    items: dict[str, AnItem] = attrs.field(factory=dict)
    vaults: dict[str, AVault] = attrs.field(factory=dict)
    stores: dict[str, str] = attrs.field(factory=dict)
    jobs: dict[str, AJob] = attrs.field(factory=dict)

    def with_item(self, name: str, item: AnItem, old: str | None = None) -> "Config":
        """With ``item``; called ``old`` before."""
        vaults = {
            key: attrs.evolve(vault, items=tuple(name if each == old else each for each in vault.items))
            for key, vault in self.vaults.items()
        }
        items = {key: each for key, each in self.items.items() if key != old} | {name: item}
        return attrs.evolve(self, items=items, vaults=vaults, jobs=self._aimed("item", old, name))

    def with_vault(self, name: str, vault: AVault, old: str | None = None) -> "Config":
        """With ``vault``; called ``old`` before."""
        vaults = {key: each for key, each in self.vaults.items() if key != old} | {name: vault}
        return attrs.evolve(self, vaults=vaults, jobs=self._aimed("vault", old, name))

    def with_job(self, name: str, job: AJob, old: str | None = None) -> "Config":
        """With ``job``; called ``old`` before."""
        return attrs.evolve(
            self, jobs={key: each for key, each in self.jobs.items() if key != old} | {name: job}
        )

    def users(self, kind: str, name: str) -> list[str]:
        """The jobs of a target, and an item's vaults."""
        vaults = [key for key, vault in self.vaults.items() if kind == "item" and name in vault.items]
        return vaults + [key for key, job in self.jobs.items() if (job.kind, job.target) == (kind, name)]

    def without_target(self, kind: str, name: str) -> "Config":
        """With what uses it gone, too."""
        jobs = {key: job for key, job in self.jobs.items() if (job.kind, job.target) != (kind, name)}
        if kind == "vault":
            vaults = {key: vault for key, vault in self.vaults.items() if key != name}
            return attrs.evolve(self, vaults=vaults, jobs=jobs)
        vaults = {
            key: attrs.evolve(vault, items=tuple(each for each in vault.items if each != name))
            for key, vault in self.vaults.items()
        }
        items = {key: item for key, item in self.items.items() if key != name}
        return attrs.evolve(self, items=items, vaults=vaults, jobs=jobs)

    def without_store(self, name: str) -> "Config":
        """With the jobs that use it gone, too."""
        return attrs.evolve(
            self,
            stores={key: place for key, place in self.stores.items() if key != name},
            jobs={key: job for key, job in self.jobs.items() if job.store != name},
        )

    def sources(self, job: AJob) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """What ``job`` backs up: the name in the archive, the source, and the patterns in force."""
        if job.kind == "item":
            item = self.items[job.target]
            for path in item.paths:
                yield path.rpartition("/")[2], path, item.ignore
            return
        vault = self.vaults[job.target]
        for name in vault.items:
            item = self.items[name]
            for path in item.paths:
                yield f"{name}/{path.rpartition('/')[2]}", path, (*vault.ignore, *item.ignore)

    def passwords(self, job: AJob) -> tuple[str | None, ...]:
        """One for each part of a run of ``job``; ``None`` for a part without."""
        if job.kind == "item":
            return (self.items[job.target].password,)
        vault = self.vaults[job.target]
        items = [self.items[name] for name in vault.items]
        shared = (vault.password,) if any(item.password is None for item in items) else ()
        return (*shared, *(item.password for item in items if item.password is not None))

    def shown(self) -> tuple[object, ...]:
        """As :func:`listed` gives it."""
        items = {
            name: (each.paths, each.ignore, each.password is not None) for name, each in self.items.items()
        }
        vaults = {
            name: (each.items, each.ignore, each.password is not None) for name, each in self.vaults.items()
        }
        return items, vaults, self.stores, self.jobs

    def _aimed(self, kind: str, old: str | None, new: str) -> dict[str, AJob]:
        return {
            key: attrs.evolve(job, target=new) if (job.kind, job.target) == (kind, old) else job
            for key, job in self.jobs.items()
        }


def listed(ask: BackupService) -> tuple[object, ...]:
    """What the service says is configured."""
    items = [view.item for view in ask(ListItems())]
    vaults = [view.vault for view in ask(ListVaults())]
    jobs = [view.job for view in ask(ListJobs())]
    return (
        {each.name: (each.paths, each.ignore, each.has_password) for each in items},
        {each.name: (each.items, each.ignore, each.has_password) for each in vaults},
        {view.store.name: view.store.location for view in ask(ListStores())},
        {each.name: AJob(each.target_type, each.target_name, each.store_name, each.keep) for each in jobs},
    )

"""BCPER behind its service, on the real adapters or on the fakes, with little words for what tests do."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
from dependency_injector import providers

from bcper.adapters.crypto.container import AesGcmCipher
from bcper.adapters.ipc.client import SocketService
from bcper.adapters.memory.catalog_repository import MemoryCatalogRepository
from bcper.adapters.memory.cipher import MemoryCipher
from bcper.adapters.memory.clock import FakeClock
from bcper.adapters.memory.commands import MemoryCommands
from bcper.adapters.memory.crew import MemoryCrew
from bcper.adapters.memory.locks import MemoryLocks
from bcper.adapters.memory.notices import MemoryNotices
from bcper.adapters.memory.pinger import MemoryPinger
from bcper.adapters.memory.proofs import MemoryProofs
from bcper.adapters.memory.rclone import MemoryRcloneFinder, MemoryRemotes
from bcper.adapters.memory.run_ledger import MemoryRunLedger
from bcper.adapters.memory.secrets import MemorySecrets
from bcper.adapters.memory.store_opener import MemoryStoreOpener
from bcper.apps.connect import Connected
from bcper.apps.container import Container
from bcper.apps.paths import places
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.jobs import Keep
from bcper.domain.model.requests.jobs import AddFrequency, AddJob, JobView, When
from bcper.domain.model.requests.runs import RestoreRun, Which
from bcper.domain.model.requests.stores import AddStore
from bcper.domain.model.requests.targets import AddItem
from bcper.domain.model.runs import Run
from bcper.ports.service import BackupService
from helpers.ipc import Attentive, ServerThread

KINDS = ("real", "fakes", "socket")


class Kit:
    """One user: ``ask`` is the service. Sources are real files; with fakes the rest is in memory.

    With a socket, fakes answer in a daemon's place, and ``ask`` is what a client of it has (apps/connect.py).
    """

    def __init__(self, base: Path, kind: str, **others: object) -> None:
        self.base = base
        self.container = Container(places=providers.Object(places(str(base / "config"))))
        self.clock = FakeClock()
        if kind != "real":
            self.container.override_providers(
                **{name: providers.Object(fake) for name, fake in fakes(self.clock).items()}
            )
        else:
            self.container.cipher.override(providers.Object(AesGcmCipher(100_000)))
        for name, other in others.items():
            getattr(self.container, name).override(providers.Object(other))
        self.ask: BackupService = self.container.service()
        self.served: ServerThread | None = None
        if kind == "socket":
            self.served = ServerThread(Attentive(self.ask))
            self._client = SocketService(self.served.path)
            self.ask = Connected(self._client, self.container.service)

    @property
    def catalog(self) -> Catalog:
        catalog: Catalog = self.container.catalogs().load()
        return catalog

    def later(self) -> None:
        """Some time passes; the real clock does that by itself."""
        self.clock.advance(3600)

    def source(self, name: str, text: str = "content") -> str:
        """A folder with one file."""
        folder = self.base / "sources" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.txt").write_text(text)
        return str(folder)

    def place(self, name: str = "disk") -> str:
        """Where the store of that name is."""
        return os.path.realpath(self.base / "stores" / name)

    def item(self, name: str, **more: Any) -> None:
        self.ask(AddItem(name, (self.source(name),), **more))

    def job(self, target: str, kind: Any = "item", *, name: str = "nightly", **more: Any) -> JobView:
        """A job of a target that is there; its store and frequency are made when missing."""
        keep = Keep(last=more.pop("last", 3))
        if "disk" not in self.catalog.stores:
            self.ask(AddStore("disk", "local", self.place()))
        if "daily" not in self.catalog.frequencies:
            self.ask(AddFrequency("daily", "Daily", When(cron="0 22 * * *")))
        return self.ask(AddJob(name, kind, target, "disk", "daily", keep, **more))

    def blobs(self) -> Mapping[str, bytes]:
        """Every blob of the store's runs."""
        store = self.container.opener().open(self.place(), create=False, writable=False)
        return {blob.name: store.get(blob.name, 1 << 26) for blob in store.list() if "/" in blob.name}

    def listed(self) -> list[str]:
        """The ids of the runs on the list, newest first."""
        return [run.run_id for run in self.container.ledger().list()]

    def restore(self, run: Run, password: str | None = None) -> Path:
        """Restore into a folder of its own, and return that."""
        target = self.base / "restored" / run.run_id
        passwords = () if password is None else (password,)
        report = self.ask(RestoreRun(Which(run.run_id), str(target), passwords=passwords))
        assert not report.incomplete
        return target

    def close(self) -> None:
        if self.served is not None:
            self._client.close()
            self.served.stop()
        self.container.ledger().close()


def fakes(clock: FakeClock) -> dict[str, object]:
    """A fake for every port that has one, by the container's names."""
    return {
        "ledger": MemoryRunLedger(),
        "notices": MemoryNotices(),
        "proofs": MemoryProofs(),
        "locks": MemoryLocks(),
        "secrets": MemorySecrets(),
        "catalogs": MemoryCatalogRepository(),
        "clock": clock,
        "opener": MemoryStoreOpener(),
        "cipher": MemoryCipher(),
        "crew": MemoryCrew(),
        "commands": MemoryCommands(),
        "pinger": MemoryPinger(),
        "rclone": MemoryRcloneFinder(),
        "remotes": MemoryRemotes(),
    }


@attrs.frozen
class Owners:
    """Passwords that no two owners share, and that are nowhere by chance."""

    item: str = "Tr0ub4dor-of-the-item"
    vault: str = "Tr0ub4dor-of-the-vault"


PASSWORDS = Owners()

"""BCPER in one process over what outlives processes, all of it in memory but the sources."""

from pathlib import Path
from typing import Any

import attrs
from dependency_injector import providers

from bcper.adapters.memory.blob_store import MemoryBlobStore
from bcper.adapters.memory.catalog_repository import MemoryCatalogRepository
from bcper.adapters.memory.cipher import MemoryCipher
from bcper.adapters.memory.clock import FakeClock
from bcper.adapters.memory.crew import MemoryCrew
from bcper.adapters.memory.locks import MemoryLocks
from bcper.adapters.memory.progress import CancelAt, RecordingProgress
from bcper.adapters.memory.proofs import MemoryProofs
from bcper.adapters.memory.run_ledger import MemoryRunLedger
from bcper.adapters.memory.secrets import MemorySecrets
from bcper.adapters.memory.store_opener import MemoryStoreOpener
from bcper.apps.container import Container
from bcper.apps.paths import places
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.runs import (
    DeleteRun,
    RestoreReport,
    RestoreRun,
    VerifyReport,
    VerifyRun,
    Which,
)
from bcper.domain.model.runs import Run
from bcper.ports.blob_store import BlobStore
from bcper.ports.progress import ProgressSink
from bcper.ports.service import BackupService
from helpers.model.troubles import Killed, Trouble, TroubledPort, TroubledStore, Troubles


@attrs.define
class Disk:
    """What is still there when a process has died."""

    clock: FakeClock = attrs.field(factory=FakeClock)
    ledger: MemoryRunLedger = attrs.field(factory=MemoryRunLedger)
    secrets: MemorySecrets = attrs.field(factory=MemorySecrets)
    catalogs: MemoryCatalogRepository = attrs.field(factory=MemoryCatalogRepository)
    proofs: MemoryProofs = attrs.field(factory=MemoryProofs)
    stores: dict[str, MemoryBlobStore] = attrs.field(factory=dict)

    def blobs(self, place: str) -> dict[str, bytes]:
        """Every blob of the runs in the store at ``place``, unfinished ones of the dead too."""
        store = self.stores[place]
        everything = {**store._blobs, **store._litter}
        return {name: data for name, data in everything.items() if "/" in name}


class _Opener(MemoryStoreOpener):
    def __init__(self, disk: Disk, troubles: Troubles) -> None:
        super().__init__(disk.stores)  # type: ignore[arg-type]
        self._troubles = troubles

    def open(self, location: str, *, create: bool, writable: bool, proven: bool = False) -> BlobStore:
        inner = super().open(location, create=create, writable=writable)
        return TroubledStore(inner, self._troubles)  # type: ignore[arg-type]


@attrs.frozen
class Outcome:
    """How a piece of work ended: with a ``reply``, or an ``error``; ``trouble``: the planned one came."""

    reply: Any = None
    error: BaseException | None = None
    trouble: bool = False


class Process:
    """One process; after its death make another one over the same ``disk``."""

    def __init__(self, base: Path, disk: Disk) -> None:
        self.base = base
        self.disk = disk
        self.troubles = Troubles(disk.stores)
        self._container = Container(places=providers.Object(places(str(base / "config"))))
        fakes = {
            "ledger": TroubledPort(disk.ledger, "ledger", self.troubles),
            "secrets": TroubledPort(disk.secrets, "secrets", self.troubles),
            "catalogs": TroubledPort(disk.catalogs, "catalogs", self.troubles),
            "opener": _Opener(disk, self.troubles),
            "locks": MemoryLocks(),
            "proofs": disk.proofs,
            "clock": disk.clock,
            "cipher": MemoryCipher(),
            "crew": MemoryCrew(),
        }
        self._container.override_providers(**{name: providers.Object(fake) for name, fake in fakes.items()})
        self.service: BackupService = self._container.service()

    def ask(self, request: Request[Any], trouble: Trouble | None = None) -> Outcome:
        """What the service answers, whatever that is."""
        return self._tried(lambda sink: self.service(request, sink), trouble)

    def runs(self, **which: bool) -> tuple[Run, ...]:
        return tuple(self.disk.ledger.list(**which))

    def delete(self, run: Run, trouble: Trouble | None = None) -> Outcome:
        return self.ask(DeleteRun(Which(run.run_id)), trouble)

    def restore(self, run_id: str, target: Path, password: str | None = None) -> RestoreReport:
        request = RestoreRun(Which(run_id), str(target), passwords=_passwords(password))
        return self.service(request, RecordingProgress())

    def verify(self, run_id: str, password: str | None = None) -> VerifyReport:
        return self.service(VerifyRun(Which(run_id), _passwords(password)), RecordingProgress())

    def _tried(self, work: Any, trouble: Trouble | None) -> Outcome:
        sink: ProgressSink = RecordingProgress()
        if trouble is not None and trouble.kind == "cancel":
            sink = CancelAt(trouble.at)
        self.troubles.begin(trouble)
        reply: Any = None
        error: BaseException | None = None
        try:
            reply = work(sink)
        except (Exception, Killed) as raised:
            error = raised
        fired = self.troubles.fired or (isinstance(sink, CancelAt) and len(sink.steps) >= sink.count)
        self.troubles.begin(None)
        return Outcome(reply, error, fired)


def _passwords(password: str | None) -> tuple[str, ...]:
    return () if password is None else (password,)

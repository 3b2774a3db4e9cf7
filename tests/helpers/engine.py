"""The use cases on real adapters, in this process: what a test needs to act in the middle of a run."""

import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import attrs
import pytest
from dependency_injector import providers

from bcper.adapters.archive import packers
from bcper.adapters.crypto.container import AesGcmCipher
from bcper.adapters.fs.store_opener import LocalStoreOpener
from bcper.adapters.memory.progress import RecordingProgress
from bcper.apps.any_store import AnyStoreOpener
from bcper.apps.container import Container
from bcper.apps.paths import places
from bcper.domain.model.choices import Overwrite
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.runs import (
    RestoreReport,
    RestoreRun,
    VerifyReport,
    VerifyRun,
    Which,
)
from bcper.domain.model.runs import Run
from bcper.domain.usecases.part_plans import BackUpRequest, one_part
from bcper.ports.blob_store import BlobStore
from bcper.ports.progress import ProgressSink
from bcper.ports.service import BackupService
from bcper.ports.store_opener import StoreOpener


class Engine:
    """One user's container, with the cheapest key derivation that can be read; a context manager."""

    def __init__(
        self, home: Path, store: Path, wrap: "Callable[[BlobStore], BlobStore] | None" = None
    ) -> None:
        self.store = store
        self.container = Container(places=providers.Object(places(str(home))))
        self.container.cipher.override(providers.Object(AesGcmCipher(100_000)))
        if wrap is not None:
            self.container.opener.override(providers.Object(WrappingOpener(wrap)))

    @property
    def service(self) -> BackupService:
        service: BackupService = self.container.service()
        return service

    def back_up(
        self, *paths: Path, sink: ProgressSink | None = None, password: str | None = None, **more: object
    ) -> Run:
        of_part = {key: more.pop(key) for key in ("ignore", "vault_ignore", "leave_out") if key in more}
        parts = one_part("target", map(str, paths), password=password, **of_part)  # type: ignore[arg-type]
        request = BackUpRequest(parts, str(self.store), "target", **more)  # type: ignore[arg-type]
        run: Run = self.container.back_up()(request, sink or RecordingProgress())
        return run

    def verify(
        self,
        run: str,
        password: str | None = None,
        store: str | None = None,
        sink: ProgressSink | None = None,
    ) -> VerifyReport:
        request = VerifyRun(Which(run, store), _passwords(password))
        return self.service(request, sink or RecordingProgress())

    def restore(
        self,
        run: str,
        target: Path,
        sink: ProgressSink | None = None,
        password: str | None = None,
        store: str | None = None,
        overwrite: Overwrite = "never",
    ) -> RestoreReport:
        request = RestoreRun(
            Which(run, store), str(target), overwrite=overwrite, passwords=_passwords(password)
        )
        return self.service(request, sink or RecordingProgress())

    def runs(self) -> Sequence[Run]:
        runs: Sequence[Run] = self.container.ledger().list()
        return runs

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.container.ledger().close()


def pack_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """No processes for what engines write: the same comes of it (tests/integration/test_packers.py), sooner.

    For tests that write many runs of a few megabytes, and then look at something else.
    """

    def refuse(*_: object, **__: object) -> None:
        raise OSError("No processes here.")

    monkeypatch.setattr(packers, "start_python", refuse)


def engine_at(home: Path, place: str, opener: StoreOpener) -> Engine:
    """An engine whose store is on a remote that ``opener`` opens."""
    engine = Engine(home, Path(place))
    engine.container.opener.override(providers.Object(AnyStoreOpener(LocalStoreOpener(), lambda: opener)))
    return engine


@attrs.frozen
class WrappingOpener:
    """A :class:`~bcper.ports.store_opener.StoreOpener` of local folders, each store of which is wrapped."""

    wrap: Callable[[BlobStore], BlobStore]
    inner: LocalStoreOpener = attrs.field(factory=LocalStoreOpener)

    def prepare(self, location: str, sink: ProgressSink) -> None:
        self.inner.prepare(location, sink)

    def resolve(self, location: str) -> str:
        return self.inner.resolve(location)

    def open(self, location: str, *, create: bool, writable: bool, proven: bool = False) -> BlobStore:
        return self.wrap(self.inner.open(location, create=create, writable=writable))


@attrs.define
class Meddler:
    """A sink that does something to the world, once, at the first step that it is waiting for."""

    when: Callable[[Progress], bool]
    act: Callable[[], object]
    done: bool = False

    def step(self, progress: Progress) -> None:
        if not self.done and self.when(progress):
            self.done = True
            self.act()


def _passwords(password: str | None) -> tuple[str, ...]:
    return () if password is None else (password,)


def files(folder: Path) -> dict[str, bytes]:
    """Every regular file below ``folder`` with its bytes, by its relative path."""
    return {
        os.path.relpath(path, folder): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if stat.S_ISREG(os.lstat(path).st_mode)
    }

"""BCPER as a library: scripted backups (docs/library.md)."""

import os
from collections.abc import Iterable, Sequence
from typing import Self, TypeVar

from dependency_injector import providers

from bcper.apps import bindings
from bcper.apps.connect import Connected
from bcper.apps.container import Container
from bcper.apps.edge import absolute, place
from bcper.apps.limits import raise_file_limit
from bcper.apps.paths import places
from bcper.domain.errors import RunNotFound
from bcper.domain.model.choices import Compression, Overwrite
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.runs import (
    BackUpNow,
    ListRuns,
    RestoreReport,
    RestoreRun,
    VerifyReport,
    VerifyRun,
    Which,
)
from bcper.domain.model.requests.stores import ImportStore
from bcper.domain.model.runs import Run
from bcper.ports.progress import ProgressSink
from bcper.ports.service import BackupService

R = TypeVar("R")


class _Silent:
    def step(self, progress: Progress) -> None:
        """Nobody watches."""


class Library:
    """One user's backups; a context manager. ``config_dir`` holds the list of runs (default: the user's)."""

    def __init__(self, config_dir: str | None = None, progress: ProgressSink | None = None) -> None:
        raise_file_limit()
        self._container = Container(places=providers.Object(places(config_dir)))
        self._sink: ProgressSink = progress or _Silent()
        self._daemon = bindings.daemon_client(self._container.places(), "library")
        self._service: BackupService = Connected(self._daemon, self._container.service)

    def back_up(
        self,
        paths: Sequence[str],
        store: str,
        *,
        name: str,
        password: str | None = None,
        ignore: Iterable[str] = (),
        compression: Compression = "fast",
    ) -> Run:
        """Back ``paths`` up into the folder ``store``. Raises BcperError, as the command line explains it."""
        sources, place_ = tuple(map(absolute, paths)), place(self._service, store)
        return self._ask(BackUpNow(sources, place_, name, tuple(ignore), compression, password))

    def runs(self, store: str | None = None) -> Sequence[Run]:
        """Runs, newest first: all that are known, or those of a store."""
        return self._ask(ListRuns(place(self._service, store))).runs

    def archive_of(self, run: Run) -> tuple[str, str]:
        """The name of the run's first archive in its store, and the SHA-256 of that file in hex.

        Raises RunNotFound for a run that has none.
        """
        opened = self._container.browse().open(run)
        for part in opened.manifest.parts:
            for volume in part.volumes:
                return volume.blob, volume.sha256
        raise RunNotFound(f"The run {run.run_id[:8]} has no archive.")

    def restore(
        self,
        run: str,
        target_dir: str,
        *,
        store: str | None = None,
        include: Iterable[str] = (),
        overwrite: Overwrite = "never",
        password: str | None = None,
    ) -> RestoreReport:
        """Restore a run by id, prefix or ``latest``. Raises WrongPassword, Damaged, TargetError."""
        which, passwords = Which(run, place(self._service, store)), _passwords(password)
        target = absolute(target_dir)
        return self._ask(RestoreRun(which, target, tuple(include), overwrite, passwords=passwords))

    def verify(self, run: str, *, store: str | None = None, password: str | None = None) -> VerifyReport:
        """Verify a run. Raises Damaged, WrongPassword."""
        which = Which(run, place(self._service, store))
        return self._ask(VerifyRun(which, _passwords(password)))

    def run_of(self, archive: str, store: str) -> Run:
        """The run that ``archive`` belongs to: a path, or a name in ``store``, as from :meth:`archive_of`.

        It may be an archive of the original BCPER's. The runs of the store come onto the list, and a folder
        in which only the original kept archives becomes a store, as by ``bcper-cli store import``. Raises
        RunNotFound, StoreError, NoSpace.
        """
        root = os.path.abspath(os.path.expanduser(store))
        imported = self._ask(ImportStore(root))
        name = os.path.relpath(os.path.join(root, archive), root)
        for run in self.runs(store):
            if run.manifest is None:
                continue
            base = run.manifest.removesuffix(".meta.json")
            own = f"{base}.tar.gz.enc" if run.encrypted else f"{base}.tar.gz"
            if name == own if run.legacy else os.path.dirname(name) == run.folder:
                return run
        unread = [line for line in imported.unreadable if name.startswith(line.partition(".meta.json")[0])]
        raise RunNotFound(f"{archive} belongs to no run in {store}.", *unread[:1])

    def _ask(self, request: Request[R]) -> R:
        return self._service(request, self._sink)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._daemon.close()
        self._container.ledger().close()


def _passwords(password: str | None) -> tuple[str, ...]:
    return () if password is None else (password,)

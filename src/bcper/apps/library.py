"""BCPER as a library: scripted backups (docs/library.md)."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Self, TypeAlias, TypeVar, overload

from dependency_injector import providers

from bcper.apps import bindings
from bcper.apps.connect import Connected
from bcper.apps.container import Container
from bcper.apps.edge import absolute, place
from bcper.apps.limits import raise_file_limit
from bcper.apps.paths import places
from bcper.domain.errors import RunNotFound
from bcper.domain.model.choices import Compression, Overwrite
from bcper.domain.model.entries import Entry
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.runs import (
    BackUpNow,
    DeleteRun,
    ListEntries,
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


Place: TypeAlias = str | os.PathLike[str]
"""A folder; where a store is meant, a text is also the name of a configured one, or ``remote:path``."""

Watcher: TypeAlias = ProgressSink | Callable[[Progress], object]
"""Whoever is told how far the work is; it raises :class:`~bcper.domain.errors.Cancelled` to end it."""


class Library:
    """One user's backups; a context manager, for one thread at a time.

    ``config_dir`` holds the settings and the list of runs (default: the user's). ``progress`` is told of all
    that takes long. What is asked is done by the user's daemon where one runs, and in this process otherwise;
    everything raises :class:`~bcper.domain.errors.BcperError`.
    """

    def __init__(self, config_dir: Place | None = None, progress: Watcher | None = None) -> None:
        raise_file_limit()
        folder = None if config_dir is None else os.fspath(config_dir)
        self._container = Container(places=providers.Object(places(folder)))
        self._sink = _Sink(progress)
        self._daemon = bindings.daemon_client(self._container.places(), "library")
        self._service: BackupService = Connected(self._daemon, self._container.service)

    def back_up(
        self,
        paths: Iterable[Place],
        store: Place,
        *,
        name: str,
        password: str | None = None,
        ignore: Iterable[str] = (),
        compression: Compression = "fast",
    ) -> Run:
        """Back ``paths`` up into ``store``, as a run without a job. ``name`` is what its archives are called.

        A run whose ``status`` is ``partial`` is whole but for the sources that its ``warnings`` name. Raises
        StoreError, NoSpace, Locked, UsageError.
        """
        sources = tuple(absolute(os.fspath(path)) for path in paths)
        place_ = self._place(store)
        return self.ask(BackUpNow(sources, place_, name, tuple(ignore), compression, password))

    def runs(self, store: Place | None = None) -> Sequence[Run]:
        """Runs, newest first: all that are known, or those of a store."""
        return self.ask(ListRuns(self._place(store))).runs

    def entries(
        self,
        run: str,
        *,
        store: Place | None = None,
        below: Place | None = None,
        password: str | None = None,
    ) -> Iterator[Entry]:
        """What is in a run, in the order of its index; ``below`` names one entry and all that is below it.

        Read as it is asked for, in constant memory. Raises RunNotFound, WrongPassword, Damaged; at the end
        UsageError when nothing is called ``below``.
        """
        which = Which(run, self._place(store))
        under = None if below is None else os.fsencode(below).strip(b"/")
        return self.ask(ListEntries(which, under, _passwords(password)))

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
        target_dir: Place,
        *,
        store: Place | None = None,
        include: Iterable[str] = (),
        overwrite: Overwrite = "never",
        password: str | None = None,
    ) -> RestoreReport:
        """Restore a run by id, prefix or ``latest``. Raises WrongPassword, Damaged, TargetError."""
        which, passwords = Which(run, self._place(store)), _passwords(password)
        target = absolute(os.fspath(target_dir))
        return self.ask(RestoreRun(which, target, tuple(include), overwrite, passwords=passwords))

    def verify(self, run: str, *, store: Place | None = None, password: str | None = None) -> VerifyReport:
        """Verify a run. Raises Damaged, WrongPassword."""
        which = Which(run, self._place(store))
        return self.ask(VerifyRun(which, _passwords(password)))

    def delete(self, run: str, *, store: Place | None = None) -> Run:
        """Delete a run from its store and from the list. Raises RunNotFound, StoreError, Locked."""
        return self.ask(DeleteRun(Which(run, self._place(store))))

    def run_of(self, archive: str, store: Place) -> Run:
        """The run that ``archive`` belongs to: a path, or a name in ``store``, as from :meth:`archive_of`.

        It may be an archive of the original BCPER's. The runs of the store come onto the list, and a folder
        in which only the original kept archives becomes a store, as by ``bcper-cli store import``. Raises
        RunNotFound, StoreError, NoSpace.
        """
        root = absolute(os.fspath(store))
        imported = self.ask(ImportStore(root))
        name = os.path.relpath(os.path.join(root, archive), root)
        for run in self.runs(root):
            if run.manifest is None:
                continue
            base = run.manifest.removesuffix(".meta.json")
            own = f"{base}.tar.gz.enc" if run.encrypted else f"{base}.tar.gz"
            if name == own if run.legacy else os.path.dirname(name) == run.folder:
                return run
        unread = [line for line in imported.unreadable if name.startswith(line.partition(".meta.json")[0])]
        raise RunNotFound(f"{archive} belongs to no run in {os.fspath(store)}.", *unread[:1])

    def ask(self, request: Request[R], *, progress: Watcher | None = None) -> R:
        """The reply to any request of ``bcper.domain.model.requests``: all that BCPER can do."""
        sink = self._sink if progress is None else _Sink(progress)
        return self._service(request, sink)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._daemon.close()
        self._container.ledger().close()

    @overload
    def _place(self, store: Place) -> str: ...
    @overload
    def _place(self, store: None) -> None: ...
    def _place(self, store: Place | None) -> str | None:
        """A path object is a folder, whatever it looks like."""
        if store is None or isinstance(store, str):
            return place(self._service, store)
        return absolute(os.fspath(store))


class _Sink:
    def __init__(self, watcher: Watcher | None) -> None:
        step: Callable[[Progress], object] | None = getattr(watcher, "step", None)
        if step is None and callable(watcher):
            step = watcher
        self._tell = step or _nobody

    def step(self, progress: Progress) -> None:
        """See the port."""
        self._tell(progress)


def _nobody(progress: Progress) -> None:
    """Nobody watches."""


def _passwords(password: str | None) -> tuple[str, ...]:
    return () if password is None else (password,)

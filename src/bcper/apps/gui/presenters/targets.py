"""The pages Items and Vaults."""

from collections.abc import Iterable, Mapping

import attrs

from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble
from bcper.apps.words import ago, counted, size
from bcper.domain.model.names import printable
from bcper.domain.model.requests.jobs import JobView, ListJobs
from bcper.domain.model.requests.runs import ListRuns
from bcper.domain.model.requests.targets import ListItems, ListVaults
from bcper.domain.model.runs import Run


@attrs.frozen
class ItemRow:
    """One item. ``id`` is its name as it is, the other texts are for the eye.

    ``size`` and ``files`` are of its last good run on its own, empty without one: a run of a vault has them
    for all of its items together. ``lock`` says where its password is kept, empty without a password.
    """

    id: str
    name: str
    paths: tuple[str, ...]
    lock: str
    size: str
    files: str
    last: str
    vaults: tuple[str, ...]
    jobs: tuple[str, ...]
    bytes: int = 0


@attrs.frozen
class VaultRow:
    """One vault. ``missing`` are names of items that are gone."""

    id: str
    name: str
    items: tuple[str, ...]
    missing: tuple[str, ...]
    lock: str
    size: str
    last: str
    jobs: tuple[str, ...]
    bytes: int = 0


@attrs.frozen
class ItemsView:
    """The rows, by name."""

    loaded: bool = False
    rows: tuple[ItemRow, ...] = ()
    trouble: Trouble | None = None


@attrs.frozen
class VaultsView:
    """The rows, by name; without ``items`` there is nothing to make a vault of."""

    loaded: bool = False
    rows: tuple[VaultRow, ...] = ()
    items: tuple[str, ...] = ()
    trouble: Trouble | None = None


class ItemsPresenter(Presenter[ItemsView]):
    """``refresh`` when ``catalog`` or ``runs`` changed."""

    def __init__(self, tools: Tools, show: Show[ItemsView]) -> None:
        super().__init__(tools, show, ItemsView())

    async def refresh(self) -> None:
        """Ask anew."""
        ask, now = self._tools.ask, self._tools.clock.now()
        with self._telling():
            views = await ask(ListItems())
            jobs = await ask(ListJobs())
            last = last_good((await ask(ListRuns(history=True))).runs, "item")
            rows = []
            for view in views:
                name, run = view.item.name, last.get(view.item.name)
                rows.append(
                    ItemRow(
                        name,
                        printable(name),
                        tuple(map(printable, view.item.paths)),
                        _lock(view.password_place, has=view.item.has_password),
                        size(run.source_bytes) if run is not None else "",
                        f"{run.entries:,}" if run is not None else "",
                        ago(run.started_at, now) if run is not None else "",
                        tuple(map(printable, view.vaults)),
                        _jobs_of(jobs, "item", name),
                        run.source_bytes if run is not None else 0,
                    )
                )
            self._set(rows=tuple(rows), loaded=True)


class VaultsPresenter(Presenter[VaultsView]):
    """``refresh`` when ``catalog`` or ``runs`` changed."""

    def __init__(self, tools: Tools, show: Show[VaultsView]) -> None:
        super().__init__(tools, show, VaultsView())

    async def refresh(self) -> None:
        """Ask anew."""
        ask, now = self._tools.ask, self._tools.clock.now()
        with self._telling():
            views = await ask(ListVaults())
            items = await ask(ListItems())
            jobs = await ask(ListJobs())
            last = last_good((await ask(ListRuns(history=True))).runs, "vault")
            rows = []
            for view in views:
                name, run = view.vault.name, last.get(view.vault.name)
                rows.append(
                    VaultRow(
                        name,
                        printable(name),
                        tuple(map(printable, view.vault.items)),
                        tuple(map(printable, view.missing)),
                        _lock(view.password_place, has=view.vault.has_password),
                        size(run.source_bytes) if run is not None else "",
                        ago(run.started_at, now) if run is not None else "",
                        _jobs_of(jobs, "vault", name),
                        run.source_bytes if run is not None else 0,
                    )
                )
            self._set(rows=tuple(rows), items=tuple(view.item.name for view in items), loaded=True)


def last_good(runs: Iterable[Run], kind: str) -> Mapping[str, Run]:
    """The newest good run of each target of that kind, by its name; ``runs`` are newest first."""
    found: dict[str, Run] = {}
    for run in runs:
        if run.target_type == kind and run.status.restorable:
            found.setdefault(run.target_name, run)
    return found


def target_words(run: Run | None, *, locked: bool, items: int | None = None) -> str:
    """What an editor says below a target: items, size at the last run, whether it is encrypted."""
    parts = [] if items is None else [counted(items, "item")]
    if run is not None:
        parts.append(f"{size(run.source_bytes)} at the last run")
    parts.append("encrypted" if locked else "not encrypted")
    return " · ".join(parts)


def _lock(place: str, *, has: bool) -> str:
    return (place or "password set") if has else ""


def _jobs_of(jobs: Iterable[JobView], kind: str, name: str) -> tuple[str, ...]:
    return tuple(
        printable(view.job.name)
        for view in jobs
        if (view.job.target_type, view.job.target_name) == (kind, name)
    )

"""The page Stores: reachable now, free space, when each will be full; Test and Import."""

from typing import Literal

import attrs

from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble, trouble_of
from bcper.apps.gui.presenters.flow import Meter, Running, Stoppable
from bcper.apps.gui.presenters.tiles import full_in
from bcper.apps.words import counted, size
from bcper.domain.errors import BcperError
from bcper.domain.model.names import printable
from bcper.domain.model.requests.runs import ListRuns
from bcper.domain.model.requests.stores import Imported, ImportStore, ListStores, TestStore
from bcper.domain.model.runs import Run
from bcper.domain.policy.history.stored_size import days_until_full, stored_by_day
from bcper.domain.policy.history.verdict import Level


@attrs.frozen
class Reach:
    """What trying a store showed; ``testing`` while it is tried, ``unknown`` before."""

    state: Literal["unknown", "testing", "good", "bad"] = "unknown"
    text: str = "not tried yet"
    free: str = ""
    full: str = ""
    level: Level = "none"


@attrs.frozen
class StoreRow:
    """One store. ``used`` is what its runs on the list take."""

    id: str
    name: str
    kind: Literal["local", "rclone"]
    location: str
    runs: int
    used: str
    jobs: tuple[str, ...]
    reach: Reach = attrs.field(factory=Reach)


@attrs.frozen
class StoresView:
    """``note`` is what an import found, ``addable`` the folder that it looked into if that is no store yet.

    ``importing`` is set while it looks.
    """

    loaded: bool = False
    rows: tuple[StoreRow, ...] = ()
    note: str = ""
    warnings: tuple[str, ...] = ()
    addable: str = ""
    importing: Running | None = None
    trouble: Trouble | None = None


class StoresPresenter(Presenter[StoresView]):
    """``refresh`` when ``catalog`` or ``runs`` changed; ``test_all`` when the page is opened."""

    def __init__(self, tools: Tools, show: Show[StoresView]) -> None:
        self._reach: dict[str, Reach] = {}
        self._runs: tuple[Run, ...] = ()
        self._work = Stoppable()
        super().__init__(tools, show, StoresView())

    async def refresh(self) -> None:
        """Ask anew; how a store was reached last stays."""
        with self._telling():
            views = await self._tools.ask(ListStores())
            self._runs = (await self._tools.ask(ListRuns(history=True))).runs
            rows = []
            for view in views:
                store = view.store
                there = [run for run in self._runs if run.store == store.location and run.pruned_at is None]
                rows.append(
                    StoreRow(
                        store.name,
                        printable(store.name),
                        store.kind,
                        printable(store.location),
                        sum(run.status.restorable for run in there),
                        size(sum(run.stored_bytes for run in there)),
                        tuple(map(printable, view.jobs)),
                        self._reach.get(store.name, Reach()),
                    )
                )
            self._set(rows=tuple(rows), loaded=True)

    async def test_all(self) -> None:
        """Try every store, one after the other."""
        for row in self._state.rows:
            await self.test(row.id)

    async def test(self, name: str) -> None:
        """Write, read and delete in a store, once at a time; what is wrong with it is its row's."""
        if self._reach.get(name, Reach()).state == "testing":
            return
        self._reached(name, Reach("testing", "Trying …"))
        try:
            found = await self._tools.ask(TestStore(name))
        except BcperError as error:
            told = trouble_of(error)
            self._reached(name, Reach("bad", " ".join(filter(None, (told.message, told.hint))), level="bad"))
            return
        except BaseException:
            self._reached(name, Reach())
            raise
        text = f"reachable · {counted(found.runs, 'backup')} there"
        if found.free_bytes is None:
            self._reached(name, Reach("good", text, level="good"))
            return
        now, zone = self._tools.clock.now(), self._tools.clock.local_zone()
        held = stored_by_day([run for run in self._runs if run.store == found.store.location], now, zone)
        full, level = full_in(days_until_full(held, found.free_bytes))
        # Beside the headings "Free" and "Full" fewer words do.
        full = full.removeprefix("full ").removesuffix(" at this rate")
        self._reached(name, Reach("good", text, size(found.free_bytes), full, level))

    async def import_runs(self, name_or_path: str) -> None:
        """List every run that a store, or a folder, holds."""
        if self._state.importing is not None:
            return
        meter = Meter(self._tools.clock, 1, lambda running: self._set(importing=running))

        async def work() -> None:
            meter.begin(f"Looking for backups in {printable(name_or_path)}")
            found = await self._tools.ask(ImportStore(name_or_path), meter.report)
            await self._tell(found)

        try:
            with self._telling():
                self._set(note="", warnings=(), addable="")
                if not await self._work.run(work):
                    self._set(note="Cancelled.")
        finally:
            self._set(importing=None)

    def cancel(self) -> None:
        """Stop the import; what is on the list by then stays."""
        self._work.cancel()

    async def _tell(self, found: Imported) -> None:
        marked = (
            " It was a folder of the original BCPER's, and is a store from now on." if found.marked else ""
        )
        note = f"{counted(found.runs, 'backup')} there, {counted(found.added, 'new one')}.{marked}"
        await self.refresh()
        known = {view.store.location for view in await self._tools.ask(ListStores())}
        self._set(
            note=note,
            warnings=tuple(map(printable, found.unreadable)),
            addable=found.location if found.location not in known else "",
        )

    def _reached(self, name: str, reach: Reach) -> None:
        self._reach[name] = reach
        rows = (attrs.evolve(row, reach=reach) if row.id == name else row for row in self._state.rows)
        self._set(rows=tuple(rows))

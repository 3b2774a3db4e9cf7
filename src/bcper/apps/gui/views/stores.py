"""The page Stores: where backups are; trying them, looking for backups in them, making them of remotes."""

import tkinter
from collections.abc import Awaitable, Callable

from bcper.apps.gui.presenters.stores import StoreRow, StoresPresenter, StoresView
from bcper.apps.gui.views.choosers import choose_folder
from bcper.apps.gui.views.import_card import ImportCard
from bcper.apps.gui.views.page import House
from bcper.apps.gui.views.remote_chooser import choose_remote
from bcper.apps.gui.views.store_editor import StoreEditorDialog
from bcper.apps.gui.views.table_page import TablePage
from bcper.apps.gui.widgets.base import theme_of
from bcper.apps.gui.widgets.columns import Column
from bcper.apps.gui.widgets.layout import Action
from bcper.apps.gui.widgets.rows import Row

_STATES = {"unknown": "not tried yet", "testing": "Trying …", "good": "reachable", "bad": "not reachable"}


class StoresPage(TablePage[StoresView]):
    """Each store is tried when the page is first shown, and whenever that is asked for."""

    name = "Stores"
    what = "store"
    subtitle = "A store is a place for backups: a folder on a disk, or a remote of rclone."
    empty = "A store is where backups go: a folder on another disk, or a place that rclone reaches."
    columns = (
        Column("name", "Name", 120, sorts=False, most=220),
        Column("kind", "Kind", 70, sorts=False),
        Column("location", "Where", 160, stretch=True, sorts=False, most=200),
        Column("reach", "Now", 90, sorts=False, most=160),
        Column("free", "Free", 90, "right", sorts=False),
        Column("full", "Full", 110, sorts=False, most=200),
        Column("runs", "Backups", 70, "right", sorts=False),
        Column("used", "Takes", 80, "right", sorts=False),
    )

    def __init__(self, parent: tkinter.Misc, house: House) -> None:
        super().__init__(parent, house)
        self._rows: dict[str, StoreRow] = {}
        self._tried: set[str] = set()
        self.imports = ImportCard(self, self._cancel, self._add_found)
        self.presenter = StoresPresenter(house.tools, self.show)

    def more_actions(self) -> tuple[Action, ...]:
        """See EntityPage."""
        return (
            Action("Import a folder…", lambda: self.once(self._import_folder), icon="download"),
            Action("Add RClone store", lambda: self.once(self._add_remote), icon="cloud"),
        )

    def row_actions(self) -> tuple[Action, ...]:
        """See TablePage."""
        return (
            Action("Test", self._test, icon="check"),
            Action("Import backups", self._import, icon="download"),
            *super().row_actions(),
        )

    async def refresh(self) -> None:
        """See Page; a store that has not been tried is tried now, by and by."""
        await self.presenter.refresh()
        for name in [name for name in self._rows if name not in self._tried]:
            self._tried.add(name)
            self.house.start(self.presenter.test, name)

    def editor(self, id_: str | None) -> Callable[[], Awaitable[str]]:
        """See EntityPage."""
        self._tried.discard(id_ or "")
        return StoreEditorDialog(self, self.house, id_).run

    def details(self, id_: str) -> str:
        """See TablePage."""
        row = self._rows.get(id_)
        if row is None:
            return ""
        jobs = f"Used by {', '.join(row.jobs)}." if row.jobs else "No job uses it."
        return f"{row.location}: {row.reach.text}\n{jobs}"

    def show(self, state: StoresView) -> None:
        """The presenter's ``show``."""
        if not self.winfo_exists():
            return
        self.tell(state.trouble)
        self._rows = {row.id: row for row in state.rows}
        self.put([_row(row) for row in state.rows], loaded=state.loaded)
        if self.imports.show(state):
            if not self.imports.winfo_manager():
                self.imports.pack(fill="x", pady=(0, theme_of(self).px(12)), after=self.header)
        else:
            self.imports.pack_forget()

    def _test(self) -> None:
        if self.selected:
            self.house.start(self.presenter.test, self.selected)

    def _import(self) -> None:
        if self.selected:
            self.house.start(self.presenter.import_runs, self.selected)

    def _cancel(self) -> None:
        self.presenter.cancel()

    def _add_found(self, path: str) -> None:
        self.once(lambda: self._new(StoreEditorDialog(self, self.house, path=path)))

    async def _import_folder(self) -> None:
        found = await choose_folder(self, "A folder with backups", exists=True)
        if found:
            await self.presenter.import_runs(found)

    async def _add_remote(self) -> None:
        found = await choose_remote(self, self.house)
        if found is not None:
            await self._new(StoreEditorDialog(self, self.house, remote=found))

    async def _new(self, editor: StoreEditorDialog) -> None:
        saved = await editor.run()
        if saved:
            await self.refresh()
            self.choose(saved)


def _row(row: StoreRow) -> Row:
    reach = row.reach
    mark = {"good": "good", "bad": "bad", "testing": "running"}.get(reach.state, "none")
    return Row(
        row.id,
        (
            row.name,
            row.kind,
            row.location,
            _STATES[reach.state],
            reach.free or "—",
            reach.full or "—",
            f"{row.runs:,}",
            row.used,
        ),
        mark=mark,
        tone="bad" if reach.state == "bad" else "warning" if reach.level in ("warning", "bad") else "",
    )

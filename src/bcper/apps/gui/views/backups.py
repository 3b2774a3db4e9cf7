"""The page Backups."""

import tkinter
from collections.abc import Sequence
from typing import ClassVar, cast

from bcper.apps.gui.presenters.backups import BackupRow, BackupsPresenter, BackupsView, Column
from bcper.apps.gui.presenters.shell import PageName
from bcper.apps.gui.views.backup_filters import BackupFilters
from bcper.apps.gui.views.backup_rows import COLUMNS, BackupRows
from bcper.apps.gui.views.browser import BrowserWindow
from bcper.apps.gui.views.delete import DeleteDialog
from bcper.apps.gui.views.page import House, Page
from bcper.apps.gui.views.restore import RestoreDialog
from bcper.apps.gui.views.run_details import DetailsDialog
from bcper.apps.gui.views.verify import VerifyDialog
from bcper.apps.gui.views.working import put, words
from bcper.apps.gui.widgets.base import Button, Frame, Label, theme_of
from bcper.apps.gui.widgets.layout import Action, EmptyState, PageHeader
from bcper.apps.gui.widgets.menu import Entry
from bcper.apps.gui.widgets.notes import Message
from bcper.apps.gui.widgets.table import Table
from bcper.apps.words import counted
from bcper.domain.model.events import Activity, Topic


class BackupsPage(Page):
    """Every backup: searched, filtered, chosen, and what can be done with it."""

    name: ClassVar[PageName] = "Backups"
    topics: ClassVar[tuple[Topic, ...]] = ("runs", "catalog")

    def __init__(self, parent: tkinter.Misc, house: House) -> None:
        super().__init__(parent, house)
        px = theme_of(self).px
        self._last = BackupsView()
        self._rows = BackupRows()
        self._wanted = ""
        again = Action("Refresh", lambda: house.start(self.refresh), icon="refresh", tip="Refresh (F5)")
        self.header = PageHeader(self, "Backups", actions=[again])
        self.trouble = Message(self, after=self.header, pady=(0, px(12)))
        self._full = Frame(self)
        self.filters = BackupFilters(self._full)
        self.filters.pack(fill="x", pady=(0, px(12)))
        self._foot()
        self.table = Table(self._full, COLUMNS, height=4)
        self.table.pack(fill="both", expand=True)
        self._none = Frame(self.table)
        Label(self._none, "No backup is like this.", "muted").pack()
        Button(self._none, "Show all", self.filters.clear, "link").pack(pady=px(6))
        self.table.on_open = self._open
        self.table.on_delete = self._delete
        self.table.menu = self._menu
        self.empty = EmptyState(
            self,
            "backups",
            "No backups yet",
            "What jobs back up is listed here, to be restored, verified or deleted.",
            Action("Go to Jobs", lambda: house.go("Jobs"), "primary"),
        )
        self._full.pack(fill="both", expand=True)
        self.presenter = BackupsPresenter(house.tools, self.show)
        self.filters.presenter = self.presenter
        self.table.on_select = self.presenter.select
        self.table.on_sort = lambda key: self.presenter.sort_by(cast("Column", key))

    async def refresh(self) -> None:
        """See the base."""
        await self.presenter.refresh()

    def works(self, activities: tuple[Activity, ...]) -> None:
        """See the base."""
        self.presenter.works(activities)

    def arrived(self) -> None:
        """See the base."""
        self.table.focus_set()

    def choose(self, id_: str) -> None:
        """See the base."""
        self._wanted = id_
        self._choose_wanted()

    def search(self) -> None:
        """See the base."""
        self.filters.search.focus_set()
        self.filters.search.selection_range(0, "end")

    def show(self, state: BackupsView) -> None:
        """What the presenter calls."""
        if not self.winfo_exists():
            return
        last, self._last = self._last, state
        self.header.say(state.subtitle)
        if state.trouble != last.trouble:
            self.trouble.say(words(state.trouble))
        there = not state.loaded or bool(state.jobs)
        if there != bool(self._full.winfo_manager()):
            put(self.empty, not there, fill="both", expand=True)
            put(self._full, there, fill="both", expand=True)
        self._tell_selection(state)
        if (state.chips, state.stores, state.jobs, state.search) != (
            last.chips,
            last.stores,
            last.jobs,
            last.search,
        ) or (state.store, state.job, state.chip) != (last.store, last.job, last.chip):
            self.filters.tell(state)
        self.table.sorted_by(state.column, descending=state.descending)
        if state.rows is not last.rows or state.progress != last.progress:
            self._tell_rows(state)

    def _tell_rows(self, state: BackupsView) -> None:
        self.table.show(self._rows.of(state.rows, state.progress))
        if state.loaded and state.jobs and not state.rows:
            self._none.place(relx=0.5, rely=0.4, anchor="center")
        else:
            self._none.place_forget()
        if self._wanted:
            self._choose_wanted()
        elif (there := self.table.selection) and state.selected != frozenset(there):
            self.presenter.select(there)  # what a filter had hidden is selected still

    def _tell_selection(self, state: BackupsView) -> None:
        self._selection.show(state.selection)
        self._detail.show(state.details[0] if state.details else "")
        put(self._detail, state.details, fill="x")
        self.buttons["verify"].show(enabled=state.can_verify)
        self.buttons["browse"].show(enabled=state.can_browse)
        self.buttons["restore"].show(enabled=state.can_restore)
        self.buttons["delete"].show(enabled=state.can_delete)

    def _foot(self) -> None:
        px = theme_of(self).px
        foot = Frame(self._full)
        foot.pack(side="bottom", fill="x", pady=(px(12), 0))
        self.buttons = {
            "verify": Button(foot, "Verify", self._verify, icon="shield"),
            "browse": Button(foot, "Browse", self._browse, icon="browse"),
            "restore": Button(foot, "Restore…", self._restore, "primary", icon="restore"),
            "delete": Button(foot, "Delete…", self._delete, "danger", icon="trash"),
        }
        for column, button in enumerate(self.buttons.values(), 1):
            button.grid(row=0, column=column, padx=(px(8), 0), sticky="n")
        said = Frame(foot)
        said.grid(row=0, column=0, sticky="ew")
        foot.columnconfigure(0, weight=1)
        self._selection = Label(said, "", "muted")
        self._selection.pack(anchor="w")
        self._detail = Label(said, "", "muted", wrap=200)

    def _menu(self, ids: tuple[str, ...]) -> Sequence[Entry]:
        self.presenter.select(ids)
        state, runs = self.presenter.state, self.presenter.chosen()
        if not runs:
            return ()
        pinned = all(run.pinned for run in runs)
        return (
            Entry("Browse files", self._browse, "Enter", state.can_browse),
            Entry("Restore…", self._restore, enabled=state.can_restore),
            Entry("Restore to where it was…", self._restore_home, enabled=state.can_restore),
            Entry("Verify", self._verify, enabled=state.can_verify),
            Entry(),
            Entry("Unpin" if pinned else "Pin: retention keeps it", lambda: self._pin(not pinned)),
            Entry("Details", self._details, enabled=len(runs) == 1),
            Entry("Copy run id" if len(runs) == 1 else "Copy run ids", self._copy),
            Entry(),
            Entry("Delete…", self._delete, "Del", state.can_delete),
        )

    def _open(self, id_: str) -> None:
        """Browse that one; what cannot be browsed shows its details."""
        self.table.select([id_])
        self.presenter.select([id_])
        if self.presenter.state.can_browse:
            self._browse()
        else:
            self._details()

    def _browse(self) -> None:
        if self.presenter.state.can_browse:
            BrowserWindow(self, self.house, self.presenter.chosen()[0])

    def _restore(self) -> None:
        self._ask_restore(in_place=False)

    def _restore_home(self) -> None:
        self._ask_restore(in_place=True)

    def _ask_restore(self, *, in_place: bool) -> None:
        if self.presenter.state.can_restore:
            dialog = RestoreDialog(self, self.house, self.presenter.chosen(), in_place=in_place)
            self.house.start(dialog.result)

    def _verify(self) -> None:
        if self.presenter.state.can_verify:
            self.house.start(VerifyDialog(self, self.house, self.presenter.chosen()).result)

    def _delete(self) -> None:
        if self.presenter.state.can_delete:
            self.house.start(self._ask_delete)

    async def _ask_delete(self) -> None:
        runs = self.presenter.chosen()
        names = {row.run.store: row.store for row in self.presenter.state.rows}
        dialog = DeleteDialog(self, self.house, runs, self.presenter.everything(), names)
        if await dialog.result() == "done":
            self.house.say(f"{counted(len(runs), 'backup')} deleted.")
        await self.refresh()

    def _pin(self, pinned: bool) -> None:
        async def pin() -> None:
            await self.presenter.pin(pinned=pinned)

        self.house.start(pin)

    def _details(self) -> None:
        row = self._only()
        if row is not None:
            self.house.start(DetailsDialog(self, row, self.presenter.state.details).result)

    def _copy(self) -> None:
        self.clipboard_clear()
        self.clipboard_append("\n".join(run.run_id for run in self.presenter.chosen()))

    def _only(self) -> BackupRow | None:
        state = self.presenter.state
        return next((row for row in state.rows if row.id in state.selected), None)

    def _choose_wanted(self) -> None:
        if any(row.id == self._wanted for row in self._last.rows):
            wanted, self._wanted = self._wanted, ""
            self.table.select([wanted])
        elif any(run.run_id == self._wanted for run in self.presenter.everything()):
            self.filters.clear()  # it was filtered out

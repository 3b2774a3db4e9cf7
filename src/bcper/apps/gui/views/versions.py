"""One file in all backups of its job."""

import tkinter

from bcper.apps.gui.presenters.look import FileVersions, Version, VersionsView
from bcper.apps.gui.views.flow_dialog import FlowDialog
from bcper.apps.gui.views.look import LookDialog
from bcper.apps.gui.views.page import House
from bcper.apps.gui.views.restore import RestoreDialog
from bcper.apps.gui.views.working import Sentences, put, words
from bcper.apps.gui.widgets.base import Label
from bcper.apps.gui.widgets.columns import Column
from bcper.apps.gui.widgets.dialog import Answer
from bcper.apps.gui.widgets.rows import Row
from bcper.apps.gui.widgets.table import Table
from bcper.apps.words import counted
from bcper.domain.model.runs import Run

_COLUMNS = (
    Column("run", "Backup", 90, sorts=False),
    Column("started", "Started", 130, sorts=False),
    Column("size", "Size", 80, "right", sorts=False),
    Column("modified", "Modified", 130, sorts=False),
    Column("same", "Content", 130, stretch=True, sorts=False),
)


class VersionsDialog(FlowDialog[VersionsView]):
    """It looks into one backup after the other, newest first, until it is closed."""

    def __init__(
        self, parent: tkinter.Misc, house: House, run: Run, path: bytes, passwords: tuple[str, ...]
    ) -> None:
        self.house, self._path, self._passwords = house, path, passwords
        self.flow = FileVersions(house.tools, self.show, run, path, passwords)
        state = self.flow.state
        answers = (
            Answer("look", "Look", command=self._look, left=True),
            Answer("cancel", "Close"),
            Answer("restore", "Restore…", "primary", self._restore),
        )
        super().__init__(parent, f"Versions of {state.title}", state, answers, width=720)
        self.first = self.table.view
        house.start(self.flow.open)

    def put_up(self) -> None:
        """See the base."""
        px = self._theme.px
        self.count = Label(self.body, "", "muted")
        self.count.pack(anchor="w", pady=(0, px(8)))
        self.table = Table(self.body, _COLUMNS, multiple=False, height=9)
        self.table.pack(fill="both", expand=True)
        self.table.on_select = lambda _: self._turn()
        self.table.on_open = lambda _: self._look()
        self.troubles = Sentences(self.body, "muted", "warning", wrap=600)

    def tell(self, state: VersionsView) -> None:
        """See the base."""
        found = counted(len(state.rows), "version")
        self.count.show(words(state.trouble) or (f"{found}, looking on…" if state.loading else found))
        self.count.show(kind="bad" if state.trouble else "muted")
        self.table.show([_row(index, version) for index, version in enumerate(state.rows)])
        said = self.troubles.say(state.troubles)
        put(self.troubles, said, fill="x", pady=(self._theme.px(8), 0))
        self._turn()

    def leave(self) -> None:
        """See the base."""
        self.flow.close()
        self.close("cancel")

    def _turn(self) -> None:
        for key in ("look", "restore"):
            self.buttons[key].show(enabled=self._chosen() is not None)

    def _chosen(self) -> Version | None:
        chosen = self.table.selection
        return self.flow.state.rows[int(chosen[0])] if chosen else None

    def _look(self) -> None:
        version = self._chosen()
        if version is not None:
            dialog = LookDialog(self, self.house, version.run, self._path, self._passwords)
            self.house.start(dialog.look, version.kind, version.length)

    def _restore(self) -> None:
        version = self._chosen()
        if version is not None:
            dialog = RestoreDialog(
                self,
                self.house,
                [version.run],
                self.flow.patterns(),
                homes=self.flow.homes(version),
                passwords=self._passwords,
            )
            self.house.start(dialog.result)


def _row(index: int, version: Version) -> Row:
    same = "same as above" if version.same else "differs" if index else "newest"
    return Row(
        str(index), (version.short_id, version.started, version.size, version.modified, same), icon="file"
    )

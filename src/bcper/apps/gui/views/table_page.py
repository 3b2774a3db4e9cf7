"""A page of configured things in a table, with what more there is to say of the selected one below it."""

import tkinter
from collections.abc import Sequence
from typing import ClassVar, TypeVar

from bcper.apps.gui.views.entity_page import EntityPage
from bcper.apps.gui.views.page import House
from bcper.apps.gui.widgets.base import Button, Frame, theme_of
from bcper.apps.gui.widgets.columns import Column
from bcper.apps.gui.widgets.layout import Action, button
from bcper.apps.gui.widgets.menu import Entry
from bcper.apps.gui.widgets.notes import Note
from bcper.apps.gui.widgets.rows import Row
from bcper.apps.gui.widgets.table import Table

S = TypeVar("S")


class TablePage(EntityPage[S]):
    """Subclasses make rows of their state, and :meth:`details` of one."""

    columns: ClassVar[Sequence[Column]]

    def __init__(self, parent: tkinter.Misc, house: House) -> None:
        super().__init__(parent, house)
        px = theme_of(self).px
        self.content = Frame(self)
        foot = Frame(self.content)
        foot.pack(side="bottom", fill="x", pady=(px(12), 0))
        self.details_note = Note(self.content)
        self.table = Table(self.content, self.columns, multiple=False)
        self.table.pack(side="top", fill="both", expand=True)
        foot.lift()
        self.table.on_select = lambda _: self._selected()
        self.table.on_open = self.edit
        self.table.on_delete = self._delete_selected
        self.table.menu = lambda _: self.entries()
        self._wanted = ""
        self._arriving = False
        self.buttons: dict[str, Button] = {}
        for action in reversed(self.row_actions()):
            made = self.buttons[action.text] = button(foot, action)
            made.pack(side="right", padx=(px(8), 0))
            made.show(enabled=False)
            made.lower()

    @property
    def selected(self) -> str:
        """The id of the selected row, or empty."""
        return next(iter(self.table.selection), "")

    def row_actions(self) -> tuple[Action, ...]:
        """The buttons for the selected row."""
        return (
            Action("Edit", self._edit_selected, icon="edit", tip="Return"),
            Action("Delete…", self._delete_selected, "danger", "trash", "Delete"),
        )

    def details(self, id_: str) -> str:
        """More about one, in a few lines; or nothing."""
        raise NotImplementedError

    def entries(self) -> tuple[Entry, ...]:
        """The menu of the selected row."""
        if not self.selected:
            return (Entry(f"New {self.what}", self.new, "Ctrl+N"),)
        keys = {"Edit": "Return", "Delete…": "Delete"}
        return tuple(
            Entry(action.text, action.command, keys.get(action.text, "")) for action in self.row_actions()
        )

    def arrived(self) -> None:
        """See Page."""
        self._arriving = not self.table.rows
        if self.table.winfo_viewable() or self.table.rows:
            self.table.focus_set()

    def choose(self, id_: str) -> None:
        """See Page."""
        self._wanted = id_
        if any(row.id == id_ for row in self.table.rows):
            self._wanted = ""
            self.table.select([id_])

    def put(self, rows: Sequence[Row], *, loaded: bool) -> None:
        """Show these rows, or that there are none."""
        if not loaded:
            return
        self.body(self.content if rows else None)
        self.table.show(rows)
        if self._arriving and rows and self.winfo_viewable() and not self.tk.call("grab", "current", self):
            self.arrived()
        if self._wanted:
            self.choose(self._wanted)
        self._selected()

    def _selected(self) -> None:
        id_ = self.selected
        for made in self.buttons.values():
            made.show(enabled=bool(id_))
        text = self.details(id_) if id_ else ""
        self.details_note.say(text)
        if not text:
            self.details_note.pack_forget()
        elif not self.details_note.winfo_manager():
            self.details_note.pack(
                side="bottom", fill="x", pady=(theme_of(self).px(12), 0), before=self.table
            )

    def _edit_selected(self) -> None:
        if self.selected:
            self.edit(self.selected)

    def _delete_selected(self) -> None:
        if self.selected:
            self.delete(self.selected)

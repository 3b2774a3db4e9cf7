"""The files of a backup: a tree that is filled as it is opened, and what a search finds."""

import tkinter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Protocol

from bcper.apps.gui.presenters.browser import FileRow, Page
from bcper.apps.gui.presenters.run_tree import TOP
from bcper.apps.gui.widgets.columns import Column
from bcper.apps.gui.widgets.rows import Row
from bcper.apps.gui.widgets.table import Table

AT_ONCE = 1000
"""Rows that one opening adds; a million below each other help nobody."""

_ICONS = {"folder": "folder", "file": "file", "link": "right", "other": "settings"}
_COLUMNS = (
    Column("name", "Name", 300, stretch=True, sorts=False),
    Column("size", "Size", 90, "right", sorts=False),
    Column("modified", "Modified", 140, sorts=False),
)
_FOUND = (_COLUMNS[0], Column("place", "Folder", 200, stretch=True, sorts=False), *_COLUMNS[1:])


class Children(Protocol):
    """Part of a folder (``RunBrowser.children``)."""

    def __call__(self, node: int, start: int, count: int) -> Awaitable[Page]: ...


class FileTree(Table):
    """``start`` runs a task. Rows that are no entry ("Show more") have ids that are no number."""

    def __init__(
        self, parent: tkinter.Misc, children: Children, start: Callable[..., object], height: int = 12
    ) -> None:
        super().__init__(parent, _COLUMNS, tree=True, height=height)
        self._children, self._start = children, start
        self._files: dict[int, FileRow] = {}
        self._made: dict[int, list[Row]] = {}
        self._totals: dict[int, int] = {}
        self.on_expand = self._expand
        self.view.bind("<ButtonRelease-1>", self._clicked, add=True)
        self.view.bind("<Return>", self._returned, add=True)

    def file(self, id_: str) -> FileRow | None:
        """The entry of a row that is shown."""
        return self._files.get(int(id_)) if id_.isdigit() else None

    async def load(self, node: int = TOP) -> None:
        """Show what is in a folder, or more of it."""
        have = self._made.get(node, [])
        page = await self._children(node, len(have), AT_ONCE)
        if self.winfo_exists():
            self._made[node] = [*have, *self._rows(page.rows, node)]
            self._totals[node] = page.total
            self._arrive()

    async def reload(self) -> None:
        """Ask for all that is shown anew: more has come in."""
        for node, have in list(self._made.items()):
            page = await self._children(node, 0, max(AT_ONCE, len(have)))
            self._made[node] = self._rows(page.rows, node)
            self._totals[node] = page.total
        if self.winfo_exists():
            self._arrive()

    def _rows(self, files: Iterable[FileRow], node: int) -> list[Row]:
        parent = "" if node == TOP else str(node)
        made = []
        for file in files:
            self._files[file.id] = file
            cells = file.name, file.size, file.modified
            made.append(Row(str(file.id), cells, icon=_ICONS[file.kind], parent=parent))
        return made

    def _arrive(self) -> None:
        rows: list[Row] = []
        for node, made in self._made.items():
            rows += made
            parent = "" if node == TOP else str(node)
            left = self._totals[node] - len(made)
            if left > 0:
                more = f"Show {min(left, AT_ONCE):,} more of {left:,}"
                rows.append(Row(f"{node}+", (more, "", ""), tone="running", icon="down", parent=parent))
            elif not made and node != TOP:
                rows.append(Row(f"{node}-", ("Nothing is in it", "", ""), tone="none", parent=parent))
            # What may have something in it needs something in it, to be opened.
            rows.extend(
                Row(f"{row.id}?", ("Loading…", "", ""), tone="none", parent=row.id)
                for row in made
                if row.icon == "folder" and int(row.id) not in self._made
            )
        self.show(rows)

    def _expand(self, id_: str) -> None:
        if id_.isdigit() and int(id_) not in self._made:
            self._start(self.load, int(id_))

    def _more(self, id_: str) -> None:
        if id_.endswith("+"):
            self._start(self.load, int(id_[:-1]))

    def _clicked(self, event: "tkinter.Event[Any]") -> None:
        self._more(str(self.view.identify_row(event.y)))

    def _returned(self, _event: object) -> None:
        self._more(str(self.view.focus()))


class FoundFiles(Table):
    """What a search has found, with the folders that it is in."""

    def __init__(self, parent: tkinter.Misc) -> None:
        super().__init__(parent, _FOUND)

    def tell(self, files: Sequence[FileRow]) -> None:
        """Show these."""
        self.show(
            [
                Row(str(file.id), (file.name, file.place, file.size, file.modified), icon=_ICONS[file.kind])
                for file in files
            ]
        )

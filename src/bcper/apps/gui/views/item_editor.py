"""An item made or changed, with a live preview of what it would leave out."""

import tkinter

from bcper.apps.gui.presenters.item_editor import ItemEditor, ItemEditorView, PreviewView
from bcper.apps.gui.views.choosers import choose_files, choose_folder
from bcper.apps.gui.views.editor import Editor
from bcper.apps.gui.views.page import House
from bcper.apps.gui.views.password import PasswordPart
from bcper.apps.gui.widgets.base import Frame, Label, theme_of
from bcper.apps.gui.widgets.choices import Check
from bcper.apps.gui.widgets.columns import Column
from bcper.apps.gui.widgets.entries import TextEntry
from bcper.apps.gui.widgets.fields import Field
from bcper.apps.gui.widgets.paths import PathListEditor
from bcper.apps.gui.widgets.rows import Row
from bcper.apps.gui.widgets.table import Table
from bcper.apps.gui.widgets.text import TextPane

_PATTERNS = "One pattern a line, as in a .gitignore: *.tmp, /build/, !keep.tmp"
_NOTHING = "Choose a path to see what a backup would keep."
_LEFT_OUT = (
    Column("pattern", "Left out by", 140, stretch=True, sorts=False),
    Column("origin", "From", 80, sorts=False, most=160),
    Column("matches", "Matches", 90, "right", sorts=False),
    Column("saves", "Saves", 80, "right", sorts=False),
)
_FLAGS = (
    ("caches", "Caches (folders with a CACHEDIR.TAG)"),
    ("other_file_systems", "Other file systems that are mounted in it"),
    ("ignore_files", "What .gitignore and .bcpignore files in it name"),
)


class ItemEditorDialog(Editor[ItemEditorView]):
    """``run`` it."""

    def __init__(self, parent: tkinter.Misc, house: House, name: str | None = None) -> None:
        title = "New item" if name is None else "Edit item"
        super().__init__(parent, house, title, width=720, deletes=None if name is None else "item")
        self._name_before = name or ""
        self._samples: dict[str, str] = {}
        self._make()
        editor = ItemEditor(house.tools, self.show, name)
        self.presenter: ItemEditor = editor

    def identity(self) -> tuple[str, str]:
        """See Editor."""
        return self._name_before, self._name_before

    def opened(self) -> None:
        """See Editor."""
        self.house.start(self.presenter.preview)

    def fill(self, state: ItemEditorView) -> None:
        """See Editor."""
        self.name.put(state.name)
        self.paths.put(state.paths)
        self.ignore.put(state.ignore)
        for key, check in self.flags.items():
            check.put(getattr(state, key))
        self.larger.put(state.larger_than)
        for field, error in (
            (self.name_field, state.name_error),
            (self.paths_field, state.paths_error),
            (self.larger_field, state.larger_error),
        ):
            field.say(error.text if error else "", error.suggestion if error else "")
        self.password.show(state.password)
        self._preview(state.preview)

    def gone(self) -> None:
        """See Editor."""
        self.presenter.close()

    def _make(self) -> None:
        px = theme_of(self).px
        body = self.body
        self.name_field = Field(body, "Name")
        self.name = TextEntry(self.name_field, lambda text: self._say(name=text))
        self.name_field.hold(self.name)
        self.name_field.on_suggestion = lambda text: self._say(name=text)
        self.paths_field = Field(body, "Paths", hint="Files and folders that are backed up together.")
        self.paths = PathListEditor(
            self.paths_field,
            lambda paths: self._say(paths=paths),
            choose_folder=lambda: self.house.start(self._add_folder),
            choose_files=lambda: self.house.start(self._add_files),
        )
        self.paths_field.hold(self.paths)
        password = Field(body, "Password")
        self.password = PasswordPart(password, lambda: self.presenter, self._touch)
        password.hold(self.password)
        ignore = Field(body, "Ignore", hint=_PATTERNS)
        self.ignore = TextPane(ignore, lambda text: self._say(ignore=text), height=3, width=30)
        ignore.hold(self.ignore)
        leave_out = Field(body, "Leave out")
        checks = Frame(leave_out)
        self.flags = {
            key: Check(checks, words, lambda on, key=key: self._say(**{key: on}))  # type: ignore[misc]
            for key, words in _FLAGS
        }
        for check in self.flags.values():
            check.pack(anchor="w", pady=(px(4), 0))
        leave_out.hold(checks)
        self.larger_field = Field(body, "Larger than", hint="For example 100M or 1.5G; empty is no limit.")
        self.larger = TextEntry(self.larger_field, lambda text: self._say(larger_than=text), width=12)
        self.larger_field.hold(self.larger, fill=False)
        for field in (
            self.name_field,
            self.paths_field,
            password,
            ignore,
            leave_out,
            self.larger_field,
        ):
            field.pack(fill="x")
        self._make_preview()
        self.first = self.name

    def _make_preview(self) -> None:
        px = theme_of(self).px
        field = Field(self.body, "Preview")
        holder = Frame(field)
        self._status = Label(holder, _NOTHING, "muted", wrap=300)
        self._status.pack(fill="x", pady=(px(6), px(6)))
        self.left_out = Table(holder, _LEFT_OUT, multiple=False, height=3)
        self.left_out.on_select = self._selected
        self.left_out.pack(fill="x")
        self._more = Label(holder, "", "muted", wrap=300)
        self._more.pack(fill="x", pady=(px(4), 0))
        field.hold(holder)
        field.pack(fill="x")

    def _touch(self) -> None:
        self.touched = True

    def _say(self, **fields: object) -> None:
        self.typed(self.presenter.change, **fields)
        if set(fields) - {"name"}:
            self.house.start(self.presenter.preview)

    async def _add_folder(self) -> None:
        self._add([await choose_folder(self, "What to back up")])

    async def _add_files(self) -> None:
        self._add(await choose_files(self, "What to back up"))

    def _add(self, chosen: list[str]) -> None:
        if self.winfo_exists() and any(chosen):
            self.paths.add(list(filter(None, chosen)))

    def _preview(self, preview: PreviewView) -> None:
        self._status.show(preview.status or _NOTHING)
        rows = [
            Row(f"{row.origin}\n{row.pattern}", (row.pattern, row.origin, row.matches, row.saves))
            for row in preview.rows
        ]
        self._samples = {key.id: " · ".join(row.samples) for key, row in zip(rows, preview.rows, strict=True)}
        problems = [Row(f"\n{text}", (text, "", "", "not read"), "bad") for text in preview.problems]
        self._samples |= {problem.id: problem.cells[0] for problem in problems}
        self.left_out.show([*problems, *rows])
        self._selected(self.left_out.selection)

    def _selected(self, ids: tuple[str, ...]) -> None:
        self._more.show(self._samples.get(ids[0], "") if ids else "")

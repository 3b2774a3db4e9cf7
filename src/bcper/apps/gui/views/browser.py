"""The files of one backup, in a window of their own."""

import tkinter
from collections.abc import Sequence

import trio

from bcper.apps.gui.presenters.browser import BrowserView, FileRow, RunBrowser
from bcper.apps.gui.theme.palette import Surface
from bcper.apps.gui.views.file_tree import FileTree, FoundFiles
from bcper.apps.gui.views.look import LookDialog
from bcper.apps.gui.views.page import House
from bcper.apps.gui.views.password_form import PasswordForm
from bcper.apps.gui.views.restore import RestoreDialog
from bcper.apps.gui.views.versions import VersionsDialog
from bcper.apps.gui.views.working import put, words
from bcper.apps.gui.widgets.base import Button, Card, Frame, Label, dress, theme_of
from bcper.apps.gui.widgets.entries import SearchField
from bcper.apps.gui.widgets.menu import Entry
from bcper.apps.gui.widgets.notes import Message
from bcper.apps.gui.widgets.progress import ProgressRow
from bcper.domain.model.runs import Run

_AGAIN = 0.5
"""Seconds between two looks at what was read meanwhile: folders are sorted anew each time."""


class BrowserWindow(tkinter.Toplevel):
    """It opens by itself, and reads until it is closed; Escape closes it."""

    surface: Surface = "window"

    def __init__(self, parent: tkinter.Misc, house: House, run: Run) -> None:
        super().__init__(parent, class_="bcper")
        self.house = house
        theme = theme_of(self)
        px = theme.px
        dress(self, lambda: self.configure(background=theme.palette.window))
        self._last: BrowserView | None = None
        self._refreshing = False
        self._outer = Frame(self, padding=(20, 16))
        self._outer.pack(fill="both", expand=True)
        self._head()
        self._bottom()
        self._middle = Frame(self._outer)
        self._middle.pack(fill="both", expand=True)
        self.presenter = RunBrowser(house.tools, self.show, run)
        self._lists()
        self._last = None
        self.title(self.presenter.state.title)
        width, height = self.winfo_screenwidth(), self.winfo_screenheight()
        wide, high = min(px(860), width), min(px(600), height - px(64))
        # Over the page, for a window manager's first free corner may be far from it.
        above = parent.winfo_toplevel()
        x = above.winfo_rootx() + (above.winfo_width() - wide) // 2
        y = above.winfo_rooty() + (above.winfo_height() - high) // 2
        self.geometry(f"{wide}x{high}+{max(0, min(x, width - wide))}+{max(0, min(y, height - high))}")
        self.minsize(min(px(640), width), min(px(400), height))
        self.protocol("WM_DELETE_WINDOW", self.leave)
        self.bind("<Escape>", lambda event: self.leave() if event.widget.winfo_toplevel() is self else None)
        self.bind("<Control-f>", lambda _: self.search.focus_set())
        self.show(self.presenter.state)
        self.tree.view.focus_set()
        house.start(self.presenter.open)

    def leave(self) -> None:
        """Close it, and read no further."""
        self.presenter.close()
        self.destroy()

    def show(self, state: BrowserView) -> None:
        """What the presenter calls."""
        if not hasattr(self, "tree") or not self.winfo_exists():
            return
        last, self._last = self._last, state
        self.heading.show(state.title)
        self._count.show("" if state.reading else state.found_text if state.search else state.status)
        self.trouble.say(words(state.trouble) if state.prompt is None else "")
        put(self.reading, state.reading, fill="x", pady=(0, theme_of(self).px(12)), before=self._middle)
        self.reading.show("Reading the index", None, "", state.status, moving=state.reading)
        put(self._locked, state.prompt, fill="x")
        if state.prompt is not None and (last is None or last.prompt != state.prompt or state.trouble):
            self.password.ask(state.prompt, words(state.trouble))
        put(self.tree, state.prompt is None and not state.search, fill="both", expand=True)
        put(self.found, state.prompt is None and state.search, fill="both", expand=True)
        if last is None or last.found != state.found:
            self.found.tell(state.found)
        if (last is None or (last.entries, last.loaded) != (state.entries, state.loaded)) and state.entries:
            self._refresh()
        if last is not None and last.prompt is not None and state.prompt is None:
            self.tree.view.focus_set()
        self._tell_selection(state)

    def _tell_selection(self, state: BrowserView) -> None:
        self._selection.show(state.selection)
        self._homeless.show(state.homeless)
        some, file = bool(state.selected), self._file() is not None
        self.buttons["look"].show(enabled=file)
        self.buttons["versions"].show(enabled=file)
        self.buttons["home"].show(enabled=some and not state.homeless)
        self.buttons["restore"].show(enabled=some)

    def _head(self) -> None:
        px = theme_of(self).px
        head = Frame(self._outer)
        head.pack(fill="x", pady=(0, px(12)))
        head.columnconfigure(0, weight=1)
        self.heading = Label(head, "", "heading", wrap=280)
        self.heading.grid(row=0, column=0, sticky="ew")
        self._count = Label(head, "", "muted")
        self._count.grid(row=1, column=0, sticky="w")
        self.search = SearchField(head, self._search, "Search names… (Ctrl+F)", 26)
        self.search.grid(row=0, column=1, rowspan=2, padx=(px(12), 0))
        self.trouble = Message(self._outer, pady=(0, px(12)), after=head)
        self.reading = ProgressRow(self._outer, lambda: self.presenter.close())

    def _bottom(self) -> None:
        px = theme_of(self).px
        foot = Frame(self._outer)
        foot.pack(side="bottom", fill="x", pady=(px(12), 0))
        said = Frame(foot)
        said.pack(fill="x")
        self._selection = Label(said, "", "muted")
        self._selection.pack(side="left", anchor="n")
        self._homeless = Label(said, "", "muted", wrap=300, justify="right")
        self._homeless.pack(side="right", fill="x", expand=True, padx=(px(12), 0))
        row = Frame(foot)
        row.pack(fill="x", pady=(px(8), 0))
        self.buttons = {
            "look": Button(row, "Look", self._look, icon="eye"),
            "versions": Button(row, "Versions", self._versions, icon="backups"),
            "restore": Button(row, "Restore…", self._restore, "primary", icon="restore"),
            "home": Button(row, "To where it was…", self._restore_home, icon="restore"),
        }
        for key, button in self.buttons.items():
            left = key in ("look", "versions")
            button.pack(side="left" if left else "right", padx=(0, px(8)) if left else (px(8), 0))
        self.buttons["restore"].lift()

    def _lists(self) -> None:
        self._locked = Card(self._middle)
        self.password = PasswordForm(self._locked, self._unlock)
        self.password.pack(fill="x")
        Button(self._locked, "Open", self.password.give, "primary").pack(anchor="e")
        self.found = FoundFiles(self._middle)
        self.tree = FileTree(self._middle, self.presenter.children, self.house.start)
        for table in (self.tree, self.found):
            table.on_select = self._select
            table.on_open = self._open
            table.menu = self._menu

    def _menu(self, ids: tuple[str, ...]) -> Sequence[Entry]:
        self._select(ids)
        state = self.presenter.state
        if not state.selected:
            return ()
        file = self._file() is not None
        return (
            Entry("Look", self._look, "Enter", file),
            Entry("Versions", self._versions, enabled=file),
            Entry(),
            Entry("Restore…", self._restore),
            Entry("Restore to where it was…", self._restore_home, enabled=not state.homeless),
        )

    def _select(self, ids: tuple[str, ...]) -> None:
        self.presenter.select([int(each) for each in ids if each.isdigit()])

    def _search(self, text: str) -> None:
        self.presenter.select(())
        self.tree.select(())
        self.house.start(self.presenter.search, text)

    def _refresh(self) -> None:
        """The tree shows what has come in; one question at a time, and the last one when all is there."""
        if not self._refreshing:
            self._refreshing = True
            self.house.start(self._ask)

    async def _ask(self) -> None:
        seen = -1
        try:
            while self.winfo_exists() and seen != (seen := self._seen()):
                await (self.tree.reload() if self.tree.rows else self.tree.load())
                if not self.presenter.state.loaded:
                    await trio.sleep(_AGAIN)
        finally:
            self._refreshing = False

    def _seen(self) -> int:
        state = self.presenter.state
        return 2 * state.entries + state.loaded

    def _unlock(self, password: str) -> None:
        self.house.start(self.presenter.give_password, password)

    def _file(self) -> FileRow | None:
        """The only thing that is chosen, if it is a file."""
        chosen = self.presenter.state.selected
        if len(chosen) != 1:
            return None
        (node,) = chosen
        row = self.tree.file(str(node)) or next(
            (each for each in self.presenter.state.found if each.id == node), None
        )
        return row if row is not None and row.kind == "file" else None

    def _open(self, id_: str) -> None:
        self._select((id_,))
        self._look()

    def _look(self) -> None:
        row = self._file()
        if row is not None:
            tree, run = self.presenter.tree, self.presenter.run
            path, kind, length = tree.path(row.id), tree.type(row.id), tree.size(row.id)
            dialog = LookDialog(self, self.house, run, path, self.presenter.passwords)
            self.house.start(dialog.look, kind, length)

    def _versions(self) -> None:
        row = self._file()
        if row is not None:
            path = self.presenter.tree.path(row.id)
            dialog = VersionsDialog(self, self.house, self.presenter.run, path, self.presenter.passwords)
            self.house.start(dialog.result)

    def _restore(self) -> None:
        self._ask_restore(in_place=False)

    def _restore_home(self) -> None:
        self._ask_restore(in_place=True)

    def _ask_restore(self, *, in_place: bool) -> None:
        found = self.presenter
        if found.state.selected:
            dialog = RestoreDialog(
                self,
                self.house,
                [found.run],
                found.patterns(),
                homes=found.homes(),
                passwords=found.passwords,
                in_place=in_place,
            )
            self.house.start(dialog.result)

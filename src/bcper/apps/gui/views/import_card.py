"""How far looking for backups is, and what was found."""

import tkinter
from collections.abc import Callable

from bcper.apps.gui.presenters.stores import StoresView
from bcper.apps.gui.widgets.base import Button, Card, Frame, Label, theme_of
from bcper.apps.gui.widgets.progress import ProgressRow

_SHOWN = 3


class ImportCard(Card):
    """``show`` says whether there is anything to show; ``add`` makes a store of the folder that was found."""

    def __init__(
        self, parent: tkinter.Misc, cancel: Callable[[], object], add: Callable[[str], object]
    ) -> None:
        super().__init__(parent)
        px = theme_of(self).px
        self.progress = ProgressRow(self, cancel)
        self._found = Frame(self)
        line = Frame(self._found)
        line.pack(fill="x")
        self.note = Label(line, "", icon="info", wrap=300)
        self.away = Button(line, "", self._put_away, "ghost", icon="cross", tip="Put away")
        self.away.pack(side="right")
        self.add = Button(line, "Add it as a store", lambda: add(self._addable))
        self.note.pack(side="left", fill="x", expand=True)
        self.warnings = Label(self._found, "", "warning", wrap=400)
        self._pad = px(8)
        self._addable = ""
        self._seen: object = None
        self._hidden = False

    def show(self, state: StoresView) -> bool:
        """The part of the state that is about it."""
        what = (state.note, state.warnings, state.addable)
        if what != self._seen or state.importing is not None:
            self._seen, self._hidden = what, False
        if state.importing is not None:
            self._found.pack_forget()
            running = state.importing
            self.progress.show(running.title, running.fraction, "", running.details)
            self.progress.pack(fill="x")
            return True
        self.progress.show("", None, moving=False)
        self.progress.pack_forget()
        if not state.note or self._hidden:
            return False
        self._addable = state.addable
        self.note.show(state.note)
        self._fill(state)
        self._found.pack(fill="x")
        return True

    def _fill(self, state: StoresView) -> None:
        if state.addable:
            self.add.pack(side="right", padx=(self._pad, 0))
        else:
            self.add.pack_forget()
        more = len(state.warnings) - _SHOWN
        lines = [f"Cannot be read: {each}" for each in state.warnings[:_SHOWN]]
        self.warnings.show("\n".join([*lines, f"and {more:,} more"] if more > 0 else lines))
        if lines:
            self.warnings.pack(fill="x", pady=(self._pad, 0))
        else:
            self.warnings.pack_forget()

    def _put_away(self) -> None:
        self._hidden = True
        self.pack_forget()

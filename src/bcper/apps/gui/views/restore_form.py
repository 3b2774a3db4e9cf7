"""Where a restore goes, and what it does about files that are there."""

import tkinter
from collections.abc import Callable
from typing import cast

from bcper.apps.gui.presenters.restore import OVERWRITES, RestoreFlow, RestoreView
from bcper.apps.gui.views.choosers import choose_folder
from bcper.apps.gui.views.page import House
from bcper.apps.gui.views.working import put
from bcper.apps.gui.widgets.base import Button, Frame, Label, theme_of
from bcper.apps.gui.widgets.choices import Options
from bcper.apps.gui.widgets.entries import TextEntry
from bcper.apps.gui.widgets.fields import Field
from bcper.apps.gui.widgets.notes import Note
from bcper.domain.model.choices import Overwrite

_FOLDER, _HOME = "folder", "home"


class RestoreForm(Frame):
    """``go`` is what Return does, in the folder's line and on every choice."""

    def __init__(
        self, parent: tkinter.Misc, house: House, flow: RestoreFlow, go: Callable[[], object]
    ) -> None:
        super().__init__(parent)
        self._house, self._flow = house, flow
        px = theme_of(self).px
        places = [(_FOLDER, "Into a folder"), (_HOME, "To where it was")]
        self.where = Options(self, places, self._choose, look="radio")
        self._target = Field(self, "", label_width=0)
        self._target.label.grid_remove()
        self.folder = _FolderEntry(self._target, flow.set_target, self._browse)
        self._target.hold(self.folder)
        self._places = Label(self, "", "muted", wrap=440)
        Label(self, "Restore to", "strong").pack(anchor="w", pady=(0, px(4)))
        self.where.pack(fill="x")
        self._under = Frame(self)
        self._under.pack(fill="x")
        Label(self, "Files that are there already", "strong").pack(anchor="w", pady=(px(10), px(4)))
        self.overwrite = Options(self, OVERWRITES, self._overwrite, look="radio")
        self.overwrite.pack(fill="x")
        for key in ("<Return>", "<KP_Enter>"):
            for part in (self.folder.entry, *self.where.buttons.values(), *self.overwrite.buttons.values()):
                part.bind(key, lambda _: go())
        self._warning = Note(self, "", "caution")

    @property
    def first(self) -> tkinter.Misc:
        """What has the focus at first."""
        return self.where.buttons[_HOME] if self._flow.state.in_place else self.folder.entry

    def tell(self, state: RestoreView) -> None:
        """Show that."""
        px = theme_of(self).px
        self.where.put(_HOME if state.in_place else _FOLDER)
        self.where.buttons[_HOME].state(["disabled" if state.homeless else "!disabled"])
        self.folder.entry.put(state.target)
        self.folder.turn(not state.in_place)
        self._target.say("" if state.in_place else state.target_error)
        put(self._target, not state.in_place, fill="x", before=self._under, pady=(px(4), 0))
        there = state.homeless or (f"Into {', '.join(state.places)}" if state.in_place else "")
        self._places.show(there)
        put(self._places, there, fill="x", after=self.where, pady=(px(4), 0))
        self.overwrite.put(state.overwrite)
        self._warning.say(state.warning)
        put(self._warning, state.warning, fill="x", pady=(px(12), 0))

    def _choose(self, key: str) -> None:
        self._flow.set_in_place(in_place=key == _HOME)

    def _overwrite(self, key: str) -> None:
        self._flow.set_overwrite(cast("Overwrite", key))

    def _browse(self) -> None:
        self._house.start(self._ask_folder)

    async def _ask_folder(self) -> None:
        chosen = await choose_folder(self.winfo_toplevel(), "Restore into", self.folder.entry.text)
        if chosen:
            self._flow.set_target(chosen)
        self.folder.entry.focus_set()


class _FolderEntry(Frame):
    def __init__(
        self, parent: tkinter.Misc, changed: Callable[[str], object], browse: Callable[[], object]
    ) -> None:
        super().__init__(parent)
        px = theme_of(self).px
        self.columnconfigure(0, weight=1)
        self.entry = TextEntry(self, changed, width=40, placeholder="/home/you/restored")
        self.entry.grid(row=0, column=0, sticky="ew")
        self.button = Button(self, "Browse…", browse, icon="folder")
        self.button.grid(row=0, column=1, padx=(px(8), 0))

    def wrong(self, wrong: bool) -> None:
        self.entry.wrong(wrong)

    def turn(self, on: bool) -> None:
        self.entry.state(["!disabled" if on else "disabled"])
        self.button.show(enabled=on)

"""The three steps to a first backup: what, where, when; and then it is made."""

import tkinter
from collections.abc import Callable
from functools import partial
from tkinter import ttk
from typing import Any

from bcper.apps.gui.presenters.first_start import STEPS, FirstStart, FirstStartView
from bcper.apps.gui.views.choosers import choose_files, choose_folder
from bcper.apps.gui.views.first_steps import What, Where
from bcper.apps.gui.views.page import House
from bcper.apps.gui.views.remote_chooser import choose_remote
from bcper.apps.gui.views.schedule import ScheduleBuilder
from bcper.apps.gui.widgets.base import Frame, Label, theme_of
from bcper.apps.gui.widgets.dialog import Answer, Dialog
from bcper.apps.gui.widgets.notes import Note
from bcper.apps.gui.widgets.progress import ProgressRow
from bcper.domain.model.names import printable

_TITLES = {
    "what": "Step 1 of 3: what to back up",
    "where": "Step 2 of 3: where to",
    "when": "Step 3 of 3: when",
    "done": "Ready",
}


class FirstStartDialog(Dialog):
    """One step at a time; at the end a first run, live, if it is wanted: closed meanwhile, it goes on."""

    def __init__(self, parent: tkinter.Misc, house: House) -> None:
        super().__init__(
            parent,
            "Your first backup",
            (
                Answer("cancel", "Not now", left=True),
                Answer("back", "Back", command=lambda: self.presenter.back()),
                Answer("next", "Next", "primary", self._next),
            ),
            width=640,
        )
        self._house = house
        px = theme_of(self).px
        self._title = Label(self.body, "", "strong")
        self._title.pack(anchor="w", pady=(0, px(10)))
        self._steps = Frame(self.body)
        self._steps.pack(fill="both", expand=True)
        self.what = What(self._steps, self._choose_folders, self._choose_files)
        self.where = Where(self._steps, self._choose_store, self._choose_remote)
        self.when = ScheduleBuilder(self._steps, self._change_form)
        self.done = _Done(self._steps, lambda: self.presenter.cancel())
        self._frames: dict[str, Frame] = {
            "what": self.what,
            "where": self.where,
            "when": self.when,
            "done": self.done,
        }
        self._trouble = Label(self.body, "", "bad", wrap=440)
        self._trouble.pack(fill="x")
        self._step = ""
        self._shape: tuple[object, ...] = ()
        self.presenter = FirstStart(house.tools, self._show)
        self.what.on_paths = self.presenter.set_paths
        self.what.on_password = self.presenter.set_password
        self.where.on_store = self.presenter.set_store
        self.bind("<Return>", self._return)
        self.body.bind("<Configure>", lambda _: self.grow(), add=True)
        house.start(self.presenter.open)

    def _show(self, view: FirstStartView) -> None:
        if not self.winfo_exists():
            return
        self.what.show(view)
        self.where.show(view)
        self.when.show(view.form)
        self.done.show(view)
        trouble = view.trouble
        self._trouble.show("" if trouble is None else f"{trouble.message} {trouble.hint}".strip())
        self._show_buttons(view)
        shape = (
            view.step,
            view.form.mode,
            bool(view.warning),
            view.running is None,
            bool(view.outcome),
            bool(view.trouble),
        )
        if shape != self._shape:
            self._shape = shape
            self.after_idle(self._refit)
        if view.step != self._step:
            self._step = view.step
            self._title.show(_TITLES[view.step])
            for step, frame in self._frames.items():
                if step == view.step:
                    frame.pack(fill="both", expand=True)
                else:
                    frame.pack_forget()
            self.after_idle(self._focus_first)

    def _show_buttons(self, view: FirstStartView) -> None:
        back, forth, leave = (self.buttons[key] for key in ("back", "next", "cancel"))
        back.show(enabled=view.step in STEPS[1:] and not view.saving)
        if view.step != "done":
            forth.show("Save" if view.step == "when" else "Next", enabled=view.can_go_on)
            return
        back.pack_forget()
        leave.show("Close")
        if view.outcome:
            forth.show("Run it again", enabled=view.running is None)
            if view.running is None and self.focus_lastfor() is forth:
                leave.focus_set()
        else:
            forth.show("Run it now", enabled=view.running is None)

    def _refit(self) -> None:
        if self.winfo_exists() and self.winfo_viewable():
            self.refit()

    def _focus_first(self) -> None:
        if not self.winfo_exists():
            return
        first: dict[str, tkinter.Misc] = {
            "what": self.what.paths.buttons["Add folder…"],
            "where": self.where.entry,
            "when": self.when.modes.buttons[self.presenter.state.form.mode],
            "done": self.buttons["next"],
        }
        first[self._step].focus_set()

    def _next(self) -> None:
        step = self.presenter.state.step
        self._house.start(self.presenter.run if step == "done" else self.presenter.next)

    def _return(self, event: "tkinter.Event[Any]") -> None:
        typed = isinstance(event.widget, ttk.Entry) and not isinstance(event.widget, ttk.Combobox)
        if typed and event.widget.winfo_toplevel() is self:
            self.buttons["next"].invoke()

    def _change_form(self, field: str, value: object) -> None:
        self._house.start(partial(self.presenter.change_form, **{field: value}))

    def _choose_folders(self) -> None:
        self._house.start(self._ask_paths, "folder")

    def _choose_files(self) -> None:
        self._house.start(self._ask_paths, "files")

    async def _ask_paths(self, kind: str) -> None:
        title = "What to back up"
        if kind == "folder":
            paths = [await choose_folder(self, title)]
        else:
            paths = await choose_files(self, title)
        self.what.paths.add(list(filter(None, paths)))

    def _choose_store(self) -> None:
        self._house.start(self._ask_store)

    async def _ask_store(self) -> None:
        if found := await choose_folder(self, "Where backups go"):
            self.presenter.set_store(found)

    def _choose_remote(self) -> None:
        self._house.start(self._ask_remote)

    async def _ask_remote(self) -> None:
        if place := await choose_remote(self, self._house):
            self.presenter.set_store(":".join(place))


class _Done(Frame):
    """All is saved; a run, while it goes on; and what became of it."""

    def __init__(self, parent: tkinter.Misc, on_cancel: Callable[[], object]) -> None:
        super().__init__(parent)
        self._px = theme_of(self).px
        self._text = Label(self, "", wrap=440)
        self._text.pack(fill="x")
        self.progress = ProgressRow(self, on_cancel)
        self._outcome = Note(self, "")

    def show(self, view: FirstStartView) -> None:
        if view.step != "done":
            return
        saved = f"The job {printable(view.job)} is saved: {view.form.words[:1].lower()}{view.form.words[1:]}."
        more = "" if view.outcome else " Do not wait for that: make the first backup now."
        self._text.show(saved + more)
        running = view.running
        if running is not None:
            percent = "" if running.fraction is None else f"{100 * running.fraction:.0f} %"
            self.progress.show(running.title, running.fraction, percent, running.details)
        self._place(self.progress, running is not None)
        self._outcome.say(view.outcome)
        self._place(self._outcome, bool(view.outcome) and running is None)

    def _place(self, part: Frame, wanted: bool) -> None:
        if wanted and not part.winfo_manager():
            part.pack(fill="x", pady=(self._px(12), 0))
        elif not wanted and part.winfo_manager():
            part.pack_forget()

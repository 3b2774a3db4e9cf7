"""One job on its page: a card with its switch, how it stands, its last runs, and what it is at."""

import tkinter
from collections.abc import Callable
from functools import partial
from typing import Any

import attrs

from bcper.apps.gui.presenters.jobs import STRIP, JobRow
from bcper.apps.gui.widgets.base import Button, Card, Frame, Label, theme_of
from bcper.apps.gui.widgets.charts import Cell, MiniStrip
from bcper.apps.gui.widgets.choices import Switch
from bcper.apps.gui.widgets.menu import Entry, popup
from bcper.apps.gui.widgets.progress import ProgressRow
from bcper.apps.gui.widgets.tooltip import Tooltip


@attrs.frozen
class Deeds:
    """What can be done with a job, by its id.

    ``last`` shows a run, by that one's id; ``step`` goes to the card that many further.
    """

    edit: Callable[[str], object]
    switch: Callable[[str, bool], object]
    run: Callable[[str], object]
    cancel: Callable[[str], object]
    delete: Callable[[str], object]
    prune: Callable[[str], object]
    last: Callable[[str], object]
    step: Callable[[str, int], object]


class JobCard(Card):
    """It can have the focus: Return edits, Delete deletes, arrows go to the next."""

    def __init__(self, parent: tkinter.Misc, row: JobRow, deeds: Deeds) -> None:
        super().__init__(parent, padding=(16, 10))
        self._deeds = deeds
        self.row = row
        px = theme_of(self).px
        self.configure(takefocus=True)
        self.columnconfigure(1, weight=1)
        self.switch = Switch(self, "", lambda on: deeds.switch(self.row.id, on))
        self.switch.grid(row=0, column=0, padx=(0, px(12)))
        words = Frame(self)
        words.grid(row=0, column=1, sticky="ew")
        top = Frame(words)
        top.pack(fill="x")
        self._top = top
        self.name = Label(top, "", "strong")
        self.name.pack(side="left")
        self._name_tip = Tooltip(self.name, "")
        top.bind("<Configure>", lambda _: self._name_fits())
        self.state_label = Label(top, "", "muted", wrap=120)
        self.state_label.pack(side="left", fill="x", expand=True, padx=(px(8), 0))
        self.line = Label(words, "", "muted", wrap=240)
        self.line.pack(fill="x")
        self.strip = MiniStrip(self, STRIP, "the last runs")
        self.strip.grid(row=0, column=2, padx=px(12))
        self.run = Button(self, "Run now", self._run)
        self.run.grid(row=0, column=3)
        edit = Button(self, "", lambda: deeds.edit(self.row.id), "ghost", icon="edit", tip="Edit (Return)")
        edit.grid(row=0, column=4, padx=(px(4), 0))
        self.edit = edit
        more = Button(self, "", lambda: self._menu(more), "ghost", icon="more", tip="More")
        more.grid(row=0, column=5)
        self.progress = ProgressRow(self)
        self._tip = Tooltip(self.switch, "")
        self._keys()
        self.show(row)

    def show(self, row: JobRow) -> None:
        """Change what differs."""
        self.row = row
        self.switch.put(row.enabled)
        self._tip.text = "Switch it off" if row.enabled else "Switch it on"
        self._name_fits()
        self.line.show(f"{row.line} · next {row.next}")
        self.strip.show([Cell(cell.mark, cell.tip) for cell in row.strip])
        work = row.work
        if work is None:
            self.state_label.show(row.state, row.mark, mark=row.mark)
            self.run.show("Run now")
            self.progress.grid_forget()
            return
        self.state_label.show(
            "Waits for its turn" if work.waiting else f"Running {work.percent}".strip(),
            "running",
            mark="running",
        )
        self.run.show("Cancel")
        self.progress.show("", work.fraction, "", work.details, moving=not work.waiting)
        if not self.progress.winfo_manager():
            self.progress.grid(row=1, column=1, columnspan=5, sticky="ew")

    def entries(self) -> tuple[Entry, ...]:
        """Its menu."""
        row, deeds = self.row, self._deeds
        run = Entry("Cancel" if row.work else "Run now", self._run)
        return (
            run,
            Entry("Edit…", partial(deeds.edit, row.id), "Return"),
            Entry(
                "Switch off" if row.enabled else "Switch on", partial(deeds.switch, row.id, not row.enabled)
            ),
            Entry(),
            Entry(
                "Show its last run",
                partial(deeds.last, row.strip[-1].run_id) if row.strip else None,
                enabled=bool(row.strip),
            ),
            Entry("Prune…", partial(deeds.prune, row.id)),
            Entry(),
            Entry("Delete…", partial(deeds.delete, row.id), "Delete"),
        )

    def _run(self) -> None:
        (self._deeds.cancel if self.row.work else self._deeds.run)(self.row.id)

    def _menu(self, under: tkinter.Misc) -> None:
        popup(self, self.entries(), under.winfo_rootx(), under.winfo_rooty() + under.winfo_height())

    def _name_fits(self) -> None:
        """A long name leaves room for how the job stands."""
        name, fonts = self.row.name, theme_of(self).fonts
        width = self._top.winfo_width()
        room = max(width // 3, width - self.state_label.winfo_reqwidth() - theme_of(self).px(8))
        shown = name
        while room > 1 and len(shown) > 4 and fonts.width(shown, "Strong") > room:
            shown = f"{shown[:-2]}…"
        self.name.show(shown)
        self._name_tip.text = name if shown != name else ""

    def _keys(self) -> None:
        self.bind("<FocusIn>", lambda _: self.state(["focus"]))
        self.bind("<FocusOut>", lambda _: self.state(["!focus"]))
        for key in ("<Return>", "<KP_Enter>"):
            self.bind(key, lambda _: self._deeds.edit(self.row.id))
        for key in ("<Delete>", "<KP_Delete>"):
            self.bind(key, lambda _: self._deeds.delete(self.row.id))
        for key, way in (("<Down>", 1), ("<Up>", -1)):
            self.bind(key, lambda _, way=way: self._deeds.step(self.row.id, way))  # type: ignore[misc]
        for key in ("<Menu>", "<Shift-F10>"):
            self.bind(key, lambda _: self._menu(self.name))
        self._follow(self)

    def _follow(self, widget: tkinter.Misc) -> None:
        """The pointer means the card wherever it is on it, but for what can be pressed."""
        if isinstance(widget, Button | Switch):
            return
        widget.bind("<Button-1>", lambda _: self.focus_set(), add=True)
        widget.bind("<Double-Button-1>", lambda _: self._deeds.edit(self.row.id), add=True)
        widget.bind("<Button-3>", self._menu_there, add=True)
        for child in widget.winfo_children():
            self._follow(child)

    def _menu_there(self, event: "tkinter.Event[Any]") -> None:
        self.focus_set()
        popup(self, self.entries(), event.x_root, event.y_root)

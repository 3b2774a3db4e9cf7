"""Aliases or completion in the profiles of a person's shells: what would be written stands there before."""

import tkinter

from bcper.apps.gui.presenters.aliases import AliasesPresenter, AliasesView, ProfileRow
from bcper.apps.gui.views.page import House
from bcper.apps.gui.widgets.base import Frame, Label, theme_of
from bcper.apps.gui.widgets.choices import Check
from bcper.apps.gui.widgets.dialog import Answer, Dialog
from bcper.apps.gui.widgets.notes import Note
from bcper.apps.gui.widgets.text import TextPane
from bcper.domain.model.shell import Shell

_WORDS = {"aliases": "the aliases", "completion": "the completion"}


class ShellDialog(Dialog):
    """A box to tick for each shell, and the very lines."""

    def __init__(self, parent: tkinter.Misc, house: House) -> None:
        super().__init__(
            parent,
            "Shell integration",
            (
                Answer("remove", "Remove", "danger", lambda: house.start(self._presenter.remove), left=True),
                Answer("cancel", "Close"),
                Answer("add", "Add", "primary", lambda: house.start(self._presenter.add)),
            ),
            width=680,
        )
        px = theme_of(self).px
        self._why = Label(self.body, "", wrap=500)
        self._why.pack(fill="x", pady=(0, px(12)))
        self._rows = Frame(self.body)
        self._rows.pack(fill="x")
        self._said = Note(self.body, "")
        self._trouble = Label(self.body, "", "bad", wrap=500)
        self._trouble.pack(fill="x")
        self.rows: dict[Shell, _Row] = {}
        self._presenter = AliasesPresenter(
            house.tools, self._show, house.profiles, house.programs, house.on_path
        )
        house.start(self._presenter.open)

    def _show(self, view: AliasesView) -> None:
        if not self.winfo_exists():
            return
        shells = [row.shell for row in view.rows]
        if shells != list(self.rows):
            for old in self.rows.values():
                old.destroy()
            self.rows = {row.shell: _Row(self._rows, row, self._chosen) for row in view.rows}
            self.after_idle(self._refit)
        for row in view.rows:
            self.rows[row.shell].show(row, _WORDS[view.offer])
        self._why.show(view.why)
        self._said.say(view.done)
        if view.done and not self._said.winfo_manager():
            self._said.pack(fill="x", pady=(theme_of(self).px(8), 0), before=self._trouble)
            self.after_idle(self._refit)
        trouble = view.trouble
        self._trouble.show("" if trouble is None else f"{trouble.message} {trouble.hint}".strip())
        self.buttons["add"].show("Renew" if _renews(view) else "Add", enabled=view.can_add)
        self.buttons["remove"].show(enabled=view.can_remove)

    def _chosen(self, _value: object) -> None:
        self._presenter.choose([shell for shell, row in self.rows.items() if row.check.value])

    def _refit(self) -> None:
        if self.winfo_exists() and self.winfo_viewable():
            self.refit()


class _Row(Frame):
    """One shell: its box, its profile, and what is written there."""

    def __init__(self, parent: tkinter.Misc, row: ProfileRow, on_choose: "object") -> None:
        super().__init__(parent)
        px = theme_of(self).px
        self.columnconfigure(0, weight=1)
        self.check = Check(self, f"{row.shell}: {row.path}", on_choose if callable(on_choose) else None)
        self.check.grid(row=0, column=0, sticky="w")
        self._state = Label(self, "", "muted")
        self._state.grid(row=0, column=1, sticky="e")
        lines = row.text.split("\n")
        self.text = TextPane(self, height=min(8, len(lines)), width=40)
        self.text.put(row.text)
        self.text.grid(row=1, column=0, columnspan=2, sticky="ew", pady=(px(4), px(8)))
        self.pack(fill="x")

    def show(self, row: ProfileRow, what: str) -> None:
        self.check.put(row.chosen)
        self.text.put(row.text)
        if row.present:
            self._state.show(f"has {what}", "good", mark="good")
        else:
            self._state.show("has other lines of BCPER's" if row.removable else "", "muted", mark="")


def _renews(view: AliasesView) -> bool:
    chosen = [row for row in view.rows if row.chosen]
    return bool(chosen) and all(row.present for row in chosen)

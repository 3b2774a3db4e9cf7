"""The password of an item or a vault: what becomes of it, and two fields for another one."""

import tkinter
from collections.abc import Callable
from typing import Protocol

from bcper.apps.gui.presenters.password_field import PasswordField
from bcper.apps.gui.widgets.base import Button, Frame, Label, theme_of
from bcper.apps.gui.widgets.entries import PasswordEntry

_WORDS = {
    "none": "None: backups are not encrypted.",
    "kept": "Kept in {place}: backups are encrypted.",
    "removed": "None from now on. Backups made until now stay readable with theirs.",
    "new": "Without it nobody can restore, you neither: keep it in a safe place.",
}


class Holder(Protocol):
    """The presenter's part of it."""

    def set_password(self, password: str, again: str) -> None: ...
    def keep_password(self) -> None: ...
    def remove_password(self) -> None: ...


class PasswordPart(Frame):
    """``told`` hears that a person has done something; what was typed goes to ``holder()`` only."""

    def __init__(
        self, parent: tkinter.Misc, holder: Callable[[], Holder], told: Callable[[], object]
    ) -> None:
        super().__init__(parent)
        px = theme_of(parent).px
        self._holder, self._told = holder, told
        self._shown = PasswordField()
        self._arranged = ""
        line = Frame(self)
        line.pack(fill="x", pady=(px(3), 0))
        self._words = Label(line, "", "muted", wrap=220)
        self.keep = Button(line, "Leave as it was", self._keep)
        self.change = Button(line, "Set a password…", self._change)
        self.remove = Button(line, "Remove", self._remove)
        self._words.pack(side="left", fill="x", expand=True)
        self._fields = Frame(self)
        self.first = PasswordEntry(self._fields, lambda _: self._typed())
        self.again = PasswordEntry(self._fields, lambda _: self._typed())
        for words, entry in (("Password", self.first), ("Once more", self.again)):
            Label(self._fields, words, "muted").pack(anchor="w")
            entry.pack(fill="x", pady=(0, px(4)))
        self._error = Label(self._fields, "", "bad", wrap=220)
        self._error.pack(fill="x")

    def show(self, field: PasswordField) -> None:
        """What becomes of it."""
        self._shown = field
        if field.plan != self._arranged:
            self._arranged = field.plan
            self._arrange(field)
        touched = bool(self.again.text)
        self._error.show(field.error.text if field.error is not None and touched else "")
        self.again.wrong(field.error is not None and touched)

    def _arrange(self, field: PasswordField) -> None:
        px = theme_of(self).px
        self._words.show(_WORDS[field.plan].format(place=field.place))
        self.change.show("Change…" if field.plan == "kept" else "Set a password…")
        there = {
            self.keep: field.plan in ("new", "removed"),
            self.change: field.plan != "new",
            self.remove: field.plan == "kept",
        }
        for button in there:
            button.pack_forget()
        for button, shown in there.items():
            if shown:
                button.pack(side="left", padx=(px(8), 0))
        if field.plan == "new":
            self._fields.pack(fill="x", pady=(px(6), 0))
        else:
            self._fields.pack_forget()
            self.first.put("")
            self.again.put("")

    def _typed(self) -> None:
        self._told()
        self._holder().set_password(self.first.text, self.again.text)
        self.show(self._shown)  # the same trouble is worth telling once both have been typed

    def _change(self) -> None:
        self._typed()
        self.first.entry.focus_set()

    def _keep(self) -> None:
        self._told()
        self._holder().keep_password()
        self.change.focus_set()

    def _remove(self) -> None:
        self._told()
        self._holder().remove_password()
        self.keep.focus_set()

"""Asks for a password that is missing."""

import tkinter
from collections.abc import Callable

from bcper.apps.gui.presenters.passwords import Prompt
from bcper.apps.gui.widgets.base import Frame
from bcper.apps.gui.widgets.entries import PasswordEntry
from bcper.apps.gui.widgets.fields import Field

WRONG = "This password does not open it."


class PasswordForm(Frame):
    """``on_password(text)`` gets what was typed, with Return or by :meth:`give`."""

    def __init__(self, parent: tkinter.Misc, on_password: Callable[[str], object]) -> None:
        super().__init__(parent)
        self._on_password = on_password
        self._asked: Prompt | None = None
        self.field = Field(self, "Password", label_width=0)
        self.secret = PasswordEntry(self.field)
        self.field.hold(self.secret)
        self.field.pack(fill="x")
        for key in ("<Return>", "<KP_Enter>"):
            self.secret.entry.bind(key, lambda _: self.give())

    def ask(self, prompt: Prompt, trouble: str = "") -> None:
        """Ask that; ``trouble`` is what was wrong with the last answer, beside that it does not open it."""
        self.field.label.show(prompt.text)
        self.field.say(trouble or (WRONG if prompt.again else ""))
        if prompt != self._asked:
            self._asked = prompt
            self.secret.put("")
        self.secret.entry.focus_set()

    def give(self) -> None:
        """As Return."""
        self._on_password(self.secret.text)
        self.secret.put("")

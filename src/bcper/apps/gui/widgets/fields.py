"""A control with its label, and with what is wrong under it."""

import tkinter
from typing import Literal

from bcper.apps.gui.widgets.base import Button, Frame, Label, theme_of
from bcper.apps.gui.widgets.entries import Changed


class Field(Frame):
    """A label, a control, and under it a hint or what is wrong, with a suggestion to click.

    Make the control with the field as its parent, and give it to :meth:`hold`. Fields below each other have
    their labels in one column of ``label_width``, or above the control when that is 0.
    """

    def __init__(self, parent: tkinter.Misc, label: str, *, hint: str = "", label_width: int = 110) -> None:
        super().__init__(parent, padding=(0, 2, 0, 4))
        px = theme_of(parent).px
        self._hint = hint
        self._column = 1 if label_width else 0
        self._first = 0 if label_width else 1
        self.columnconfigure(self._column, weight=1)
        if label_width:
            self.columnconfigure(0, minsize=px(label_width))
        self.label = Label(self, label)
        self.label.grid(row=0, column=0, sticky="nw", pady=(px(7), px(4)) if label_width else (0, px(4)))
        self._under = Frame(self)
        self._words = Label(self._under, kind="muted", wrap=200)
        self._suggestion = Button(self._under, "", kind="link")
        self._words.pack(fill="x", anchor="w")
        self.control: tkinter.Misc | None = None
        self.on_suggestion: Changed | None = None
        self._show(hint, "muted", "")

    def hold(self, control: tkinter.Widget, *, fill: bool = True) -> None:
        """Put the control there; with ``fill`` as wide as the field."""
        self.control = control
        control.grid(row=self._first, column=self._column, sticky="ew" if fill else "w")

    def say(self, error: str = "", suggestion: str = "", *, hint: str | None = None) -> None:
        """What is wrong, else the hint stands there. The suggestion, clicked, goes to ``on_suggestion``."""
        if hint is not None:
            self._hint = hint
        wrong = getattr(self.control, "wrong", None)
        if callable(wrong):
            wrong(bool(error))
        self._show(error or self._hint, "bad" if error else "muted", suggestion)

    def _suggest(self, suggestion: str) -> None:
        if self.on_suggestion is not None:
            self.on_suggestion(suggestion)

    def _show(self, text: str, kind: Literal["bad", "muted"], suggestion: str) -> None:
        px = theme_of(self).px
        self._words.show(text, kind)
        if suggestion:
            self._suggestion.show(f"Suggestion: {suggestion}")
            self._suggestion.on_press(lambda: self._suggest(suggestion))
            self._suggestion.pack(anchor="w")
        else:
            self._suggestion.pack_forget()
        if text or suggestion:
            self._under.grid(row=self._first + 1, column=self._column, sticky="ew", pady=(px(2), px(6)))
        else:
            self._under.grid_forget()

"""Work that goes on."""

import tkinter
from collections.abc import Callable
from tkinter import ttk

from bcper.apps.gui.theme.styles import prefix
from bcper.apps.gui.widgets.base import Button, Frame, Label, theme_of


class ProgressRow(Frame):
    """What is done, a bar, and below the step, the bytes, the speed, the time left; and Cancel."""

    def __init__(self, parent: tkinter.Misc, on_cancel: Callable[[], object] | None = None) -> None:
        super().__init__(parent)
        px = theme_of(parent).px
        self.columnconfigure(0, weight=1)
        self._title = Label(self, "", "strong")
        self._percent = Label(self, "", "muted")
        self._bar = ttk.Progressbar(self, style=f"{prefix(self.surface)}Horizontal.TProgressbar", maximum=1.0)
        self._details = Label(self, "", "muted", wrap=200)
        self._title.grid(row=0, column=0, sticky="w")
        self._percent.grid(row=0, column=1, sticky="e")
        self._bar.grid(row=1, column=0, columnspan=2, sticky="ew", pady=(px(6), px(4)))
        self._details.grid(row=2, column=0, columnspan=2, sticky="ew")
        self.cancel = Button(self, "Cancel", on_cancel)
        if on_cancel is not None:
            self.cancel.grid(row=0, column=2, rowspan=3, padx=(px(12), 0))
        self._moving = False

    def show(
        self, title: str, fraction: float | None, percent: str = "", details: str = "", *, moving: bool = True
    ) -> None:
        """``fraction`` is 0 to 1, or ``None``: then the bar moves to and fro, unless not ``moving``."""
        self._title.show(title)
        self._percent.show(percent)
        self._details.show(details)
        moving = moving and fraction is None
        if moving != self._moving:
            self._moving = moving
            self._bar.configure(mode="indeterminate" if moving else "determinate")
            if moving:
                self._bar.start(60)
            else:
                self._bar.stop()
        if not moving:
            self._bar.configure(value=fraction or 0.0)

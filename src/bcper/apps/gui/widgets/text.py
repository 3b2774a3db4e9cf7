"""Text of several lines."""

import tkinter
from collections.abc import Callable
from tkinter import ttk
from typing import Any

from bcper.apps.gui.widgets.base import Card, dress, theme_of


class TextPane(Card):
    """Text that is read, or with ``on_change`` written, in letters of one width.

    Tab leaves it. What is selected can be copied.
    """

    def __init__(
        self,
        parent: tkinter.Misc,
        on_change: Callable[[str], object] | None = None,
        *,
        height: int = 12,
        width: int = 60,
        wrap: bool = False,
    ) -> None:
        super().__init__(parent, padding=(6, 6))
        self._on_change = on_change
        self._theme = theme_of(parent)
        self.view = tkinter.Text(
            self,
            height=height,
            width=width,
            wrap="char" if wrap else "none",
            font="Mono",
            relief="flat",
            borderwidth=0,
            highlightthickness=0,
            undo=on_change is not None,
            padx=self._theme.px(6),
            pady=self._theme.px(4),
        )
        down = ttk.Scrollbar(
            self,
            orient="vertical",
            command=self.view.yview,
            style="Card.Vertical.TScrollbar",
            takefocus=False,
        )
        across = ttk.Scrollbar(
            self,
            orient="horizontal",
            command=self.view.xview,
            style="Card.Horizontal.TScrollbar",
            takefocus=False,
        )
        self.view.configure(yscrollcommand=down.set, xscrollcommand=across.set)
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self.view.grid(row=0, column=0, sticky="nsew")
        down.grid(row=0, column=1, sticky="ns")
        if not wrap:
            across.grid(row=1, column=0, sticky="ew")
        self._bind_keys()
        dress(self, self._dress)

    @property
    def text(self) -> str:
        """All of it."""
        return self.view.get("1.0", "end-1c")

    def put(self, text: str) -> None:
        """Show ``text``; unchanged it stays where it is."""
        if text == self.text:
            return
        at, end = self.view.yview()
        self.view.configure(state="normal")
        self.view.replace("1.0", "end-1c", text)
        if self._on_change is None:
            self.view.configure(state="disabled")
        self.view.edit_modified(False)
        self.view.yview_moveto(1.0 if end == 1.0 and at > 0 else at)

    def show_end(self) -> None:
        """Scroll to the end, as for a log."""
        self.view.see("end")
        self.view.xview_moveto(0)

    def wrong(self, wrong: bool) -> None:
        """A red edge, or not."""
        self.state(["invalid" if wrong else "!invalid"])

    def _bind_keys(self) -> None:
        view = self.view
        view.bind("<FocusIn>", lambda _: self.state(["focus"]), add=True)
        view.bind("<FocusOut>", lambda _: self.state(["!focus"]), add=True)
        view.bind("<Tab>", lambda _: self._leave(view.tk_focusNext()))
        for key in ("<Shift-Tab>", "<ISO_Left_Tab>"):
            view.bind(key, lambda _: self._leave(view.tk_focusPrev()))
        view.bind("<Control-a>", self._all)
        view.bind("<<Modified>>", self._modified)
        if self._on_change is None:
            view.configure(state="disabled", takefocus=True)
            view.bind("<Button-1>", lambda _: view.focus_set(), add=True)

    def _modified(self, _event: object) -> None:
        if self.view.edit_modified():
            self.view.edit_modified(False)
            if self._on_change is not None:
                self._on_change(self.text)

    def _all(self, _event: "tkinter.Event[Any]") -> str:
        self.view.tag_add("sel", "1.0", "end-1c")
        return "break"

    def _dress(self) -> None:
        c = self._theme.palette
        self.view.configure(
            background=c.card,
            foreground=c.text,
            insertbackground=c.text,
            selectbackground=c.selected,
            selectforeground=c.on_selected,
            inactiveselectbackground=c.selected,
        )

    @staticmethod
    def _leave(other: tkinter.Misc | None) -> str:
        if other is not None:
            other.focus_set()
        return "break"

"""What is typed into."""

import tkinter
from collections.abc import Callable, Sequence
from tkinter import ttk
from typing import Any

from bcper.apps.gui.theme.styles import prefix
from bcper.apps.gui.widgets.base import Button, Frame, dress, surface_of, theme_of

Changed = Callable[[str], object]


class TextEntry(ttk.Entry):
    """One line. ``on_change(text)`` hears what a person types, not what :meth:`put` says."""

    def __init__(
        self,
        parent: tkinter.Misc,
        on_change: Changed | None = None,
        *,
        width: int = 30,
        placeholder: str = "",
        hidden: bool = False,
    ) -> None:
        self._style = prefix(surface_of(parent))
        self._variable = tkinter.StringVar(parent)
        self._hint, self._hinted, self._hidden = placeholder, False, hidden
        self._putting = False
        super().__init__(
            parent,
            textvariable=self._variable,
            width=width,
            font="Body",
            style=f"{self._style}TEntry",
            show="•" if hidden else "",
        )
        self.on_change = on_change
        self._variable.trace_add("write", lambda *_: self._wrote())
        follow_font(self)
        self.bind("<Control-a>", lambda _: _all(self))
        if placeholder:
            self.bind("<FocusIn>", lambda _: self._unhint(), add=True)
            self.bind("<FocusOut>", lambda _: self._rehint(), add=True)
            self._rehint()

    @property
    def text(self) -> str:
        """What was typed."""
        return "" if self._hinted else self._variable.get()

    def put(self, text: str) -> None:
        """Show ``text``; where it is there already the cursor stays."""
        if text == self.text:
            return
        self._unhint()
        self._putting = True
        self._variable.set(text)
        self._putting = False
        if not text and self.focus_get_safe() is not self:
            self._rehint()

    def clear(self) -> None:
        """Empty it, as a person would."""
        self._unhint()
        self._variable.set("")

    def wrong(self, wrong: bool) -> None:
        """Red at the edge, or not."""
        self.state(["invalid" if wrong else "!invalid"])

    def hide(self, hidden: bool) -> None:
        """Dots for letters, or the letters."""
        self._hidden = hidden
        self.configure(show="•" if hidden and not self._hinted else "")

    def focus_get_safe(self) -> tkinter.Misc | None:
        """Who has the focus; ``None`` where Tk knows only of a list of its own."""
        try:
            return self.focus_get()
        except KeyError:
            return None

    def _wrote(self) -> None:
        if not self._putting and not self._hinted and self.on_change is not None:
            self.on_change(self._variable.get())

    def _rehint(self) -> None:
        if self._hint and not self._hinted and not self._variable.get():
            self._hinted = True
            self._variable.set(self._hint)
            self.configure(style=f"{self._style}Hint.TEntry", show="")

    def _unhint(self) -> None:
        if self._hinted:
            self._variable.set("")
            self._hinted = False
            self.configure(style=f"{self._style}TEntry", show="•" if self._hidden else "")


class SearchField(TextEntry):
    """Searches as it is typed. Ctrl+F of the page is bound by the page; Escape empties it."""

    def __init__(
        self, parent: tkinter.Misc, on_change: Changed, placeholder: str = "Search… (Ctrl+F)", width: int = 30
    ) -> None:
        super().__init__(parent, on_change, width=width, placeholder=placeholder)
        self.bind("<Escape>", self._escape)

    def _escape(self, _event: object) -> str | None:
        if not self.text:
            return None
        self.clear()
        return "break"


class PasswordEntry(Frame):
    """A password, with a button that shows it; the entry is ``entry``."""

    def __init__(self, parent: tkinter.Misc, on_change: Changed | None = None, width: int = 30) -> None:
        super().__init__(parent)
        self.entry = TextEntry(self, on_change, width=width, hidden=True)
        self.entry.pack(side="left", fill="x", expand=True)
        self._button = Button(self, "", self._turn, "ghost", icon="eye", tip="Show or hide the password")
        self._button.pack(side="left", padx=(theme_of(self).px(4), 0))
        self._shown = False

    @property
    def text(self) -> str:
        """What was typed."""
        return self.entry.text

    def put(self, text: str) -> None:
        """See TextEntry."""
        self.entry.put(text)

    def wrong(self, wrong: bool) -> None:
        """See TextEntry."""
        self.entry.wrong(wrong)

    def _turn(self) -> None:
        self._shown = not self._shown
        self.entry.hide(not self._shown)


class NumberEntry(ttk.Spinbox):
    """A whole number with arrows, or one of ``values``; it is told as text, for it may be none."""

    def __init__(
        self,
        parent: tkinter.Misc,
        on_change: Changed | None = None,
        *,
        least: int = 0,
        most: int = 9999,
        values: Sequence[str] = (),
        width: int = 5,
    ) -> None:
        self._variable = tkinter.StringVar(parent)
        self._putting = False
        self.on_change = on_change
        options: Any = {"values": list(values), "wrap": True} if values else {"from_": least, "to": most}
        super().__init__(
            parent,
            textvariable=self._variable,
            width=width,
            font="Body",
            style=f"{prefix(surface_of(parent))}TSpinbox",
            **options,
        )
        self._variable.trace_add("write", lambda *_: self._wrote())
        follow_font(self)
        ignore_wheel(self)
        self.bind("<Control-a>", lambda _: _all(self))

    @property
    def text(self) -> str:
        """What was typed."""
        return self._variable.get()

    def put(self, text: str) -> None:
        """See TextEntry."""
        if text != self.text:
            self._putting = True
            self._variable.set(text)
            self._putting = False

    def wrong(self, wrong: bool) -> None:
        """See TextEntry."""
        self.state(["invalid" if wrong else "!invalid"])

    def _wrote(self) -> None:
        if not self._putting and self.on_change is not None:
            self.on_change(self._variable.get())


def _all(entry: ttk.Entry) -> str:
    entry.selection_range(0, "end")
    return "break"


def follow_font(entry: ttk.Entry) -> None:
    """An entry measures its font when its size changes, not when the font's does."""

    def measure() -> None:
        width = int(str(entry.cget("width")))
        entry.configure(width=width + 1)
        entry.configure(width=width)

    dress(entry, measure)


def ignore_wheel(entry: ttk.Entry) -> None:
    """The wheel is for the page, not for a choice made by accident."""
    for wheel in ("<Button-4>", "<Button-5>"):
        entry.bind(wheel, lambda _: "break")

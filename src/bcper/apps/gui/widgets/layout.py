"""How pages are laid out: their head, their empty state, what scrolls."""

import tkinter
from collections.abc import Callable, Sequence
from tkinter import ttk
from typing import Any

import attrs

from bcper.apps.gui.theme.palette import Surface
from bcper.apps.gui.theme.styles import prefix
from bcper.apps.gui.widgets.base import Button, ButtonKind, Card, Frame, Label, dress, surface_of, theme_of

_WHEEL = 3
_STILL = 30
"""Milliseconds."""


@attrs.frozen
class Action:
    """A button to be: what it says, what it does."""

    text: str
    command: Callable[[], object]
    kind: ButtonKind = "plain"
    icon: str = ""
    tip: str = ""


def button(parent: tkinter.Misc, action: Action) -> Button:
    """The button of an action."""
    return Button(parent, action.text, action.command, action.kind, icon=action.icon, tip=action.tip)


class PageHeader(Frame):
    """Title, subtitle below, buttons at the right; ``buttons`` are by their text.

    Where there is no room for them beside the title they stand below.
    """

    def __init__(
        self, parent: tkinter.Misc, title: str, subtitle: str = "", actions: Sequence[Action] = ()
    ) -> None:
        super().__init__(parent)
        px = theme_of(parent).px
        self.columnconfigure(0, weight=1)
        self._title = Label(self, title, "title")
        self._title.grid(row=0, column=0, sticky="w")
        self._subtitle = Label(self, subtitle, "muted", wrap=120)
        self._subtitle.grid(row=1, column=0, sticky="ew")
        self.buttons: dict[str, Button] = {}
        self._row = Frame(self)
        self._beside: bool | None = None
        for action in actions:
            made = button(self._row, action)
            made.pack(side="left", padx=(px(8), 0))
            self.buttons[action.text] = made
        self._place(beside=True)
        self.bind("<Configure>", lambda event: self._fit(event.width))
        self.pack(fill="x", pady=(0, px(16)))

    def say(self, subtitle: str) -> None:
        """Another subtitle."""
        self._subtitle.show(subtitle)

    def _fit(self, width: int) -> None:
        self._place(beside=self._title.winfo_reqwidth() + self._row.winfo_reqwidth() <= width)

    def _place(self, *, beside: bool) -> None:
        if beside == self._beside:
            return
        self._beside = beside
        px = theme_of(self).px
        if beside:
            self._row.grid(row=0, column=1, rowspan=2, sticky="", pady=0)
        else:
            self._row.grid(row=2, column=0, rowspan=1, sticky="e", pady=(px(8), 0))


class EmptyState(Card):
    """What a page is for, in one sentence, and one button."""

    def __init__(
        self, parent: tkinter.Misc, icon: str, title: str, sentence: str, action: Action | None = None
    ) -> None:
        super().__init__(parent)
        px = theme_of(parent).px
        inside = Frame(self)
        inside.place(relx=0.5, rely=0.45, anchor="center")
        Label(inside, kind="muted", icon=icon, size=56).pack()
        Label(inside, title, "heading").pack(pady=(px(12), px(4)))
        text = Label(inside, sentence, "muted", justify="center")
        text.configure(wraplength=px(400))
        text.pack()
        self.button = button(inside, action) if action is not None else None
        if self.button is not None:
            self.button.pack(pady=px(16))


class ScrollFrame(Frame):
    """Its ``inside`` may be higher than the room. The wheel scrolls it, and what gets the focus is shown."""

    def __init__(self, parent: tkinter.Misc, surface: Surface | None = None) -> None:
        super().__init__(parent, surface)
        self._canvas = tkinter.Canvas(self, highlightthickness=0, borderwidth=0, takefocus=False)
        self._bar = ttk.Scrollbar(
            self,
            orient="vertical",
            command=self._canvas.yview,
            style=f"{prefix(surface_of(self))}Vertical.TScrollbar",
            takefocus=False,
        )
        self._due: str | None = None
        self._canvas.configure(yscrollcommand=self._scrolled)
        self.bind("<Destroy>", lambda event: self._forget() if event.widget is self else None, add=True)
        self._canvas.pack(side="left", fill="both", expand=True)
        # A window whose height the canvas was told never hears that what is in it wants more: hence two.
        self._holder = Frame(self._canvas)
        self._least = Frame(self._holder)  # as high as what can be seen
        self._least.configure(width=1)
        self._least.pack(side="left")
        self.inside = Frame(self._holder)
        self.inside.pack(side="left", fill="both", expand=True)
        self._window = self._canvas.create_window(0, 0, window=self._holder, anchor="nw")
        self._holder.bind("<Configure>", lambda _: self._measure())
        self._canvas.bind("<Configure>", lambda _: self._measure())
        theme = theme_of(self)
        dress(self._canvas, lambda: self._canvas.configure(background=theme.palette.surface(self.surface)))
        top = self.winfo_toplevel()
        # A wheel turns what is under the pointer, whichever widget of ours that is.
        for event, way in (("<Button-4>", -_WHEEL), ("<Button-5>", _WHEEL)):
            top.bind(event, self._turn(way), add=True)
        top.bind("<FocusIn>", self._focus, add=True)

    def settle(self, width: int) -> None:
        """Lay out what is inside for that many pixels across, before anything is shown."""
        self._canvas.itemconfigure(self._window, width=width)
        self._canvas.configure(width=width, height=1)
        if not self._canvas.winfo_ismapped():
            # A canvas gives its windows their sizes when it is drawn; until then the placer does.
            self._canvas.itemconfigure(self._window, window="")
            self._holder.place(x=0, y=0, width=width)
            self.update_idletasks()
            self._canvas.itemconfigure(self._window, window=self._holder)
        self.update_idletasks()

    @property
    def missing(self) -> int:
        """The pixels in height that what is inside would like to have more, or less than 0."""
        return self.inside.winfo_reqheight() - self._canvas.winfo_height()

    def reveal(self, widget: Any) -> None:
        """Scroll so that ``widget``, if it is in here, can be seen."""
        if not str(widget).startswith(f"{self.inside}."):
            return
        top = widget.winfo_rooty() - self.inside.winfo_rooty()
        bottom, height = top + widget.winfo_height(), max(1, self.inside.winfo_height())
        shown = self._canvas.winfo_height()
        first = self._canvas.canvasy(0)
        if top < first:
            self._canvas.yview_moveto(max(0, top - 8) / height)
        elif bottom > first + shown:
            self._canvas.yview_moveto((bottom + 8 - shown) / height)

    def _focus(self, event: "tkinter.Event[Any]") -> None:
        if self._canvas.winfo_exists():
            self.reveal(event.widget)

    def _turn(self, units: int) -> Callable[["tkinter.Event[Any]"], None]:
        def turn(event: "tkinter.Event[Any]") -> None:
            inside = str(event.widget).startswith(f"{self._canvas}")
            own = isinstance(event.widget, ttk.Treeview | tkinter.Text)
            if inside and not own and self._canvas.winfo_exists() and self._canvas.yview() != (0.0, 1.0):
                self._canvas.yview_scroll(units, "units")

        return turn

    def _measure(self) -> None:
        width, height = self._canvas.winfo_width(), self.inside.winfo_reqheight()
        self._least.configure(height=self._canvas.winfo_height())
        self._canvas.itemconfigure(self._window, width=width)
        self._canvas.configure(scrollregion=(0, 0, width, height), yscrollincrement=theme_of(self).px(16))

    def _scrolled(self, first: float | str, last: float | str) -> None:
        self._bar.set(float(first), float(last))
        self._forget()
        self._due = self.after(_STILL, self._bar_or_not)

    def _bar_or_not(self) -> None:
        """Once nothing moves: the bar takes room, texts take more lines, and two of that would never end."""
        self._due = None
        needed = self.missing > 0
        if needed and not self._bar.winfo_manager():
            self._bar.pack(side="right", fill="y", before=self._canvas)
        elif not needed and self._bar.winfo_manager():
            self._bar.pack_forget()

    def _forget(self) -> None:
        if self._due is not None:
            self.after_cancel(self._due)
            self._due = None

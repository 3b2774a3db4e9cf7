"""The sidebar: it turns the pages of a notebook without tabs."""

import tkinter
from collections.abc import Callable, Sequence
from tkinter import ttk

from bcper.apps.gui.theme.metrics import SIDEBAR
from bcper.apps.gui.theme.palette import Surface
from bcper.apps.gui.widgets.base import Button, Frame, Label, Rule, dress, theme_of
from bcper.apps.gui.widgets.layout import Action
from bcper.apps.gui.widgets.tooltip import Tooltip


class Sidebar(Frame):
    """``pages`` are (key, name); each key is also that of its icon. Up and Down move, Ctrl+number is told.

    ``on_choose(key)`` hears what a person chose. With ``action`` there is a button at the foot.
    """

    surface: Surface = "side"

    def __init__(
        self,
        parent: tkinter.Misc,
        title: str,
        pages: Sequence[tuple[str, str]],
        on_choose: Callable[[str], object],
        action: Action | None = None,
    ) -> None:
        super().__init__(parent, "side")
        self._theme = theme_of(parent)
        px = self._theme.px
        self._variable = tkinter.StringVar(self)
        self._on_choose = on_choose
        Rule(self).pack(side="right", fill="y")
        self.inside = Frame(self)
        self.inside.configure(width=px(SIDEBAR))
        self.inside.pack_propagate(False)
        self.inside.pack(side="left", fill="y", expand=True)
        head = Frame(self.inside)
        head.pack(fill="x", padx=px(16), pady=(px(18), px(14)))
        Label(head, kind="running", icon="shield", size=26).pack(side="left")
        Label(head, title, "heading").pack(side="left", padx=px(8))
        self.buttons = {key: self._entry(key, name, index) for index, (key, name) in enumerate(pages, 1)}
        self.action: Button | None = None
        if action is not None:
            self.action = Button(self.inside, action.text, action.command, action.kind, icon=action.icon)
            self.action.pack(side="bottom", fill="x", padx=px(10), pady=px(12))

    def show(self, key: str) -> None:
        """That page is shown."""
        self._variable.set(key)

    def _entry(self, key: str, name: str, index: int) -> ttk.Radiobutton:
        px = self._theme.px
        made = ttk.Radiobutton(
            self.inside,
            text=f"  {name}",
            value=key,
            variable=self._variable,
            style="Nav.TRadiobutton",
            compound="left",
            command=lambda: self._on_choose(key),
        )
        made.pack(fill="x", padx=px(10), pady=px(1))
        Tooltip(made, f"{name}   Ctrl+{index}")
        made.bind("<Return>", lambda _: made.invoke())
        made.bind("<Down>", lambda _: self._move(index))
        made.bind("<Up>", lambda _: self._move(index - 2))
        dress(made, lambda: self._dress(made, key))
        return made

    def _dress(self, made: ttk.Radiobutton, key: str) -> None:
        colours = self._theme.palette
        normal, chosen = (self._theme.icon(key, each, 20) for each in (colours.muted, colours.on_selected))
        made.configure({"image": (str(normal), "selected", str(chosen))})

    def _move(self, index: int) -> str:
        keys = list(self.buttons)
        self.buttons[keys[index % len(keys)]].focus_set()
        return "break"

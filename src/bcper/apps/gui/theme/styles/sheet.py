"""What the styles are written with."""

import tkinter
from collections.abc import Sequence
from tkinter import ttk
from typing import TYPE_CHECKING, Any

from bcper.apps.gui.theme.palette import Surface

if TYPE_CHECKING:
    from bcper.apps.gui.theme.theme import Theme

SURFACES: tuple[Surface, ...] = ("window", "card", "side", "tint", "caution")

States = Sequence[tuple[str, tkinter.PhotoImage]]
"""Pictures for states (``"focus active"``), those that win first."""


def prefix(surface: Surface) -> str:
    """What a style's name begins with on that surface."""
    return "" if surface == "window" else f"{surface.title()}."


class Sheet:
    """The styles of a theme while they are made."""

    def __init__(self, theme: "Theme", style: ttk.Style) -> None:
        self.theme = theme
        self.palette = theme.palette
        self.px = theme.px
        self._style = style

    def configure(self, name: str, **options: Any) -> None:
        """See ``ttk::style configure``."""
        self._style.configure(name, **options)

    def map(self, name: str, **options: Sequence[tuple[str, str]]) -> None:
        """See ``ttk::style map``: for each option (states, value), those that win first."""
        told: dict[str, Any] = {
            option: [(*states.split(), value) for states, value in pairs] for option, pairs in options.items()
        }
        self._style.map(name, **told)

    def layout(self, name: str, *elements: Any) -> None:
        """A style of elements, made by :func:`part`."""
        self._style.layout(name, list(elements))

    def image(
        self,
        name: str,
        picture: tkinter.PhotoImage,
        states: States = (),
        *,
        border: float = 0,
        padding: float = 0,
        sticky: str = "nsew",
    ) -> None:
        """An element that is a picture; its edges, ``border`` wide, are not stretched."""
        pictures: list[Any] = [str(picture)]
        for state, other in states:
            pictures += [tuple(state.split()), str(other)]
        options: list[Any] = ["-border", self.px(border), "-padding", self.px(padding), "-sticky", sticky]
        if border:
            # Without that an element would ask for the whole picture's size.
            options += ["-width", 2 * self.px(border), "-height", 2 * self.px(border)]
        self._style.tk.call("ttk::style", "element", "create", name, "image", tuple(pictures), *options)

    def borrow(self, name: str, theme: str, element: str) -> None:
        """An element of another theme."""
        self._style.tk.call("ttk::style", "element", "create", name, "from", theme, element)


def part(name: str, *children: Any, sticky: str = "nsew", side: str = "", expand: bool = False) -> Any:
    """An element of a layout."""
    options: dict[str, Any] = {"sticky": sticky}
    if side:
        options["side"] = side
    if expand:
        options["expand"] = 1
    if children:
        options["children"] = list(children)
    return name, options

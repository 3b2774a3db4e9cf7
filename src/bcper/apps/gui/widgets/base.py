"""Frames, labels and buttons that know what they lie on and follow the theme."""

import tkinter
from collections.abc import Callable
from tkinter import ttk
from typing import Any, Literal, Protocol, cast

from bcper.apps.gui.theme.palette import Surface
from bcper.apps.gui.theme.styles import prefix
from bcper.apps.gui.theme.theme import Theme

Padding = int | tuple[int, int] | tuple[int, int, int, int]
"""Lengths at 96 dots per inch: all round, (sides, top and bottom), or (left, top, right, bottom)."""

LabelKind = Literal[
    "body", "title", "heading", "strong", "figure", "small", "tiny", "mono",
    "muted", "good", "warning", "bad", "none", "running",
]  # fmt: skip
"""What a text is; from ``muted`` on small and coloured, ``none`` as ``muted``."""

ButtonKind = Literal["plain", "primary", "danger", "ghost", "link"]

_LABELS = {"body": "", "none": "Muted."}
_BUTTONS = {"plain": ""}


class _Themed(Protocol):
    theme: Theme


def theme_of(widget: tkinter.Misc) -> Theme:
    """The theme of the window that ``widget`` is in (see ``root.Root``)."""
    return cast("_Themed", widget.nametowidget(".")).theme


def surface_of(widget: tkinter.Misc) -> Surface:
    """What lies under the children of ``widget``."""
    at: tkinter.Misc | None = widget
    while at is not None:
        found = getattr(at, "surface", None)
        if found is not None:
            return cast("Surface", found)
        at = at.master
    return "window"


def dress(widget: tkinter.Misc, put_on: Callable[[], object]) -> None:
    """Call ``put_on`` now, and whenever the theme has changed: for what is no ttk style, and for pictures."""

    def again(event: "tkinter.Event[Any]") -> None:
        if event.widget is widget:
            put_on()

    put_on()
    widget.bind("<<ThemeChanged>>", again, add=True)


class Frame(ttk.Frame):
    """A ground; by default that of its parent."""

    def __init__(self, parent: tkinter.Misc, surface: Surface | None = None, padding: Padding = 0) -> None:
        self.surface: Surface = surface or surface_of(parent)
        super().__init__(parent, style=f"{prefix(self.surface)}TFrame", padding=padded(parent, padding))


class Card(ttk.Frame):
    """A box with round corners; in another card it has an edge only."""

    surface: Surface = "card"

    def __init__(self, parent: tkinter.Misc, padding: Padding = (16, 12)) -> None:
        style = "Inset.TFrame" if surface_of(parent) == "card" else "Box.TFrame"
        super().__init__(parent, style=style, padding=padded(parent, padding))


class Rule(ttk.Frame):
    """A thin line across: pack it with ``fill="x"``."""

    def __init__(self, parent: tkinter.Misc) -> None:
        super().__init__(parent, style="Line.TFrame", height=1)


class Label(ttk.Label):
    """A text, an icon, or both.

    With ``wrap`` (a length) it takes several lines where it has no room: it must fill its place across.
    ``mark`` is a tone, shown as a sign before the text.
    """

    def __init__(
        self,
        parent: tkinter.Misc,
        text: str = "",
        kind: LabelKind = "body",
        *,
        icon: str = "",
        mark: str = "",
        size: float = 16,
        wrap: int = 0,
        justify: Literal["left", "center", "right"] = "left",
    ) -> None:
        self._theme = theme_of(parent)
        self._before = prefix(surface_of(parent))
        self._kind: LabelKind = kind
        self._icon, self._mark, self._size = icon, mark, size
        super().__init__(parent, text=text, justify=justify, compound="left")
        if wrap:
            # What it asks for must not depend on what it got: else two of them may push each other for ever.
            self.configure(wraplength=self._theme.px(wrap), width=max(1, wrap // 8))
            self.bind("<Configure>", self._wrap)
        dress(self, self._dress)

    def show(
        self,
        text: str | None = None,
        kind: LabelKind | None = None,
        *,
        icon: str | None = None,
        mark: str | None = None,
    ) -> None:
        """Change what is given."""
        if text is not None:
            self.configure(text=text)
        changed = (
            kind or self._kind,
            self._icon if icon is None else icon,
            self._mark if mark is None else mark,
        )
        if changed != (self._kind, self._icon, self._mark):
            self._kind, self._icon, self._mark = changed
            self._dress()

    def _dress(self) -> None:
        style = _LABELS.get(self._kind, f"{self._kind.title()}.")
        theme = self._theme
        image: Any = ""
        if self._mark:
            image = theme.mark(self._mark, self._size, gap=6 if self.cget("text") else 0)
        elif self._icon:
            tone = {"body": "text", "strong": "text", "heading": "text"}.get(self._kind, self._kind)
            image = theme.icon(self._icon, theme.palette.tone(tone), self._size)
        self.configure(style=f"{self._before}{style}TLabel", image=image)

    def _wrap(self, event: "tkinter.Event[Any]") -> None:
        room = event.width - (self._theme.px(self._size + 8) if self._mark or self._icon else 0)
        if room > 20 and abs(room - int(str(self.cget("wraplength")) or 0)) > 1:
            self.configure(wraplength=room)


class Button(ttk.Button):
    """``text`` may be empty where there is an icon: then ``tip`` says what it does. Return presses it too."""

    def __init__(
        self,
        parent: tkinter.Misc,
        text: str,
        command: Callable[[], object] | None = None,
        kind: ButtonKind = "plain",
        *,
        icon: str = "",
        tip: str = "",
    ) -> None:
        self._theme = theme_of(parent)
        self._kind, self._icon = kind, icon
        style = f"{prefix(surface_of(parent))}{_BUTTONS.get(kind, f'{kind.title()}.')}TButton"
        super().__init__(parent, style=style, compound="left", cursor="hand2" if kind == "link" else "")
        self._command = command
        self.configure(command=self._press)
        self.show(text)
        dress(self, self._dress)
        self.bind("<Return>", lambda _: self.invoke())
        self.bind("<KP_Enter>", lambda _: self.invoke())
        if tip or not text:
            from bcper.apps.gui.widgets.tooltip import Tooltip

            Tooltip(self, tip or icon)

    def show(self, text: str | None = None, *, enabled: bool | None = None, icon: str | None = None) -> None:
        """Change what is given."""
        if text is not None:
            self.configure(text=f" {text}" if text and self._icon else text)
        if icon is not None and icon != self._icon:
            self._icon = icon
            self._dress()
        if enabled is not None:
            self.state(["!disabled" if enabled else "disabled"])

    def on_press(self, command: Callable[[], object] | None) -> None:
        """Do something else from now on."""
        self._command = command

    def _press(self) -> None:
        if self._command is not None:
            self._command()

    def _dress(self) -> None:
        if not self._icon:
            return
        theme, colours = self._theme, self._theme.palette
        colour = {"primary": colours.on_accent, "danger": colours.bad, "ghost": colours.muted}.get(
            self._kind, colours.text
        )
        normal, off = (theme.icon(self._icon, each) for each in (colour, colours.disabled))
        self.configure({"image": (str(normal), "disabled", str(off))})


def padded(widget: tkinter.Misc, padding: Padding) -> Any:
    """A padding in pixels."""
    px = theme_of(widget).px
    return tuple(px(part) for part in padding) if isinstance(padding, tuple) else px(padding)

"""Boxes with a few words: explanations, warnings, the banner, the status line."""

import tkinter
from collections.abc import Callable, Sequence
from tkinter import ttk
from typing import Any, Literal

from bcper.apps.gui.theme.palette import Palette, Surface, mix
from bcper.apps.gui.widgets.base import Button, Frame, Label, Rule, dress, theme_of

BannerColour = Literal["blue", "red", "amber"]
_DETAILS = 200
"""The least width of a banner's details: with less room they stand below its title."""
_ICONS = {"blue": "refresh", "red": "warning", "amber": "warning"}


class Note(Frame):
    """A box on a soft ground: ``tint`` explains, ``caution`` warns. More than the text may be put into it."""

    def __init__(
        self, parent: tkinter.Misc, text: str = "", surface: Surface = "tint", *, icon: str = ""
    ) -> None:
        super().__init__(parent, surface, (12, 8))
        self._label = Label(self, text, "small", wrap=300)
        self.columnconfigure(1, weight=1)
        icon = icon or ("warning" if surface == "caution" else "")
        if icon:
            sign = Label(self, kind="warning" if surface == "caution" else "running", icon=icon, size=18)
            sign.grid(row=0, column=0, sticky="nw", padx=(0, theme_of(self).px(8)))
        self._label.grid(row=0, column=1, sticky="ew")

    def say(self, text: str) -> None:
        """Another text."""
        self._label.show(text)


class Message(Frame):
    """One line that is there while there is something to say; with a button to put it away."""

    def __init__(self, parent: tkinter.Misc, **where: object) -> None:
        """``where`` is how it is packed, as for ``pack``."""
        super().__init__(parent, "caution", (12, 6))
        self._where = {"fill": "x", **where}
        self._label = Label(self, "", "small", wrap=300)
        Label(self, kind="warning", icon="warning", size=18).pack(side="left", padx=(0, theme_of(self).px(8)))
        Button(self, "", self.hide, "ghost", icon="cross", tip="Put away").pack(side="right")
        self._label.pack(side="left", fill="x", expand=True)
        self.text = ""

    def say(self, text: str) -> None:
        """Show ``text``; nothing hides it."""
        self.text = text
        self._label.show(text)
        if not text:
            self.pack_forget()
        elif not self.winfo_manager():
            self.pack(self._where)

    def hide(self) -> None:
        """Away with it."""
        self.say("")


class Banner(tkinter.Frame):
    """The line above the pages: one sign, a title, details, at most one button, perhaps a bar.

    It is packed by whoever made it; ``show`` and ``hide`` call ``on_shown(True)`` and ``on_shown(False)``.
    """

    def __init__(self, parent: tkinter.Misc, on_shown: Callable[[bool], object]) -> None:
        super().__init__(parent, takefocus=False)
        self._theme = theme_of(parent)
        self._on_shown = on_shown
        self._colour: BannerColour = "blue"
        self._command: Callable[[], object] | None = None
        self.visible = False
        px = self._theme.px
        row = self._row = tkinter.Frame(self)
        row.pack(fill="x", padx=px(20), pady=px(10))
        self._sign = tkinter.Label(row)
        self._sign.pack(side="left", padx=(0, px(10)))
        self._title = tkinter.Label(row, font="Strong")
        self._title.pack(side="left")
        self.button = tkinter.Button(
            row,
            font="Strong",
            relief="flat",
            borderwidth=0,
            padx=px(12),
            pady=px(4),
            cursor="hand2",
            command=self._press,
        )
        self.button.bind("<Return>", lambda _: self.button.invoke())
        self._details = tkinter.Label(self, font="Body", anchor="w", justify="left", width=10)
        self._below: bool | None = None
        self.bind("<Configure>", lambda event: self._arrange() if event.widget is self else None)
        self._details.bind(
            "<Configure>", lambda event: self._details.configure(wraplength=event.width - px(4))
        )
        self._bar = ttk.Progressbar(self, style="Banner.Horizontal.TProgressbar", maximum=1.0)
        self._arrange()
        dress(self, self._dress)

    def show(
        self,
        colour: BannerColour,
        title: str,
        details: str = "",
        *,
        fraction: float | None = None,
        action: str = "",
        command: Callable[[], object] | None = None,
        enabled: bool = True,
    ) -> None:
        """Show that; ``fraction`` is 0 to 1. The parts stay what they are, so that the focus does."""
        px = self._theme.px
        changed = colour != self._colour
        self._colour, self._command = colour, command
        self._title.configure(text=title)
        self._details.configure(text=details)
        if action:
            self.button.configure(text=action, state="normal" if enabled else "disabled")
            if not self.button.winfo_manager():
                self.button.pack(side="right", padx=(px(8), 0), after=self._title)
        else:
            self.button.pack_forget()
        if fraction is None:
            self._bar.pack_forget()
        else:
            self._bar.configure(value=fraction)
            if not self._bar.winfo_manager():
                self._bar.pack(fill="x", padx=px(20), pady=(0, px(10)))
        if changed:
            self._dress()
        self._arrange()
        if not self.visible:
            self.visible = True
            self._on_shown(True)

    def hide(self) -> None:
        """Away with it."""
        if self.visible:
            self.visible = False
            self._on_shown(False)

    def _arrange(self) -> None:
        """Details beside the title, or below it where they would have a line for every letter."""
        px = self._theme.px
        beside = (self._sign, self._title, *([self.button] if self.button.winfo_manager() else []))
        room = self.winfo_width() - px(90) - sum(part.winfo_reqwidth() for part in beside)
        below = room < px(_DETAILS) and self.winfo_width() > 1
        if below == self._below:
            return
        self._below = below
        if below:
            place: dict[str, Any] = {"side": "top", "padx": px(20), "pady": (0, px(10)), "expand": False}
            self._details.pack(in_=self, after=self._row, fill="x", **place)
        else:
            self._details.pack(in_=self._row, side="left", padx=px(10), pady=0, fill="x", expand=True)

    def _press(self) -> None:
        if self._command is not None:
            self._command()

    def _dress(self) -> None:
        colours = self._theme.palette
        ground, text = _ground(colours, self._colour), colours.on_banner
        for widget in (self, self._row):
            widget.configure(background=ground)
        for label in (self._sign, self._title, self._details):
            label.configure(background=ground, foreground=text)
        self._sign.configure(image=self._theme.icon(_ICONS[self._colour], text, 20))
        self.button.configure(
            background=mix(ground, "#000000", 0.22),
            foreground=text,
            activebackground=mix(ground, "#000000", 0.38),
            activeforeground=text,
            disabledforeground=mix(ground, text, 0.7),
            highlightthickness=self._theme.px(2),
            highlightbackground=ground,
            highlightcolor=text,
        )


class StatusLine(Frame):
    """The line at the bottom: how the daemon does, and what comes next."""

    def __init__(self, parent: tkinter.Misc) -> None:
        super().__init__(parent)
        Rule(self).pack(fill="x")
        inside = Frame(self, padding=(24, 6))
        inside.pack(fill="x")
        self._left = Label(inside, "", "muted", mark="none", size=12)
        self._left.pack(side="left")
        self._right = Label(inside, "", "muted")
        self._right.pack(side="right", padx=(theme_of(self).px(16), 0))

    def show(self, tone: str, left: str, right: str) -> None:
        """``tone`` is that of the sign at the left."""
        self._left.show(left, mark=tone)
        self._right.show(right)


class Lines(Frame):
    """Lines of two, as "Coming up": a sign and a title, what belongs to it below, and at the right when."""

    def __init__(self, parent: tkinter.Misc, on_open: Callable[[int], object] | None = None) -> None:
        super().__init__(parent)
        self.columnconfigure(0, weight=1)
        self._on_open = on_open
        self._made: list[_Line] = []

    def show(self, lines: Sequence[tuple[str, str, str, str]]) -> None:
        """Each (tone, title, text, when)."""
        while len(self._made) > len(lines):
            self._made.pop().destroy()
        while len(self._made) < len(lines):
            made = _Line(self, len(self._made), self._on_open)
            made.pack(fill="x", pady=theme_of(self).px(3))
            self._made.append(made)
        for made, line in zip(self._made, lines, strict=True):
            made.show(*line)


class _Line(Frame):
    def __init__(self, parent: tkinter.Misc, index: int, on_open: Callable[[int], object] | None) -> None:
        super().__init__(parent)
        self.columnconfigure(1, weight=1)
        px = theme_of(parent).px
        self._sign = Label(self, mark="none", size=12)
        self._sign.grid(row=0, column=0, padx=(0, px(9)))
        self._title = Button(self, "", kind="link") if on_open is not None else Label(self)
        if isinstance(self._title, Button) and on_open is not None:
            self._title.on_press(lambda: on_open(index))
        self._title.grid(row=0, column=1, sticky="w")
        self._when = Label(self, "", "muted")
        self._when.grid(row=0, column=2, sticky="e")
        self._text = Label(self, "", "muted", wrap=120)
        self._text.grid(row=1, column=1, columnspan=2, sticky="ew")

    def show(self, tone: str, title: str, text: str, when: str) -> None:
        self._sign.show(mark=tone)
        self._title.show(title)
        self._text.show(text)
        self._when.show(when)


def _ground(colours: Palette, colour: BannerColour) -> str:
    return {"blue": colours.banner_blue, "red": colours.banner_red, "amber": colours.banner_amber}[colour]

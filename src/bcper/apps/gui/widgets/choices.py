"""What is chosen: from a list, by a check box, a switch, or among a few."""

import tkinter
from collections.abc import Callable, Sequence
from tkinter import ttk
from typing import Literal

from bcper.apps.gui.theme.styles import prefix
from bcper.apps.gui.widgets.base import Frame, surface_of, theme_of
from bcper.apps.gui.widgets.entries import Changed, follow_font, ignore_wheel


class Choice(ttk.Combobox):
    """One of a list. ``on_change(key)`` hears the key of what a person chose."""

    def __init__(
        self,
        parent: tkinter.Misc,
        options: Sequence[tuple[str, str]] = (),
        on_change: Changed | None = None,
        width: int = 20,
    ) -> None:
        super().__init__(
            parent, state="readonly", width=width, font="Body", style=f"{prefix(surface_of(parent))}TCombobox"
        )
        self._keys: list[str] = []
        self.on_change = on_change
        self.offer(options)
        follow_font(self)
        self.bind("<<ComboboxSelected>>", self._chosen)
        ignore_wheel(self)

    @property
    def key(self) -> str:
        """The key of what is chosen, or empty."""
        index = self.current()
        return self._keys[index] if 0 <= index < len(self._keys) else ""

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Pairs of key and words; what was chosen stays if it is among them."""
        before = self.key
        words = [text for _, text in options]
        self._keys = [key for key, _ in options]
        if list(self["values"]) != words:
            self.configure(values=words)
        self.put(before)

    def put(self, key: str) -> None:
        """Choose; what is not offered is nothing."""
        if key in self._keys:
            self.current(self._keys.index(key))
        else:
            self.set("")

    def wrong(self, wrong: bool) -> None:
        """See TextEntry."""
        self.state(["invalid" if wrong else "!invalid"])

    def _chosen(self, _event: object) -> None:
        self.selection_clear()
        if self.on_change is not None:
            self.on_change(self.key)


class Check(ttk.Checkbutton):
    """A check box, or with ``switch`` a switch; ``on_change(value)`` hears what a person does."""

    def __init__(
        self,
        parent: tkinter.Misc,
        text: str = "",
        on_change: Callable[[bool], object] | None = None,
        *,
        switch: bool = False,
    ) -> None:
        self._variable = tkinter.BooleanVar(parent, False)
        self.on_change = on_change
        style = f"{prefix(surface_of(parent))}{'Switch.' if switch else ''}TCheckbutton"
        super().__init__(parent, text=text, variable=self._variable, command=self._turned, style=style)
        self.bind("<Return>", lambda _: self.invoke())

    @property
    def value(self) -> bool:
        """Whether it is on."""
        return self._variable.get()

    def put(self, value: bool) -> None:
        """Turn it, unheard."""
        self._variable.set(value)

    def _turned(self) -> None:
        if self.on_change is not None:
            self.on_change(self._variable.get())


class Switch(Check):
    """A switch."""

    def __init__(
        self, parent: tkinter.Misc, text: str = "", on_change: Callable[[bool], object] | None = None
    ) -> None:
        super().__init__(parent, text, on_change, switch=True)


class Options(Frame):
    """One of a few: as ``chips`` beside each other, or radio buttons below each other. Arrows move on."""

    def __init__(
        self,
        parent: tkinter.Misc,
        options: Sequence[tuple[str, str]] = (),
        on_change: Changed | None = None,
        *,
        look: Literal["chips", "radio"] = "chips",
    ) -> None:
        super().__init__(parent)
        self._variable = tkinter.StringVar(self)
        self._look = look
        self._offered: tuple[tuple[str, str], ...] = ()
        self.buttons: dict[str, ttk.Radiobutton] = {}
        self.on_change = on_change
        self.offer(options)

    @property
    def key(self) -> str:
        """What is chosen."""
        return self._variable.get()

    def put(self, key: str) -> None:
        """Choose, unheard."""
        self._variable.set(key)

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Pairs of key and words; the same keys only change their words."""
        offered = tuple(options)
        if offered == self._offered:
            return
        if [key for key, _ in offered] == [key for key, _ in self._offered]:
            for key, text in offered:
                self.buttons[key].configure(text=text)
        else:
            for old in self.buttons.values():
                old.destroy()
            self.buttons = {key: self._button(key, text) for key, text in offered}
        self._offered = offered

    def _button(self, key: str, text: str) -> ttk.Radiobutton:
        before = prefix(self.surface)
        chips = self._look == "chips"
        made = ttk.Radiobutton(
            self,
            text=text,
            value=key,
            variable=self._variable,
            command=self._chosen,
            style=f"{before}{'Chip.' if chips else ''}TRadiobutton",
        )
        px = theme_of(self).px
        made.pack(side="left" if chips else "top", anchor="w", padx=(0, px(2)) if chips else 0)
        made.bind("<Return>", lambda _: made.invoke())
        for way, keys in ((1, ("<Right>", "<Down>")), (-1, ("<Left>", "<Up>"))):
            for each in keys:
                made.bind(each, self._mover(key, way))
        return made

    def _mover(self, key: str, way: int) -> Callable[[object], str]:
        def move(_event: object) -> str:
            keys = list(self.buttons)
            other = self.buttons[keys[(keys.index(key) + way) % len(keys)]]
            other.focus_set()
            other.invoke()
            return "break"

        return move

    def _chosen(self) -> None:
        if self.on_change is not None:
            self.on_change(self._variable.get())


class ChipBar(Options):
    """Filters with counts: ``show`` takes (key, words, count)."""

    def __init__(self, parent: tkinter.Misc, on_change: Changed | None = None) -> None:
        super().__init__(parent, (), on_change, look="chips")

    def show(self, chips: Sequence[tuple[str, str, int]], chosen: str) -> None:
        """These, of which one is chosen."""
        self.offer([(key, f"{text}  {count:,}") for key, text, count in chips])
        self.put(chosen)

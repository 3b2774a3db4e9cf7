"""What is typed into, with what is wrong under it."""

import tkinter
from collections.abc import Callable, Sequence
from tkinter import ttk
from typing import Any, Literal

from bcper.apps.gui.theme.styles import prefix
from bcper.apps.gui.widgets.base import Button, Frame, Label, surface_of, theme_of

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
        self.bind("<Control-a>", self._all)
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

    def _all(self, _event: object) -> str:
        self.selection_range(0, "end")
        return "break"


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
        self.bind("<<ComboboxSelected>>", self._chosen)
        # The wheel is for the page, not for a choice made by accident.
        for wheel in ("<Button-4>", "<Button-5>"):
            self.bind(wheel, _none)

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
        for wheel in ("<Button-4>", "<Button-5>"):
            self.bind(wheel, _none)

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
                made.bind(each, lambda _, key=key, way=way: self._move(key, way))
        return made

    def _move(self, key: str, way: int) -> str:
        keys = list(self.buttons)
        other = self.buttons[keys[(keys.index(key) + way) % len(keys)]]
        other.focus_set()
        other.invoke()
        return "break"

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


class Field(Frame):
    """A label, a control, and under it a hint or what is wrong, with a suggestion to click.

    Make the control with the field as its parent, and give it to :meth:`hold`. Fields below each other have
    their labels in one column of ``label_width``, or above the control when that is 0.
    """

    def __init__(self, parent: tkinter.Misc, label: str, *, hint: str = "", label_width: int = 110) -> None:
        super().__init__(parent)
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
        """What is wrong (nothing: the hint stands there); a click on the suggestion calls ``on_suggestion``."""
        if hint is not None:
            self._hint = hint
        wrong = getattr(self.control, "wrong", None)
        if callable(wrong):
            wrong(bool(error))
        self._show(error or self._hint, "bad" if error else "muted", suggestion)

    def _show(self, text: str, kind: Literal["bad", "muted"], suggestion: str) -> None:
        px = theme_of(self).px
        self._words.show(text, kind)
        if suggestion:
            self._suggestion.show(f"Suggestion: {suggestion}")
            self._suggestion.on_press(lambda: self.on_suggestion and self.on_suggestion(suggestion))
            self._suggestion.pack(anchor="w")
        else:
            self._suggestion.pack_forget()
        if text or suggestion:
            self._under.grid(row=self._first + 1, column=self._column, sticky="ew", pady=(px(2), px(6)))
        else:
            self._under.grid_forget()


def _none(_event: object) -> str:
    return "break"

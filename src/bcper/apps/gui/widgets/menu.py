"""Menus: under a button, or where somebody clicked."""

import tkinter
from collections.abc import Callable, Sequence

import attrs

from bcper.apps.gui.widgets.base import Button, theme_of


@attrs.frozen
class Entry:
    """A line of a menu; one without ``text`` is a rule."""

    text: str = ""
    command: Callable[[], object] | None = None
    key: str = ""
    enabled: bool = True


def popup(widget: tkinter.Misc, entries: Sequence[Entry], x: int, y: int) -> None:
    """A menu at that point of the screen. It returns at once."""
    if not entries:
        return
    menu = _menu(widget, entries)
    menu.tk_popup(x, y)


class MenuButton(Button):
    """A button with a menu under it; ``entries`` are asked for when it opens."""

    def __init__(
        self,
        parent: tkinter.Misc,
        text: str,
        entries: Callable[[], Sequence[Entry]],
        *,
        icon: str = "more",
        tip: str = "",
    ) -> None:
        super().__init__(parent, text, self._drop, "plain" if text else "ghost", icon=icon, tip=tip or "More")
        self._entries = entries
        self.bind("<Down>", lambda _: self._drop())

    def _drop(self) -> None:
        popup(self, self._entries(), self.winfo_rootx(), self.winfo_rooty() + self.winfo_height())


def _menu(widget: tkinter.Misc, entries: Sequence[Entry]) -> tkinter.Menu:
    old = widget.__dict__.get("_popup_menu")
    if isinstance(old, tkinter.Menu):
        old.destroy()
    colours = theme_of(widget).palette
    menu = tkinter.Menu(
        widget,
        tearoff=False,
        background=colours.card,
        foreground=colours.text,
        activebackground=colours.selected,
        activeforeground=colours.on_selected,
        disabledforeground=colours.disabled,
    )
    widget.__dict__["_popup_menu"] = menu
    for entry in entries:
        if not entry.text:
            menu.add_separator()
            continue
        menu.add_command(
            label=entry.text,
            accelerator=entry.key,
            command=entry.command or "",
            state="normal" if entry.enabled else "disabled",
        )
    return menu

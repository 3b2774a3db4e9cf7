"""Words beside what the pointer rests on."""

import tkinter
from typing import Any

from bcper.apps.gui.widgets.base import theme_of

_AFTER = 500


class Tooltip:
    """Shown after half a second over ``widget``, or when it has the focus by the keyboard."""

    def __init__(self, widget: tkinter.Misc, text: str) -> None:
        self._widget = widget
        self.text = text
        self._shown: tkinter.Toplevel | None = None
        self._due: str | None = None
        widget.bind("<Enter>", self._arm, add=True)
        for event in ("<Leave>", "<ButtonPress>", "<FocusOut>", "<Destroy>"):
            widget.bind(event, lambda _: self.hide(), add=True)

    def show_at(self, x: int, y: int, text: str) -> None:
        """Show ``text`` at once, near that point of the screen."""
        self.hide()
        theme = theme_of(self._widget)
        colours = theme.palette
        self._shown = top = tkinter.Toplevel(self._widget, background=colours.text)
        top.wm_overrideredirect(True)
        label = tkinter.Label(
            top,
            text=text,
            background=colours.text,
            foreground=colours.window,
            font="Small",
            padx=theme.px(8),
            pady=theme.px(4),
            justify="left",
            wraplength=theme.px(360),
        )
        label.pack()
        x = max(0, min(x, top.winfo_screenwidth() - label.winfo_reqwidth()))
        if y + label.winfo_reqheight() > top.winfo_screenheight():
            y -= 2 * label.winfo_reqheight()
        top.wm_geometry(f"+{x}+{max(0, y)}")

    def hide(self) -> None:
        """Away with it."""
        if self._due is not None:
            self._widget.after_cancel(self._due)
            self._due = None
        if self._shown is not None:
            self._shown.destroy()
            self._shown = None

    def _arm(self, _event: "tkinter.Event[Any]") -> None:
        self.hide()
        if self.text:
            self._due = self._widget.after(_AFTER, self._show)

    def _show(self) -> None:
        self._due = None
        widget = self._widget
        below = widget.winfo_rooty() + widget.winfo_height() + theme_of(widget).px(4)
        self.show_at(widget.winfo_rootx(), below, self.text)

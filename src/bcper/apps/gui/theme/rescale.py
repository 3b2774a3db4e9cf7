"""Another scale for what is on the screen already."""

import tkinter
from collections.abc import Iterator
from typing import Any

from bcper.apps.gui.theme.metrics import Metrics

_SIZED = ("padding", "wraplength", "padx", "pady")
_BOXED = {"Canvas": ("width", "height"), "TFrame": ("width", "height"), "Frame": ("width", "height")}


def rescale(root: tkinter.Misc, before: Metrics, after: Metrics) -> None:
    """Paddings, gaps and sizes that were made with ``before.px`` become what ``after.px`` gives.

    Fonts and styles follow by themselves; what a widget reckons, it reckons anew on ``<<ThemeChanged>>``.
    """
    for widget in _all(root):
        _options(widget, before, after)
        _place(widget, before, after)
        _grid(widget, before, after)


def _all(widget: tkinter.Misc) -> Iterator[tkinter.Misc]:
    for child in widget.winfo_children():
        yield child
        yield from _all(child)


def _options(widget: tkinter.Misc, before: Metrics, after: Metrics) -> None:
    names = set(widget.keys())
    for name in (*_SIZED, *_BOXED.get(widget.winfo_class(), ())):
        if name in names:
            value = _values(widget, widget.tk.call(widget, "cget", f"-{name}"))
            if value:
                changed = _lengths(value, before, after)
                widget.tk.call(widget, "configure", f"-{name}", changed if len(changed) > 1 else changed[0])


def _place(widget: tkinter.Misc, before: Metrics, after: Metrics) -> None:
    manager = widget.winfo_manager()
    if manager not in ("pack", "grid"):
        return
    told = widget.tk.splitlist(widget.tk.call(manager, "info", widget))
    info = dict(zip(told[::2], told[1::2], strict=True))
    for name in ("-padx", "-pady", "-ipadx", "-ipady"):
        value = _values(widget, info[name])
        changed = _lengths(value, before, after)
        if list(map(str, changed)) != list(map(str, value)):
            widget.tk.call(manager, "configure", widget, name, changed if len(changed) > 1 else changed[0])


def _grid(widget: tkinter.Misc, before: Metrics, after: Metrics) -> None:
    columns, rows = widget.grid_size()
    for kind, count in (("columnconfigure", columns), ("rowconfigure", rows)):
        for index in range(count):
            least = int(str(widget.tk.call("grid", kind, widget, index, "-minsize")))
            if least:
                widget.tk.call("grid", kind, widget, index, "-minsize", before.rescaled(least, after))


def _values(widget: tkinter.Misc, told: Any) -> tuple[Any, ...]:
    """What Tk told, which is a number, a list or a text by turns."""
    return told if isinstance(told, tuple) else tuple(widget.tk.splitlist(str(told)))


def _lengths(values: tuple[Any, ...], before: Metrics, after: Metrics) -> list[Any]:
    """Those that are pixels; anything else stays."""
    return [
        before.rescaled(int(text), after) if (text := str(value)).isdigit() else value for value in values
    ]

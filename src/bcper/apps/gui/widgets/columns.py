"""How wide the columns of a table are: ttk cuts words without a sign, so each is as wide as what is in it."""

from collections.abc import Sequence
from itertools import islice
from tkinter import ttk
from typing import Literal

import attrs

from bcper.apps.gui.theme.theme import Theme
from bcper.apps.gui.widgets.rows import Row

_MEASURED = 300
_LONGEST = 5


@attrs.frozen
class Column:
    """``width`` is the least, at 96 dots per inch; a column that does not ``stretch`` fits what is in it.

    ``most`` limits that. Clicks on the heading sort, if ``sorts``.
    """

    key: str
    title: str
    width: int = 80
    align: Literal["left", "right", "center"] = "left"
    stretch: bool = False
    sorts: bool = True
    most: int = 320


class Widths:
    """Sees to the widths of ``columns`` of ``view``, the first of which is the tree's own."""

    def __init__(self, view: ttk.Treeview, theme: Theme, columns: Sequence[Column]) -> None:
        self._view, self._theme = view, theme
        self._columns = {column.key if index else "#0": column for index, column in enumerate(columns)}
        self._given: dict[str, int] = {}

    def fit(self, rows: Sequence[Row]) -> None:
        """As ``rows`` need it; of many the first are measured."""
        px = self._theme.px
        for name, width in self._needed(rows).items():
            column = self._columns[name]
            least = px(column.width) if column.stretch else min(width, px(60))
            self._view.column(name, width=width, minwidth=least, stretch=column.stretch)
            self._given[name] = width

    def widen(self, rows: Sequence[Row]) -> None:
        """As these rows need it, too: but for columns that stretch, or that a person has made as they are."""
        for name, width in self._needed(rows).items():
            now = int(self._view.column(name, "width"))
            if not self._columns[name].stretch and self._given.get(name) == now < width:
                self._view.column(name, width=width)
                self._given[name] = width

    def _needed(self, rows: Sequence[Row]) -> dict[str, int]:
        fonts, px = self._theme.fonts, self._theme.px
        found = {}
        for index, (name, column) in enumerate(self._columns.items()):
            room = px(52 if index == 0 else 34)
            words = sorted({row.cells[index] for row in islice(rows, _MEASURED)}, key=len)[-_LONGEST:]
            needed = max((fonts.width(text) for text in words), default=0) + room
            title = fonts.width(column.title + (" ▾" if column.sorts else ""), "SmallStrong") + px(24)
            found[name] = max(px(column.width), title, min(needed, px(column.most)))
        return found

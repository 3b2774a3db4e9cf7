"""A list in columns: ttk's Treeview, fast for ten thousand rows."""

import tkinter
from collections.abc import Callable, Collection, Sequence
from functools import partial
from tkinter import ttk
from typing import Any

from bcper.apps.gui.widgets.base import Card, dress, theme_of
from bcper.apps.gui.widgets.columns import Column, Widths
from bcper.apps.gui.widgets.menu import Entry, popup
from bcper.apps.gui.widgets.rows import Row, steps

_KEPT = 20_000
_TONES = ("bad", "warning", "good", "none", "running")


class Table(Card):
    """``show`` rows; those that stay keep their selection and their place on the screen.

    Callbacks, all optional: ``on_select(ids)``; ``on_open(id)`` for a double click or Return; ``on_delete()``
    for the key; ``on_sort(key)`` for a click on a heading; ``menu(ids)`` gives the entries of a menu. In a
    ``tree`` rows have parents, and ``on_expand(id)`` hears when one is opened.
    """

    def __init__(
        self,
        parent: tkinter.Misc,
        columns: Sequence[Column],
        *,
        multiple: bool = True,
        tree: bool = False,
        height: int = 10,
    ) -> None:
        super().__init__(parent, padding=(4, 4))
        self._theme = theme_of(parent)
        self._columns = tuple(columns)
        self._known: dict[str, Row] = {}
        self._shown: list[str] = []
        self._signs: dict[tuple[str, str], str] = {}
        self._sorted: tuple[str, bool] | None = None
        self._fitted = False
        self._tree = tree
        self.on_select: Callable[[tuple[str, ...]], object] | None = None
        self.on_open: Callable[[str], object] | None = None
        self.on_delete: Callable[[], object] | None = None
        self.on_sort: Callable[[str], object] | None = None
        self.on_expand: Callable[[str], object] | None = None
        self.menu: Callable[[tuple[str, ...]], Sequence[Entry]] | None = None
        self.view = ttk.Treeview(
            self,
            columns=[column.key for column in columns[1:]],
            selectmode="extended" if multiple else "browse",
            show="tree headings",
            style="Treeview" if tree else "Flat.Treeview",
            height=height,
        )
        self._widths = Widths(self.view, self._theme, self._columns)
        self._path = str(self.view)
        self._down = ttk.Scrollbar(
            self, command=self.view.yview, style="Card.Vertical.TScrollbar", takefocus=False
        )
        self._across = ttk.Scrollbar(
            self,
            orient="horizontal",
            command=self.view.xview,
            style="Card.Horizontal.TScrollbar",
            takefocus=False,
        )
        self.view.configure(yscrollcommand=self._scrolled_down, xscrollcommand=self._scrolled_across)
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self.view.grid(row=0, column=0, sticky="nsew")
        self._bind_keys(multiple)
        self._headings()
        dress(self, self._dress)

    @property
    def selection(self) -> tuple[str, ...]:
        """The ids of the selected rows, in the order shown."""
        return tuple(map(str, self.view.selection()))

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return tuple(self._known[each] for each in self._shown)

    def show(self, rows: Sequence[Row]) -> None:
        """These rows, in this order: at once for the first 10,000, and by what differs afterwards."""
        todo = steps(self._known, self._shown, rows)
        at_top, first = self.view.yview()[0] == 0.0, self._first()
        for row in todo.new:
            self._put("insert", row.parent, "end", "-id", row.id, row=row)
        for row in todo.changed:
            self._put("item", row.id, row=row)
        self._shown = [row.id for row in rows]
        if todo.order:
            self._arrange(rows)
        if (
            not at_top
            and first in self._known
            and len(self._shown)
            and not self._tree
            and first in self._shown
        ):
            self.view.yview_moveto(self._shown.index(first) / len(self._shown))
        if self._fitted:
            self._widths.widen((*todo.new, *todo.changed))
        elif rows:
            self._fitted = True
            self._widths.fit(rows)

    def select(self, ids: Collection[str]) -> None:
        """Select these, of those that are shown; ``on_select`` hears of it."""
        there = [each for each in ids if each in self._known]
        self.view.selection_set(there)
        if there:
            self.view.focus(there[0])
            self.view.see(there[0])

    def sorted_by(self, key: str, *, descending: bool) -> None:
        """Show the arrow there."""
        if self._sorted != (key, descending):
            self._sorted = key, descending
            self._headings()

    def focus_set(self) -> None:
        """The keys go to the rows; the first gets the focus if none has it."""
        self.view.focus_set()
        if not self.view.focus() and self._shown:
            self.view.focus(self._shown[0])

    def _put(self, *command: str, row: Row) -> None:
        """Past tkinter's ``insert`` and ``item``, which take five times as long.

        Pictures are those of tags: one of its own for each row would take as long again.
        """
        sign = row.mark, row.icon
        tag = self._signs.get(sign)
        if tag is None:
            tag = self._signs[sign] = f"sign-{row.mark}-{row.icon}"
            self._dress_sign(sign)
        tags = (tag, row.tone) if row.tone else tag
        cells = row.cells
        self.view.tk.call(self._path, *command, "-text", cells[0], "-values", cells[1:], "-tags", tags)
        self._known[row.id] = row

    def _dress_sign(self, sign: tuple[str, str]) -> None:
        theme, (mark, icon) = self._theme, sign
        if mark:
            self.view.tag_configure(self._signs[sign], image=theme.mark(mark, 16, gap=8))
        elif icon:
            self.view.tag_configure(self._signs[sign], image=theme.icon(icon, theme.palette.muted, 16, gap=8))

    def _arrange(self, rows: Sequence[Row]) -> None:
        """What is not shown is only taken out, for a filter may want it back: many of these are forgotten."""
        call, view = self.view.tk.call, self.view
        if self._tree:
            there = set(self._shown)
            call(view, "delete", [each for each in self._known if each not in there and view.exists(each)])
            self._known = {row.id: row for row in rows}
            below: dict[str, list[str]] = {}
            for row in rows:
                below.setdefault(row.parent, []).append(row.id)
            for parent, ids in below.items():
                call(view, "children", parent, ids)
            return
        call(view, "children", "", self._shown)
        if len(self._known) > len(self._shown) + _KEPT:
            there = set(self._shown)
            call(view, "delete", [each for each in self._known if each not in there])
            self._known = {row.id: row for row in rows}

    def _first(self) -> str:
        theme = self._theme
        return str(self.view.identify_row(theme.fonts.height("SmallStrong") + theme.px(24)))

    def _bind_keys(self, multiple: bool) -> None:
        view = self.view
        view.bind("<<TreeviewSelect>>", lambda _: self.on_select and self.on_select(self.selection))
        view.bind("<Double-Button-1>", self._double)
        for key in ("<Return>", "<KP_Enter>"):
            view.bind(key, lambda _: self._open(str(view.focus())))
        for key in ("<Delete>", "<KP_Delete>"):
            view.bind(key, lambda _: self.on_delete and self.on_delete())
        for key in ("<Up>", "<Down>"):
            view.bind(key, lambda _: self._begin())
        if multiple:
            view.bind("<Control-a>", lambda _: self._all())
        view.bind("<Button-3>", self._menu)
        for key in ("<Menu>", "<Shift-F10>"):
            view.bind(key, self._menu_by_key)
        view.bind("<FocusIn>", self._focused)
        view.bind("<FocusOut>", lambda _: self.state(["!focus"]))
        view.bind("<<TreeviewOpen>>", lambda _: self.on_expand and self.on_expand(str(view.focus())))

    def _focused(self, _event: object) -> None:
        self.state(["focus"])
        if not self.view.focus() and self._shown:
            self.view.focus(self._shown[0])

    def _begin(self) -> str | None:
        """The first arrow chooses the row that has the focus, or the first; from there ttk goes on."""
        row = str(self.view.focus())
        if self.selection or not self._shown:
            return None
        self.select([row if row in self._shown else self._shown[0]])
        return "break"

    def _double(self, event: "tkinter.Event[Any]") -> str | None:
        if self.view.identify_region(event.x, event.y) not in ("cell", "tree"):
            return None
        self._open(str(self.view.identify_row(event.y)))
        return None if self._tree else "break"

    def _open(self, row: str) -> None:
        if row and self.on_open is not None:
            self.on_open(row)

    def _all(self) -> str:
        self.view.selection_set(self._shown)
        return "break"

    def _menu(self, event: "tkinter.Event[Any]") -> None:
        row = str(self.view.identify_row(event.y))
        if row and row not in self.selection:
            self.view.selection_set([row])
            self.view.focus(row)
        self.view.focus_set()
        self._popup(event.x_root, event.y_root)

    def _menu_by_key(self, _event: object) -> str:
        where = self.view.bbox(self.view.focus()) if self.view.focus() else ""
        x, y = (where[0] + 24, where[1] + where[3]) if where else (24, 24)
        self._popup(self.view.winfo_rootx() + x, self.view.winfo_rooty() + y)
        return "break"

    def _popup(self, x: int, y: int) -> None:
        if self.menu is not None:
            popup(self.view, self.menu(self.selection), x, y)

    def _headings(self) -> None:
        key, descending = self._sorted or ("", False)
        for index, column in enumerate(self._columns):
            arrow = (" ▾" if descending else " ▴") if column.key == key else ""
            anchor: Any = {"left": "w", "right": "e", "center": "center"}[column.align]
            name = column.key if index else "#0"
            self.view.heading(name, text=column.title + arrow, anchor=anchor)
            if column.sorts:
                self.view.heading(name, command=partial(self._sort, column.key))
            self.view.column(name, anchor=anchor)

    def _sort(self, key: str) -> None:
        if self.on_sort is not None:
            self.on_sort(key)

    def _dress(self) -> None:
        for tone in _TONES:
            self.view.tag_configure(tone, foreground=self._theme.palette.tone(tone))
        for sign in self._signs:
            self._dress_sign(sign)
        self._widths.fit(self.rows)

    def _scrolled_down(self, first: float | str, last: float | str) -> None:
        self._scrolled(self._down, first, last, row=0, column=1, sticky="ns")

    def _scrolled_across(self, first: float | str, last: float | str) -> None:
        self._scrolled(self._across, first, last, row=1, column=0, sticky="ew")

    @staticmethod
    def _scrolled(bar: ttk.Scrollbar, first: float | str, last: float | str, **place: Any) -> None:
        bar.set(float(first), float(last))
        needed = float(first) > 0 or float(last) < 1
        if needed and not bar.winfo_manager():
            bar.grid(**place)
        elif not needed and bar.winfo_manager():
            bar.grid_forget()

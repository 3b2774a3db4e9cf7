"""The cards of the page Status."""

import tkinter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from bcper.apps.gui.presenters.status import Chart, Line, StatusView
from bcper.apps.gui.presenters.tiles import Tile
from bcper.apps.gui.widgets.base import Button, Card, Frame, Label, LabelKind, Rule, dress, theme_of
from bcper.apps.gui.widgets.charts import Bar, BarChart, Cell, DayGrid
from bcper.apps.gui.widgets.notes import Lines
from bcper.apps.words import counted, size
from bcper.domain.policy.history.days import Day
from bcper.domain.policy.history.verdict import Level

_SIGNS = {"good": "shield", "warning": "warning", "bad": "warning", "none": "info"}
_TONES = {"good": "good", "missed": "warning", "failed": "bad", "none": "none"}
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_NAMED = 2
_LABEL = 5
"""Bars that the name of a month takes: later ones have no room for it."""

_TILE = 200
"""The least width of a figure's card: below, they stand in two rows."""


class VerdictCard(Card):
    """One sentence, whom it is about, and what to do."""

    def __init__(
        self, parent: tkinter.Misc, on_details: Callable[[], object], on_run: Callable[[], object]
    ) -> None:
        super().__init__(parent)
        px = theme_of(self).px
        self._level: Level = "none"
        self._badge = Label(self)
        self._badge.grid(row=0, column=0, rowspan=2, padx=(px(2), px(16)))
        self.columnconfigure(1, weight=1)
        self._words = Label(self, "Looking at your jobs", "heading", wrap=100)
        self._words.grid(row=0, column=1, sticky="sew")
        self._text = Label(self, "", "muted", wrap=100)
        self._text.grid(row=1, column=1, sticky="new")
        self.details = Button(self, "Details", on_details)
        self.run = Button(self, "", on_run, "primary")
        dress(self._badge, self._dress)  # after the label itself, which knows of no picture

    def show(self, view: StatusView, *, running: bool) -> None:
        """``running``: what needs attention is being run."""
        if view.loaded:
            self._words.show(view.verdict)
        named, more = view.details[:_NAMED], len(view.details) - _NAMED
        text = "   ·   ".join(named) + (f"   ·   and {more} more" if more > 0 else "")
        self._text.show(text or ("Every job has a good backup." if view.level == "good" else ""))
        px = theme_of(self).px
        for column, (button, wanted) in enumerate(
            ((self.details, bool(view.details)), (self.run, bool(view.attention))), 2
        ):
            if wanted and not button.winfo_manager():
                button.grid(row=0, column=column, rowspan=2, padx=(px(8), 0))
            elif not wanted and button.winfo_manager():
                button.grid_forget()
        self.run.show(view.attention_deed, enabled=not running)
        if view.level != self._level:
            self._level = view.level
            self._dress()

    def focus_deed(self) -> None:
        """The focus to what is to be done."""
        if self.run.winfo_manager():
            self.run.focus_set()

    def _dress(self) -> None:
        theme = theme_of(self)
        sign = theme.badge(_SIGNS[self._level], self._level, theme.palette.card)
        self._badge.configure(image=sign)


class Tiles(Frame):
    """The figures, beside each other or in two rows."""

    def __init__(self, parent: tkinter.Misc) -> None:
        super().__init__(parent)
        self._tiles: list[_TileCard] = []
        self._columns = 0
        self.bind("<Configure>", lambda event: self._arrange(event.width))

    def show(self, tiles: Sequence[Tile]) -> None:
        """These."""
        if len(tiles) != len(self._tiles):
            while len(self._tiles) > len(tiles):
                self._tiles.pop().destroy()
            while len(self._tiles) < len(tiles):
                self._tiles.append(_TileCard(self))
            self._columns = 0
            self._arrange(self.winfo_width())
        for card, tile in zip(self._tiles, tiles, strict=True):
            card.show(tile)

    def _arrange(self, width: int) -> None:
        px = theme_of(self).px
        columns = 4 if width >= 4 * px(_TILE) else 2
        if columns == self._columns:
            return
        self._columns = columns
        for column in range(4):
            used = column < columns
            self.columnconfigure(column, weight=int(used), uniform="tile" if used else "")
        for index, card in enumerate(self._tiles):
            row, column = divmod(index, columns)
            gap = (0, 0 if column == columns - 1 else px(12))
            card.grid(row=row, column=column, sticky="nsew", padx=gap, pady=(0, px(12)))


class _TileCard(Card):
    def __init__(self, parent: tkinter.Misc) -> None:
        super().__init__(parent)
        self._label = Label(self, "", "muted", wrap=100)
        self._figure = Label(self, "", "figure", wrap=48)
        self._text = Label(self, "", "muted", wrap=100)
        for label in (self._label, self._figure, self._text):
            label.pack(fill="x")

    def show(self, tile: Tile) -> None:
        self._label.show(tile.label)
        self._figure.show(tile.figure)
        kind: LabelKind = "muted" if tile.level == "none" else tile.level
        self._text.show(tile.text, kind)


class ChartCard(Card):
    """Bytes stored, day by day."""

    def __init__(self, parent: tkinter.Misc) -> None:
        super().__init__(parent)
        Label(self, "Stored size, last 90 days", "strong").pack(anchor="w")
        self._unit = _UNITS[0]
        self.chart = BarChart(self, lambda value: f"{value:g} {self._unit}", 170, "Stored size")
        self.chart.pack(fill="x", pady=(theme_of(self).px(8), 0))

    def show(self, chart: Chart) -> None:
        """This."""
        most, power = max(chart.sizes, default=0), 0
        while most >= 1024 and power < len(_UNITS) - 1:
            most, power = most // 1024, power + 1
        self._unit = _UNITS[power]
        bars = []
        for index, stored in enumerate(chart.sizes):
            day = chart.first + timedelta(days=index)
            label = f"{day:%b}" if day.day == 1 and index < len(chart.sizes) - _LABEL else ""
            bars.append(Bar(stored / 1024**power, f"{day:%a} {day.day} {day:%b}: {size(stored)}", label))
        self.chart.show(bars)


class DaysCard(Card):
    """A year."""

    def __init__(self, parent: tkinter.Misc) -> None:
        super().__init__(parent)
        px = theme_of(self).px
        head = Frame(self)
        head.pack(fill="x")
        Label(head, "Every day, last 12 months", "strong").pack(side="left")
        for text, tone in (("failed", "bad"), ("missed", "warning"), ("backed up", "good")):
            Label(head, text, "muted", mark=tone, size=12).pack(side="right", padx=(px(10), 0))
        self.grid_of_days = DayGrid(self, "Every day")
        self.grid_of_days.pack(fill="both", expand=True, pady=(px(8), 0))

    def show(self, days: Sequence[Day]) -> None:
        """These, one after the other."""
        before = days[0].date.weekday() if days else 0
        cells: list[Cell | None] = [None] * before
        labels = []
        for index, day in enumerate(days):
            cells.append(Cell(_TONES[day.kind], _told(day), day.level or 1))
            if day.date.day == 1:
                labels.append(((before + index) // 7, f"{day.date:%b}"))
        self.grid_of_days.show(cells, labels)


class LinesCard(Card):
    """What comes next, and what was."""

    def __init__(
        self,
        parent: tkinter.Misc,
        on_coming: Callable[[int], object],
        on_recent: Callable[[int], object],
    ) -> None:
        super().__init__(parent)
        px = theme_of(self).px
        Label(self, "Coming up", "strong").pack(anchor="w", pady=(0, px(4)))
        self.coming = Lines(self, on_coming)
        self.coming.pack(fill="x")
        self._nothing = Label(self.coming, "No job has a time to come.", "muted")
        Rule(self).pack(fill="x", pady=px(10))
        Label(self, "Recent activity", "strong").pack(anchor="w", pady=(0, px(4)))
        self.recent = Lines(self, on_recent)
        self.recent.pack(fill="x")
        self._silence = Label(self.recent, "Nothing has run yet.", "muted")

    def show(self, coming: Sequence[Line], recent: Sequence[Line]) -> None:
        """These."""
        for lines, shown, nothing in (
            (self.coming, coming, self._nothing),
            (self.recent, recent, self._silence),
        ):
            lines.show([(line.mark, line.title, line.text, line.when) for line in shown])
            place: Any = nothing
            if shown:
                place.pack_forget()
            else:
                place.pack(anchor="w")


def _told(day: Day) -> str:
    when = f"{day.date:%a} {day.date.day} {day.date:%b %Y}"
    match day.kind:
        case "good":
            return f"{when}: {counted(day.good, 'backup')}"
        case "none":
            return f"{when}: no backup was due"
    backups = f", {counted(day.good, 'backup')}" if day.good else ""
    return f"{when}: {day.kind}{backups}"

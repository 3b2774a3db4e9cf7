"""Charts of rectangles, drawn on a canvas: what they show is also told in words."""

import tkinter
from collections.abc import Callable, Sequence
from typing import Any

import attrs

from bcper.apps.gui.widgets.base import dress, surface_of, theme_of
from bcper.apps.gui.widgets.tooltip import Tooltip


class Chart(tkinter.Canvas):
    """Drawn anew when its size or the theme changes; it tells of what is pointed at."""

    def __init__(self, parent: tkinter.Misc, width: int, height: int, name: str) -> None:
        self.theme = theme_of(parent)
        px = self.theme.px
        super().__init__(parent, width=px(width), height=px(height), highlightthickness=0, borderwidth=0)
        self.surface = surface_of(parent)
        self.name = name
        self._words: dict[int, str] = {}
        self._tip = Tooltip(self, "")
        self._told = ""
        dress(self, self._again)
        self.bind("<Configure>", lambda _: self._again())
        self.bind("<Motion>", self._point)

    def draw(self, width: int, height: int) -> None:
        """Draw on that many pixels."""
        raise NotImplementedError

    def block(
        self, left: float, top: float, right: float, bottom: float, fill: str, words: str = "", line: str = ""
    ) -> None:
        """A rectangle; ``words`` are shown when somebody points at it."""
        item = self.create_rectangle(
            left, top, right, bottom, fill=fill, outline=line or fill, width=1 if line else 0
        )
        if words:
            self._words[item] = words

    def note(self, x: float, y: float, text: str, anchor: Any = "center") -> None:
        """A small text."""
        self.create_text(x, y, text=text, anchor=anchor, fill=self.theme.palette.muted, font="Tiny")

    def words_at(self, x: int, y: int) -> str:
        """What is told of that place."""
        found = self.find_overlapping(x, y, x, y)
        return next((self._words[item] for item in reversed(found) if item in self._words), "")

    def _again(self) -> None:
        self.configure(background=self.theme.palette.surface(self.surface))
        self.delete("all")
        self._words.clear()
        width, height = self.winfo_width(), self.winfo_height()
        if width > 1 and height > 1:
            self.draw(width, height)

    def _point(self, event: "tkinter.Event[Any]") -> None:
        words = self.words_at(event.x, event.y)
        if words != self._told:
            self._told = words
            self._tip.hide()
            if words:
                self._tip.show_at(event.x_root + 12, event.y_root + 16, words)


@attrs.frozen
class Bar:
    """A value, what is told of it, and what stands below (empty for most)."""

    value: float
    words: str = ""
    label: str = ""


class BarChart(Chart):
    """Bars from left to right, the last one strong; ``unit`` puts a value of the scale into words."""

    def __init__(
        self, parent: tkinter.Misc, unit: Callable[[float], str], height: int = 120, name: str = ""
    ) -> None:
        self._bars: tuple[Bar, ...] = ()
        self._unit = unit
        super().__init__(parent, 300, height, name)

    def show(self, bars: Sequence[Bar]) -> None:
        """These."""
        if tuple(bars) != self._bars:
            self._bars = tuple(bars)
            self._again()

    def draw(self, width: int, height: int) -> None:
        """See Chart."""
        px, colours, fonts = self.theme.px, self.theme.palette, self.theme.fonts
        if not self._bars:
            return
        most = max(bar.value for bar in self._bars) or 1.0
        lines = grid_lines(most)
        left = max(fonts.width(self._unit(value), "Tiny") for value in lines) + px(8)
        bottom, top = height - px(20), px(6)
        scale = (bottom - top) / lines[-1]
        for value in lines:
            y = round(bottom - value * scale)
            self.create_line(left, y, width, y, fill=colours.border)
            self.note(left - px(8), y, self._unit(value), "e")
        step = (width - left) / len(self._bars)
        gap = 1 if step >= 3 else 0
        for index, bar in enumerate(self._bars):
            x0, x1 = left + round(index * step), left + round((index + 1) * step) - gap
            strong = index == len(self._bars) - 1
            self.block(
                x0,
                round(bottom - bar.value * scale),
                x1,
                bottom,
                colours.accent if strong else colours.bar,
                bar.words,
            )
            if bar.label:
                self.note(x0, bottom + px(4), bar.label, "nw")


@attrs.frozen
class Cell:
    """A day: ``tone`` ``good`` with ``weight`` 1 to 4, ``bad``, ``warning`` (hollow), or ``none``."""

    tone: str
    words: str = ""
    weight: int = 3


class DayGrid(Chart):
    """A year of days: a column for each week, its first day on top. ``labels`` stand above columns."""

    def __init__(self, parent: tkinter.Misc, name: str = "") -> None:
        self._cells: tuple[Cell | None, ...] = ()
        self._labels: tuple[tuple[int, str], ...] = ()
        super().__init__(parent, 300, 104, name)

    def show(self, cells: Sequence[Cell | None], labels: Sequence[tuple[int, str]] = ()) -> None:
        """Seven for each week, the first a Monday; ``None`` is no day. ``labels`` are (week, text)."""
        if (tuple(cells), tuple(labels)) != (self._cells, self._labels):
            self._cells, self._labels = tuple(cells), tuple(labels)
            self._again()

    def draw(self, width: int, height: int) -> None:
        """See Chart."""
        px, fonts = self.theme.px, self.theme.fonts
        weeks = (len(self._cells) + 6) // 7
        if not weeks:
            return
        left, top = fonts.width("Wed", "Tiny") + px(8), fonts.height("Tiny") + px(2)
        size = max(3, min((width - left) // weeks, (height - top) // 7))
        gap = min(px(2), size // 3)
        for at, cell in enumerate(self._cells):
            if cell is not None:
                week, day = divmod(at, 7)
                x, y = left + week * size, top + day * size
                fill, line = tone_fill(self, cell.tone, cell.weight)
                self.block(x, y, x + size - gap, y + size - gap, fill, cell.words, line)
        for week, text in self._labels:
            self.note(left + week * size, 0, text, "nw")
        days = ((0, "Mon"), (2, "Wed"), (4, "Fri"))
        for day, text in days if 2 * size >= fonts.height("Tiny") else days[::2]:
            self.note(left - px(6), top + (day + 0.5) * size, text, "e")


class MiniStrip(Chart):
    """The last runs, oldest first: full, red and lower, or hollow."""

    def __init__(self, parent: tkinter.Misc, count: int = 20, name: str = "") -> None:
        self._cells: tuple[Cell, ...] = ()
        self._count = count
        super().__init__(parent, count * 8, 22, name)

    def show(self, cells: Sequence[Cell]) -> None:
        """These; where there are fewer than ``count`` they stand at the right."""
        if tuple(cells) != self._cells:
            self._cells = tuple(cells)
            self._again()

    def draw(self, width: int, height: int) -> None:
        """See Chart."""
        px = self.theme.px
        shown = self._cells[-self._count :]
        for index, cell in enumerate(shown, self._count - len(shown)):
            x = width - (self._count - index) * px(8)
            fill, line = tone_fill(self, cell.tone, 3)
            top = height // 3 if cell.tone == "bad" else 0
            self.block(x, top, x + px(6), height - 1, fill, cell.words, line)


def tone_fill(chart: Chart, tone: str, weight: int) -> tuple[str, str]:
    """The fill and the line of a day or a run."""
    colours = chart.theme.palette
    match tone:
        case "good":
            return colours.heat[max(1, min(4, weight))], ""
        case "bad":
            return colours.bad, ""
        case "warning":
            return colours.surface(chart.surface), colours.warning
        case "running":
            return colours.accent, ""
        case _:
            return colours.heat[0], ""


def grid_lines(most: float) -> list[float]:
    """Four or five round values from 0 to at least ``most``: multiples of 1, 2 or 5."""
    step = 1.0
    while step * 5 < most:
        step *= 10
    while step * 5 >= most * 10:
        step /= 10
    for factor in (0.1, 0.2, 0.25, 0.5, 1.0):
        if step * factor * 5 >= most:
            step *= factor
            break
    lines = [0.0]
    while lines[-1] < most:
        lines.append(lines[-1] + step)
    return lines

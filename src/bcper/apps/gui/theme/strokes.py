"""What icons are drawn of, on a grid of 24: for the screen as shapes, for a file as SVG."""

import math
from collections.abc import Iterable

import attrs

from bcper.apps.gui.theme.shapes import Shape, circle, outline, polygon, rounded, segment

GRID = 24
STROKE = 1.8

Points = tuple[tuple[float, float], ...]


@attrs.frozen
class Line:
    """A line through ``points``; ``closed`` returns to the first, ``filled`` is the area within."""

    points: Points
    closed: bool = False
    filled: bool = False

    def shapes(self, unit: float, stroke: float) -> list[Shape]:
        """Its shapes at ``unit`` pixels for one of the grid."""
        points = [(x * unit, y * unit) for x, y in self.points]
        ends = [*points[1:], *points[:1]] if self.closed else points[1:]
        lines = [segment(*a, *b, stroke * unit) for a, b in zip(points, ends, strict=False)]
        return [polygon(points), *lines] if self.filled else lines

    def svg(self) -> str:
        """Its element."""
        points = " ".join(f"{x:g},{y:g}" for x, y in self.points)
        kind = "polygon" if self.closed else "polyline"
        return f'<{kind} points="{points}"{_fill(self.filled)}/>'


@attrs.frozen
class Box:
    """The outline of a rectangle with round corners."""

    left: float
    top: float
    right: float
    bottom: float
    radius: float

    def shapes(self, unit: float, stroke: float) -> list[Shape]:
        """See Line."""
        corners = (self.left, self.top, self.right, self.bottom, self.radius)
        return [outline(rounded(*(value * unit for value in corners)), stroke * unit)]

    def svg(self) -> str:
        """See Line."""
        size = f'width="{self.right - self.left:g}" height="{self.bottom - self.top:g}"'
        return f'<rect x="{self.left:g}" y="{self.top:g}" {size} rx="{self.radius:g}"/>'


@attrs.frozen
class Ring:
    """A circle; ``filled`` is a dot."""

    x: float
    y: float
    radius: float
    filled: bool = False

    def shapes(self, unit: float, stroke: float) -> list[Shape]:
        """See Line."""
        disc = circle(self.x * unit, self.y * unit, self.radius * unit)
        return [disc if self.filled else outline(disc, stroke * unit)]

    def svg(self) -> str:
        """See Line."""
        return f'<circle cx="{self.x:g}" cy="{self.y:g}" r="{self.radius:g}"{_fill(self.filled)}/>'


Stroke = Line | Box | Ring


def line(*numbers: float, closed: bool = False, filled: bool = False) -> Line:
    """A line through x, y, x, y, …."""
    return Line(tuple(zip(numbers[::2], numbers[1::2], strict=True)), closed, filled)


def dot(x: float, y: float, radius: float) -> Ring:
    """A dot."""
    return Ring(x, y, radius, filled=True)


def arc(x: float, y: float, radius: float, start: float, end: float) -> Line:
    """A part of a circle, from ``start`` to ``end`` degrees, clockwise from three o'clock."""
    steps = max(3, int(abs(end - start) / 15))
    angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
    return Line(
        tuple((round(x + radius * math.cos(a), 2), round(y + radius * math.sin(a), 2)) for a in angles)
    )


def shapes_of(strokes: Iterable[Stroke], size: float, stroke: float = STROKE) -> list[Shape]:
    """Shapes of an icon that is ``size`` pixels wide."""
    return [shape for each in strokes for shape in each.shapes(size / GRID, stroke)]


def _fill(filled: bool) -> str:
    return ' fill="currentColor"' if filled else ""

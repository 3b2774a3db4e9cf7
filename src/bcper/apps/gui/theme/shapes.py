"""Shapes by their distance function: what the pictures of the window are painted of."""

import math
from collections.abc import Callable, Sequence

import attrs

Distance = Callable[[float, float], float]
Bounds = tuple[float, float, float, float]


@attrs.frozen
class Shape:
    """``distance`` of a point from the edge is in pixels, below 0 within.

    ``bounds`` are left, top, right, bottom. Shapes with the same ``key`` are the same.
    """

    key: tuple[object, ...]
    bounds: Bounds = attrs.field(eq=False)
    distance: Distance = attrs.field(eq=False, repr=False)


def rounded(left: float, top: float, right: float, bottom: float, radius: float) -> Shape:
    """A rectangle with round corners."""
    x, y = (left + right) / 2, (top + bottom) / 2
    half_w, half_h = (right - left) / 2 - radius, (bottom - top) / 2 - radius

    def distance(px: float, py: float) -> float:
        dx, dy = abs(px - x) - half_w, abs(py - y) - half_h
        if dx <= 0 and dy <= 0:
            return max(dx, dy) - radius
        return math.hypot(max(dx, 0), max(dy, 0)) - radius

    return Shape(("rounded", left, top, right, bottom, radius), (left, top, right, bottom), distance)


def circle(x: float, y: float, radius: float) -> Shape:
    """A disc."""
    bounds = (x - radius, y - radius, x + radius, y + radius)
    return Shape(("circle", x, y, radius), bounds, lambda px, py: math.hypot(px - x, py - y) - radius)


def outline(shape: Shape, width: float) -> Shape:
    """The edge of a shape, that wide."""
    half, inner = width / 2, shape.distance
    left, top, right, bottom = shape.bounds
    bounds = (left - half, top - half, right + half, bottom + half)
    return Shape(("outline", shape.key, width), bounds, lambda px, py: abs(inner(px, py)) - half)


def segment(x0: float, y0: float, x1: float, y1: float, width: float) -> Shape:
    """A line with round ends."""
    dx, dy, half = x1 - x0, y1 - y0, width / 2
    length = dx * dx + dy * dy or 1e-9

    def distance(px: float, py: float) -> float:
        along = max(0.0, min(1.0, ((px - x0) * dx + (py - y0) * dy) / length))
        return math.hypot(px - x0 - along * dx, py - y0 - along * dy) - half

    bounds = (min(x0, x1) - half, min(y0, y1) - half, max(x0, x1) + half, max(y0, y1) + half)
    return Shape(("segment", x0, y0, x1, y1, width), bounds, distance)


def polygon(points: Sequence[tuple[float, float]]) -> Shape:
    """The area within a closed line, by the even-odd rule."""
    edges = list(zip(points, (*points[1:], points[0]), strict=True))

    def distance(px: float, py: float) -> float:
        nearest, inside = math.inf, False
        for (x0, y0), (x1, y1) in edges:
            dx, dy = x1 - x0, y1 - y0
            along = max(0.0, min(1.0, ((px - x0) * dx + (py - y0) * dy) / (dx * dx + dy * dy or 1e-9)))
            nearest = min(nearest, math.hypot(px - x0 - along * dx, py - y0 - along * dy))
            if (y0 > py) != (y1 > py) and px < dx * (py - y0) / dy + x0:
                inside = not inside
        return -nearest if inside else nearest

    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Shape(("polygon", *points), (min(xs), min(ys), max(xs), max(ys)), distance)


def moved(shape: Shape, right: float, down: float) -> Shape:
    """The same elsewhere."""
    inner, (x0, y0, x1, y1) = shape.distance, shape.bounds
    bounds = (x0 + right, y0 + down, x1 + right, y1 + down)
    return Shape(("moved", shape.key, right, down), bounds, lambda px, py: inner(px - right, py - down))

"""Pictures with smooth edges for Tk, which has none: shapes by their distance function, painted into PNG."""

import math
import struct
import zlib
from collections.abc import Callable, Iterable, Sequence

import attrs

from bcper.apps.gui.theme.palette import rgb

Distance = Callable[[float, float], float]


@attrs.frozen
class Shape:
    """``distance`` of a point from the edge is in pixels, below 0 within.

    ``bounds`` are left, top, right, bottom.
    """

    distance: Distance
    bounds: tuple[float, float, float, float]


Layer = tuple[Sequence[Shape], str]
"""Shapes as one, in a colour."""


def rounded(left: float, top: float, right: float, bottom: float, radius: float) -> Shape:
    """A rectangle with round corners."""
    x, y = (left + right) / 2, (top + bottom) / 2
    half_w, half_h = (right - left) / 2 - radius, (bottom - top) / 2 - radius

    def distance(px: float, py: float) -> float:
        dx, dy = abs(px - x) - half_w, abs(py - y) - half_h
        if dx <= 0 and dy <= 0:
            return max(dx, dy) - radius
        return math.hypot(max(dx, 0), max(dy, 0)) - radius

    return Shape(distance, (left, top, right, bottom))


def circle(x: float, y: float, radius: float) -> Shape:
    """A disc."""
    return Shape(
        lambda px, py: math.hypot(px - x, py - y) - radius, (x - radius, y - radius, x + radius, y + radius)
    )


def outline(shape: Shape, width: float) -> Shape:
    """The edge of a shape, that wide."""
    half, inner = width / 2, shape.distance
    left, top, right, bottom = shape.bounds
    return Shape(
        lambda px, py: abs(inner(px, py)) - half, (left - half, top - half, right + half, bottom + half)
    )


def segment(x0: float, y0: float, x1: float, y1: float, width: float) -> Shape:
    """A line with round ends."""
    dx, dy, half = x1 - x0, y1 - y0, width / 2
    length = dx * dx + dy * dy or 1e-9

    def distance(px: float, py: float) -> float:
        along = max(0.0, min(1.0, ((px - x0) * dx + (py - y0) * dy) / length))
        return math.hypot(px - x0 - along * dx, py - y0 - along * dy) - half

    return Shape(distance, (min(x0, x1) - half, min(y0, y1) - half, max(x0, x1) + half, max(y0, y1) + half))


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
    return Shape(distance, (min(xs), min(ys), max(xs), max(ys)))


def moved(shape: Shape, right: float, down: float) -> Shape:
    """The same elsewhere."""
    inner, (x0, y0, x1, y1) = shape.distance, shape.bounds
    return Shape(lambda px, py: inner(px - right, py - down), (x0 + right, y0 + down, x1 + right, y1 + down))


def paint(width: int, height: int, ground: str | None, layers: Iterable[Layer]) -> bytes:
    """A PNG of ``layers``, the last on top; without ``ground`` what no layer covers is transparent.

    Tk draws pictures without transparency much faster: large ones want a ground.
    """
    base = (*rgb(ground), 255) if ground else (0, 0, 0, 0)
    pixels = [base] * (width * height)
    for shapes, colour in layers:
        red, green, blue = rgb(colour)
        for at, cover in _mask(width, height, shapes).items():
            r, g, b, a = pixels[at]
            under = a / 255 * (1 - cover)
            whole = cover + under
            pixels[at] = (
                round((red * cover + r * under) / whole),
                round((green * cover + g * under) / whole),
                round((blue * cover + b * under) / whole),
                round(255 * whole),
            )
    depth = 3 if ground else 4
    rows = (
        bytes(part for pixel in pixels[row * width : (row + 1) * width] for part in pixel[:depth])
        for row in range(height)
    )
    return png(width, height, rows, alpha=not ground)


def box(width: int, height: int, ground: str, line: str, fill: str, radius: float, thick: float) -> bytes:
    """A PNG of a box with round corners: only one corner is reckoned, the rest is its mirror."""
    corner = math.ceil(max(radius, thick)) + 1
    outer = rounded(0, 0, width, height, radius).distance
    inner = rounded(thick, thick, width - thick, height - thick, max(0.5, radius - thick)).distance

    def at(x: float, y: float) -> bytes:
        colour: tuple[float, ...] = rgb(ground)
        for distance, over in ((outer, rgb(line)), (inner, rgb(fill))):
            cover = max(0.0, min(1.0, 0.5 - distance(x + 0.5, y + 0.5)))
            colour = tuple(a + (b - a) * cover for a, b in zip(colour, over, strict=True))
        return bytes(round(part) for part in colour)

    def row(y: int) -> bytes:
        left = [at(x, y) for x in range(corner)]
        return b"".join(left) + at(width // 2, y) * (width - 2 * corner) + b"".join(reversed(left))

    top = [row(y) for y in range(corner)]
    return png(
        width, height, [*top, *[row(height // 2)] * (height - 2 * corner), *reversed(top)], alpha=False
    )


def png(width: int, height: int, rows: Iterable[bytes], *, alpha: bool) -> bytes:
    """``rows`` as a PNG (RFC 2083); each has 3 bytes for a pixel, or with ``alpha`` 4."""
    raw = b"".join(b"\0" + row for row in rows)
    head = struct.pack(">IIBBBBB", width, height, 8, 6 if alpha else 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(raw, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _mask(width: int, height: int, shapes: Sequence[Shape]) -> dict[int, float]:
    """How much of which pixel the shapes cover, together; each is looked for where it can be."""
    found: dict[int, float] = {}
    for shape in shapes:
        left, top, right, bottom = shape.bounds
        columns = range(max(0, math.floor(left) - 1), min(width, math.ceil(right) + 1))
        distance = shape.distance
        for y in range(max(0, math.floor(top) - 1), min(height, math.ceil(bottom) + 1)):
            for x in columns:
                cover = 0.5 - distance(x + 0.5, y + 0.5)
                at = y * width + x
                if cover > found.get(at, 0.0):
                    found[at] = min(cover, 1.0)
    return found

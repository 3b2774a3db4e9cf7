"""Pictures with smooth edges for Tk, which has none: shapes, painted into PNG.

What a shape covers is reckoned once: it is painted in other colours for other states.
"""

import math
import struct
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

from bcper.apps.gui.theme.palette import rgb
from bcper.apps.gui.theme.shapes import Distance, Shape, rounded

Layer = tuple[Sequence[Shape], str]
"""Shapes as one, in a colour."""


def paint(width: int, height: int, ground: str | None, layers: Iterable[Layer]) -> bytes:
    """A PNG of ``layers``, the last on top; without ``ground`` what no layer covers is transparent.

    Tk draws pictures without transparency much faster: large ones want a ground.
    """
    base = (*rgb(ground), 255) if ground else (0, 0, 0, 0)
    pixels = [base] * (width * height)
    for shapes, colour in layers:
        red, green, blue = rgb(colour)
        for at, cover in _mask(width, height, tuple(shapes)):
            if cover == 1.0:
                pixels[at] = (red, green, blue, 255)
                continue
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


@lru_cache(maxsize=1024)
def box(width: int, height: int, ground: str, line: str, fill: str, radius: float, thick: float) -> bytes:
    """A PNG of a box with round corners: only one corner is reckoned, the rest is its mirror."""
    base, edge, inside = rgb(ground), rgb(line), rgb(fill)
    covers = _corner(width, height, radius, thick)
    corner = len(covers)

    def at(outer: float, inner: float) -> bytes:
        parts = zip(base, edge, inside, strict=True)
        return bytes(round((under := a + (b - a) * outer) + (c - under) * inner) for a, b, c in parts)

    def row(left: Sequence[tuple[float, float]], inner: float) -> bytes:
        pixels = [at(*each) for each in left]
        return b"".join(pixels) + at(1.0, inner) * (width - 2 * corner) + b"".join(reversed(pixels))

    within = [min(1.0, max(0.0, step + 1 - thick)) for step in range(corner)]
    top = [row(left, inner) for left, inner in zip(covers, within, strict=True)]
    middle = row([(1.0, inner) for inner in within], 1.0)
    return png(width, height, [*top, *[middle] * (height - 2 * corner), *reversed(top)], alpha=False)


def png(width: int, height: int, rows: Iterable[bytes], *, alpha: bool) -> bytes:
    """``rows`` as a PNG (RFC 2083); each has 3 bytes for a pixel, or with ``alpha`` 4."""
    raw = b"".join(b"\0" + row for row in rows)
    head = struct.pack(">IIBBBBB", width, height, 8, 6 if alpha else 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(raw, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@lru_cache(maxsize=256)
def _corner(
    width: int, height: int, radius: float, thick: float
) -> tuple[tuple[tuple[float, float], ...], ...]:
    """How much of the upper left pixels a box covers, and what is within its line."""
    size = math.ceil(max(radius, thick)) + 1
    outer = rounded(0, 0, width, height, radius).distance
    inner = rounded(thick, thick, width - thick, height - thick, max(0.5, radius - thick)).distance

    def cover(distance: Distance, x: int, y: int) -> float:
        return max(0.0, min(1.0, 0.5 - distance(x + 0.5, y + 0.5)))

    return tuple(tuple((cover(outer, x, y), cover(inner, x, y)) for x in range(size)) for y in range(size))


@lru_cache(maxsize=1024)
def _mask(width: int, height: int, shapes: tuple[Shape, ...]) -> tuple[tuple[int, float], ...]:
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
    return tuple(found.items())

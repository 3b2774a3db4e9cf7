"""The program's icon, drawn from the window's shield.

``python -m bcper.apps.gui.theme.app_icon FOLDER`` writes the files of ``apps/gui/icons``.
"""

import os
import sys

from bcper.apps.gui.theme import raster, shapes
from bcper.apps.gui.theme.icons import ICONS
from bcper.apps.gui.theme.palette import LIGHT
from bcper.apps.gui.theme.strokes import GRID, shapes_of

SIZES = (16, 24, 32, 48, 64, 128, 256)
_STROKE = 2.0
_SIGN = 0.74
_RADIUS = 5.4


def svg() -> str:
    """As SVG."""
    edge = GRID * (1 - _SIGN) / 2
    sign = "".join(stroke.svg() for stroke in ICONS["shield"])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {GRID} {GRID}" width="256" height="256">'
        f'<rect width="{GRID}" height="{GRID}" rx="{_RADIUS}" fill="{LIGHT.accent}"/>'
        f'<g transform="translate({edge:.2f} {edge:.2f}) scale({_SIGN})" fill="none" '
        f'stroke="{LIGHT.on_accent}" stroke-width="{_STROKE}" stroke-linecap="round" '
        f'stroke-linejoin="round">{sign}</g></svg>\n'
    )


def png(size: int) -> bytes:
    """As a PNG, ``size`` pixels wide."""
    inner = size * _SIGN
    by = (size - inner) / 2
    ground = shapes.rounded(0, 0, size, size, _RADIUS * size / GRID)
    sign = [shapes.moved(shape, by, by) for shape in shapes_of(ICONS["shield"], inner, _STROKE)]
    return raster.paint(size, size, None, [((ground,), LIGHT.accent), (sign, LIGHT.on_accent)])


def write(folder: str) -> None:
    """All of them, into ``folder``."""
    files = {"bcper.svg": svg().encode()} | {f"bcper-{size}.png": png(size) for size in SIZES}
    for name, data in files.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)


if __name__ == "__main__":
    write(sys.argv[1])

"""Pictures, looked at pixel by pixel."""

import importlib.resources
import struct
import zlib
from xml.etree import ElementTree

import pytest

from bcper.apps.gui.presenters.shell import PAGES as PAGE_NAMES
from bcper.apps.gui.root import icon
from bcper.apps.gui.theme import app_icon, raster, shapes
from bcper.apps.gui.theme.icons import ICONS, MARKS, PAGES
from bcper.apps.gui.theme.strokes import shapes_of


def pixels(data: bytes) -> list[list[tuple[int, ...]]]:
    """The rows of a PNG of ours: no filters."""
    width, height, _, kind = struct.unpack(">IIBB", data[16:26])
    depth = 4 if kind == 6 else 3
    start = data.index(b"IDAT")
    (size,) = struct.unpack(">I", data[start - 4 : start])
    raw = zlib.decompress(data[start + 4 : start + 4 + size])
    line = 1 + width * depth
    return [
        [tuple(raw[y * line + 1 + x * depth : y * line + 1 + (x + 1) * depth]) for x in range(width)]
        for y in range(height)
    ]


def test_what_a_shape_covers_has_its_colour_and_its_edge_is_smooth() -> None:
    found = pixels(raster.paint(9, 9, None, [((shapes.circle(4.5, 4.5, 4),), "#FF0000")]))
    assert found[4][4] == (255, 0, 0, 255)
    assert found[0][0] == (0, 0, 0, 0)
    assert 0 < found[1][2][3] < 255


def test_the_last_layer_is_on_top() -> None:
    square = (shapes.rounded(0, 0, 4, 4, 0.1),)
    found = pixels(raster.paint(4, 4, "#FFFFFF", [(square, "#FF0000"), (square, "#0000FF")]))
    assert found[1][1] == (0, 0, 255)


@pytest.mark.parametrize("size", [(30, 20), (31, 21)])
def test_a_box_has_a_ground_a_line_and_a_filling_and_is_its_own_mirror(size: tuple[int, int]) -> None:
    width, height = size
    found = pixels(raster.box(width, height, "#000000", "#FF0000", "#FFFFFF", 6, 1))
    assert found[0][0] == (0, 0, 0)
    assert found[height // 2][0] == found[0][width // 2] == (255, 0, 0)
    assert found[height // 2][width // 2] == (255, 255, 255)
    assert found == found[::-1] == [row[::-1] for row in found]


@pytest.mark.parametrize("name", sorted(ICONS))
def test_every_icon_is_within_its_square(name: str) -> None:
    data = raster.paint(24, 24, None, [(shapes_of(ICONS[name], 24), "#000000")])
    found = pixels(data)
    assert sum(pixel[3] for row in found for pixel in row) > 24 * 255
    rim = [*found[0], *found[-1], *(row[0] for row in found), *(row[-1] for row in found)]
    assert all(pixel[3] == 0 for pixel in rim)


def test_every_page_and_every_state_has_a_picture() -> None:
    assert set(PAGES) == {name.lower() for name in PAGE_NAMES}
    assert set(MARKS) == {"good", "warning", "bad", "none", "running"}


@pytest.mark.parametrize("size", app_icon.SIZES)
def test_the_programs_icon_is_what_the_theme_draws(size: int) -> None:
    assert pixels(icon(size)) == pixels(app_icon.png(size))


def test_the_programs_icon_as_svg_too() -> None:
    kept = importlib.resources.files("bcper.apps.gui").joinpath("icons/bcper.svg").read_text()
    assert kept == app_icon.svg()
    assert ElementTree.fromstring(kept).attrib["viewBox"] == "0 0 24 24"

"""Every text can be read, in both modes."""

import re

import attrs
import pytest

from bcper.apps.gui.theme.palette import DARK, LIGHT, Palette, contrast, mix, palette, rgb

BOTH = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
GROUNDS = ("window", "card", "side", "tint", "warning_tint", "selected", "hover", "press")
TONES = ("muted", "good", "warning", "bad", "accent_text")


def test_contrast_is_wcags() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)
    assert contrast("#123456", "#123456") == 1


@BOTH
@pytest.mark.parametrize("ground", GROUNDS)
def test_body_text_is_at_least_seven_to_one(colours: Palette, ground: str) -> None:
    text = colours.on_selected if ground == "selected" else colours.text
    assert contrast(text, getattr(colours, ground)) >= 7


@BOTH
@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("ground", ["window", "card"])
def test_secondary_text_is_at_least_four_and_a_half(colours: Palette, tone: str, ground: str) -> None:
    assert contrast(getattr(colours, tone), getattr(colours, ground)) >= 4.5


@BOTH
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("on_accent", "accent"),
        ("on_accent", "accent_hover"),
        ("on_accent", "accent_press"),
        ("on_banner", "banner_blue"),
        ("on_banner", "banner_red"),
        ("on_banner", "banner_amber"),
        ("muted", "side"),
        ("muted", "tint"),
        ("muted", "warning_tint"),
        ("accent_text", "tint"),
        ("bad", "bad_tint"),
        ("warning", "warning_tint"),
        ("good", "good_tint"),
    ],
)
def test_words_on_colours_are_at_least_four_and_a_half(colours: Palette, text: str, ground: str) -> None:
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= 4.5


@BOTH
@pytest.mark.parametrize("ground", ["window", "card"])
@pytest.mark.parametrize("line", ["edge", "accent", "bad"])
def test_edges_of_controls_are_at_least_three(colours: Palette, line: str, ground: str) -> None:
    """WCAG 2.1, 1.4.11."""
    assert contrast(getattr(colours, line), getattr(colours, ground)) >= 3


@BOTH
def test_every_colour_is_one(colours: Palette) -> None:
    for value in attrs.astuple(colours):
        for colour in value if isinstance(value, tuple) else (value,):
            assert re.fullmatch("#[0-9A-F]{6}", colour)
    assert len(colours.heat) == 5


def test_colours_by_name() -> None:
    assert palette("dark") is DARK
    assert palette("light") is LIGHT
    assert LIGHT.tone("good") == LIGHT.good
    assert LIGHT.tone("unheard of") == LIGHT.muted
    assert LIGHT.surface("caution") == LIGHT.warning_tint
    assert mix("#000000", "#FFFFFF", 0.5) == "#808080"
    assert rgb("#0A0B0C") == (10, 11, 12)

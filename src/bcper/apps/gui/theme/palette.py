"""All colours, by what they are for, in light and dark."""

from typing import Literal

import attrs

Mode = Literal["light", "dark"]
Surface = Literal["window", "card", "side", "tint", "caution"]
"""What something lies on: ``tint`` is a box with an explanation, ``caution`` one with a warning."""

Tone = Literal["good", "warning", "bad", "none", "running"]
"""How something stands. Always shown by a shape and a word as well."""


@attrs.frozen
class Palette:
    """Colours as ``#RRGGBB``. What ends in ``_tint`` is a ground for text, ``heat`` goes from little to much.

    ``border`` is for decoration, ``edge`` for what can be used; ``track`` is the empty part of a bar.
    """

    window: str
    card: str
    side: str
    border: str
    edge: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_text: str
    accent_hover: str
    accent_press: str
    on_accent: str
    tint: str
    selected: str
    on_selected: str
    hover: str
    press: str
    good: str
    good_tint: str
    warning: str
    warning_tint: str
    bad: str
    bad_tint: str
    banner_blue: str
    banner_red: str
    banner_amber: str
    on_banner: str
    track: str
    bar: str
    heat: tuple[str, ...]

    def surface(self, name: Surface) -> str:
        """The colour of a surface."""
        return {
            "window": self.window,
            "card": self.card,
            "side": self.side,
            "tint": self.tint,
            "caution": self.warning_tint,
        }[name]

    def tone(self, name: str) -> str:
        """The colour of a tone; what is no tone is as ``none``."""
        return {
            "good": self.good,
            "warning": self.warning,
            "bad": self.bad,
            "running": self.accent_text,
            "text": self.text,
        }.get(name, self.muted)

    def tone_tint(self, name: str) -> str:
        """A ground for a large sign of that tone."""
        return {
            "good": self.good_tint,
            "warning": self.warning_tint,
            "bad": self.bad_tint,
            "running": self.tint,
        }.get(name, self.track)


LIGHT = Palette(
    window="#F5F6F8",
    card="#FFFFFF",
    side="#ECEEF2",
    border="#D8DCE2",
    edge="#848C97",
    text="#1A1D21",
    muted="#596270",
    disabled="#A0A7B1",
    accent="#2459D6",
    accent_text="#1C49B5",
    accent_hover="#1C49B5",
    accent_press="#173C96",
    on_accent="#FFFFFF",
    tint="#E4ECFD",
    selected="#DCE7FD",
    on_selected="#12316F",
    hover="#EDEFF3",
    press="#E0E4EA",
    good="#147A3D",
    good_tint="#DDF3E4",
    warning="#8F5400",
    warning_tint="#FCEFD2",
    bad="#C22B2B",
    bad_tint="#FCE3E3",
    banner_blue="#2459D6",
    banner_red="#B42323",
    banner_amber="#8A5200",
    on_banner="#FFFFFF",
    track="#E3E7EC",
    bar="#9CB5ED",
    heat=("#E9ECF0", "#BFE3CB", "#83C79B", "#43A468", "#147A3D"),
)

DARK = Palette(
    window="#15171B",
    card="#1D2025",
    side="#111316",
    border="#30353D",
    edge="#6F7885",
    text="#E7E9ED",
    muted="#9BA4B0",
    disabled="#5F6772",
    accent="#3A6FE6",
    accent_text="#8DB0FF",
    accent_hover="#376AD9",
    accent_press="#2F5FC8",
    on_accent="#FFFFFF",
    tint="#1D2B4A",
    selected="#24375F",
    on_selected="#E3ECFF",
    hover="#272B32",
    press="#30353D",
    good="#58C985",
    good_tint="#16301F",
    warning="#E5AE4A",
    warning_tint="#352A12",
    bad="#F27C7C",
    bad_tint="#3A1B1D",
    banner_blue="#2A56BC",
    banner_red="#A12A2A",
    banner_amber="#7A5410",
    on_banner="#FFFFFF",
    track="#2B3037",
    bar="#2C4683",
    heat=("#262A30", "#1E4A30", "#267042", "#36A05E", "#58C985"),
)


def palette(mode: Mode) -> Palette:
    """The colours of a mode."""
    return DARK if mode == "dark" else LIGHT


def rgb(colour: str) -> tuple[int, int, int]:
    """The three parts of ``#RRGGBB``, each 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(first: str, second: str, part: float) -> str:
    """``first`` with ``part`` (0 to 1) of ``second``."""
    parts = (round(a + (b - a) * part) for a, b in zip(rgb(first), rgb(second), strict=True))
    return "#" + "".join(f"{value:02X}" for value in parts)


def contrast(first: str, second: str) -> float:
    """The contrast ratio, 1 to 21 (WCAG 2.1, "contrast ratio" and "relative luminance")."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    linear = [
        value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
        for value in (part / 255 for part in rgb(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

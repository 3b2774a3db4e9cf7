"""Sizes: a grid of 4 px at 96 dots per inch, times the scale."""

import attrs

GRID = 4
PAGE = (24, 20, 24, 12)
"""Around a page: left, top, right, bottom."""

CARD = (16, 12)
GAP = 12
RADIUS = 6
CARD_RADIUS = 10
SIDEBAR = 200
ICON = 16

_LEAST, _MOST, _STEP = 1.0, 2.0, 0.25
_DPI = 96


@attrs.frozen
class Metrics:
    """``scale`` is 1.0 to 2.0."""

    scale: float = 1.0

    def px(self, length: float) -> int:
        """The pixels on the screen for ``length`` at 96 dots per inch; something stays at least 1."""
        return max(1, round(length * self.scale)) if length else 0

    def rescaled(self, pixels: int, other: "Metrics") -> int:
        """What :meth:`px` gave, as ``other`` would have given it: exact for whole lengths."""
        return other.px(round(pixels / self.scale)) if pixels > 0 else pixels


def scale_of(percent: int | None, dpi: float | None) -> float:
    """The scale that a person chose, or else that of the screen, in steps of a quarter from 1.0 to 2.0."""
    wanted = percent / 100 if percent is not None else (dpi or _DPI) / _DPI
    return min(_MOST, max(_LEAST, round(wanted / _STEP) * _STEP))

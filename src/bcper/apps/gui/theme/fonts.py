"""Which font, in which sizes."""

import logging
import tkinter
from collections.abc import Collection
from tkinter import font as tkfont
from typing import Literal

from bcper.apps.fonts import FAMILIES, MONO

FontName = Literal["Title", "Heading", "Body", "Strong", "Small", "SmallStrong", "Tiny", "Figure", "Mono"]

SIZES: dict[str, tuple[int, bool]] = {
    "Title": (22, True),
    "Heading": (15, True),
    "Body": (13, False),
    "Strong": (13, True),
    "Small": (12, False),
    "SmallStrong": (12, True),
    "Tiny": (11, False),
    "Figure": (24, True),
    "Mono": (12, False),
}
"""Pixels at 96 dots per inch, and whether bold."""

_STANDARD = ("Default", "Text", "Menu", "Heading", "Icon", "Tooltip", "Caption", "SmallCaption")

_log = logging.getLogger("bcper")


def choose(wanted: Collection[str], there: Collection[str], otherwise: str) -> str:
    """The first of ``wanted`` that is ``there``."""
    return next((family for family in wanted if family in there), otherwise)


class Fonts:
    """Tk's named fonts, ours and the standard ones: whoever uses one follows its changes."""

    def __init__(self, root: tkinter.Tk) -> None:
        there = frozenset(tkfont.families(root))
        default = tkfont.nametofont("TkDefaultFont", root)
        family = choose(FAMILIES, there, default.actual("family"))
        fixed = tkfont.nametofont("TkFixedFont", root)
        mono = choose(MONO, there, fixed.actual("family"))
        # A font is deleted with its object: they are kept.
        self._fonts = {
            name: (
                tkfont.Font(
                    root,
                    name=name,
                    exists=False,
                    family=mono if name == "Mono" else family,
                    weight=_weight(bold),
                ),
                size,
            )
            for name, (size, bold) in SIZES.items()
        }
        for name in _STANDARD:
            font = tkfont.nametofont(f"Tk{name}Font", root)
            font.configure(family=family, weight="normal")
            self._fonts[font.name] = (font, SIZES["Body"][0])
        fixed.configure(family=mono)
        self._fonts[fixed.name] = (fixed, SIZES["Mono"][0])
        if (system := root.tk.call("::tk::pkgconfig", "get", "fontsystem")) != "xft":
            _log.warning("Tk draws letters with %s, not Xft: they look coarse", system)

    def resize(self, scale: float) -> None:
        """All of them times ``scale``."""
        for font, size in self._fonts.values():
            font.configure(size=-round(size * scale))

    def width(self, text: str, name: FontName = "Body") -> int:
        """The pixels that ``text`` takes."""
        return self._fonts[name][0].measure(text)

    def height(self, name: FontName = "Body") -> int:
        """The pixels from line to line."""
        return self._fonts[name][0].metrics("linespace")


def _weight(bold: bool) -> Literal["normal", "bold"]:
    return "bold" if bold else "normal"

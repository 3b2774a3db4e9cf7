"""Check boxes, radio buttons, switches, chips."""

import tkinter

from bcper.apps.gui.theme import raster, shapes
from bcper.apps.gui.theme.palette import Surface
from bcper.apps.gui.theme.styles.sheet import Sheet, States, part, prefix

_SIZE = 18
_SWITCH = (38, 20)
_TICK = (4.6, 9.4, 7.8, 12.6, 13.4, 6.0)


def toggles(sheet: Sheet, surface: Surface) -> None:
    """``TCheckbutton``, ``TRadiobutton`` and ``Switch.TCheckbutton``, with rings."""
    before = prefix(surface)
    pens = {
        "check": _Check(sheet),
        "radio": _Radio(sheet),
        "switch": _Switch(sheet),
    }
    styles = {"check": "TCheckbutton", "radio": "TRadiobutton", "switch": "Switch.TCheckbutton"}
    for kind, pen in pens.items():
        element, name = f"{before}{kind}.sign", before + styles[kind]
        off, states = pen.pictures()
        sheet.image(element, off, states, sticky="")
        gap = f"{before}{kind}.gap"
        sheet.image(gap, pen.gap(), sticky="")
        sheet.layout(
            name,
            part(
                "Checkbutton.padding",
                part(element, side="left", sticky=""),
                part(gap, side="left", sticky=""),
                part("Checkbutton.label", side="left"),
            ),
        )
        sheet.configure(
            name, background=sheet.palette.surface(surface), padding=(0, sheet.px(3)), font="Body"
        )
        sheet.map(name, background=[], foreground=[("disabled", sheet.palette.disabled)])


def chips(sheet: Sheet, surface: Surface) -> None:
    """``Chip.TRadiobutton``: one of a few that stand beside each other."""
    colours, px, before = sheet.palette, sheet.px, prefix(surface)
    ground = colours.surface(surface)

    def box(fill: str, line: str, thick: int = 1) -> tkinter.PhotoImage:
        return sheet.theme.box(fill, line, ground, thick=thick)

    element, name = f"{before}Chip.box", f"{before}Chip.TRadiobutton"
    sheet.image(
        element,
        box(ground, ground),
        [
            ("selected focus", box(colours.tint, colours.text, 2)),
            ("selected", box(colours.tint, colours.accent)),
            ("focus", box(ground, colours.accent, 2)),
            ("active", box(colours.hover, colours.hover)),
        ],
        border=8,
        padding=2,
    )
    sheet.layout(name, part(element, part("Button.padding", part("Button.label"))))
    sheet.configure(name, background=ground, padding=(px(10), px(5)), anchor="center", font="Small")
    sheet.map(
        name,
        background=[],
        foreground=[("disabled", colours.disabled), ("selected", colours.accent_text)],
    )


class _Pen:
    """Paints a control in its states."""

    name = ""
    size = (_SIZE, _SIZE)

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.scale = sheet.theme.metrics.scale
        self.width, self.height = (sheet.px(length) for length in self.size)

    def pictures(self) -> tuple[tkinter.PhotoImage, States]:
        """Off, and the others."""
        c = self.sheet.palette
        return self.paint(False, c.card, c.edge), [
            ("disabled selected", self.paint(True, c.disabled, c.disabled)),
            ("disabled", self.paint(False, c.track, c.border)),
            ("selected focus", self.paint(True, c.accent, c.text, 2)),
            ("selected", self.paint(True, c.accent, c.accent)),
            ("focus", self.paint(False, c.card, c.accent, 2)),
            ("active", self.paint(False, c.hover, c.muted)),
        ]

    def gap(self) -> tkinter.PhotoImage:
        """The space before the words."""
        width = self.sheet.px(8)
        return self.sheet.theme.picture(("gap", width), lambda: raster.paint(width, 1, None, []))

    def paint(self, on: bool, fill: str, line: str, thick: float = 1.5) -> tkinter.PhotoImage:
        """One state."""
        key = (self.name, on, fill, line, thick)
        return self.sheet.theme.picture(
            key,
            lambda: raster.paint(
                self.width, self.height, None, self.layers(on, fill, line, thick * self.scale)
            ),
        )

    def layers(self, on: bool, fill: str, line: str, thick: float) -> list[raster.Layer]:
        """What it is painted of."""
        raise NotImplementedError


class _Check(_Pen):
    name = "check"

    def layers(self, on: bool, fill: str, line: str, thick: float) -> list[raster.Layer]:
        end, k = self.width - 0.5, self.scale
        outer = shapes.rounded(0.5, 0.5, end, end, 4.5 * k)
        inner = shapes.rounded(0.5 + thick, 0.5 + thick, end - thick, end - thick, 3.2 * k)
        found: list[raster.Layer] = [((outer,), line), ((inner,), fill)]
        if on:
            unit = self.width / _SIZE
            x0, y0, x1, y1, x2, y2 = (value * unit for value in _TICK)
            tick = shapes.segment(x0, y0, x1, y1, 1.9 * k), shapes.segment(x1, y1, x2, y2, 1.9 * k)
            found.append((tick, self.sheet.palette.on_accent))
        return found


class _Radio(_Pen):
    name = "radio"

    def layers(self, on: bool, fill: str, line: str, thick: float) -> list[raster.Layer]:
        half = self.width / 2
        found: list[raster.Layer] = [
            ((shapes.circle(half, half, half - 0.5),), line),
            ((shapes.circle(half, half, half - 0.5 - thick),), fill),
        ]
        if on:
            found.append(((shapes.circle(half, half, self.width * 0.2),), self.sheet.palette.on_accent))
        return found


class _Switch(_Pen):
    name = "switch"
    size = _SWITCH

    def layers(self, on: bool, fill: str, line: str, thick: float) -> list[raster.Layer]:
        w, h, half = self.width, self.height, self.height / 2
        track = shapes.rounded(thick, thick, w - thick, h - thick, half - thick)
        knob = shapes.circle(w - half if on else half, half, half - 4.2 * self.scale)
        colours = self.sheet.palette
        return [
            ((shapes.rounded(0, 0, w, h, half),), line),
            ((track,), fill),
            ((knob,), colours.on_accent if on else colours.muted),
        ]

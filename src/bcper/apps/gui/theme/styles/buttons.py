"""Buttons, and the entries of the sidebar."""

import tkinter

from bcper.apps.gui.theme.palette import Surface
from bcper.apps.gui.theme.styles.sheet import Sheet, part, prefix


def buttons(sheet: Sheet, surface: Surface) -> None:
    """``TButton``, ``Primary``, ``Danger``, ``Ghost`` and ``Link``, each with a ring for the focus."""
    colours, px, before = sheet.palette, sheet.px, prefix(surface)
    ground, card = colours.surface(surface), colours.card
    looks = {
        # fill, line, hover, pressed, disabled, ring, text
        "": (card, colours.edge, colours.hover, colours.press, ground, colours.accent, colours.text),
        "Primary.": (
            colours.accent,
            colours.accent,
            colours.accent_hover,
            colours.accent_press,
            colours.track,
            colours.text,
            colours.on_accent,
        ),
        "Danger.": (card, colours.bad, colours.bad_tint, colours.bad_tint, ground, colours.bad, colours.bad),
        "Ghost.": (ground, ground, colours.hover, colours.press, ground, colours.accent, colours.text),
        "Link.": (ground, ground, ground, ground, ground, colours.accent, colours.accent_text),
    }
    for kind, (fill, line, hover, pressed, off, ring, text) in looks.items():
        if surface in ("tint", "caution") and kind not in ("Ghost.", "Link."):
            continue  # nobody puts a large button there

        def box(fill: str, line: str, thick: int = 1) -> tkinter.PhotoImage:
            return sheet.theme.box(fill, line, ground, thick=thick)

        name, element = f"{before}{kind}TButton", f"{before}{kind}Button.box"
        dead = colours.border if off == ground and line != ground else off
        sheet.image(
            element,
            box(fill, line),
            [
                ("disabled", box(off, dead)),
                ("pressed", box(pressed, line)),
                ("focus active", box(hover, ring, 2)),
                ("active", box(hover, line)),
                ("focus", box(fill, ring, 2)),
            ],
            border=8 if kind != "Link." else 4,
            padding=2 if kind != "Link." else 0,
        )
        sheet.layout(name, part(element, part("Button.padding", part("Button.label"))))
        padding = (px(1), 0) if kind == "Link." else (px(12), px(6))
        font = "Small" if kind == "Link." else "Body"
        sheet.configure(name, background=ground, foreground=text, padding=padding, anchor="center", font=font)
        sheet.map(name, foreground=[("disabled", colours.disabled)], background=[])


def navigation(sheet: Sheet) -> None:
    """``Nav.TRadiobutton``, an entry of the sidebar."""
    colours, px, side = sheet.palette, sheet.px, sheet.palette.side

    def box(fill: str, line: str, thick: int = 1) -> tkinter.PhotoImage:
        return sheet.theme.box(fill, line, side, 7, thick)

    sheet.image(
        "Nav.box",
        box(side, side),
        [
            ("selected focus", box(colours.selected, colours.accent, 2)),
            ("selected", box(colours.selected, colours.selected)),
            ("focus", box(side, colours.accent, 2)),
            ("active", box(colours.press, colours.press)),
        ],
        border=9,
        padding=2,
    )
    sheet.layout(
        "Nav.TRadiobutton", part("Nav.box", part("Button.padding", part("Button.label", sticky="w")))
    )
    sheet.configure("Nav.TRadiobutton", background=side, padding=(px(10), px(8)), anchor="w", font="Body")
    sheet.map(
        "Nav.TRadiobutton",
        background=[],
        foreground=[("selected", colours.on_selected)],
        font=[("selected", "Strong")],
    )

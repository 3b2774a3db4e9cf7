"""What is typed into: entries, combo boxes, spin boxes."""

import tkinter

from bcper.apps.gui.theme import raster, shapes
from bcper.apps.gui.theme.icons import ICONS
from bcper.apps.gui.theme.palette import Surface
from bcper.apps.gui.theme.strokes import shapes_of
from bcper.apps.gui.theme.styles.sheet import Sheet, part, prefix


def spin_arrows(sheet: Sheet) -> None:
    """The arrows of combo boxes and spin boxes."""
    colours = sheet.palette
    chevron = _arrow(sheet, "down", colours.muted, 14, 14)
    sheet.image(
        "Field.chevron",
        chevron,
        [("disabled", _arrow(sheet, "down", colours.disabled, 14, 14))],
        padding=6,
        sticky="",
    )
    for name in ("up", "down"):
        sheet.image(
            f"Field.{name}arrow",
            _arrow(sheet, name, colours.muted, 18, 12),
            [
                ("disabled", _arrow(sheet, name, colours.disabled, 18, 12)),
                ("active", _arrow(sheet, name, colours.accent_text, 18, 12)),
            ],
            sticky="",
        )


def fields(sheet: Sheet, surface: Surface) -> None:
    """``TEntry``, ``TCombobox`` and ``TSpinbox``; red at the edge while ``invalid``."""
    colours, px, before = sheet.palette, sheet.px, prefix(surface)
    ground, card = colours.surface(surface), colours.card

    def box(fill: str, line: str, thick: int = 1) -> tkinter.PhotoImage:
        return sheet.theme.box(fill, line, ground, thick=thick)

    frame = f"{before}Field.box"
    sheet.image(
        frame,
        box(card, colours.edge),
        [
            ("disabled", box(ground, colours.border)),
            ("invalid focus", box(card, colours.bad, 2)),
            ("invalid", box(card, colours.bad)),
            ("focus", box(card, colours.accent, 2)),
            ("hover", box(card, colours.muted)),
        ],
        border=8,
        padding=2,
    )
    sheet.layout(f"{before}TEntry", part(frame, part("Entry.padding", part("Entry.textarea"))))
    sheet.layout(
        f"{before}TCombobox",
        part(
            frame,
            part("Field.chevron", sticky="", side="right"),
            part("Combobox.padding", part("Combobox.textarea"), expand=True),
        ),
    )
    sheet.layout(
        f"{before}TSpinbox",
        part(
            frame,
            part(
                "null",
                part("Field.uparrow", sticky="", side="top"),
                part("Field.downarrow", sticky="", side="bottom"),
                sticky="ns",
                side="right",
            ),
            part("Spinbox.padding", part("Spinbox.textarea"), expand=True),
        ),
    )
    for name in ("TEntry", "TCombobox", "TSpinbox"):
        sheet.configure(
            before + name,
            padding=(px(9), px(6)),
            foreground=colours.text,
            background=ground,
            fieldbackground=card,
            font="Body",
        )
        sheet.map(before + name, foreground=[("disabled", colours.disabled)])
    sheet.map(
        f"{before}TCombobox",
        foreground=[("disabled", colours.disabled)],
        selectbackground=[("readonly", card), ("!focus", card)],
        selectforeground=[("readonly", colours.text), ("!focus", colours.text)],
        fieldbackground=[("readonly", card)],
    )
    sheet.configure(f"{before}Hint.TEntry", foreground=colours.muted)
    sheet.layout(f"{before}Hint.TEntry", part(frame, part("Entry.padding", part("Entry.textarea"))))


def _arrow(sheet: Sheet, name: str, colour: str, width: int, height: int) -> tkinter.PhotoImage:
    w, h = sheet.px(width), sheet.px(height)
    size = min(w, sheet.px(14))

    def make() -> bytes:
        moved = [
            shapes.moved(shape, (w - size) / 2, (h - size) / 2) for shape in shapes_of(ICONS[name], size, 2.2)
        ]
        return raster.paint(w, h, sheet.palette.card, [(moved, colour)])

    return sheet.theme.picture(("arrow", name, colour, w, h), make)

"""Frames, cards, labels, lines."""

from bcper.apps.gui.theme.metrics import CARD_RADIUS
from bcper.apps.gui.theme.palette import Surface
from bcper.apps.gui.theme.styles.sheet import Sheet, part, prefix

_FONTS = ("Title", "Heading", "Strong", "Figure", "Tiny", "Mono")
_TONES = {"Muted": "none", "Good": "good", "Warning": "warning", "Bad": "bad", "Running": "running"}


def common(sheet: Sheet) -> None:
    """What every style begins with."""
    colours, px = sheet.palette, sheet.px
    sheet.configure(
        ".",
        background=colours.window,
        foreground=colours.text,
        font="Body",
        borderwidth=0,
        focuscolor=colours.accent,
        troughcolor=colours.track,
        bordercolor=colours.border,
        lightcolor=colours.card,
        darkcolor=colours.card,
        insertcolor=colours.text,
        insertwidth=px(1),
        selectbackground=colours.accent,
        selectforeground=colours.on_accent,
        fieldbackground=colours.card,
    )
    sheet.map(".", foreground=[("disabled", colours.disabled)])
    box = sheet.theme.box
    for name, ground in (("Card.border", colours.window), ("Inset.border", colours.card)):
        sheet.image(
            name,
            box(colours.card, colours.border, ground, CARD_RADIUS, size=(320, 160)),
            [("focus", box(colours.card, colours.accent, ground, CARD_RADIUS, 2, size=(320, 160)))],
            border=12,
        )
    sheet.layout("Box.TFrame", part("Card.border"))
    sheet.layout("Inset.TFrame", part("Inset.border"))
    for name in ("Box.TFrame", "Inset.TFrame"):
        sheet.configure(name, background=colours.card)
    sheet.configure("TSeparator", background=colours.border)
    sheet.configure("Line.TFrame", background=colours.border)


def frames(sheet: Sheet, surface: Surface) -> None:
    """A plain ground."""
    sheet.configure(f"{prefix(surface)}TFrame", background=sheet.palette.surface(surface))


def labels(sheet: Sheet, surface: Surface) -> None:
    """One for each font, and small ones in the colours of the tones."""
    before, ground = prefix(surface), sheet.palette.surface(surface)
    sheet.configure(f"{before}TLabel", background=ground)
    for font in _FONTS:
        sheet.configure(f"{before}{font}.TLabel", background=ground, font=font)
    sheet.configure(f"{before}Tiny.TLabel", foreground=sheet.palette.muted)
    sheet.configure(f"{before}Small.TLabel", background=ground, font="Small")
    for name, tone in _TONES.items():
        sheet.configure(
            f"{before}{name}.TLabel", background=ground, foreground=sheet.palette.tone(tone), font="Small"
        )

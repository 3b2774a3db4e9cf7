"""Tables, scroll bars, bars of progress, the pages' notebook."""

import tkinter

from bcper.apps.gui.theme import raster, shapes
from bcper.apps.gui.theme.palette import Surface, mix
from bcper.apps.gui.theme.styles.sheet import Sheet, part, prefix


def tree(sheet: Sheet) -> None:
    """``Treeview``, always on a card."""
    c, px = sheet.palette, sheet.px
    plain = {"borderwidth": 0, "bordercolor": c.card, "lightcolor": c.card, "darkcolor": c.card}
    sheet.configure(
        "Treeview",
        background=c.card,
        fieldbackground=c.card,
        foreground=c.text,
        rowheight=sheet.theme.fonts.height() + px(13),
        font="Body",
        indent=px(18),
        **plain,
    )
    sheet.map(
        "Treeview",
        background=[("selected", c.selected)],
        foreground=[("disabled", c.disabled), ("selected", c.on_selected)],
    )
    sheet.layout("Treeview", part("Treeview.treearea"))
    inside = part("Treeitem.image", side="left", sticky=""), part("Treeitem.text", side="left")
    # A list has no signs for open and closed: "Flat".
    sheet.layout("Flat.Treeview", part("Treeview.treearea"))
    sheet.configure("Flat.Treeview", indent=0)
    sheet.layout("Flat.Treeview.Item", part("Treeitem.padding", *inside))
    sheet.layout(
        "Treeview.Item",
        part("Treeitem.padding", part("Treeitem.indicator", side="left", sticky=""), *inside),
    )
    closed, opened = (sheet.theme.icon(name, c.muted, 14) for name in ("right", "down"))
    empty = sheet.theme.picture(("empty", 14), lambda: raster.paint(px(14), px(14), None, []))
    # "user1" is an open entry and "user2" one without children (ttk_treeview(n), "Custom states").
    sheet.image("Treeitem.indicator", closed, [("user2", empty), ("user1", opened)], padding=2, sticky="")
    for kind in ("Treeview", "Flat.Treeview"):
        sheet.configure(f"{kind}.Item", padding=(px(10), 0, px(4), 0))
        sheet.configure(f"{kind}.Cell", padding=(px(10), 0))
        sheet.configure(
            f"{kind}.Heading",
            background=c.card,
            foreground=c.muted,
            font="SmallStrong",
            padding=(px(10), px(9)),
            relief="flat",
            **plain,
        )
        sheet.map(f"{kind}.Heading", background=[("active", c.hover)], foreground=[("active", c.text)])


def scrollbars(sheet: Sheet, surface: Surface) -> None:
    """Slim, without arrows."""
    c, px, before = sheet.palette, sheet.px, prefix(surface)
    ground = c.surface(surface)
    for way, width, height, sticky in (("Vertical", 10, 40, "ns"), ("Horizontal", 40, 10, "ew")):

        def pill(colour: str, width: int = width, height: int = height) -> tkinter.PhotoImage:
            w, h, edge = px(width), px(height), px(2)
            shape = shapes.rounded(edge, edge, w - edge, h - edge, px(3))
            key = ("pill", colour, ground, width)
            return sheet.theme.picture(key, lambda: raster.paint(w, h, ground, [((shape,), colour)]))

        thumb, trough = f"{before}{way}.Slim.thumb", f"{before}{way}.Slim.trough"
        states = [("disabled", pill(ground)), ("pressed", pill(c.muted)), ("active", pill(c.muted))]
        sheet.image(thumb, pill(c.edge), states, border=5)
        sheet.borrow(trough, "clam", f"{way}.Scrollbar.trough")
        name = f"{before}{way}.TScrollbar"
        sheet.layout(name, part(trough, part(thumb, expand=True), sticky=sticky))
        sheet.configure(
            name,
            troughcolor=ground,
            background=ground,
            bordercolor=ground,
            lightcolor=ground,
            darkcolor=ground,
            width=px(10),
            arrowsize=px(10),
            gripcount=0,
        )


def bars(sheet: Sheet, surface: Surface) -> None:
    """``Horizontal.TProgressbar``, and those of a banner."""
    c, before = sheet.palette, prefix(surface)
    _bar(sheet, f"{before}", c.surface(surface), c.track, c.accent)
    if surface == "window":
        blue = c.banner_blue
        _bar(sheet, "Banner.", blue, mix(blue, c.on_banner, 0.28), c.on_banner)


def _bar(sheet: Sheet, before: str, ground: str, track: str, colour: str) -> None:
    w, h = sheet.px(40), sheet.px(6)
    shape = shapes.rounded(0, 0, w, h, h / 2)

    def pill(fill: str, under: str) -> tkinter.PhotoImage:
        key = ("bar", fill, under)
        return sheet.theme.picture(key, lambda: raster.paint(w, h, under, [((shape,), fill)]))

    sheet.image(f"{before}Bar.trough", pill(track, ground), border=3, sticky="ew")
    sheet.image(f"{before}Bar.pbar", pill(colour, track), border=3, sticky="ew")
    name = f"{before}Horizontal.TProgressbar"
    sheet.layout(
        name, part(f"{before}Bar.trough", part(f"{before}Bar.pbar", side="left", sticky=""), sticky="ew")
    )
    sheet.configure(name, background=ground, thickness=h, borderwidth=0)


def notebook(sheet: Sheet) -> None:
    """``Pages.TNotebook`` has no tabs to see: the sidebar turns its pages."""
    ground = sheet.palette.window
    plain = {"background": ground, "bordercolor": ground, "lightcolor": ground, "darkcolor": ground}
    sheet.layout("Pages.TNotebook", part("Notebook.client"))
    sheet.layout("Pages.TNotebook.Tab")
    sheet.configure("Pages.TNotebook", borderwidth=0, padding=0, **plain)

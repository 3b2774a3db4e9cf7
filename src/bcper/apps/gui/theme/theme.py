"""The theme of a window: it can change its mode and its scale while the window is shown."""

import tkinter
from collections.abc import Callable
from tkinter import ttk

from bcper.apps.gui.theme import raster, shapes
from bcper.apps.gui.theme.fonts import Fonts
from bcper.apps.gui.theme.icons import ICONS, MARKS
from bcper.apps.gui.theme.metrics import Metrics
from bcper.apps.gui.theme.palette import Mode, Palette, palette
from bcper.apps.gui.theme.rescale import rescale
from bcper.apps.gui.theme.strokes import shapes_of
from bcper.apps.gui.theme.styles import make_styles, set_options


class Theme:
    """Colours, sizes, fonts and pictures of ``root``.

    Whatever is painted is kept, for each mode and scale, as long as the window: to go back costs nothing.
    """

    def __init__(self, root: tkinter.Tk, mode: Mode = "light", scale: float = 1.0) -> None:
        self.root = root
        self.mode: Mode = mode
        self.metrics = Metrics(scale)
        self.palette: Palette = palette(mode)
        self.fonts = Fonts(root)
        self._pictures: dict[tuple[object, ...], tkinter.PhotoImage] = {}
        self._use()

    def change(self, *, mode: Mode | None = None, scale: float | None = None) -> None:
        """Another mode, another scale, at once: widgets get ``<<ThemeChanged>>`` when Tk is idle."""
        before, mode, scale = self.metrics, mode or self.mode, scale or self.metrics.scale
        if (mode, scale) == (self.mode, before.scale):
            return
        self.mode, self.metrics, self.palette = mode, Metrics(scale), palette(mode)
        if scale != before.scale:
            rescale(self.root, before, self.metrics)
        self._use()

    def px(self, length: float) -> int:
        """See Metrics."""
        return self.metrics.px(length)

    def picture(self, key: tuple[object, ...], make: Callable[[], bytes]) -> tkinter.PhotoImage:
        """The picture called ``key`` in this mode and scale; ``make`` paints it as PNG, once."""
        whole = (self.mode, self.metrics.scale, *key)
        found = self._pictures.get(whole)
        if found is None:
            found = tkinter.PhotoImage(master=self.root, data=make(), format="png")
            self._pictures[whole] = found
        return found

    def icon(self, name: str, colour: str, size: float = 16, gap: float = 0) -> tkinter.PhotoImage:
        """An icon (``icons.ICONS``), transparent around it, ``size`` at 96 dots per inch. Raises KeyError.

        ``gap`` is space to its right.
        """
        pixels = self.px(size)
        strokes = ICONS[name]
        return self.picture(
            ("icon", name, colour, pixels, gap),
            lambda: raster.paint(pixels + self.px(gap), pixels, None, [(shapes_of(strokes, pixels), colour)]),
        )

    def mark(self, tone: str, size: float = 16, gap: float = 0) -> tkinter.PhotoImage:
        """A disc with a sign in it: the shape and the colour of a tone. ``gap`` is space to its right."""
        pixels = self.px(size)
        tone = tone if tone in MARKS else "none"
        colour, over = self.palette.tone(tone), self.palette.card
        disc = shapes.circle(pixels / 2, pixels / 2, pixels / 2 - 0.5)
        return self.picture(
            ("mark", tone, pixels, gap),
            lambda: raster.paint(
                pixels + self.px(gap),
                pixels,
                None,
                [((disc,), colour), (shapes_of(MARKS[tone], pixels, 2.4), over)],
            ),
        )

    def badge(self, name: str, tone: str, ground: str, size: float = 44) -> tkinter.PhotoImage:
        """An icon in a large, softly coloured disc on ``ground``."""
        pixels = self.px(size)
        inner = pixels * 0.55
        sign = self.palette.tone(tone)
        disc = shapes.circle(pixels / 2, pixels / 2, pixels / 2 - 0.5)

        def make() -> bytes:
            by = (pixels - inner) / 2
            moved = [shapes.moved(shape, by, by) for shape in shapes_of(ICONS[name], inner)]
            tint = self.palette.tone_tint(tone)
            return raster.paint(pixels, pixels, ground, [((disc,), tint), (moved, sign)])

        return self.picture(("badge", name, tone, ground, pixels), make)

    def dot(self, colour: str, size: float = 9) -> tkinter.PhotoImage:
        """A small disc, transparent around it."""
        pixels = self.px(size)
        disc = shapes.circle(pixels / 2, pixels / 2, pixels / 2 - 0.3)
        return self.picture(
            ("dot", colour, pixels), lambda: raster.paint(pixels, pixels, None, [((disc,), colour)])
        )

    def box(
        self,
        fill: str,
        line: str,
        ground: str,
        radius: float = 6,
        thick: float = 1,
        size: tuple[int, int] = (128, 30),
    ) -> tkinter.PhotoImage:
        """A box with round corners, to be stretched: ``size`` only makes that quick."""
        width, height = self.px(size[0]), self.px(size[1])
        scale = self.metrics.scale
        return self.picture(
            ("box", fill, line, ground, radius, thick, size),
            lambda: raster.box(
                width, height, ground, line, fill, radius * scale, max(1, round(thick * scale))
            ),
        )

    def _use(self) -> None:
        self.fonts.resize(self.metrics.scale)
        style = ttk.Style(self.root)
        name = f"bcper-{self.mode}-{self.metrics.scale}"
        known = name in style.theme_names()
        if not known:
            style.theme_create(name, parent="clam")
        set_options(self)
        style.theme_use(name)
        if not known:
            make_styles(self, style)

"""The window's root."""

import logging
import os
import tkinter
from collections.abc import Callable
from types import TracebackType

from bcper.apps.gui.screen import screen_dpi
from bcper.apps.gui.theme.app_icon import SIZES as ICON_SIZES
from bcper.apps.gui.theme.metrics import scale_of
from bcper.apps.gui.theme.palette import Mode
from bcper.apps.gui.theme.theme import Theme

_LEAST = (900, 560)
_FIRST = (1200, 780)
_FRAME = 60
"""Pixels: more than what window managers put around a window."""


class Root(tkinter.Tk):
    """Tk's root with a theme, an icon and a log. It is withdrawn until ``deiconify``.

    ``scale`` in percent, ``None`` for that of the screen. Raises TclError without a display.
    """

    def __init__(self, log: logging.Logger, mode: Mode = "light", scale: int | None = None) -> None:
        super().__init__(className="bcper")
        self._log = log
        self.failed: Callable[[BaseException], None] | None = None
        self.withdraw()
        self.title("BCPER")
        self.configure(cursor="left_ptr")
        self.screen_scale = scale_of(None, screen_dpi())
        self.theme = Theme(self, mode, self._scale(scale))
        self._icons = [
            tkinter.PhotoImage(master=self, data=icon(size), format="png") for size in reversed(ICON_SIZES)
        ]
        self.iconphoto(True, *self._icons)
        px = self.theme.px
        self._fit(px(_FIRST[0]), px(_FIRST[1]))

    def look(self, mode: Mode, scale: int | None) -> None:
        """Change the looks at once; ``scale`` as at first."""
        before = self.theme.metrics.scale
        self.theme.change(mode=mode, scale=self._scale(scale))
        grown = self.theme.metrics.scale / before
        if grown != 1 and self.winfo_viewable():
            self._fit(round(self.winfo_width() * grown), round(self.winfo_height() * grown))

    def where(self) -> str:
        """Size and place, for :meth:`place`."""
        size, _, offset = self.geometry().partition("+")
        x, y = self.winfo_x(), self.winfo_y()
        # Tk says so, too, of a window that a window manager has placed and nobody has moved since.
        placed = offset == "0+0" and max(x, y) > _FRAME
        return f"{size}+{x}+{y}" if placed else f"{size}+{offset}"

    def place(self, geometry: str) -> None:
        """As it was the last time (``1000x700+20+30``); not what makes no sense or is off the screen."""
        size, _, offset = geometry.partition("+")
        try:
            width, height = (int(part) for part in size.split("x"))
            x, y = (int(part) for part in offset.split("+"))
        except ValueError:
            return
        if 0 <= x < self.winfo_screenwidth() - 50 and 0 <= y < self.winfo_screenheight() - 50:
            most = self.winfo_screenwidth(), self.winfo_screenheight()
            self.geometry(f"{min(width, most[0])}x{min(height, most[1])}+{x}+{y}")

    def report_callback_exception(
        self, exc: type[BaseException], val: BaseException, tb: TracebackType | None
    ) -> object:
        """What a callback raised goes into the log, and to ``failed``, which tells."""
        if self.failed is not None:
            self.failed(val)
        else:
            self._log.error("a callback failed", exc_info=(exc, val, tb))
        return None

    def _fit(self, width: int, height: int) -> None:
        """That size, as far as the screen allows; and what is the least at this scale."""
        px, most = self.theme.px, (self.winfo_screenwidth(), self.winfo_screenheight())
        self.minsize(min(px(_LEAST[0]), most[0]), min(px(_LEAST[1]), most[1]))
        self.geometry(f"{min(width, most[0])}x{min(height, most[1])}")

    def _scale(self, percent: int | None) -> float:
        return self.screen_scale if percent is None else scale_of(percent, None)


def icon(size: int) -> bytes:
    """The program's icon as a PNG, ``size`` pixels wide, one of ICON_SIZES."""
    with open(os.path.join(os.path.dirname(__file__), "icons", f"bcper-{size}.png"), "rb") as file:
        return file.read()

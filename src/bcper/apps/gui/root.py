"""The window's root."""

import logging
import tkinter
from collections.abc import Callable
from importlib.resources import files
from types import TracebackType

from bcper.apps.gui.screen import screen_dpi
from bcper.apps.gui.theme.app_icon import SIZES as ICON_SIZES
from bcper.apps.gui.theme.metrics import scale_of
from bcper.apps.gui.theme.palette import Mode
from bcper.apps.gui.theme.theme import Theme

_LEAST = (900, 560)
_FIRST = (1200, 780)


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
        width, height = self.winfo_screenwidth(), self.winfo_screenheight()
        self.minsize(min(px(_LEAST[0]), width), min(px(_LEAST[1]), height))
        self.geometry(f"{min(px(_FIRST[0]), width)}x{min(px(_FIRST[1]), height)}")

    def look(self, mode: Mode, scale: int | None) -> None:
        """Change the looks at once; ``scale`` as at first."""
        self.theme.change(mode=mode, scale=self._scale(scale))

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

    def _scale(self, percent: int | None) -> float:
        return self.screen_scale if percent is None else scale_of(percent, None)


def icon(size: int) -> bytes:
    """The program's icon as a PNG, ``size`` pixels wide, one of ICON_SIZES."""
    return files("bcper.apps.gui").joinpath(f"icons/bcper-{size}.png").read_bytes()

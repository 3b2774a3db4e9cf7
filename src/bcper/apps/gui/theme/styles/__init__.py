"""The ttk styles, on top of Tk's own theme ``clam``.

Every style exists for each surface: ``Card.Primary.TButton`` lies on a card, ``Primary.TButton`` on
the window.
"""

from tkinter import ttk
from typing import TYPE_CHECKING

from bcper.apps.gui.theme.styles.buttons import buttons, navigation
from bcper.apps.gui.theme.styles.fields import fields, spin_arrows
from bcper.apps.gui.theme.styles.lists import bars, notebook, scrollbars, tree
from bcper.apps.gui.theme.styles.options import set_options
from bcper.apps.gui.theme.styles.sheet import SURFACES, Sheet, prefix
from bcper.apps.gui.theme.styles.surfaces import common, frames, labels
from bcper.apps.gui.theme.styles.toggles import chips, toggles

if TYPE_CHECKING:
    from bcper.apps.gui.theme.theme import Theme

__all__ = ["SURFACES", "make_styles", "prefix", "set_options"]


def make_styles(theme: "Theme", style: ttk.Style) -> None:
    """All of them, for the theme that is in use; once for each mode and scale."""
    sheet = Sheet(theme, style)
    common(sheet)
    spin_arrows(sheet)
    for surface in SURFACES:
        frames(sheet, surface)
        labels(sheet, surface)
        buttons(sheet, surface)
    for surface in ("window", "card"):
        fields(sheet, surface)
        toggles(sheet, surface)
        chips(sheet, surface)
        scrollbars(sheet, surface)
        bars(sheet, surface)
    navigation(sheet)
    notebook(sheet)
    tree(sheet)

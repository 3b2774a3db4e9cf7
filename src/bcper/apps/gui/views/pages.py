"""Which pages there are; each is imported when it is first shown."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bcper.apps.gui.presenters.shell import PageName
    from bcper.apps.gui.views.page import Page

Pages = Mapping["PageName", Callable[[], "type[Page]"]]
"""Imports the class of each page."""


def _late(name: "PageName") -> Callable[[], "type[Page]"]:
    """``ItemsPage`` of the module ``items``, and so on."""

    def load() -> "type[Page]":
        found: type[Page] = getattr(import_module(f"bcper.apps.gui.views.{name.lower()}"), f"{name}Page")
        return found

    return load


_NAMES: tuple["PageName", ...] = (
    "Items",
    "Vaults",
    "Stores",
    "Backups",
    "Frequencies",
    "Jobs",
    "Status",
)

PAGES: Pages = {name: _late(name) for name in _NAMES}
"""In the order of the sidebar."""

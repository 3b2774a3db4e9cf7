"""The page Backups on a window, with words for what hands do there."""

import tkinter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import attrs
import trio

from bcper.apps.gui.presenters.base import Tools
from bcper.apps.gui.views.backups import BackupsPage
from bcper.apps.gui.widgets.dialog import Dialog
from bcper.apps.gui.widgets.table import Table
from helpers.desk import Desk
from helpers.display import Display, Window
from helpers.house import Wishes, house
from helpers.service import Kit

W = TypeVar("W")


@attrs.frozen
class Opened:
    """All that a test needs; ``base`` is a folder of its own."""

    window: Window
    page: BackupsPage
    kit: Kit
    desk: Desk
    wishes: Wishes
    base: Path

    async def click_row(self, table: Table, id_: str, *held: str, **more: Any) -> None:
        """Click the middle of a row's first cell."""
        table.view.see(id_)
        await self.window.still(table.view)
        x, y, width, height = table.view.bbox(id_, "#0")  # type: ignore[misc]
        await self.window.click(table.view, *held, at=(x + width // 2, y + height // 2), **more)

    async def focus(self, widget: tkinter.Misc) -> None:
        """Give it the keys; a window that shrinks from the pointer loses them where no manager is."""
        await self.window.settle()
        widget.focus_force()
        await self.window.settle()

    def all_of(self, kind: type[W], within: tkinter.Misc | None = None) -> list[W]:
        """Widgets of that kind that are there."""
        at = within or self.window.root
        found = [child for child in at.winfo_children() if isinstance(child, kind)]
        return found + [each for child in at.winfo_children() for each in self.all_of(kind, child)]

    async def opened(self, kind: type[W]) -> W:
        """The window of that kind that opens, once it can be used."""
        await self.window.until(lambda: self.all_of(kind))
        (found,) = self.all_of(kind)
        assert isinstance(found, tkinter.Toplevel)
        await self.window.until(found.winfo_viewable)
        if isinstance(found, Dialog):
            await self.window.until(lambda: found.grab_status() is not None)  # type: ignore[no-untyped-call]
        await self.window.settle()
        return found

    async def gone(self, kind: type[tkinter.Misc]) -> None:
        """Wait until no window of that kind is there."""
        await self.window.until(lambda: not self.all_of(kind))
        await self.window.settle()


def on_page(
    display: Display,
    base: Path,
    test: Callable[[Opened], Awaitable[None]],
    *,
    kind: str = "fakes",
    prepare: Callable[[Kit], object] = lambda _: None,
    size: tuple[int, int] = (1000, 700),
) -> None:
    """Run ``test`` on the page of a user that ``prepare`` has given backups."""
    kit = Kit(base, kind)
    prepare(kit)
    desk = Desk(kit)
    desk.tools = Tools(desk.ask, kit.clock)  # with real threads

    async def body(window: Window) -> None:
        async with trio.open_nursery() as nursery:
            made, wishes = house(window, desk, nursery, base)
            page = BackupsPage(window.root, made)
            page.pack(fill="both", expand=True)
            await page.refresh()
            page.arrived()
            await window.settle()
            await test(Opened(window, page, kit, desk, wishes, base))
            nursery.cancel_scope.cancel()

    try:
        display.run(body, size=size)
    finally:
        kit.close()

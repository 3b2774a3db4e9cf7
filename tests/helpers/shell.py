"""A main window with pages that only remember what they were asked, or with the real ones."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ClassVar

import attrs
import trio

from bcper.adapters.memory.daemon_control import MemoryDaemonControl
from bcper.apps.gui.presenters.preferences import PreferencesView
from bcper.apps.gui.presenters.shell import PAGES as NAMES
from bcper.apps.gui.presenters.shell import Feed, PageName
from bcper.apps.gui.views.frame import WindowFrame
from bcper.apps.gui.views.page import House, Page
from bcper.apps.gui.views.pages import Pages
from bcper.apps.gui.views.window import MainWindow
from bcper.domain.model.events import Activity, Topic
from helpers.desk import Desk, StillFeed
from helpers.display import Window
from helpers.house import house


class NotingPage(Page):
    """``told`` is what it was asked, in order."""

    topics: ClassVar[tuple[Topic, ...]] = ("runs",)

    def __init__(self, parent: object, house: House) -> None:
        super().__init__(parent, house)  # type: ignore[arg-type]
        self.told: list[str] = []
        self.going: tuple[Activity, ...] = ()
        self.held: trio.Event | None = None

    async def refresh(self) -> None:
        self.told.append("refresh")
        if self.held is not None:
            await self.held.wait()

    def works(self, activities: tuple[Activity, ...]) -> None:
        self.going = activities

    def arrived(self) -> None:
        self.told.append("arrived")

    def choose(self, id_: str) -> None:
        self.told.append(f"choose {id_}")

    def search(self) -> None:
        self.told.append("search")

    def new(self) -> None:
        self.told.append("new")


def noting_pages() -> Pages:
    def one(name: PageName) -> Callable[[], type[Page]]:
        return lambda: type(f"{name}Page", (NotingPage,), {"name": name})

    return {name: one(name) for name in NAMES}


@attrs.define
class Stage:
    """A window that runs, and what is behind it."""

    main: MainWindow
    feed: StillFeed
    control: MemoryDaemonControl
    looks: list[PreferencesView]
    nursery: trio.Nursery

    @property
    def page(self) -> NotingPage:
        page = self.main.page
        assert isinstance(page, NotingPage)
        return page


@asynccontextmanager
async def staged(
    window: Window, desk: Desk, folder: Path, pages: Pages | None = None, feed: Feed | None = None
) -> AsyncIterator[Stage]:
    still, looks = StillFeed(), list[PreferencesView]()
    async with trio.open_nursery() as nursery:
        made, wishes = house(window, desk, nursery, folder)
        control = MemoryDaemonControl()
        frame = WindowFrame(window.root)
        main = MainWindow(
            window.root,
            frame,
            attrs.evolve(made, control=control),
            feed or still,
            looks.append,
            pages or noting_pages(),
        )
        nursery.start_soon(main.run)
        await window.until(lambda: main.shell.state.level != "unknown")
        await window.settle()
        yield Stage(main, still, control, looks, nursery)
        assert not wishes.said, "a task failed"
        nursery.cancel_scope.cancel()

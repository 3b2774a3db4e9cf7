"""The window from its first sight to its end: service, pages, the desktop's looks, signals."""

import logging
import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import trio
from dependency_injector import providers

from bcper.apps.container import Container
from bcper.apps.gui.guest import run_guest
from bcper.apps.gui.preferences import Appearance
from bcper.apps.gui.presenters.preferences import PreferencesView
from bcper.apps.gui.root import Root
from bcper.apps.gui.tasks import Tasks
from bcper.apps.gui.theme.palette import Mode
from bcper.apps.gui.views.window import MainWindow
from bcper.apps.gui.wiring import house_of, window_service
from bcper.apps.paths import Places

if TYPE_CHECKING:
    from bcper.apps.gui.presenters.shell import PageName
    from bcper.apps.gui.views.frame import WindowFrame
    from bcper.ports import appearance as port

_ROUND = 600.0
_AT_ONCE = 1.0
_SAVING = 2.0


def live(root: Root, frame: "WindowFrame", where: Places, page: "PageName") -> None:
    """Until the window is closed, or the process is told to end. ``root`` is destroyed by its maker."""
    container = Container(places=providers.Object(where))
    try:
        run_guest(root, partial(_main, root, frame, container, page))
    finally:
        if "bcper.adapters.sqlite.run_ledger" in sys.modules:
            container.ledger().close()


async def _main(root: Root, frame: "WindowFrame", container: Container, page: "PageName") -> None:
    log = logging.getLogger("bcper")
    async with window_service(container, log.info) as service, trio.open_nursery() as nursery:
        tasks = Tasks(nursery, frame.say, log)
        root.failed = tasks.failed
        looks = Looks(root)
        window = MainWindow(root, frame, house_of(container, service, tasks), service, looks.prefer)
        tasks.start(looks.follow, container.appearance())
        tasks.start(window.run, page)
        nursery.start_soon(_heed_signals, window.closed.set)
        await window.closed.wait()
        geometry = root.geometry()
        root.withdraw()
        with trio.move_on_after(_SAVING):
            await window.preferences.close(geometry)
        nursery.cancel_scope.cancel()


class Looks:
    """Light or dark, as the person or else their desktop says; and how large."""

    def __init__(self, root: Root) -> None:
        self._root = root
        self._desktop: Mode = "light"
        self._appearance: Appearance = "system"
        self._scale: int | None = None

    def prefer(self, view: PreferencesView) -> None:
        """What the person says."""
        self._appearance, self._scale = view.appearance, view.scale
        self._put_on()

    async def follow(self, desktop: "port.Appearance") -> None:
        """What the desktop says, as long as it tells."""
        known = await trio.to_thread.run_sync(desktop.dark, abandon_on_cancel=True)
        self._desktop_is(known)
        while True:
            begun = trio.current_time()
            found = await trio.to_thread.run_sync(desktop.after, known, _ROUND, abandon_on_cancel=True)
            if found == known and trio.current_time() - begun < _AT_ONCE:
                return  # nobody would tell
            known = found
            self._desktop_is(known)

    def _desktop_is(self, dark: bool | None) -> None:
        self._desktop = "dark" if dark else "light"
        self._put_on()

    def _put_on(self) -> None:
        mode: Mode = self._desktop if self._appearance == "system" else self._appearance
        self._root.look(mode, self._scale)


async def _heed_signals(stop: Callable[[], None]) -> None:
    with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT, signal.SIGHUP) as received:
        async for _ in received:
            stop()

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
from bcper.apps.gui.looks import follow, mode_of
from bcper.apps.gui.presenters.preferences import PreferencesView
from bcper.apps.gui.root import Root
from bcper.apps.gui.tasks import Tasks
from bcper.apps.gui.views.window import MainWindow
from bcper.apps.gui.wiring import house_of, window_service
from bcper.apps.paths import Places

if TYPE_CHECKING:
    from bcper.apps.gui.presenters.shell import PageName
    from bcper.apps.gui.views.frame import WindowFrame

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
        window = MainWindow(root, frame, house_of(container, service, tasks), service, partial(_put_on, root))
        tasks.start(follow, container.appearance(), window.preferences.desktop)
        tasks.start(window.run, page)
        nursery.start_soon(_heed_signals, window.closed.set)
        await window.closed.wait()
        geometry = root.where()
        root.withdraw()
        with trio.move_on_after(_SAVING):
            await window.preferences.close(geometry)
        nursery.cancel_scope.cancel()


def _put_on(root: Root, view: PreferencesView) -> None:
    """Light or dark, as the person or else their desktop says; and how large."""
    root.look(mode_of(view.appearance, view.dark), view.scale)


async def _heed_signals(stop: Callable[[], None]) -> None:
    with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT, signal.SIGHUP) as received:
        async for _ in received:
            stop()

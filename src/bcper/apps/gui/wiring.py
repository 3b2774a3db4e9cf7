"""The window's service, and what else its pages are given, put together."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

import trio

from bcper.apps.bindings import gui_file
from bcper.apps.gui.preferences import PreferencesFile
from bcper.apps.gui.presenters.base import Tools
from bcper.apps.gui.scratch import TemporaryFolders
from bcper.apps.gui.service import WindowService
from bcper.apps.gui.tasks import Starter
from bcper.apps.gui.views.page import House
from bcper.apps.programs import on_path, programs
from bcper.apps.trio_bindings import daemon_client
from bcper.domain.errors import LedgerDamaged
from bcper.domain.model.requests.base import Request
from bcper.ports.progress import ProgressSink
from bcper.ports.service import BackupService

if TYPE_CHECKING:
    from bcper.apps.container import Container

R = TypeVar("R")
Note = Callable[[str], None]


@asynccontextmanager
async def window_service(container: "Container", note: Note = lambda _: None) -> AsyncIterator[WindowService]:
    """A service that asks the daemon of this user whenever it is there; ``note`` logs, from any thread."""

    def local() -> BackupService:
        where = container.places()
        if os.path.exists(where.configuration) and not os.path.exists(where.database):
            container.rebuild_list()(note, damaged=False)
        return Mending(container, note)

    async with daemon_client(container.places()) as daemon, trio.open_nursery() as nursery:
        service = WindowService(daemon, local, container.clock())
        nursery.start_soon(service.run)
        yield service
        nursery.cancel_scope.cancel()


def house_of(container: "Container", service: WindowService, tasks: Starter) -> House:
    """What pages share; ``say`` and ``go`` are the window's, which puts them in."""
    return House(
        tools=Tools(service, container.clock()),
        tasks=tasks,
        say=lambda _: None,
        go=lambda _page, _select="": None,
        control=container.daemon_control(),
        scratch=TemporaryFolders(),
        remotes=container.remotes(),
        terminal=container.terminal(),
        profiles=container.shell_profiles(),
        programs=programs,
        on_path=on_path,
        preferences=PreferencesFile(*gui_file(container.places())),
    )


class Mending:
    """The container's service; a list of runs that turns out damaged is made anew, once, and asked again."""

    def __init__(self, container: "Container", note: Note) -> None:
        self._container = container
        self._note = note
        self._service: BackupService = container.service()

    def __call__(self, request: Request[R], sink: ProgressSink | None = None) -> R:
        """See :class:`~bcper.ports.service.BackupService`."""
        try:
            return self._service(request, sink)
        except LedgerDamaged:
            self._container.rebuild_list()(self._note, damaged=True)
            return self._service(request, sink)

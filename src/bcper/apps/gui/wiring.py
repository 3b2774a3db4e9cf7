"""The window's service, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import trio

from bcper.apps.gui.service import WindowService
from bcper.apps.trio_bindings import daemon_client

if TYPE_CHECKING:
    from bcper.apps.container import Container


@asynccontextmanager
async def window_service(container: "Container") -> AsyncIterator[WindowService]:
    """A service that asks the daemon of this user whenever it is there."""
    async with daemon_client(container.places()) as daemon, trio.open_nursery() as nursery:
        service = WindowService(daemon, container.service, container.clock())
        nursery.start_soon(service.run)
        yield service
        nursery.cancel_scope.cancel()

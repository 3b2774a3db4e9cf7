"""Keeping the machine awake while something is at work."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from bcper.ports.inhibitor import Inhibitor


@asynccontextmanager
async def awake(inhibitor: Inhibitor, why: str) -> AsyncIterator[None]:
    """Hold it while the context lasts. Asking the system may take a moment, so that is done in a thread."""
    held = inhibitor.hold(why)
    await trio.to_thread.run_sync(held.__enter__)
    try:
        yield
    finally:
        with trio.CancelScope(shield=True):
            await trio.to_thread.run_sync(held.__exit__, None, None, None)

"""From a button to a task."""

import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

import trio

from bcper.apps.failures import explain
from bcper.domain.errors import Cancelled
from bcper.domain.model.names import printable

Say = Callable[[str], None]
_Due = tuple[trio.CancelScope, Callable[..., Awaitable[object]], tuple[object, ...]]


class Starter(Protocol):
    """Starts what a button asks for."""

    def start(self, function: Callable[..., Awaitable[object]], *args: object) -> trio.CancelScope:
        """Run ``function(*args)`` as a task; the scope cancels it."""
        ...


class Tasks:
    """What views start. Tasks begin in the order they were started; a failure ends its own task and no other.

    ``say`` gets a sentence about what went wrong; the log has a bug's traceback.
    """

    def __init__(self, nursery: trio.Nursery, say: Say, log: logging.Logger) -> None:
        self._nursery = nursery
        self._say = say
        self._log = log
        self._due: deque[_Due] = deque()

    def start(self, function: Callable[..., Awaitable[object]], *args: object) -> trio.CancelScope:
        """See the protocol. Only in trio's thread, from Tk's callbacks too."""
        scope = trio.CancelScope()
        self._nursery.start_soon(self._run)
        self._due.append((scope, function, args))
        return scope

    async def _run(self) -> None:
        # trio begins tasks in any order: whichever is first takes what was asked for first, or the last
        # letter that was typed could be overtaken by the one before it.
        scope, function, args = self._due.popleft()
        with scope:
            try:
                await function(*args)
            except Cancelled:
                return
            except Exception as error:
                self.failed(error)

    def failed(self, error: BaseException) -> None:
        """Tell of what nobody else caught; a bug has its traceback in the log as well."""
        failure = explain(error)
        if failure.bug:
            self._log.error("a bug", exc_info=error)
            self._say(f"{failure.message} The trace is in gui.log.")
        else:
            self._say(printable(" ".join(filter(None, (failure.message, failure.hint)))))

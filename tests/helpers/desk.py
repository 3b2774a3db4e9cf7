"""A presenter's world without a screen, a daemon or a thread."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Generic, TypeVar

import attrs
import trio
import trio.testing

from bcper.apps.gui.ask import Report
from bcper.apps.gui.presenters.base import Tools
from bcper.domain.model.events import Activity, Event
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request
from helpers.service import Kit

R = TypeVar("R")
S = TypeVar("S")


class Desk:
    """``ask`` is a kit's service, step by step in trio's own thread; ``asked`` are the requests.

    ``held`` requests, by name, wait until they are cancelled; ``errors`` are raised instead, by name.
    """

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        self.asked: list[Request[Any]] = []
        self.held: set[str] = set()
        self.errors: dict[str, Exception] = {}
        self.replies: dict[str, Any] = {}
        self.tools = Tools(self.ask, kit.clock, in_line)

    async def ask(self, request: Request[R], report: Report | None = None) -> R:
        name = type(request).__name__
        self.asked.append(request)
        await trio.lowlevel.checkpoint()
        if name in self.held:
            if report is not None:
                report(Progress("Held", 1, 4))
            await trio.sleep_forever()
        if name in self.errors:
            raise self.errors[name]
        if name in self.replies:
            return self.replies[name]  # type: ignore[no-any-return]
        return self.kit.ask(request, _Sink(report))

    def names(self) -> list[str]:
        return [type(request).__name__ for request in self.asked]


@attrs.frozen
class _Sink:
    report: Report | None

    def step(self, progress: Progress) -> None:
        if self.report is not None:
            self.report(progress)


async def in_line(function: Callable[..., R], /, *args: Any) -> R:
    """What stands for a thread: the call itself."""
    await trio.lowlevel.checkpoint()
    return function(*args)


class Shown(list[S], Generic[S]):
    """Every state that a presenter showed."""

    def __call__(self, state: S) -> None:
        self.append(state)

    @property
    def last(self) -> S:
        return self[-1]


class StillFeed:
    """Events that a test sends."""

    def __init__(self) -> None:
        self.online = False
        self.local_work: tuple[Activity, ...] = ()
        self.left = False
        self._send, self._receive = trio.open_memory_channel[Event](100)

    def leave(self) -> None:
        self.left = True

    async def events(self) -> AsyncIterator[Event]:
        async for event in self._receive:
            yield event

    def tell(self, event: Event) -> None:
        self._send.send_nowait(event)


def run(test: Callable[[], Awaitable[None]]) -> None:
    """Run a test on a clock that jumps when nothing else goes on."""

    async def bounded() -> None:
        with trio.fail_after(600):
            await test()

    trio.run(bounded, clock=trio.testing.MockClock(autojump_threshold=0))

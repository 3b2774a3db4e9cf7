"""Work that lasts until a test says so, in the place of the daemon's worker processes."""

from collections.abc import Callable
from typing import Any

import attrs
import trio

from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request


class Gated:
    """A :class:`~bcper.apps.daemon.runner.Worker`: each request waits until its gate is opened.

    Requests go by their class's name and their first field, as ``RunJob nightly``. ``begun`` has all of them
    in the order of their beginning, ``at_work`` those that have not ended.
    """

    def __init__(self, reply: Callable[[Request[Any]], Any] = lambda request: request) -> None:
        self._reply = reply
        self._gates: dict[str, trio.Event] = {}
        self.begun: list[str] = []
        self.at_work: list[str] = []
        self.reports: dict[str, Callable[[Progress], None]] = {}
        self.errors: dict[str, Exception] = {}

    async def __call__(self, request: Request[Any], report: Callable[[Progress], None]) -> Any:
        name = named(request)
        self.begun.append(name)
        self.at_work.append(name)
        self.reports[name] = report
        try:
            await self._gate(name).wait()
            if name in self.errors:
                raise self.errors[name]
            return self._reply(request)
        finally:
            self.at_work.remove(name)

    def open(self, name: str) -> None:
        """Let it end."""
        self._gate(name).set()

    def _gate(self, name: str) -> trio.Event:
        return self._gates.setdefault(name, trio.Event())


def named(request: Request[Any]) -> str:
    """A request by its class's name and its first field."""
    fields = attrs.fields(type(request))
    return f"{type(request).__name__} {getattr(request, fields[0].name) if fields else ''}".strip()


async def until(true: Callable[[], object]) -> None:
    """Wait for what comes about soon."""
    with trio.fail_after(20):
        while not true():
            await trio.sleep(0.001)

"""The daemon's service for the window: on trio, connected again whenever the daemon comes back."""

import os
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import attrs
import trio

from bcper.adapters.ipc import messages
from bcper.adapters.ipc.answering import Report
from bcper.adapters.ipc.link import Link
from bcper.adapters.ipc.peer import peer_uid
from bcper.adapters.ipc.requests import travels
from bcper.adapters.ipc.topics import SUBSCRIBABLE
from bcper.domain.errors import DaemonError
from bcper.domain.model.events import TOPICS, Activity, Changed, Event
from bcper.domain.model.requests.base import Request

R = TypeVar("R")

_MOST = 1024


@attrs.frozen
class Retrying:
    """Seconds: between attempts to connect, ``first`` and then twice as long each time up to ``longest``; and
    how long a request waits for a connection.
    """

    first: float = 0.1
    longest: float = 5.0
    patience: float = 2.0


class AsyncClient:
    """Requests and events; :func:`connected` makes one."""

    def __init__(
        self, path: str, *, name: str, topics: Sequence[str], retrying: Retrying, silence: float
    ) -> None:
        self._path = path
        self._name = name
        self._topics = topics
        self._retrying = retrying
        self._silence = silence
        self._link: Link | None = None
        self._up = trio.Event()
        self._why: DaemonError | None = None
        self._feeds: set[_Feed] = set()

    @property
    def online(self) -> bool:
        """Whether the daemon is connected."""
        return self._link is not None

    @staticmethod
    def takes(request: Request[Any]) -> bool:
        """Whether ``request`` may be sent at all."""
        return travels(request)

    async def __call__(self, request: Request[R], report: Report | None = None) -> R:
        """See :class:`~bcper.adapters.ipc.link.Link`. Raises DaemonError also when there is no connection.

        A request whose connection broke is never sent again: only the daemon knows what became of it.
        """
        with trio.move_on_after(self._retrying.patience):
            await self._up.wait()
        if self._link is None:
            raise DaemonError(str(self._why), self._why.hint) if self._why else messages.not_running()
        return await self._link(request, report)

    def leave(self) -> None:
        """Whoever asked goes: what is at work in the daemon goes on, and its replies are not waited for."""
        if self._link is not None:
            self._link.leave()

    async def events(self) -> AsyncIterator[Event]:
        """What the daemon tells, from now on and past the end of a connection.

        After it was reconnected there is a Changed for every topic, since things may have happened unheard;
        and one for ``daemon`` when the connection is lost. Of an activity a slow reader gets the newest.
        """
        feed = _Feed()
        self._feeds.add(feed)
        try:
            while True:
                yield await feed.next()
        finally:
            self._feeds.discard(feed)

    async def run(self) -> None:
        """Stay connected, for ever."""
        delay, missed = self._retrying.first, False
        while True:
            try:
                link = await self._connect()
            except DaemonError as error:
                self._why, missed = error, True
            else:
                delay = self._retrying.first
                self._link = link
                self._up.set()
                if missed:
                    self._hear_all(Changed(topic) for topic in TOPICS)
                try:
                    await link.listen()
                finally:
                    self._link, self._up = None, trio.Event()
                self._why, missed = messages.gone(), True
                self._hear(Changed("daemon"))
            await trio.sleep(delay)
            delay = min(2 * delay, self._retrying.longest)

    async def _connect(self) -> Link:
        try:
            stream = await trio.open_unix_socket(self._path)
        except OSError as error:
            raise messages.not_running() from error
        try:
            if (uid := peer_uid(stream.socket)) < 0:  # many were before us, and nobody has accepted us
                raise messages.not_running()
            if uid != os.geteuid():
                raise DaemonError(f"Another user listens at {self._path}.", "Remove it, if you can.")
            link = Link(stream, name=self._name, silence=self._silence, hear=self._hear)
            await link.greet(self._topics)
        except BaseException:
            await trio.aclose_forcefully(stream)
            raise
        return link

    def _hear(self, event: Event) -> None:
        for feed in self._feeds:
            feed.put(event)

    def _hear_all(self, events: Iterable[Event]) -> None:
        for event in events:
            self._hear(event)


@asynccontextmanager
async def connected(
    path: str,
    *,
    name: str = "bcper",
    topics: Sequence[str] = SUBSCRIBABLE,
    retrying: Retrying | None = None,
    silence: float = 30.0,
) -> AsyncIterator[AsyncClient]:
    """A client of the daemon at ``path``, which need not be there yet."""
    client = AsyncClient(path, name=name, topics=topics, retrying=retrying or Retrying(), silence=silence)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(client.run)
        yield client
        nursery.cancel_scope.cancel()


class _Feed:
    """Events on their way to one reader; one replaces what waits for the same thing."""

    def __init__(self) -> None:
        self._waiting: dict[object, Event] = {}
        self._some = trio.Event()

    def put(self, event: Event) -> None:
        self._waiting[event.id if isinstance(event, Activity) else event] = event
        if len(self._waiting) > _MOST:
            del self._waiting[next(iter(self._waiting))]
        self._some.set()

    async def next(self) -> Event:
        while not self._waiting:
            self._some = trio.Event()
            await self._some.wait()
        return self._waiting.pop(next(iter(self._waiting)))

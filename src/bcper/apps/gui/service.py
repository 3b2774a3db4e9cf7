"""The service of the window: the daemon's when it answers, BCPER in threads of this process otherwise."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, aclosing, nullcontext
from typing import Any, Protocol, TypeVar, cast

import attrs
import trio

from bcper.apps.activities import KINDS, Activities, Live, about
from bcper.apps.gui.ask import Report
from bcper.domain.errors import Cancelled, DaemonError
from bcper.domain.model.events import TOPICS, Activity, Changed, Event
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.daemon import CancelRun, ShowStatus, Status
from bcper.domain.model.requests.jobs import ListJobs, RunJob
from bcper.ports.clock import Clock
from bcper.ports.service import BackupService

R = TypeVar("R")

_LOOKING = ("List", "Show", "Find", "Check", "Test", "Preview", "Last")
_LONG = ("ListRuns",)
"""Replies so long that reading their JSON would hold up trio's thread, which draws: 1 s for 10,000 runs.

What they tell lies in files that this process can read as well.
"""

_INTERVAL = 0.05
_MOST = 1024


class Daemon(Protocol):
    """The daemon's service (``adapters.ipc.async_client``)."""

    @property
    def online(self) -> bool: ...

    def takes(self, request: Request[Any]) -> bool:
        """Whether ``request`` may be sent at all."""
        ...

    async def __call__(self, request: Request[R], report: Report | None = None) -> R:
        """The reply. Raises DaemonError when the daemon is gone."""
        ...

    def leave(self) -> None:
        """What it is at goes on when nobody waits for it any more."""
        ...

    def events(self) -> AsyncIterator[Event]:
        """What it tells, for ever."""
        ...


class WindowService:
    """See :class:`~bcper.apps.gui.ask.Ask`.

    Requests with a password, those that are answered bit by bit, and the list of runs, which is long, never
    leave this process. The others go to the daemon while it is connected. One that was sent is never answered
    here after all, for it may have been done; unless it only reads. What this process does itself shows among
    the activities, as the daemon's does: in the status, in :meth:`events`, and to CancelRun.
    """

    def __init__(self, daemon: Daemon, local: Callable[[], BackupService], clock: Clock) -> None:
        """``local`` makes the service of this process, once, in a thread."""
        self._daemon = daemon
        self._make = local
        self._local: BackupService | None = None
        self._making = trio.Lock()
        self._feeds: set[trio.MemorySendChannel[Event]] = set()
        self._activities = Activities(clock, self._publish)

    @property
    def online(self) -> bool:
        """Whether the daemon is connected."""
        return self._daemon.online

    @property
    def local_work(self) -> tuple[Activity, ...]:
        """What this process is at, and ends with it: before the window closes, somebody is asked."""
        return self._activities.now()

    def leave(self) -> None:
        """The window closes: what the daemon is at goes on, what this process is at is cancelled with it."""
        self._daemon.leave()

    async def __call__(self, request: Request[R], report: Report | None = None) -> R:
        """See the port."""
        if isinstance(request, CancelRun) and (stopped := self._activities.cancel(request.run)):
            return cast("R", stopped)
        reply = await self._answer(request, report)
        if isinstance(request, ShowStatus) and self.local_work:
            status = cast("Status", reply)
            return cast("R", attrs.evolve(status, activities=(*status.activities, *self.local_work)))
        return reply

    async def run(self) -> None:
        """Pass on what the daemon tells, for ever: a task of its own."""
        async with aclosing(cast("Any", self._daemon.events())) as events:
            async for event in events:
                self._publish(event)

    async def events(self) -> AsyncIterator[Event]:
        """What the daemon tells (while :meth:`run` runs), and what goes on here, from now on and for ever."""
        send, receive = trio.open_memory_channel[Event](_MOST)
        self._feeds.add(send)
        try:
            async for event in receive:
                yield event
        finally:
            self._feeds.discard(send)

    async def _answer(self, request: Request[R], report: Report | None) -> R:
        near = type(request).__name__ in _LONG
        if not near and self._daemon.online and self._daemon.takes(request):
            try:
                return await self._daemon(request, report)
            except DaemonError:
                if not type(request).__name__.startswith(_LOOKING):
                    raise
        return await self._here(request, report)

    async def _here(self, request: Request[R], report: Report | None) -> R:
        service = await self._service()
        name = type(request).__name__
        with await self._work(service, request) as live:
            if live is not None:
                live.begin()
            reply = await trio.to_thread.run_sync(service, request, _Sink(live, report))
        if not name.startswith(_LOOKING):
            for topic in TOPICS:
                self._publish(Changed(topic))
        return reply

    async def _work(
        self, service: BackupService, request: Request[Any]
    ) -> AbstractContextManager[Live | None]:
        """The activity that ``request`` is, if it is one."""
        if isinstance(request, RunJob):
            name = await trio.to_thread.run_sync(_job, service, request.name)
            return self._activities.one("backup", name)
        known = KINDS.get(type(request).__name__)
        return nullcontext() if known is None else self._activities.one(known[0], about(request, known[1]))

    async def _service(self) -> BackupService:
        async with self._making:
            if self._local is None:
                self._local = await trio.to_thread.run_sync(self._make)
            return self._local

    def _publish(self, event: Event) -> None:
        for feed in self._feeds:
            try:
                feed.send_nowait(event)
            except trio.WouldBlock:
                continue  # whoever does not listen gets the next one


def _job(service: BackupService, wanted: str) -> str:
    """The name of the job that is wanted, by its id or its name: what work is about is for a person."""
    return next((view.job.name for view in service(ListJobs()) if view.job.id == wanted), wanted)


class _Sink:
    """Progress out of a worker thread, a few times a second; and the news there that nobody wants it."""

    def __init__(self, live: Live | None, report: Report | None) -> None:
        self._live = live
        self._tell = report
        self._step = ""
        self._next = 0.0

    def step(self, progress: Progress) -> None:
        """See :class:`~bcper.ports.progress.ProgressSink`."""
        import time

        try:
            now = time.monotonic()
            if progress.step != self._step or progress.run_id or now >= self._next:
                self._step, self._next = progress.step, now + _INTERVAL
                trio.from_thread.run_sync(self._report, progress)
            trio.from_thread.check_cancelled()
        except trio.Cancelled:
            raise Cancelled from None

    def _report(self, progress: Progress) -> None:
        if self._live is not None:
            self._live.report(progress)
        if self._tell is not None:
            self._tell(progress)

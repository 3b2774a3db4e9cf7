"""Who answers the requests that come through the socket."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar, cast

import attrs
import trio

from bcper.apps.activities import KINDS, Activities, about
from bcper.apps.daemon.runner import Report, Runner, Worker
from bcper.apps.service import WATCHED
from bcper.domain.errors import RunNotFound
from bcper.domain.model.events import Activity, Changed, Event
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.daemon import CancelRun, ShowStatus, Status, StopDaemon
from bcper.domain.model.requests.jobs import JobView, ListJobs, RunJob
from bcper.domain.policy.conditions import Waiting
from bcper.ports.service import BackupService

R = TypeVar("R")

_RUNS = ("PinRun", "ImportStore", "DeleteRun", "PruneJob", "BackUpNow")
_LOOKING = ("List", "Show", "Find", "Test", "Preview", "Check", "Last", "Diff", "Verify", "Restore")
_WORKING = ("BackUpNow", "PruneJob", "PinRun", "DeleteRun")
"""How the names of requests begin after which the configuration is what it was."""

_AT_ONCE = 4
"""Requests answered in threads at the same time."""


class Handlers:
    """See ``adapters.ipc.answering.Answer``."""

    def __init__(
        self,
        service: BackupService,
        work: Worker,
        runner: Runner,
        activities: Activities,
        *,
        status: Callable[[], Awaitable[Status]],
        publish: Callable[[Event], None],
        waiting: Callable[[], Mapping[str, Waiting]],
        changed: Callable[[], None],
        stop: Callable[[], None],
    ) -> None:
        """``waiting`` says by job id why a job waits.

        ``changed`` is called when the configuration may be another one; ``stop`` begins the end."""
        self._service = service
        self._work = work
        self._runner = runner
        self._activities = activities
        self._status = status
        self._publish = publish
        self._waiting = waiting
        self._changed = changed
        self._stop = stop
        self._limiter = trio.CapacityLimiter(_AT_ONCE)

    async def __call__(self, request: Request[R], report: Report) -> R:
        """The reply. Raises BcperError."""
        return cast("R", await self._answer(request, report))

    async def _answer(self, request: Request[Any], report: Report) -> object:
        match request:
            case ShowStatus():
                return await self._status()
            case CancelRun():
                return self._cancel(request)
            case StopDaemon():
                self._stop()
                return True
            case ListJobs():
                return await self._jobs(request)
            case RunJob():
                return await self._runner.run(request, report)
        name = type(request).__name__
        if name in WATCHED or name in KINDS:
            return await self._watched(request, report)
        # Nobody waits for the answer to a question that is cancelled: the disk that is asked may hang.
        reply = await trio.to_thread.run_sync(
            self._service, request, limiter=self._limiter, abandon_on_cancel=name.startswith(_LOOKING)
        )
        self._tell(name)
        return reply

    async def _jobs(self, request: ListJobs) -> tuple[JobView, ...]:
        views = await trio.to_thread.run_sync(
            self._service, request, limiter=self._limiter, abandon_on_cancel=True
        )
        held = self._waiting()
        return tuple(
            attrs.evolve(view, waiting=held[view.job.id].reason) if view.job.id in held else view
            for view in views
        )

    async def _watched(self, request: Request[Any], report: Report) -> object:
        """What may take long is done by a process of its own."""
        name = type(request).__name__
        kind, field = KINDS[name]
        with self._activities.one(kind, about(request, field)) as live:

            def step(progress: Progress) -> None:
                live.report(progress)
                report(progress)

            live.begin()
            reply = await self._work(request, step)
        self._tell(name)
        return reply

    def _tell(self, name: str) -> None:
        if name in _RUNS:
            self._publish(Changed("runs"))
        if not name.startswith((*_LOOKING, *_WORKING)):
            self._publish(Changed("catalog"))
            self._changed()

    def _cancel(self, request: CancelRun) -> tuple[Activity, ...]:
        cancelled = self._activities.cancel(request.run)
        if not cancelled:
            raise RunNotFound(
                f"The daemon does nothing that is called {request.run!r}.",
                "bcper-cli status shows what it does.",
            )
        return cancelled

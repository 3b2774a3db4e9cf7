"""The daemon's tasks, one nursery tree: what was left behind, the socket, the scheduler, the end."""

import os
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Protocol

import trio

from bcper import __version__
from bcper.apps.activities import Activities
from bcper.apps.daemon.awake import awake
from bcper.apps.daemon.handlers import Handlers
from bcper.apps.daemon.runner import Begin, NotBegun, Runner, Worker
from bcper.apps.daemon.scheduler import Log, Plan, Scheduler
from bcper.domain.errors import BcperError, Cancelled, Skipped
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.events import Event
from bcper.domain.model.names import printable
from bcper.domain.model.requests.daemon import DaemonInfo, Status
from bcper.domain.model.requests.jobs import CleanOrphans, RunJob
from bcper.domain.usecases.attend import Attend
from bcper.domain.usecases.recover_all import RecoverAll
from bcper.domain.usecases.show_status import StatusOf
from bcper.ports.catalog_repository import CatalogRepository
from bcper.ports.clock import Clock
from bcper.ports.inhibitor import Inhibitor
from bcper.ports.service import BackupService
from bcper.ports.slots import Slots

_ATTEND = 3600.0
"""Seconds between two looks at what is overdue."""

_PATIENCE = 20.0
"""Seconds for setting right what was left behind: a disk that hangs keeps nobody from their work."""


class Listening(Protocol):
    """The socket, once clients can connect."""

    def publish(self, event: Event) -> None: ...


class Told(Protocol):
    """Whoever has started the daemon, and waits for it to be ready."""

    def ready(self) -> object: ...

    def watchdog(self) -> object: ...

    def watchdog_seconds(self) -> float | None: ...

    def stopping(self) -> object: ...


_LAST_WORD = 0.1
"""Seconds for the reply to whoever said stop."""

_LAST_LOOK = 1.0
"""Seconds for the rows of runs that had to be killed at the end; the next start does what is left."""

Serve = Callable[..., Awaitable[None]]
"""``await serve(answer, task_status=…)`` listens until it is cancelled, and starts with a Listening."""


class Supervisor:
    """Everything that the daemon is; :meth:`run` is its life."""

    def __init__(
        self,
        *,
        service: BackupService,
        work: Worker,
        serve: Serve,
        catalogs: CatalogRepository,
        slots: Slots,
        clock: Clock,
        inhibitor: Inhibitor,
        plan: Plan,
        recover: RecoverAll,
        status: StatusOf,
        attend: Attend,
        told: Told,
        log: Log,
    ) -> None:
        self._service = service
        self._work = work
        self._serve = serve
        self._catalogs = catalogs
        self._clock = clock
        self._recover = recover
        self._status_of = status
        self._attend = attend
        self._told = told
        self._log = log
        self._listening: Listening | None = None
        self._info = DaemonInfo(os.getpid(), __version__, clock.now())
        self._ending = trio.Event()
        self._over = trio.Event()
        self._beside = trio.CapacityLimiter(2)
        self.activities = Activities(clock, self._publish)
        self._runner = Runner(work, self.activities, self._load, self._after, partial(awake, inhibitor))
        # To look at a store takes what it takes; at the end of the daemon's life nobody waits for that.
        call = partial(trio.to_thread.run_sync, abandon_on_cancel=True)
        self._scheduler = Scheduler(
            plan, slots.record, self._run_scheduled, self._runner.busy, clock, log, call
        )

    def stop(self) -> None:
        """Begin the end: no new runs, those at work are cancelled."""
        self._ending.set()

    async def run(self) -> None:
        """Live until :meth:`stop`, which is heard from the first moment."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._begin, nursery)
            await self._ending.wait()
            await trio.sleep(_LAST_WORD)
            self._told.stopping()
            self._log("The daemon ends.")
            nursery.cancel_scope.cancel()
        await self._recover_all(_LAST_LOOK)

    async def _begin(self, nursery: trio.Nursery) -> None:
        nursery.start_soon(self._stay_alive)
        await self._set_right()
        self._listening = await nursery.start(self._serve, self._handlers())
        nursery.start_soon(self._scheduler.run)
        nursery.start_soon(self._look_after)
        self._told.ready()
        self._log(f"bcperd {__version__} is ready.")

    def _handlers(self) -> Handlers:
        return Handlers(
            self._service,
            self._work,
            self._runner,
            self.activities,
            status=self._status,
            publish=self._publish,
            waiting=lambda: self._scheduler.waiting,
            changed=self._scheduler.poke,
            stop=self.stop,
        )

    def _publish(self, event: Event) -> None:
        if self._listening is not None:
            self._listening.publish(event)

    def _load(self) -> Catalog:
        return self._catalogs.load()

    async def _set_right(self) -> None:
        """What an earlier daemon left, and jobs that refer to nothing."""
        await self._recover_all(_PATIENCE)
        await self._logged(self._clean, "", "Jobs that refer to nothing could not be looked for")

    def _clean(self) -> list[str]:
        return [
            f"The {line.kind} {printable(line.name)} was set right: {line.reason}."
            for line in self._service(CleanOrphans())
        ]

    async def _recover_all(self, seconds: float) -> None:
        with trio.move_on_after(seconds) as scope:
            await self._logged(self._recover, "", "What was left behind could not be looked at")
        if scope.cancelled_caught:
            self._log("Setting right what was left behind takes long. Does a disk hang?")

    async def _logged(self, look: Callable[[], Sequence[str]], before: str, failed: str) -> None:
        """Log what ``look`` says. It may hang, and it may fail in any way: neither ends the daemon."""
        try:
            said = await trio.to_thread.run_sync(look, abandon_on_cancel=True, limiter=self._beside)
        except Exception as error:
            self._log(f"{failed}: {error}", None if isinstance(error, BcperError) else error)
        else:
            for text in said:
                self._log(f"{before}{text}")

    async def _run_scheduled(self, request: RunJob, begin: Begin) -> None:
        """A run that nobody waits for: its end is told in the log."""
        try:
            made = await self._runner.run(request, begin=begin)
        except NotBegun:
            return
        except Skipped as skipped:
            self._log(str(skipped))
        except Cancelled:
            self._log(f"The job {await self._name(request.name)} was cancelled.")
        except BcperError as error:
            self._log(f"The job {await self._name(request.name)} failed: {error}")
        except Exception as error:
            self._log(f"A bug, in the job {request.name}.", error)
        else:
            self._log(f"The job {made.job_name} made the run {made.run_id}: {made.status}.")

    async def _name(self, job_id: str) -> str:
        try:
            catalog = await trio.to_thread.run_sync(self._load)
        except BcperError:
            return job_id
        return printable(catalog.jobs[job_id].name) if job_id in catalog.jobs else job_id

    async def _after(self, _job_id: str) -> None:
        """A job has ended."""
        self._over.set()
        self._scheduler.poke()

    async def _look_after(self) -> None:
        """After runs, and from time to time: a person may want to know, and what died is set right."""
        while True:
            await self._logged(self._attend, "Told: ", "Nothing can be told")
            with trio.move_on_after(_ATTEND):
                await self._over.wait()
            self._over = trio.Event()
            await self._recover_all(_PATIENCE)

    async def _stay_alive(self) -> None:
        seconds = self._told.watchdog_seconds()
        while seconds is not None:
            self._told.watchdog()
            await trio.sleep(seconds / 2)

    async def _status(self) -> Status:
        return await trio.to_thread.run_sync(
            self._status_of.full, self._info, dict(self._scheduler.waiting), self.activities.now()
        )

"""Jobs at work: those of one store one after the other, those of different stores side by side."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Protocol, TypeVar

import trio

from bcper.apps.activities import Activities
from bcper.domain.errors import Locked, Skipped
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.names import printable
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.jobs import RunJob
from bcper.domain.model.runs import Run
from bcper.domain.model.settings import Settings
from bcper.domain.usecases.edit_jobs import known_job

R = TypeVar("R")
Report = Callable[[Progress], None]
Begin = Callable[[], Awaitable[None]]
"""Called when it is a run's turn. Raises NotBegun if it shall not begin after all."""


class NotBegun(Skipped):
    """A run that waited for its turn is not made; whoever says so has told why."""

    def __init__(self) -> None:
        super().__init__("The run has not begun.")


class Worker(Protocol):
    """Does one request, somewhere else: in a process of its own."""

    async def __call__(self, request: Request[R], report: Report) -> R:
        """As ``adapters.ipc.answering.Answer``: cancelled by trio it ends in order, and soon."""
        ...


class Runner:
    """Runs jobs."""

    def __init__(
        self,
        work: Worker,
        activities: Activities,
        load: Callable[[], Catalog],
        after: Callable[[str], Awaitable[None]],
        awake: Callable[[str], AbstractAsyncContextManager[None]],
    ) -> None:
        """``load`` is the configuration's (in a thread); ``after`` is told of each job (its id) that ended.

        ``awake`` keeps the machine awake, and shows why.
        """
        self._work = work
        self._activities = activities
        self._load = load
        self._after = after
        self._awake = awake
        self._stores: dict[str, trio.Lock] = {}
        self._limiter = trio.CapacityLimiter(1)
        self.busy: set[str] = set()
        """The ids of the jobs that are at work or wait for their turn."""

    async def run(
        self, request: RunJob, report: Report = lambda _: None, begin: Begin = trio.lowlevel.checkpoint
    ) -> Run:
        """Run a job when it is its turn. Raises Locked if it is at work, and what a run may raise."""
        catalog = await trio.to_thread.run_sync(self._load)
        job = known_job(catalog, request.name)
        if job.id in self.busy:
            raise Locked(
                f"The job {printable(job.name)!r} is running.", "bcper-cli status shows how far it is."
            )
        self.busy.add(job.id)
        self._limiter.total_tokens = catalog.settings.parallel_stores
        store = self._stores.setdefault(job.store_name, trio.Lock())
        try:
            with self._activities.one("backup", job.name) as live:

                def step(progress: Progress) -> None:
                    live.report(progress)
                    report(progress)

                async with store, self._limiter:
                    await begin()
                    live.begin()
                    async with self._held_awake(job.name, catalog.settings):
                        return await self._work(request, step)
        finally:
            self.busy.discard(job.id)
            with trio.CancelScope(shield=True):
                await self._after(job.id)

    def _held_awake(self, name: str, settings: Settings) -> AbstractAsyncContextManager[None]:
        return self._awake(f"Backing up {printable(name)}") if settings.inhibit_sleep else nullcontext()

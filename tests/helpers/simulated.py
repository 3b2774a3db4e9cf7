"""The daemon's scheduler in simulated time: trio's mock clock, and a wall clock that goes with it."""

from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import attrs
import trio
from trio.testing import MockClock

from bcper.adapters.memory.catalog_repository import MemoryCatalogRepository
from bcper.adapters.memory.clock import FakeClock
from bcper.adapters.memory.network import MemoryNetwork
from bcper.adapters.memory.power import MemoryPower
from bcper.adapters.memory.rescue import MemoryRescueFiles
from bcper.adapters.memory.run_ledger import MemoryRunLedger
from bcper.adapters.memory.slots import MemorySlots
from bcper.adapters.memory.store_opener import MemoryStoreOpener
from bcper.apps.daemon.runner import Begin, NotBegun
from bcper.apps.daemon.scheduler import LONGEST, Scheduler
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.frequency import Frequency, Schedule
from bcper.domain.model.jobs import Job
from bcper.domain.model.requests.jobs import RunJob
from bcper.domain.model.stores import Store
from bcper.domain.model.targets import Item
from bcper.domain.usecases.open_store import OpenStore
from bcper.domain.usecases.plan_jobs import Agenda, PlanJobs


@attrs.define
class TrioClock(FakeClock):
    """Its wall clock goes with trio's; assign ``time`` to set it, in or out of step with what has passed."""

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=passed())

    def monotonic(self) -> float:
        return passed()

    def jump(self, span: timedelta) -> None:
        """The wall clock is set, or the machine wakes up from a suspend: trio's clock has not moved."""
        self.time += span


def passed() -> float:
    """Seconds of trio's clock; 0 where it does not go."""
    try:
        return trio.current_time()
    except RuntimeError:
        return 0.0


@attrs.frozen
class Started:
    """A run that was started at ``at`` by the wall clock and ended at ``ended``."""

    job: str
    slot: datetime
    at: datetime
    ended: datetime


async def inline(function: Callable[..., Any], *arguments: Any) -> Any:
    """In trio's own thread: its mock clock goes on while a thread works."""
    await trio.lowlevel.checkpoint()
    return function(*arguments)


class Simulation:
    """Jobs, each with a schedule, and a machine; runs only take their time, ``takes`` seconds of each job.

    ``story`` is what happens meanwhile; the scheduler starts with it and ends with it.
    """

    def __init__(
        self, start: datetime, schedules: dict[str, Schedule], longest: float = LONGEST, **more: Any
    ) -> None:
        self.start = start
        self.longest = longest
        self.clock = TrioClock(start, "Europe/Berlin")
        self.power, self.network = MemoryPower(), MemoryNetwork()
        self.opener, self.slots = MemoryStoreOpener(), MemorySlots()
        opened = OpenStore(self.opener, MemoryRunLedger(), self.clock, MemoryRescueFiles(), "test")
        opened("/mnt/disk", writable=True)
        catalog = Catalog(
            items={"docs": Item("docs", ("/docs",))},
            stores={
                "disk": Store("disk", "local", "/mnt/disk"),
                "cloud": Store("cloud", "rclone", "b", "cloud"),
            },
            frequencies={name: Frequency(name, name, schedule) for name, schedule in schedules.items()},
            jobs={name: self.job(name, **more) for name in schedules},
        )
        self.catalogs = MemoryCatalogRepository(catalog)
        self.plan: Callable[[Collection[str]], Agenda] = PlanJobs(
            self.catalogs, self.slots, self.clock, self.power, self.network, opened
        )
        self.record = self.slots.record
        self.takes: dict[str, float] = {}
        self.started: list[Started] = []
        self.busy: set[str] = set()
        self.log: list[str] = []
        self.at_once = 0
        """The most jobs that were at work at one time."""

    def job(self, name: str, **more: Any) -> Job:
        return Job(name, name, "item", "docs", more.pop("store", "disk"), name, created_at=self.start, **more)

    def settings(self, **changes: Any) -> None:
        self.catalogs.change(
            lambda catalog: attrs.evolve(catalog, settings=attrs.evolve(catalog.settings, **changes))
        )

    def play(self, story: Callable[[], Awaitable[object]]) -> None:
        trio.run(self._play, story, clock=MockClock(autojump_threshold=0))

    def slots_of(self, job: str) -> list[datetime]:
        """The slots whose runs were started, in that order."""
        return [each.slot for each in self.started if each.job == job]

    async def _play(self, story: Callable[[], Awaitable[object]]) -> None:
        self.scheduler = Scheduler(
            lambda busy: self.plan(busy),
            lambda job, slot: self.record(job, slot),
            self._run,
            self.busy,
            self.clock,
            self._note,
            inline,
            self.longest,
        )
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self.scheduler.run)
            await story()
            nursery.cancel_scope.cancel()

    async def _run(self, request: RunJob, begin: Begin) -> None:
        assert request.slot is not None
        assert request.name not in self.busy
        with suppress(NotBegun):
            await begin()
            await self._work(request)
        self.scheduler.poke()

    async def _work(self, request: RunJob) -> None:
        assert request.slot is not None
        self.busy.add(request.name)
        self.at_once = max(self.at_once, len(self.busy))
        at = self.clock.now()
        await trio.sleep(self.takes.get(request.name, 1))
        self.busy.discard(request.name)
        self.started.append(Started(request.name, request.slot, at, self.clock.now()))

    def _note(self, message: str, error: BaseException | None = None) -> None:
        self.log.append(message if error is None else f"{message} {error!r}")

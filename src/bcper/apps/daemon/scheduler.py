"""Starts what is due, makes up for what was missed, and sleeps."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import trio

from bcper.apps.daemon.runner import Begin, NotBegun
from bcper.domain.errors import BcperError
from bcper.domain.model.requests.jobs import RunJob
from bcper.domain.policy.catch_up import Due
from bcper.domain.policy.conditions import Waiting
from bcper.domain.usecases.plan_jobs import Agenda
from bcper.ports.clock import Clock

LONGEST = 30.0
"""Seconds: a suspend, a new clock or a new configuration is noticed after that long at most."""

Plan = Callable[[Collection[str]], Agenda]
"""What there is to do; the jobs whose ids it is given are at work. Waits."""


class Log(Protocol):
    """Where the daemon tells what it does."""

    def __call__(self, message: str, error: BaseException | None = None) -> None: ...


class Scheduler:
    """The loop. Wall time is asked for anew each time.

    A slot is recorded when its run begins, not before: of a job that waits for its turn when the daemon ends
    it is caught up on.
    """

    def __init__(
        self,
        plan: Plan,
        record: Callable[[str, datetime], bool],
        run: Callable[[RunJob, Begin], Awaitable[object]],
        busy: Collection[str],
        clock: Clock,
        log: Log,
        call: Callable[..., Awaitable[Any]] = trio.to_thread.run_sync,
        longest: float = LONGEST,
    ) -> None:
        """``plan`` and ``record`` wait, and ``call`` calls them; ``run`` raises nothing but trio's.

        Nothing of the run is done where what ``run`` is given to call first raises NotBegun.
        ``longest`` is how many seconds it sleeps at most.
        """
        self._plan = plan
        self._record = record
        self._run = run
        self._busy = busy
        self._started: set[str] = set()
        self._clock = clock
        self._log = log
        self._call = call
        self._poked = trio.Event()
        self._longest = longest
        self._catching_up = False
        self._troubles: dict[str, str] = {}
        self._told: dict[str, str] = {}
        self.waiting: Mapping[str, Waiting] = {}
        """By job id, why a job whose time has come does not run."""

    def poke(self) -> None:
        """Look again at once: something has changed."""
        self._poked.set()

    async def run(self) -> None:
        """Catch up first; then for ever start what is due."""
        async with trio.open_nursery() as nursery:
            while (agenda := await self._look()) is not None and agenda.missed:
                (first,) = self._taken(agenda.missed[:1])
                if not await self._start(first):
                    break
            while True:
                agenda = await self._look()
                if agenda is not None:
                    for each in self._taken(agenda.due):
                        nursery.start_soon(self._start, each)
                    if agenda.missed and not self._catching_up:
                        self._catching_up = True
                        (first,) = self._taken(agenda.missed[:1])
                        nursery.start_soon(self._catch_up, first)
                await self._sleep(agenda)

    async def _look(self) -> Agenda | None:
        """The agenda; ``None`` when it cannot be made, which the log tells once."""
        self._poked = trio.Event()
        try:
            agenda: Agenda = await self._call(self._plan, frozenset({*self._busy, *self._started}))
        except Exception as error:
            self._complain("Nothing can be planned", error)
            return None
        self._troubles.pop("Nothing can be planned", None)
        for job_id, why in agenda.waiting.items():
            # Once, although a charge goes down, and the next slot comes, and comes again.
            if self._told.get(job_id) != why.kind:
                self._told[job_id] = why.kind
                self._log(why.reason)
        self.waiting = agenda.waiting
        return agenda

    def _taken(self, these: Sequence[Due]) -> Sequence[Due]:
        """From now on they are left out of what is planned."""
        self._started.update(each.job_id for each in these)
        return these

    async def _start(self, each: Due) -> bool:
        """Run it when it is its turn. False if its slot cannot be recorded: it is tried again, later."""
        tried = []

        async def begin() -> None:
            tried.append(await self._use(each))
            if not tried[-1]:
                raise NotBegun

        try:
            await self._run(RunJob(each.job_id, each.slot), begin)
            # It may have been cancelled before its turn had come: then it is not wanted any more.
            used = tried[-1] if tried else await self._use(each)
            if used is None:
                await trio.sleep(self._longest)
        finally:
            self._started.discard(each.job_id)
        return used is not None

    async def _use(self, each: Due) -> bool | None:
        """Record its slot. False if somebody has; None if nobody knows, which the log tells."""
        try:
            ours: bool = await self._call(self._record, each.job_id, each.slot)
        except Exception as error:
            self._complain("No job can be started", error)
            return None
        self._troubles.pop("No job can be started", None)
        self._told.pop(each.job_id, None)
        return ours

    def _complain(self, what: str, error: Exception) -> None:
        """Tell it once, however often it is tried."""
        said = f"{what}: {str(error) or type(error).__name__}"
        if self._troubles.get(what) != said:
            self._troubles[what] = said
            self._log(said, None if isinstance(error, BcperError) else error)

    async def _catch_up(self, each: Due) -> None:
        """One at a time: the next one is found by the loop, which looks again then."""
        try:
            if await self._start(each):
                self.poke()
        finally:
            self._catching_up = False

    async def _sleep(self, agenda: Agenda | None) -> None:
        seconds = self._longest
        if agenda is not None and agenda.wake_at is not None:
            seconds = min(seconds, max(0.0, (agenda.wake_at - self._clock.now()).total_seconds()))
        with trio.move_on_after(seconds):
            await self._poked.wait()

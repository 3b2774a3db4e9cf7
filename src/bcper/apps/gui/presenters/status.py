"""The page Status: one verdict, what would be lost, space, a chart, a year of days, what comes next."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import attrs

from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble
from bcper.apps.gui.presenters.tiles import Tile, exposed, full_in, protected, proven
from bcper.apps.words import ago, coming, counted, duration, size, span
from bcper.domain.errors import BcperError
from bcper.domain.model.names import printable
from bcper.domain.model.proofs import Proof
from bcper.domain.model.requests.daemon import JobState, ShowStatus, Status
from bcper.domain.model.requests.jobs import FrequencyView, ListFrequencies, RunJob
from bcper.domain.model.requests.runs import LastProof, ListRuns
from bcper.domain.model.requests.stores import ListStores, StoreView, TestStore
from bcper.domain.model.runs import Run, RunStatus
from bcper.domain.policy.history.days import Day, History, day_grid
from bcper.domain.policy.history.recent import Happening, recent
from bcper.domain.policy.history.stored_size import days_until_full, stored_by_day
from bcper.domain.policy.history.verdict import Level, concern, verdict
from bcper.domain.policy.job_runs import by_job
from bcper.ports.daemon_control import DaemonControl

_RECENT = 6
_COMING = 5
_LOG = 200

LATEST = 5
"""Lines of the log that are shown on the page itself."""

Mark = Literal["good", "warning", "bad", "none", "running"]
"""How something stands; views show it as a shape and a colour, beside the word."""


@attrs.frozen
class Line:
    """A line of "Coming up" or "Recent activity": ``job_id`` or ``run_id`` is what a click leads to."""

    mark: Mark
    title: str
    text: str
    when: str
    job_id: str = ""
    run_id: str = ""


@attrs.frozen
class Chart:
    """Bytes stored at the end of each day, today last; ``first`` is the first day."""

    first: datetime
    sizes: tuple[int, ...]


@attrs.frozen
class StatusView:
    """``attention`` are the ids of the jobs that ``run_attention`` runs; ``details`` one line for each."""

    loaded: bool = False
    date: str = ""
    level: Level = "none"
    verdict: str = ""
    details: tuple[str, ...] = ()
    attention: tuple[str, ...] = ()
    tiles: tuple[Tile, ...] = ()
    chart: Chart | None = None
    days: tuple[Day, ...] = ()
    coming: tuple[Line, ...] = ()
    recent: tuple[Line, ...] = ()
    log: tuple[str, ...] = ()
    trouble: Trouble | None = None

    @property
    def attention_deed(self) -> str:
        """The text of the button that runs those; empty without any."""
        many = len(self.attention)
        words = {0: "", 1: "Run it now", 2: "Run both now"}
        return words.get(many, f"Run all {many} now")

    @property
    def latest(self) -> tuple[str, ...]:
        """The last lines of the log."""
        return self.log[-LATEST:]


class StatusPresenter(Presenter[StatusView]):
    """``refresh`` when ``runs``, ``catalog`` or ``daemon`` changed, and every minute: times are relative."""

    def __init__(self, tools: Tools, show: Show[StatusView], control: DaemonControl) -> None:
        self._control = control
        self._free: dict[str, int] = {}
        super().__init__(tools, show, StatusView())

    async def refresh(self) -> None:
        """Ask for everything anew; what is reckoned from a long history is, in a thread."""
        ask = self._tools.ask
        with self._telling():
            status = await ask(ShowStatus())
            runs = (await ask(ListRuns(history=True))).runs
            frequencies = await ask(ListFrequencies())
            stores = await ask(ListStores())
            proof = await ask(LastProof())
            self._put(await self._tools.in_thread(self._seen, status, runs, frequencies, stores, proof))

    async def look_at_space(self) -> None:
        """Try each store for what is free there; those that do not answer are left out."""
        with self._telling():
            for view in await self._tools.ask(ListStores()):
                try:
                    found = await self._tools.ask(TestStore(view.store.name))
                except BcperError:
                    continue
                if found.free_bytes is not None:
                    self._free[view.store.name] = found.free_bytes
            await self.refresh()

    async def run_attention(self) -> None:
        """Run every job that needs attention, one after the other."""
        for job_id in self._state.attention:
            with self._telling():
                await self._tools.ask(RunJob(job_id))

    async def read_log(self) -> None:
        """The end of the daemon's log."""

        def read() -> tuple[str, ...]:
            lines = self._control.log_lines(_LOG, follow=False)
            return tuple(printable(line) for line in lines)

        with self._telling():
            self._set(log=await self._tools.in_thread(read))

    def _seen(
        self,
        status: Status,
        runs: Sequence[Run],
        frequencies: Sequence[FrequencyView],
        stores: Sequence[StoreView],
        proof: Proof | None,
    ) -> StatusView:
        now, zone = self._tools.clock.now(), self._tools.clock.local_zone()
        judged = verdict(status.jobs)
        jobs = [state.job for state in status.jobs]
        own = by_job(runs, jobs)
        schedules = {view.frequency.id: view.frequency.schedule for view in frequencies}
        histories = [History(job, schedules.get(job.frequency_id), own[job.id]) for job in jobs]
        sizes = stored_by_day(runs, now, zone)
        local = now.astimezone(zone)
        return StatusView(
            loaded=True,
            date=f"{local:%A} {local.day} {local:%B %Y, %H:%M}",
            level=judged.level,
            verdict=judged.words,
            details=tuple(f"{printable(each.job.name)}: {each.text}" for each in judged.concerns),
            attention=tuple(each.job.id for each in judged.concerns),
            tiles=(
                exposed(status.jobs, now),
                protected(runs, status.jobs),
                proven(proof, now),
                self._space(stores, runs),
            ),
            chart=Chart(local - timedelta(days=len(sizes) - 1), sizes),
            days=day_grid(histories, now, zone),
            coming=self._coming(status.jobs),
            recent=tuple(self._happened(each) for each in recent(runs, _RECENT)),
            log=self._state.log,
        )

    def _space(self, stores: Sequence[StoreView], runs: Sequence[Run]) -> Tile:
        """The store that is full first, else the one with the least space."""
        now, zone = self._tools.clock.now(), self._tools.clock.local_zone()
        found: list[tuple[int, int, str]] = []
        for view in stores:
            free = self._free.get(view.store.name)
            if free is not None:
                held = stored_by_day([run for run in runs if run.store == view.store.location], now, zone)
                days = days_until_full(held, free)
                found.append((1 << 30 if days is None else days, free, view.store.name))
        if not found:
            return Tile("Space left", "—", "no store has been looked at")
        days, free, name = min(found)
        text, level = full_in(None if days == 1 << 30 else days)
        return Tile("Space left", f"{printable(name)} {size(free)}", text, level)

    def _coming(self, states: Sequence[JobState]) -> tuple[Line, ...]:
        now, zone = self._tools.clock.now(), self._tools.clock.local_zone()
        timed = [(state.next, state.job.name, state) for state in states if state.next is not None]
        lines = []
        for when, name, state in sorted(timed, key=lambda each: each[:2])[:_COMING]:
            worry = concern(state)
            why = f" ({printable(state.waiting)})" if state.waiting else ""
            lines.append(
                Line(
                    worry.level if worry is not None else "warning" if state.waiting else "good",
                    printable(name),
                    f"in {span(when - now)} → {printable(state.job.store_name)}{why}",
                    coming(when, now, zone).removeprefix("today "),
                    job_id=state.job.id,
                )
            )
        return tuple(lines)

    def _happened(self, each: Happening) -> Line:
        now, zone = self._tools.clock.now(), self._tools.clock.local_zone()
        first = each.runs[0]
        there = each.at.astimezone(zone)
        same = there.date() == now.astimezone(zone).date()
        when = f"{there:%H:%M}" if same else ago(each.at, now)
        name = printable(first.job_name)
        if each.kind == "pruned":
            text = f"Removed {counted(len(each.runs), 'old backup')}, freed {size(each.freed)}"
            return Line("none", name, text, when)
        return Line(mark_of(first), name, outcome(first), when, run_id=first.run_id)


def mark_of(run: Run) -> Mark:
    """How a run stands."""
    match run.status:
        case RunStatus.SUCCESS:
            return "good"
        case RunStatus.PARTIAL:
            return "warning"
        case RunStatus.RUNNING:
            return "running"
        case RunStatus.CANCELLED:
            return "none"
        case _:
            return "bad"


def outcome(run: Run) -> str:
    """What became of a run, on one line."""
    if run.status.restorable:
        took = duration((run.completed_at - run.started_at).total_seconds()) if run.completed_at else ""
        holes = " · some sources could not be read" if run.status is RunStatus.PARTIAL else ""
        return " · ".join(filter(None, ("Completed", size(run.stored_bytes), took))) + holes
    why = printable(run.error)
    said = not why or why.rstrip(".").lower() == str(run.status)
    return run.status.capitalize() if said else f"{run.status.capitalize()} · {why}"

"""The page Jobs: on or off, what goes where and when, how the last runs went, run now."""

from collections.abc import Sequence

import attrs

from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble
from bcper.apps.gui.presenters.status import Mark, mark_of
from bcper.apps.gui.presenters.work import WorkRow, at_work
from bcper.apps.words import ago, coming, kept
from bcper.domain.errors import BcperError, Cancelled, Skipped
from bcper.domain.model.events import Activity
from bcper.domain.model.names import printable
from bcper.domain.model.requests.daemon import CancelRun, JobState, ShowStatus
from bcper.domain.model.requests.jobs import EditJob, JobView, ListJobs, RunJob
from bcper.domain.model.requests.runs import ListRuns
from bcper.domain.model.runs import Run
from bcper.domain.policy.history.verdict import concern
from bcper.domain.policy.job_runs import by_job

STRIP = 20
"""Runs shown of each job."""


@attrs.frozen
class StripCell:
    """One run of the strip; ``tip`` says which it is and what became of it."""

    mark: Mark
    run_id: str
    tip: str


@attrs.frozen
class JobRow:
    """One job. ``line`` is what goes where, when, and what is kept; ``state`` how it stands, in words.

    ``strip`` has the oldest run first. ``work`` is set while it runs or waits for its turn.
    """

    id: str
    name: str
    enabled: bool
    mark: Mark
    state: str
    line: str
    next: str
    strip: tuple[StripCell, ...]
    work: WorkRow | None = None


@attrs.frozen
class JobsView:
    """``note`` is what the last action did."""

    loaded: bool = False
    rows: tuple[JobRow, ...] = ()
    note: str = ""
    trouble: Trouble | None = None


class JobsPresenter(Presenter[JobsView]):
    """``refresh`` when ``runs`` or ``catalog`` changed; ``works`` hears every activity."""

    def __init__(self, tools: Tools, show: Show[JobsView]) -> None:
        self._work: tuple[WorkRow, ...] = ()
        super().__init__(tools, show, JobsView())

    async def refresh(self) -> None:
        """Ask anew."""
        ask = self._tools.ask
        with self._telling():
            views = await ask(ListJobs())
            status = await ask(ShowStatus())
            runs = (await ask(ListRuns(history=True))).runs
            self._work = at_work(status.activities)
            self._set(rows=await self._tools.in_thread(self._rows, views, status.jobs, runs), loaded=True)

    def works(self, activities: tuple[Activity, ...]) -> None:
        """What goes on has changed."""
        self._work = at_work(activities)
        self._set(rows=tuple(attrs.evolve(row, work=self._of(row.name)) for row in self._state.rows))

    async def set_enabled(self, job_id: str, *, enabled: bool) -> None:
        """Switch a job on or off."""
        with self._telling():
            await self._tools.ask(EditJob(job_id, enabled=enabled))
            await self.refresh()

    async def run_now(self, job_id: str) -> None:
        """Run a job; returns when it has ended. What a run that failed has to say is its row's."""
        try:
            await self._tools.ask(RunJob(job_id))
        except Skipped as skipped:
            self._set(note=printable(str(skipped)))
        except Cancelled:
            self._set(note="Cancelled.")
        except BcperError as error:
            await self.refresh()
            self._fail(error)
        else:
            await self.refresh()

    async def cancel(self, job_id: str) -> None:
        """Stop what the job is at."""
        work = next((row.work for row in self._state.rows if row.id == job_id), None)
        if work is not None:
            with self._telling():
                await self._tools.ask(CancelRun(work.id))

    def _of(self, name: str) -> WorkRow | None:
        return next((row for row in self._work if row.kind == "backup" and row.about == name), None)

    def _rows(
        self, views: Sequence[JobView], states: Sequence[JobState], runs: Sequence[Run]
    ) -> tuple[JobRow, ...]:
        by_id = {state.job.id: state for state in states}
        own = by_job(runs, [view.job for view in views])
        return tuple(self._row(view, by_id.get(view.job.id), own[view.job.id]) for view in views)

    def _row(self, view: JobView, state: JobState | None, runs: Sequence[Run]) -> JobRow:
        job, now, zone = view.job, self._tools.clock.now(), self._tools.clock.local_zone()
        mark, said = self._stands(view, state)
        upcoming = coming(view.next, now, zone) if view.next is not None else "—"
        line = (
            f"{printable(job.target_name)} ({job.target_type}) → {printable(job.store_name)} · "
            f"{view.when or 'no frequency'} · keep {kept(job.keep)}"
        )
        cells = tuple(
            StripCell(
                mark_of(run), run.run_id, f"{run.started_at.astimezone(zone):%Y-%m-%d %H:%M}: {run.status}"
            )
            for run in reversed(runs[:STRIP])
        )
        name = printable(job.name)
        return JobRow(job.id, name, job.enabled, mark, said, line, upcoming, cells, self._of(name))

    def _stands(self, view: JobView, state: JobState | None) -> tuple[Mark, str]:
        if not view.job.enabled:
            return "none", "Off"
        worry = None if state is None else concern(state)
        if worry is not None:
            return worry.level, worry.text[:1].upper() + worry.text[1:]
        if view.waiting:
            return "warning", f"Waits: {printable(view.waiting)}"
        good = None if state is None else state.last_good
        if good is None:
            return "none", "Has not run yet"
        return "good", f"OK · {ago(good.completed_at or good.started_at, self._tools.clock.now())}"

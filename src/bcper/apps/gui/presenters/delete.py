"""Deleting runs: how many, which, and whether the newest good backup of a job is among them."""

from collections.abc import Mapping, Sequence
from typing import Literal

import attrs

from bcper.apps.gui.presenters.backups import short
from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble, trouble_of
from bcper.apps.gui.presenters.flow import Meter, Running, Stoppable, first_of
from bcper.apps.words import counted, listed, size
from bcper.domain.errors import BcperError, Cancelled
from bcper.domain.model.names import printable
from bcper.domain.model.requests.runs import DeleteRun, Which
from bcper.domain.model.runs import Run, job_key


@attrs.frozen
class Doomed:
    """One run that would go."""

    short_id: str
    job: str
    text: str
    size: str


@attrs.frozen
class DeleteView:
    """The question, then the work. ``deed`` is the button's text; first focus is on Cancel.

    ``failures`` has a line for each run that could not be deleted.
    """

    title: str
    text: str
    deed: str
    doomed: tuple[Doomed, ...]
    more: str
    warning: str
    step: Literal["question", "working", "done", "cancelled"] = "question"
    running: Running | None = None
    failures: tuple[str, ...] = ()
    trouble: Trouble | None = None


class DeleteFlow(Presenter[DeleteView]):
    """``everything`` are all runs on the list, in any order; ``names`` are those of stores by location."""

    def __init__(
        self,
        tools: Tools,
        show: Show[DeleteView],
        runs: Sequence[Run],
        everything: Sequence[Run],
        names: Mapping[str, str] | None = None,
    ) -> None:
        self._runs = tuple(runs)
        self._work = Stoppable()
        zone = tools.clock.local_zone()
        stores = {run.store: printable((names or {}).get(run.store, run.store)) for run in runs}
        many = counted(len(runs), "backup")
        doomed = [
            Doomed(
                short(run),
                printable(run.job_name),
                f"{run.started_at.astimezone(zone):%Y-%m-%d %H:%M} on {stores[run.store]}",
                size(run.source_bytes),
            )
            for run in runs
        ]
        _, more = first_of([each.short_id for each in doomed])
        them = "It is" if len(runs) == 1 else "They are"
        text = f"{them} removed from the store and cannot be brought back. Other backups are not touched."
        first = DeleteView(
            f"Delete {many} for good?",
            text,
            f"Delete {many}",
            tuple(doomed[:5]),
            more,
            _warning(runs, everything),
        )
        super().__init__(tools, show, first)

    async def confirm(self) -> None:
        """Delete them, one after the other; one that fails keeps no other from going."""
        if self._state.step != "question":
            return
        self._set(step="working")
        ended = await self._work.run(self._delete)
        self._set(step="done" if ended else "cancelled", running=None)

    def cancel(self) -> None:
        """Stop; what is gone is gone."""
        self._work.cancel()
        if self._state.step == "question":
            self._set(step="cancelled")

    async def _delete(self) -> None:
        meter = Meter(self._tools.clock, len(self._runs), lambda running: self._set(running=running))
        for run in self._runs:
            meter.begin(f"Deleting {short(run)}")
            try:
                await self._tools.ask(DeleteRun(Which(run.run_id)), meter.report)
            except Cancelled:
                raise
            except BcperError as error:
                said = trouble_of(error).message
                self._set(failures=(*self._state.failures, f"{short(run)}: {said}"))


def _warning(runs: Sequence[Run], everything: Sequence[Run]) -> str:
    """Which jobs would lose their newest good backup, and whether another one is left."""
    going = {run.run_id for run in runs}
    newest: dict[str, Run] = {}
    left: set[str] = set()
    for run in everything:
        if not run.status.restorable:
            continue
        key = job_key(run)
        if key not in newest or newest[key].started_at < run.started_at:
            newest[key] = run
        if run.run_id not in going:
            left.add(key)
    lost = [key for key, run in newest.items() if run.run_id in going]
    names = [f"“{printable(newest[key].job_name)}”" for key in lost]
    bare = [f"“{printable(newest[key].job_name)}”" for key in lost if key not in left]
    if not names:
        return ""
    said = f"This includes the newest good backup of {listed(names)}."
    return f"{said} No good backup of {listed(bare)} would be left." if bare else said

"""What a job's keep rules would take away now, said before it is done."""

import attrs

from bcper.apps.gui.presenters.backups import short
from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble
from bcper.apps.words import counted, size
from bcper.domain.model.names import printable
from bcper.domain.model.requests.jobs import PruneJob


@attrs.frozen
class PruneView:
    """The question; ``deed`` is the button's text, empty when nothing would go.

    ``going`` are (name, details) of what would go, newest first. ``done`` says what was done.
    """

    title: str
    text: str = ""
    deed: str = ""
    going: tuple[tuple[str, str], ...] = ()
    ready: bool = False
    working: bool = False
    done: str = ""
    trouble: Trouble | None = None


class Prune(Presenter[PruneView]):
    """``open``, then ``confirm`` or nothing."""

    def __init__(self, tools: Tools, show: Show[PruneView], job_id: str, name: str) -> None:
        """``name`` is the job's, for the eye."""
        self._job = job_id
        self._name = printable(name)
        super().__init__(tools, show, PruneView(f"Prune “{self._name}”"))

    async def open(self) -> None:
        """See what its rules would keep."""
        zone = self._tools.clock.local_zone()
        with self._telling():
            lines = await self._tools.ask(PruneJob(self._job, dry_run=True))
            runs = [line.run for line in lines if not line.kept]
            many, stay = counted(len(runs), "backup"), counted(len(lines) - len(runs), "backup")
            self._set(
                text=(
                    f"The job's keep rules keep {stay}; {many} would go and cannot be brought back."
                    if runs
                    else f"The job's keep rules keep all of its {stay}: nothing would go."
                ),
                deed=f"Delete {many}" if runs else "",
                going=tuple(
                    (
                        f"{short(run)}  {run.started_at.astimezone(zone):%Y-%m-%d %H:%M}",
                        f"{size(run.stored_bytes)} on {printable(run.store)}",
                    )
                    for run in runs
                ),
                ready=True,
            )

    async def confirm(self) -> None:
        """Take away what the rules do not keep."""
        if not self._state.ready or self._state.working:
            return
        self._set(working=True)
        try:
            with self._telling():
                lines = await self._tools.ask(PruneJob(self._job))
                gone = counted(sum(not line.kept for line in lines), "backup")
                self._set(done=f"Deleted {gone} of “{self._name}”.")
        finally:
            self._set(working=False)

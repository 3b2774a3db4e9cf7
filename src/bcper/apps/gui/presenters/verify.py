"""Verifying runs, live."""

from collections.abc import Sequence
from typing import Literal

import attrs

from bcper.apps.gui.presenters.backups import called, short
from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble, trouble_of
from bcper.apps.gui.presenters.flow import Meter, Running, Stoppable
from bcper.apps.words import counted
from bcper.domain.errors import BcperError, Cancelled
from bcper.domain.model.names import printable
from bcper.domain.model.requests.runs import VerifyRun, Which
from bcper.domain.model.runs import Run


@attrs.frozen
class Verified:
    """What one run's verification found."""

    short_id: str
    good: bool
    text: str


@attrs.frozen
class VerifyView:
    """``results`` come one by one."""

    title: str
    step: Literal["working", "done", "cancelled"] = "working"
    running: Running | None = None
    results: tuple[Verified, ...] = ()
    trouble: Trouble | None = None


class VerifyFlow(Presenter[VerifyView]):
    """One bad run must not keep the others from being looked at."""

    def __init__(self, tools: Tools, show: Show[VerifyView], runs: Sequence[Run]) -> None:
        self._runs = tuple(runs)
        self._work = Stoppable()
        super().__init__(tools, show, VerifyView(f"Verify {counted(len(runs), 'backup')}"))

    async def start(self) -> None:
        """Verify them, one after the other; without a password at hand, by their checksums."""
        ended = await self._work.run(self._verify)
        self._set(step="done" if ended else "cancelled", running=None)

    def cancel(self) -> None:
        """Stop."""
        self._work.cancel()

    async def _verify(self) -> None:
        meter = Meter(self._tools.clock, len(self._runs), lambda running: self._set(running=running))
        for run in self._runs:
            meter.begin(f"Verifying {called(run)} {short(run)}")
            self._set(results=(*self._state.results, await self._one(run, meter)))

    async def _one(self, run: Run, meter: Meter) -> Verified:
        try:
            report = await self._tools.ask(VerifyRun(Which(run.run_id)), meter.report)
        except Cancelled:
            raise
        except BcperError as error:
            return Verified(short(run), False, trouble_of(error).message)
        deep = f"every byte of {counted(report.entries, 'entry', 'entries')} read and compared"
        warnings = "".join(f" {printable(warning)}" for warning in report.warnings)
        said = deep if report.deep else "checksums agree; with its password every byte would be compared"
        return Verified(short(run), True, f"whole: {said}.{warnings}")

"""Restoring runs, or files of one: one target folder, passwords only where they are needed, then live."""

from collections.abc import Sequence
from typing import Literal

import attrs

from bcper.apps.gui.presenters.backups import called, short
from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble
from bcper.apps.gui.presenters.flow import Meter, Running, Stoppable
from bcper.apps.gui.presenters.passwords import Prompt, Unlocking
from bcper.apps.words import counted, size
from bcper.domain.errors import BcperError
from bcper.domain.model.choices import Overwrite
from bcper.domain.model.names import printable
from bcper.domain.model.paths import check_absolute
from bcper.domain.model.requests.runs import RestoreReport, RestoreRun, Which
from bcper.domain.model.runs import Run

Step = Literal["target", "password", "working", "done", "cancelled", "failed"]


@attrs.frozen
class RestoreView:
    """``step`` says what is asked for, or done. ``target_error`` is wrong with the target, empty if nothing.

    ``results`` has a line for each run that was restored, ``problems`` what could not be.
    """

    title: str
    step: Step = "target"
    target: str = ""
    target_error: str = ""
    overwrite: Overwrite = "never"
    prompt: Prompt | None = None
    running: Running | None = None
    results: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    trouble: Trouble | None = None

    @property
    def can_start(self) -> bool:
        """Whether the target can be used, as far as its text goes."""
        return self.step in ("target", "cancelled", "failed") and bool(self.target) and not self.target_error


class RestoreFlow(Presenter[RestoreView]):
    """One run goes right into the target, several into a folder each below it."""

    def __init__(
        self,
        tools: Tools,
        show: Show[RestoreView],
        runs: Sequence[Run],
        include: tuple[str, ...] = (),
        target: str = "",
    ) -> None:
        """``include`` are patterns of what is wanted of a single run (``policy.selection.pattern_of``)."""
        self._runs = tuple(runs)
        self._include = include
        self._work = Stoppable()
        self._unlocking = Unlocking(tools, [Which(run.run_id) for run in self._runs])
        what = (
            counted(len(include), "file or folder", "files and folders")
            if include
            else (counted(len(self._runs), "backup"))
        )
        title = f"Restore {what}"
        if len(self._runs) == 1:
            title += f" from {called(self._runs[0])}, {short(self._runs[0])}"
        super().__init__(tools, show, RestoreView(title))
        if target:
            self.set_target(target)

    def set_target(self, path: str) -> None:
        """The folder to restore into, as typed."""
        error = ""
        if path:
            try:
                check_absolute(path)
            except BcperError as wrong:
                error = " ".join(filter(None, (str(wrong), wrong.hint)))
        self._set(target=path, target_error=error)

    def set_overwrite(self, overwrite: Overwrite) -> None:
        """What to do about files that are there already."""
        self._set(overwrite=overwrite)

    async def start(self) -> None:
        """Ask for the passwords that are missing, or begin."""
        if not self._state.can_start:
            return
        await self._go_on()

    async def give_password(self, password: str) -> None:
        """An answer to ``prompt``."""
        try:
            self._unlocking.give(password)
        except BcperError as error:
            self._fail(error)
            return
        await self._go_on()

    def cancel(self) -> None:
        """Stop what goes on; what was restored until now stays."""
        self._work.cancel()
        if self._state.step == "password":
            self._set(step="target", prompt=None)

    async def _go_on(self) -> None:
        try:
            prompt = await self._unlocking.next()
            if prompt is not None:
                self._set(step="password", prompt=prompt, trouble=None)
                return
            self._set(step="working", prompt=None, results=(), problems=(), trouble=None)
            ended = await self._work.run(self._restore)
        except BcperError as error:
            self._fail(error)
            self._set(step="failed", running=None)
        else:
            self._set(step="done" if ended else "cancelled", running=None)

    async def _restore(self) -> None:
        meter = Meter(self._tools.clock, len(self._runs), lambda running: self._set(running=running))
        for run in self._runs:
            meter.begin(f"Restoring {called(run)} {short(run)}")
            request = RestoreRun(
                Which(run.run_id),
                self._target_of(run),
                self._include,
                self._state.overwrite,
                passwords=self._unlocking.passwords,
            )
            report = await self._tools.ask(request, meter.report)
            problems = (f"{printable(each.path)} {each.reason}" for each in report.problems)
            self._set(
                results=(*self._state.results, _said(report)),
                problems=(*self._state.problems, *problems),
            )

    def _target_of(self, run: Run) -> str:
        target = self._state.target
        if len(self._runs) == 1:
            return target
        # Two runs of one item hold the same names: neither may take the other's place.
        return f"{target.rstrip('/')}/{run.folder.replace('/', '_') or short(run)}"


def _said(report: RestoreReport) -> str:
    kept = f", {counted(report.kept, 'existing file')} kept" if report.kept else ""
    return (
        f"{report.run_id[:8]}: {counted(report.written, 'entry', 'entries')}, {size(report.bytes)} "
        f"to {printable(report.target_dir)}{kept}"
    )

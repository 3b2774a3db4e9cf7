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
from bcper.domain.policy.homes import Home, all_homes

Step = Literal["target", "password", "working", "done", "cancelled", "failed"]

OVERWRITES: tuple[tuple[Overwrite, str], ...] = (
    ("never", "Keep every file that is there"),
    ("if-newer", "Replace files that are older than in the backup"),
    ("always", "Replace every file that is there"),
)
"""What can be chosen for files that are there already, and its label."""


@attrs.frozen
class RestoreView:
    """``step`` says what is asked for, or done. ``target_error`` is wrong with the target, empty if nothing.

    ``in_place`` restores to ``places``, the folders that the files were in; ``homeless`` says why that cannot
    be, and is empty if it can. ``warning`` says what a restore as chosen would undo. ``results`` has a line
    for each run that was restored, ``problems`` what could not be.
    """

    title: str
    step: Step = "target"
    target: str = ""
    target_error: str = ""
    in_place: bool = False
    places: tuple[str, ...] = ()
    homeless: str = ""
    overwrite: Overwrite = "never"
    warning: str = ""
    prompt: Prompt | None = None
    running: Running | None = None
    results: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    trouble: Trouble | None = None

    @property
    def can_start(self) -> bool:
        """Whether the target can be used, as far as its text goes."""
        placed = not self.homeless if self.in_place else bool(self.target) and not self.target_error
        return self.step in ("target", "cancelled", "failed") and placed


class RestoreFlow(Presenter[RestoreView]):
    """One run goes right into the target, several into a folder each below it; or all to where they were."""

    def __init__(
        self,
        tools: Tools,
        show: Show[RestoreView],
        runs: Sequence[Run],
        include: tuple[str, ...] = (),
        target: str = "",
        homes: tuple[Home, ...] | str | None = None,
        passwords: tuple[str, ...] = (),
    ) -> None:
        """``include`` are patterns of what is wanted of a single run (``policy.selection.pattern_of``).

        ``homes`` are where that was, or why nobody knows (``RunBrowser.homes``); of whole runs it is found.
        ``passwords`` were given for it already.
        """
        self._runs = tuple(runs)
        self._homes, homeless = _homes_of(self._runs) if homes is None else _given(self._runs, homes)
        if include and homes is None:
            self._homes, homeless = {}, "Where these files were was not asked."
        self._include = include
        self._work = Stoppable()
        self._unlocking = Unlocking(tools, [Which(run.run_id) for run in self._runs], passwords)
        what = (
            counted(len(include), "file or folder", "files and folders")
            if include
            else (counted(len(self._runs), "backup"))
        )
        title = f"Restore {what}"
        if len(self._runs) == 1:
            title += f" from {called(self._runs[0])}, {short(self._runs[0])}"
        found = (printable(home.target_dir) for each in self._homes.values() for home in each)
        super().__init__(
            tools, show, RestoreView(title, places=tuple(dict.fromkeys(found)), homeless=homeless)
        )
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
        self._warn()

    def set_in_place(self, *, in_place: bool) -> None:
        """To where it was, or into the folder ``target``."""
        self._set(in_place=in_place)
        self._warn()

    def _warn(self) -> None:
        state = self._state
        text = ""
        if state.in_place and state.overwrite == "always":
            text = "What was changed in these files since the backup is lost."
        elif state.in_place and state.overwrite == "never":
            text = "Only files that are missing come back."
        self._set(warning=text)

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
            for home in self._homes_now(run):
                request = RestoreRun(
                    Which(run.run_id),
                    home.target_dir,
                    home.include,
                    self._state.overwrite,
                    passwords=self._unlocking.passwords,
                    strip=home.strip,
                )
                report = await self._tools.ask(request, meter.report)
                problems = (f"{printable(each.path)} {each.reason}" for each in report.problems)
                self._set(
                    results=(*self._state.results, _said(report)),
                    problems=(*self._state.problems, *problems),
                )

    def _homes_now(self, run: Run) -> tuple[Home, ...]:
        if self._state.in_place:
            return self._homes[run.run_id]
        return (Home(self._target_of(run), self._include),)

    def _target_of(self, run: Run) -> str:
        target = self._state.target
        if len(self._runs) == 1:
            return target
        # Two runs of one item hold the same names: neither may take the other's place.
        return f"{target.rstrip('/')}/{run.folder.replace('/', '_') or short(run)}"


def _homes_of(runs: Sequence[Run]) -> tuple[dict[str, tuple[Home, ...]], str]:
    """Where the files of whole runs were, by run; or why that cannot be told, or would not do."""
    found: dict[str, tuple[Home, ...]] = {}
    seen: set[str] = set()
    for run in runs:
        homes = all_homes(run)
        if isinstance(homes, str):
            return {}, homes if len(runs) == 1 else f"{called(run)} {short(run)}: {homes}"
        if seen.intersection(run.roots):
            return {}, "Two of these backups are of the same files: choose one of them."
        seen.update(run.roots)
        found[run.run_id] = homes
    return found, ""


def _given(runs: Sequence[Run], homes: tuple[Home, ...] | str) -> tuple[dict[str, tuple[Home, ...]], str]:
    if isinstance(homes, str):
        return {}, homes
    return {run.run_id: homes for run in runs}, "" if homes else "Nothing is chosen."


def _said(report: RestoreReport) -> str:
    kept = f", {counted(report.kept, 'existing file')} kept" if report.kept else ""
    return (
        f"{report.run_id[:8]}: {counted(report.written, 'entry', 'entries')}, {size(report.bytes)} "
        f"to {printable(report.target_dir)}{kept}"
    )

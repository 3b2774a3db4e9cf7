"""Getting files back."""

from collections.abc import Iterator
from contextlib import closing

import attrs

from bcper.domain.errors import RunNotFound
from bcper.domain.model.entries import Problem
from bcper.domain.model.names import printable
from bcper.domain.model.progress import Progress
from bcper.domain.policy.selection import select
from bcper.domain.usecases.browse_runs import BrowseRuns, OpenedPart, OpenedRun
from bcper.domain.usecases.share_part import Count, Share, write_files
from bcper.domain.usecases.team import Team, gather
from bcper.ports.crew import Destination, ShareReport
from bcper.ports.extractor import Extractor, ExtractorOpener, Outcome, Overwrite
from bcper.ports.progress import ProgressSink

_EVERY = 64


@attrs.frozen
class RestoreRequest:
    """What to restore and where to."""

    run: str
    target_dir: str
    include: tuple[str, ...] = ()
    overwrite: Overwrite = "never"
    special: bool = False
    store: str | None = None
    password: str | None = attrs.field(default=None, repr=False)


@attrs.define
class RestoreReport:
    """What a restore did. ``kept`` are files that existed and were left alone."""

    run_id: str
    target_dir: str
    entries: int = 0
    bytes: int = 0
    written: int = 0
    kept: int = 0
    problems: list[Problem] = attrs.field(factory=list)

    @property
    def incomplete(self) -> bool:
        """Whether something is missing that should be there."""
        return any(problem.incomplete for problem in self.problems)

    def add(self, share: ShareReport) -> None:
        """Count in what was done."""
        self.entries += share.entries
        self.bytes += share.size
        self.written += share.written
        self.kept += share.kept
        self.problems += share.problems


@attrs.frozen
class RestoreRuns:
    """Restore a run, or some of it."""

    browse: BrowseRuns
    extractors: ExtractorOpener
    team: Team

    def __call__(self, request: RestoreRequest, sink: ProgressSink) -> RestoreReport:
        """Restore; raises RunNotFound, WrongPassword, Damaged, TargetError, NoSpace, Cancelled."""
        sink.step(Progress("Opening the run"))
        opened = self.browse.open(self.browse.find(request.run, request.store))
        report = RestoreReport(opened.run.run_id, request.target_dir)
        total = None if request.include else sum(part.bytes for part in opened.manifest.parts)
        to = Destination(request.target_dir, request.overwrite, request.special)
        for part in self.browse.parts(opened, request.password):
            with self.extractors.open(
                to.target_dir, to.overwrite, special=to.special, report=report.problems.append
            ) as extractor:
                for current in self._restore(opened, part, to, extractor, request.include, report):
                    sink.step(Progress("Restoring", report.bytes, total, False, report.entries, current))
                extractor.finish()
        if request.include and not report.entries:
            raise RunNotFound(
                f"Nothing in the run matches {', '.join(request.include)}.",
                f"bcper-cli backup ls {opened.run.run_id[:8]} shows what is in it.",
            )
        return report

    def _restore(
        self,
        opened: OpenedRun,
        part: OpenedPart,
        to: Destination,
        extractor: Extractor,
        include: tuple[str, ...],
        report: RestoreReport,
    ) -> Iterator[str]:
        """Folders and what is no file first, then the files, by helpers too; yields the one at hand."""
        with self.team.share(opened, part, include, to) as (claims, helpers):
            yield from self._lay_out(part, extractor, include, report)
            for helper in helpers:
                helper.begin()
            elsewhere = extractor.elsewhere if helpers else _ignore
            share, count = Share(claims, include, elsewhere=elsewhere), Count()
            with closing(write_files(part.reader, share, extractor, count)) as steps:
                for done in gather(steps, count, helpers):
                    report.add(done)
                    for path in done.lost:
                        extractor.lost(path)
                    yield done.current

    def _lay_out(
        self, part: OpenedPart, extractor: Extractor, include: tuple[str, ...], report: RestoreReport
    ) -> Iterator[str]:
        for number, entry in enumerate(select(part.reader.entries, include, lambda _path: False)):
            if number % _EVERY == 0:
                yield printable(entry.path)
            report.entries += 1
            outcome = extractor.directory(entry) if entry.type == "d" else extractor.other(entry)
            if outcome in (Outcome.CREATED, Outcome.REPLACED):
                report.written += 1
            elif outcome is Outcome.KEPT and entry.type != "d":
                report.kept += 1


def _ignore(_path: bytes) -> None:
    """Nobody else writes files."""

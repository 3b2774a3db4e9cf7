"""Getting files back."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext

import attrs

from bcper.domain.errors import RunNotFound, UsageError
from bcper.domain.model.entries import Entry, Problem
from bcper.domain.model.progress import Progress
from bcper.domain.model.proofs import Proof
from bcper.domain.model.requests.runs import RestoreReport, RestoreRun
from bcper.domain.policy.selection import Named, select
from bcper.domain.usecases.browse_runs import BrowseRuns, OpenedPart, OpenedRun
from bcper.domain.usecases.prove import remember
from bcper.domain.usecases.read_legacy import read_whole
from bcper.domain.usecases.share_part import Count, Share, write_files
from bcper.domain.usecases.strip_paths import Stripped
from bcper.domain.usecases.team import Team, gather
from bcper.ports.archive import PartReader
from bcper.ports.clock import Clock
from bcper.ports.crew import Claims, Destination, Helper, ShareReport
from bcper.ports.extractor import Extractor, ExtractorOpener
from bcper.ports.progress import ProgressSink
from bcper.ports.proofs import Proofs


@attrs.frozen
class RestoreRuns:
    """Restore a run, or some of it."""

    browse: BrowseRuns
    extractors: ExtractorOpener
    team: Team
    proofs: Proofs
    clock: Clock

    def __call__(self, request: RestoreRun, sink: ProgressSink) -> RestoreReport:
        """Restore.

        Raises UsageError, RunNotFound, WrongPassword, Damaged, TargetError, NoSpace, Cancelled.
        """
        if request.strip < 0:
            raise UsageError(f"{request.strip} components cannot be taken off a path.", "Give 0 or more.")
        sink.step(Progress("Opening the run"))
        opened = self.browse.open(self.browse.find(request.which, sink), sink)
        done = _Done()
        total = None if request.include else sum(part.bytes for part in opened.manifest.parts) or None
        to = Destination(request.target_dir, request.overwrite, request.special)
        for part in self.browse.parts(opened, request.passwords):
            if opened.manifest.legacy:
                # Before anything is written: only then is it known that the archive is whole.
                read_whole(part, sink)
                done.problems += _of_interest(part.reader.skipped(), request.include)
            with self.extractors.open(
                to.target_dir, to.overwrite, special=to.special, report=done.problems.append
            ) as extractor:
                to_disk = Stripped(extractor, request.strip) if request.strip else extractor
                work = _Work(part.reader, to_disk, request.include, done, total, sink, request.strip)
                with self._helped(opened, part, request, to) as (claims, helpers):
                    if helpers:
                        work.together(claims, helpers)
                    else:
                        work.alone()
                extractor.finish()
        if request.include and not done.entries:
            raise RunNotFound(
                f"Nothing in the run matches {', '.join(request.include)}.",
                f"bcper-cli backup ls {opened.run.run_id[:8]} shows what is in it.",
            )
        report = done.report(opened.run.run_id, request.target_dir)
        if not (request.include or request.strip or report.incomplete or report.kept):
            proof = Proof(report.run_id, "restore", self.clock.now(), report.entries, report.bytes)
            remember(self.proofs, proof)
        return report

    def _helped(
        self, opened: OpenedRun, part: OpenedPart, request: RestoreRun, to: Destination
    ) -> AbstractContextManager[tuple[Claims, Sequence[Helper]]]:
        if request.strip:  # only this process knows of it
            return nullcontext((itertools.count().__next__, ()))
        return self.team.share(opened, part, request.include, to)


def _of_interest(problems: Iterable[Problem], include: tuple[str, ...]) -> Iterator[Problem]:
    named = Named(include)
    return (each for each in problems if not include or named.covers(each.path, is_dir=False))


@attrs.define
class _Done:
    """What was done so far."""

    entries: int = 0
    bytes: int = 0
    written: int = 0
    kept: int = 0
    problems: list[Problem] = attrs.field(factory=list)

    def add(self, share: ShareReport) -> None:
        self.entries += share.entries
        self.bytes += share.size
        self.written += share.written
        self.kept += share.kept
        self.problems += share.problems

    def report(self, run_id: str, target_dir: str) -> RestoreReport:
        return RestoreReport(
            run_id, target_dir, self.entries, self.bytes, self.written, self.kept, tuple(self.problems)
        )


@attrs.frozen
class _Work:
    """The restore of one part."""

    reader: PartReader
    extractor: Extractor
    include: tuple[str, ...]
    done: _Done
    total: int | None
    sink: ProgressSink
    strip: int = 0

    def alone(self) -> None:
        """Everything in index order, in one pass."""
        entries = select(self.reader.entries, self.include)
        if self.strip:
            entries = (entry for entry in entries if entry.path.count(b"/") >= self.strip)
        self._do(Count(), entries, ())

    def together(self, claims: Claims, helpers: Sequence[Helper]) -> None:
        """Folders and what is no file first; then the files, each by whoever claims it."""
        self._do(Count(), select(self.reader.entries, self.include, lambda _path: False), ())
        for helper in helpers:
            helper.begin()
        share = Share(claims, self.include, elsewhere=self.extractor.elsewhere)
        self._do(Count(), self.reader.entries(share.wanted, sized=True), helpers)

    def _do(self, count: Count, entries: Iterable[Entry], helpers: Sequence[Helper]) -> None:
        steps = write_files(self.reader, entries, self.extractor, count, self._step)
        with closing(steps):
            for share in gather(steps, count, helpers):
                self.done.add(share)
                if helpers:
                    for path in share.lost:
                        self.extractor.lost(path)
                self._step(share.current)

    def _step(self, current: str = "") -> None:
        done = self.done
        self.sink.step(Progress("Restoring", done.bytes, self.total, False, done.entries, current))

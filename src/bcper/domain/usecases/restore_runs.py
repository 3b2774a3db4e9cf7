"""Getting files back."""

import attrs

from bcper.domain.errors import RunNotFound
from bcper.domain.model.entries import Entry, Problem
from bcper.domain.model.names import printable
from bcper.domain.model.progress import Progress
from bcper.domain.policy.selection import select
from bcper.domain.usecases.browse_runs import BrowseRuns
from bcper.ports.archive import PartReader
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


@attrs.frozen
class RestoreRuns:
    """Restore a run, or some of it."""

    browse: BrowseRuns
    extractors: ExtractorOpener

    def __call__(self, request: RestoreRequest, sink: ProgressSink) -> RestoreReport:
        """Restore; raises RunNotFound, WrongPassword, Damaged, TargetError, NoSpace, Cancelled."""
        sink.step(Progress("Opening the run"))
        opened = self.browse.open(self.browse.find(request.run, request.store))
        report = RestoreReport(opened.run.run_id, request.target_dir)
        total = None if request.include else sum(part.bytes for part in opened.manifest.parts)
        for reader in self.browse.parts(opened, request.password):
            with self.extractors.open(
                request.target_dir,
                request.overwrite,
                special=request.special,
                report=report.problems.append,
            ) as extractor:
                self._restore(reader, extractor, request, report, total, sink)
                extractor.finish()
        if request.include and not report.entries:
            raise RunNotFound(
                f"Nothing in the run matches {', '.join(request.include)}.",
                f"bcper-cli backup ls {opened.run.run_id[:8]} shows what is in it.",
            )
        return report

    def _restore(
        self,
        reader: PartReader,
        extractor: Extractor,
        request: RestoreRequest,
        report: RestoreReport,
        total: int | None,
        sink: ProgressSink,
    ) -> None:
        selected = select(reader.entries, request.include)
        if request.overwrite != "always":
            selected = (entry for entry in selected if self._is_wanted(entry, extractor, report))
        for entry, content in reader.contents(selected):
            report.entries += 1
            if report.entries % _EVERY == 1 or entry.size > (1 << 20):
                sink.step(
                    Progress(
                        "Restoring",
                        report.bytes,
                        total,
                        entries=report.entries,
                        current=printable(entry.path),
                    )
                )
            if entry.type == "d":
                outcome = extractor.directory(entry)
            elif entry.type == "f" and content is not None:
                outcome = extractor.file(entry, content)
            else:
                outcome = extractor.other(entry)
            if outcome in (Outcome.CREATED, Outcome.REPLACED):
                report.written += 1
                report.bytes += entry.size
            elif outcome is Outcome.KEPT and entry.type != "d":
                report.kept += 1

    def _is_wanted(self, entry: Entry, extractor: Extractor, report: RestoreReport) -> bool:
        """Small files are tried at once, since most are new; a long one that stays is not inflated."""
        if entry.type != "f" or entry.size < (1 << 20) or extractor.wants(entry):
            return True
        report.entries += 1
        report.kept += 1
        return False

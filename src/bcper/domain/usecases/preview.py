"""What a backup would keep and what it would leave out, counted without reading a file's content."""

import attrs

from bcper.domain.model.entries import Problem, Root, in_walk_order
from bcper.domain.model.left_out import LeftOut, PreviewReport, Reason, Surveyed
from bcper.domain.model.names import printable
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.targets import PreviewItem, PreviewPaths
from bcper.domain.model.targets import Item, LeaveOut, check_item
from bcper.domain.policy.ignore import IgnoreRules, reason_of
from bcper.domain.policy.left_out import root_rules
from bcper.domain.policy.roots import name_roots
from bcper.domain.usecases.backup_tally import Tally
from bcper.domain.usecases.edit_items import known_item
from bcper.domain.usecases.edit_vaults import known_vault
from bcper.ports.catalog_repository import CatalogRepository
from bcper.ports.progress import ProgressSink
from bcper.ports.source_tree import SourceTree, Survey

SAMPLES = 5
"""Paths named for each reason."""

_EVERY = 64


@attrs.frozen
class PreviewRequest:
    """What would be backed up: as in ``BackUpRequest``."""

    paths: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    vault_ignore: tuple[str, ...] = ()
    leave_out: LeaveOut = attrs.field(factory=LeaveOut)


@attrs.frozen
class Preview:
    """Look at what a backup of an item would store."""

    sources: SourceTree

    def __call__(self, request: PreviewRequest, sink: ProgressSink) -> PreviewReport:
        """Walk everything, also what is left out. Raises UsageError, and Cancelled from ``sink``."""
        given = IgnoreRules.parse(request.vault_ignore, request.ignore)
        roots = name_roots([self.sources.resolve(path) for path in request.paths])
        rules = root_rules(given, request.leave_out)
        count = _Count(
            in_walk_order(roots), {reason: _Sum() for reason in _reasons(given, request.leave_out)}
        )
        tally = Tally()
        survey = self.sources.survey(roots, {root.name: rules for root in roots}, (), tally.report)
        try:
            for number, found in enumerate(survey):
                count.add(found)
                if number % _EVERY == 0:
                    sink.step(count.progress(survey, number, found))
        finally:
            survey.close()
        return count.report(tally.all_problems())


def _reasons(given: IgnoreRules, leave_out: LeaveOut) -> list[Reason]:
    """Every reason that is known beforehand."""
    reasons = [reason_of(pattern) for pattern in given.patterns if not pattern.negated]
    if leave_out.caches:
        reasons.append(Reason("cache"))
    if leave_out.larger_than is not None:
        reasons.append(Reason("size", limit=leave_out.larger_than))
    if leave_out.other_file_systems:
        reasons.append(Reason("file-system"))
    return reasons


@attrs.frozen
class PreviewItems:
    """Preview an item, also one that is not saved, on its own or as one of a vault."""

    catalogs: CatalogRepository
    preview: Preview

    def __call__(self, request: PreviewItem, sink: ProgressSink) -> PreviewReport:
        """Raises UsageError, Cancelled."""
        item = known_item(self.catalogs.load(), request.name)
        return self._preview(item, request.vault, sink)

    def paths(self, request: PreviewPaths, sink: ProgressSink) -> PreviewReport:
        """Raises UsageError, Cancelled."""
        item = check_item(Item(request.name, request.paths, request.ignore, request.leave_out))
        return self._preview(item, request.vault, sink)

    def _preview(self, item: Item, vault: str | None, sink: ProgressSink) -> PreviewReport:
        ignored = known_vault(self.catalogs.load(), vault).ignore if vault is not None else ()
        return self.preview(PreviewRequest(item.paths, item.ignore, ignored, item.leave_out), sink)


@attrs.define
class _Sum:
    matches: int = 0
    saved: int = 0
    samples: list[bytes] = attrs.field(factory=list)


@attrs.define
class _Count:
    """What has been found so far."""

    roots: list[Root]
    sums: dict[Reason, _Sum]
    kept: int = 0
    kept_bytes: int = 0
    seen: int = 0
    links: dict[bool, set[tuple[int, int]]] = attrs.field(factory=lambda: {True: set(), False: set()})

    def add(self, found: Surveyed) -> None:
        size = self._size(found)
        self.seen += size
        if found.kept:
            self.kept += 1
            self.kept_bytes += size
        if found.reason is None:
            return
        total = self._sum(found, found.reason)
        total.saved += 0 if found.kept else size
        if found.direct:
            total.matches += 1
            if len(total.samples) < SAMPLES:
                total.samples.append(found.entry.path)

    def _size(self, found: Surveyed) -> int:
        entry = found.entry
        if entry.nlink > 1 and entry.type == "f":
            links, identity = self.links[found.kept], (entry.device_id, entry.inode)
            if identity in links:
                return 0
            links.add(identity)
        return entry.size

    def _sum(self, found: Surveyed, reason: Reason) -> _Sum:
        if reason.kind == "ignore-file":
            # Its folder is told from the same one below another root.
            root = self.roots[found.entry.root].name
            reason = attrs.evolve(reason, folder=root + b"/" + reason.folder if reason.folder else root)
        return self.sums.setdefault(reason, _Sum())

    def progress(self, survey: Survey, number: int, found: Surveyed) -> Progress:
        behind = survey.fraction()
        total = int(self.seen / behind) if behind > 0 else None
        return Progress("Looking", self.seen, total, True, number + 1, printable(found.entry.path))

    def report(self, problems: list[Problem]) -> PreviewReport:
        left_out = (
            LeftOut(
                reason,
                total.matches,
                None if reason.kind == "file-system" else total.saved,
                tuple(total.samples),
            )
            for reason, total in self.sums.items()
        )
        return PreviewReport(self.kept, self.kept_bytes, tuple(left_out), tuple(problems))

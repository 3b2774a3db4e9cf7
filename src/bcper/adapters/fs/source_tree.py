"""Walking the sources: ``os.scandir`` on open directories, in index order (FORMAT.md section 4)."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from stat import S_ISREG

from bcper.adapters.fs.source_descent import FsDescent, Level
from bcper.adapters.fs.source_marks import TAG, at
from bcper.adapters.fs.source_reader import FsSourceReader
from bcper.adapters.fs.source_survey import FsSurvey
from bcper.domain.errors import UsageError
from bcper.domain.model.entries import Root, SourceEntry
from bcper.domain.model.targets import LeaveOut
from bcper.ports.source_tree import Ignored, Report, RootRules


class FsSourceTree:
    """The local file system as :class:`~bcper.ports.source_tree.SourceTree`."""

    def resolve(self, path: str) -> bytes:
        """See the port. The path need not exist: a missing root is the walk's to report."""
        if not path or "\0" in path:
            raise UsageError("A path to back up is empty.")
        return os.fsencode(os.path.realpath(os.path.expanduser(path)))

    def walk(
        self,
        roots: Sequence[Root],
        rules: Mapping[bytes, RootRules] | None,
        stores: Collection[tuple[int, int]],
        report: Report,
    ) -> "FsWalk":
        """See the port."""
        return FsWalk(roots, rules, frozenset(stores), report)

    def survey(
        self,
        roots: Sequence[Root],
        rules: Mapping[bytes, RootRules] | None,
        stores: Collection[tuple[int, int]],
        report: Report,
    ) -> FsSurvey:
        """See the port."""
        return FsSurvey(roots, rules, frozenset(stores), report)

    def reader(self, roots: Sequence[Root], report: Report) -> FsSourceReader:
        """See the port."""
        return FsSourceReader(roots, report)


class FsWalk(FsDescent[SourceEntry]):
    """One walk. What is off costs nothing: leave-outs act on folders, or take the place of a step."""

    def _go_through(self, root: SourceEntry, source: bytes, own: RootRules) -> Iterator[SourceEntry]:
        device = root.device_id
        yield root
        self._enter_root(root, source, own)
        yield from self._walk_levels(root.root, device, own)

    def _inspect(self, level: Level, leave_out: LeaveOut) -> None:
        super()._inspect(level, leave_out)
        if level.cache and (place := at(level.found, TAG)) is not None:
            level.found = [level.found[place]]

    def _walk_levels(self, number: int, device: int, own: RootRules) -> Iterator[SourceEntry]:
        levels, stores, leave_out = self._levels, self._stores, own.leave_out
        looks_inside = leave_out.caches or leave_out.ignore_files
        one_device = leave_out.other_file_systems
        entry_of: Callable[[bytes, bytes, int, int, os.stat_result], SourceEntry | None] = self._entry
        if leave_out.larger_than is not None:
            entry_of = partial(self._entry_up_to, leave_out.larger_than)
        ignored = _question(levels)
        while levels:
            level = levels[-1]
            if level.at == len(level.found):
                os.close(level.fd)
                levels.pop()
                if looks_inside:
                    ignored = _question(levels)
                continue
            name, item = level.found[level.at]
            level.at += 1
            path = level.path + name
            try:
                if ignored is not None and ignored(level.below + name, item.is_dir(follow_symlinks=False)):
                    continue
                status = item.stat(follow_symlinks=False)
            except OSError as error:
                self._vanished(path, error)
                continue
            entry = entry_of(path, name, len(levels), number, status)
            if entry is None:
                continue
            if entry.type != "d":
                yield entry
            elif not stores or not self._is_store(entry):
                yield entry
                if one_device and status.st_dev != device:
                    continue
                inside = self._enter(name, level.fd, path, level.below + name + b"/", level.rules)
                if looks_inside and inside is not None:
                    self._inspect(inside, leave_out)
                    ignored = _question(levels)

    def _entry_up_to(
        self, most: int, path: bytes, name: bytes, depth: int, root: int, status: os.stat_result
    ) -> SourceEntry | None:
        if status.st_size > most and S_ISREG(status.st_mode):
            return None
        return self._entry(path, name, depth, root, status)


def _question(levels: Sequence[Level]) -> Ignored | None:
    """What the rules of the folder at hand ask, if there are any."""
    rules = levels[-1].rules if levels else None
    return rules.ignored if rules is not None else None

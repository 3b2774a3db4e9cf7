"""Looking at everything in the sources: what a walk would give, and what it would leave out and why."""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence

from bcper.adapters.fs.source_descent import FsDescent, Level
from bcper.adapters.fs.source_marks import TAG
from bcper.domain.model.entries import Problem, Root, SourceEntry
from bcper.domain.model.left_out import Reason, Surveyed
from bcper.ports.source_tree import Report, RootRules

_CACHE = Reason("cache")
_FILE_SYSTEM = Reason("file-system")


class FsSurvey(FsDescent[Surveyed]):
    """One survey. Comes to the same decisions as ``FsWalk``, in the same order."""

    def __init__(
        self,
        roots: Sequence[Root],
        rules: Mapping[bytes, RootRules] | None,
        stores: Collection[tuple[int, int]],
        report: Report,
    ) -> None:
        super().__init__(roots, rules, frozenset(stores), self._tell)
        self._told = report
        self._quiet = False

    def _tell(self, problem: Problem) -> None:
        if not self._quiet:
            self._told(problem)

    def _go_through(self, root: SourceEntry, source: bytes, own: RootRules) -> Iterator[Surveyed]:
        self._enter_root(root, source, own)
        yield _kept(root, self._levels[-1] if self._levels else None)
        while self._levels:
            level = self._levels[-1]
            if level.at == len(level.found):
                os.close(level.fd)
                self._levels.pop()
                continue
            level.at += 1
            surveyed = self._look(level, level.at - 1, root, own)
            if surveyed is not None:
                yield surveyed
        self._quiet = False

    def _look(self, level: Level, place: int, root: SourceEntry, own: RootRules) -> Surveyed | None:
        """Decide about one thing in ``level``, and enter it if it is a folder."""
        name, item = level.found[place]
        path, below = level.path + name, level.below + name
        reason = _CACHE if level.cache and name != TAG else level.reason
        direct = False
        # Of what a backup never comes to, it could not report anything either.
        self._quiet = reason is not None
        try:
            if reason is None and level.rules is not None:
                reason = level.rules.explain(below, item.is_dir(follow_symlinks=False))
                self._quiet = direct = reason is not None
            status = item.stat(follow_symlinks=False)
        except OSError as error:
            self._vanished(path, error)
            return None
        entry = self._entry(path, name, len(self._levels), root.root, status)
        if entry is None:
            return None
        most = own.leave_out.larger_than
        if reason is None and most is not None and entry.type == "f" and entry.size > most:
            reason, direct = Reason("size", limit=most), True
        if entry.type != "d":
            return Surveyed(entry, reason is None, reason, direct)
        if self._is_store(entry):
            return None
        if own.leave_out.other_file_systems and entry.device_id != root.device_id:
            return Surveyed(entry, reason is None, reason or _FILE_SYSTEM, direct or reason is None)
        inside = self._enter(name, level.fd, path, below + b"/", level.rules)
        if reason is None:
            if inside is not None:
                self._inspect(inside, own.leave_out)
            return _kept(entry, inside)
        if inside is not None:
            inside.reason = reason
        return Surveyed(entry, False, reason, direct)


def _kept(entry: SourceEntry, inside: Level | None) -> Surveyed:
    """A folder that is stored, and whether what is in it is."""
    if inside is not None and inside.cache:
        return Surveyed(entry, True, _CACHE, True)
    return Surveyed(entry)

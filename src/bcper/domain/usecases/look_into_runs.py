"""Runs listed, shown and looked into, by request."""

from collections.abc import Iterator

import attrs

from bcper.domain.errors import BcperError, UsageError
from bcper.domain.model.changes import Change
from bcper.domain.model.entries import Entry
from bcper.domain.model.names import printable
from bcper.domain.model.requests.runs import (
    DiffRuns,
    FindFiles,
    FindLocked,
    Found,
    ListEntries,
    ListRuns,
    LockedPart,
    RunList,
    ShowRun,
)
from bcper.domain.model.runs import Run
from bcper.domain.usecases.browse_runs import BrowseRuns, OpenedRun, Passwords, Unreadable
from bcper.domain.usecases.compare_runs import CompareRuns
from bcper.ports.run_ledger import RunLedger


@attrs.frozen
class LookIntoRuns:
    """See the requests of the same names."""

    ledger: RunLedger
    browse: BrowseRuns
    compare: CompareRuns

    def list(self, request: ListRuns) -> RunList:
        """Raises StoreError. With ``history`` a store is only a place of the runs on the list."""
        unreadable: list[Unreadable] = []
        if request.history and request.store is None:
            runs = self.ledger.list(history=True)
        else:
            runs = self.browse.list(request.store, unreadable.append)
        return RunList(
            tuple(run for run in runs if request.job in (None, run.job_name)),
            tuple(printable(str(each.error)) for each in unreadable),
        )

    def show(self, request: ShowRun) -> Run:
        """Raises RunNotFound, UsageError, StoreError."""
        return self.browse.find(request.which)

    def entries(self, request: ListEntries) -> Iterator[Entry]:
        """Raises RunNotFound, WrongPassword, Damaged before anything is read; UsageError if nothing is there.

        The last one comes at the end, when that is known.
        """
        opened = self.browse.open(self.browse.find(request.which))
        return self._entries(opened, request.below, request.passwords)

    def diff(self, request: DiffRuns) -> Iterator[Change]:
        """Raises RunNotFound at once; WrongPassword, Damaged, StoreError."""
        old, new = self.browse.find(request.old), self.browse.find(request.new)
        return self._diff(old, new, request.passwords)

    def find(self, request: FindFiles) -> Iterator[Found]:
        """Raises StoreError; what hinders a look into one run is told in its place."""
        runs = (
            run
            for run in self.browse.list(request.store)
            if run.status.restorable and request.job in (None, run.job_name)
        )
        for run in runs:
            try:
                for entry in self.compare.find(run, request.patterns, request.passwords):
                    yield Found(run, entry)
            except BcperError as error:
                yield Found(run, None, str(error))

    def locked(self, request: FindLocked) -> tuple[LockedPart, ...]:
        """Raises RunNotFound, Damaged, StoreError."""
        opened = [self.browse.open(self.browse.find(which)) for which in request.runs]
        return tuple(
            LockedPart(each.run, part.name)
            for each in opened
            for part in self.browse.locked(each, request.passwords)
        )

    def _entries(self, opened: OpenedRun, below: bytes | None, passwords: Passwords) -> Iterator[Entry]:
        found = below is None
        for part in self.browse.parts(opened, passwords):
            for entry in part.reader.entries():
                if below is None or entry.path == below or entry.path.startswith(below + b"/"):
                    found = True
                    yield entry
        if not found and below is not None:
            raise UsageError(f"The run holds no {printable(below)}.")

    def _diff(self, old: Run, new: Run, passwords: Passwords) -> Iterator[Change]:
        with self.compare.diff(old, new, passwords) as found:
            yield from found

"""Runs listed, shown and looked into, by request."""

from collections.abc import Iterator

import attrs

from bcper.domain.errors import UsageError
from bcper.domain.model.entries import Entry
from bcper.domain.model.names import printable
from bcper.domain.model.requests.runs import (
    FindLocked,
    ListEntries,
    ListRuns,
    LockedPart,
    RunList,
    ShowRun,
)
from bcper.domain.model.runs import Run
from bcper.domain.usecases.browse_runs import BrowseRuns, OpenedRun, Passwords, Unreadable
from bcper.ports.run_ledger import RunLedger


@attrs.frozen
class LookIntoRuns:
    """See the requests of the same names."""

    ledger: RunLedger
    browse: BrowseRuns

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

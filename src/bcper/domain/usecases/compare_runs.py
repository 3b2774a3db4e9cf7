"""Looking into the entries of several runs, by request: what changed between two, and where a file is."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from heapq import merge

import attrs

from bcper.domain.errors import BcperError
from bcper.domain.model.changes import Change
from bcper.domain.model.entries import Entry
from bcper.domain.model.requests.runs import DiffRuns, FindFiles, Found
from bcper.domain.model.runs import Run
from bcper.domain.policy.diff import changes, index_order
from bcper.domain.policy.selection import Named
from bcper.domain.usecases.browse_runs import BrowseRuns, Passwords


@attrs.frozen
class CompareRuns:
    """See the requests of the same names."""

    browse: BrowseRuns

    def diff(self, request: DiffRuns) -> Iterator[Change]:
        """Constant memory. Raises RunNotFound at once; WrongPassword, Damaged, StoreError."""
        old, new = self.browse.find(request.old), self.browse.find(request.new)
        return self._changes(old, new, request.passwords)

    def find(self, request: FindFiles) -> Iterator[Found]:
        """Not what is below what is named. Raises StoreError.

        What hinders a look into one run is told in its place, and hides no other.
        """
        runs = (
            run
            for run in self.browse.list(request.store)
            if run.status.restorable and request.job in (None, run.job_name)
        )
        for run in runs:
            try:
                for entry in self._named(run, request.patterns, request.passwords):
                    yield Found(run, entry)
            except BcperError as error:
                yield Found(run, None, str(error))

    def _changes(self, old: Run, new: Run, passwords: Passwords) -> Iterator[Change]:
        with self._entries(old, passwords) as before, self._entries(new, passwords) as after:
            yield from changes(before, after)

    def _named(self, run: Run, patterns: tuple[str, ...], passwords: Passwords) -> Iterator[Entry]:
        with self._entries(run, passwords) as entries:
            named = Named(patterns)
            for entry in entries:
                if named.names(entry.path, is_dir=entry.type == "d"):
                    yield entry

    @contextmanager
    def _entries(self, run: Run, passwords: Passwords) -> Iterator[Iterator[Entry]]:
        """The entries of all parts of a run, in index order."""
        opened = self.browse.open(run)
        with ExitStack() as stack:
            parts = stack.enter_context(self.browse.all_parts(opened, passwords))
            yield merge(*(part.reader.entries() for part in parts), key=lambda entry: index_order(entry.path))

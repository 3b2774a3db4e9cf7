"""Looking into several runs: what changed between two, and where a file is."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from heapq import merge

import attrs

from bcper.domain.errors import BcperError
from bcper.domain.model.entries import Entry
from bcper.domain.model.runs import Run
from bcper.domain.policy.diff import Change, changes, index_order
from bcper.domain.policy.selection import Named
from bcper.domain.usecases.browse_runs import BrowseRuns

Skipped = Callable[[Run, BcperError], None]


@attrs.frozen
class CompareRuns:
    """Differences of runs, and files in them."""

    browse: BrowseRuns

    @contextmanager
    def diff(self, old: Run, new: Run, password: str | None) -> Iterator[Iterator[Change]]:
        """What is different in ``new``, in index order and constant memory. Raises WrongPassword, Damaged."""
        with self._entries(old, password) as before, self._entries(new, password) as after:
            yield changes(before, after)

    def find(
        self, runs: Iterator[Run], patterns: tuple[str, ...], password: str | None, skipped: Skipped
    ) -> Iterator[tuple[Run, Entry]]:
        """Entries that ``patterns`` (gitignore's grammar) name, run by run; not what is below them.

        A run that cannot be read is told to ``skipped`` and hides no other.
        """
        for run in runs:
            try:
                with self._entries(run, password) as entries:
                    named = Named(patterns)
                    for entry in entries:
                        if named.names(entry.path, is_dir=entry.type == "d"):
                            yield run, entry
            except BcperError as error:
                skipped(run, error)

    @contextmanager
    def _entries(self, run: Run, password: str | None) -> Iterator[Iterator[Entry]]:
        """The entries of all parts of a run, in index order."""
        opened = self.browse.open(run)
        with ExitStack() as stack:
            parts = stack.enter_context(self.browse.all_parts(opened, password))
            yield merge(*(part.reader.entries() for part in parts), key=lambda entry: index_order(entry.path))

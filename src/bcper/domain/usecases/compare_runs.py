"""Looking into the entries of runs: what changed between two, and where a file is."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from heapq import merge

import attrs

from bcper.domain.model.changes import Change
from bcper.domain.model.entries import Entry
from bcper.domain.model.runs import Run
from bcper.domain.policy.diff import changes, index_order
from bcper.domain.policy.selection import Named
from bcper.domain.usecases.browse_runs import BrowseRuns, Passwords


@attrs.frozen
class CompareRuns:
    """Differences of runs, and files in them. Everything raises RunNotFound, WrongPassword, Damaged."""

    browse: BrowseRuns

    @contextmanager
    def diff(self, old: Run, new: Run, passwords: Passwords) -> Iterator[Iterator[Change]]:
        """What is different in ``new``, in index order and constant memory."""
        with self._entries(old, passwords) as before, self._entries(new, passwords) as after:
            yield changes(before, after)

    def find(self, run: Run, patterns: tuple[str, ...], passwords: Passwords) -> Iterator[Entry]:
        """Entries that ``patterns`` (gitignore's grammar) name; not what is below them."""
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

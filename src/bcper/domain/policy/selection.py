"""Which entries of a run are wanted (``--include``)."""

from collections.abc import Callable, Iterator

from bcper.domain.model.entries import Entry
from bcper.domain.policy.ignore import IgnoreRules

Entries = Callable[[Callable[[bytes, bool], bool] | None], Iterator[Entry]]
"""Gives the entries of a run that a predicate of (path, is a directory) is true of, in index order."""


def select(entries: Entries, patterns: tuple[str, ...]) -> Iterator[Entry]:
    """The entries that ``patterns`` (gitignore's grammar) name, what is below, and the folders above.

    Without patterns: all of them. Entries come in index order; those of no interest are never made.
    """
    if not patterns:
        yield from entries(None)
        return
    named = _Named(IgnoreRules.parse(patterns))
    above: list[Entry] = []
    for entry in entries(named.may_matter):
        while above and not entry.path.startswith(above[-1].path + b"/"):
            above.pop()
        if named.covered:
            yield from above
            above.clear()
            yield entry
        elif entry.type == "d":
            above.append(entry)


class _Named:
    """What the patterns name, asked about in index order: a named folder covers what comes below it.

    ``covered`` is the answer for the entry asked about last: named, or below a named folder.
    """

    def __init__(self, rules: IgnoreRules) -> None:
        self._rules = rules
        self._whole: bytes | None = None
        self.covered = False

    def may_matter(self, path: bytes, is_dir: bool) -> bool:
        """Whether an entry is named or covered, or a folder that such an entry may be below."""
        if self._whole is None or not path.startswith(self._whole):
            self._whole = None
            self.covered = self._rules.ignored(path, is_dir)
            if self.covered and is_dir:
                self._whole = path + b"/"
        else:
            self.covered = True
        return self.covered or is_dir

"""Which entries of a run are wanted (``--include``)."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from bcper.domain.model.entries import Entry, EntryType
from bcper.domain.policy.ignore import IgnoreRules

Wanted: TypeAlias = Callable[[bytes, EntryType, int], bool]
Entries: TypeAlias = Callable[[Wanted | None], Iterator[Entry]]
"""Gives the entries of a run that a predicate of (path, type, size) is true of, in index order."""


_MEANT = (b"\\", b"*", b"?", b"[")


def pattern_of(path: bytes) -> str:
    """The pattern that names the entry ``path``, and no other (gitignore(5)): from the root, nothing special.

    Text with surrogate escapes for bytes that are not UTF-8.
    """
    for each in _MEANT:
        path = path.replace(each, b"\\" + each)
    spaces = len(path) - len(path.rstrip(b" "))
    path = path.rstrip(b" ") + b"\\ " * spaces
    for end in (b"\n", b"\r"):  # a line end at the end is none of the pattern's, but in brackets it is
        if path.endswith(end):
            path = path[:-1] + b"[" + end + b"]"
    return b"/".join((b"", path)).decode("utf-8", "surrogateescape")


class Named:
    """What patterns (gitignore's grammar) name, asked about in index order.

    A named folder covers what comes below it, also one that has no entry: a run of a vault has none for the
    folders that its items are in.
    """

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self._rules = IgnoreRules.parse(patterns)
        self._whole: bytes | None = None
        self._first = b"/"

    def names(self, path: bytes, *, is_dir: bool) -> bool:
        """Whether an entry itself is named, whatever is above it."""
        return self._rules.ignored(path, is_dir)

    def covers(self, path: bytes, *, is_dir: bool) -> bool:
        """Whether an entry is named, or below a folder that is."""
        if self._whole is not None:
            if path.startswith(self._whole):
                return True
            self._whole = None
        if not path.startswith(self._first):
            name, slash, _ = path.partition(b"/")
            self._first = name + b"/"
            if slash and self._rules.ignored(name, True):
                self._whole = self._first
                return True
        if not self._rules.ignored(path, is_dir):
            return False
        if is_dir:
            self._whole = path + b"/"
        return True


def select(
    entries: Entries, patterns: tuple[str, ...], file: Callable[[bytes], bool] = lambda _: True
) -> Iterator[Entry]:
    """The entries that ``patterns`` name, what is below, and the folders above; without patterns, all.

    Entries come in index order; those of no interest are never made, nor are regular files that ``file``
    is false of: it is asked about each that is selected.
    """
    if not patterns:
        yield from entries(lambda path, kind, _size: kind != "f" or file(path))
        return
    selection = _Selection(patterns, file)
    held: list[Entry] = []
    for entry in entries(selection.wanted):
        yield from selection.released(held)
        while held and not entry.path.startswith(held[-1].path + b"/"):
            held.pop()
        if entry.path in selection.doubtful:
            selection.doubtful.discard(entry.path)
            held.append(entry)
        else:
            yield entry
    yield from selection.released(held)


class _Selection:
    """Decides while entries are asked for, which is before they come; folders in doubt are held back."""

    def __init__(self, patterns: tuple[str, ...], file: Callable[[bytes], bool]) -> None:
        self._named = Named(patterns)
        self._file = file
        self._above: list[bytes] = []
        self._needed: set[bytes] = set()
        self.doubtful: set[bytes] = set()
        """Folders that no pattern covers and that have not come yet."""

    def wanted(self, path: bytes, kind: EntryType, _size: int) -> bool:
        while self._above and not path.startswith(self._above[-1] + b"/"):
            self._above.pop()
        if self._named.covers(path, is_dir=kind == "d"):
            self._needed.update(self._above)
            self._above.clear()
            return kind != "f" or self._file(path)
        if kind == "d":
            self._above.append(path)
            self.doubtful.add(path)
            return True
        return False

    def released(self, held: list[Entry]) -> list[Entry]:
        """Take those folders out of ``held`` that have something below them that is covered."""
        if not self._needed or not held:
            return []
        free = [entry for entry in held if entry.path in self._needed]
        self._needed.difference_update(entry.path for entry in free)
        held[:] = [entry for entry in held if entry not in free]
        return free

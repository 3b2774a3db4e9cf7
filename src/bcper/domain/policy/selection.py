"""Which entries of a run are wanted (``--include``)."""

from collections.abc import Iterable, Iterator

from bcper.domain.model.entries import Entry
from bcper.domain.policy.ignore import IgnoreRules


def select(entries: Iterable[Entry], patterns: tuple[str, ...]) -> Iterator[Entry]:
    """The entries that ``patterns`` (gitignore's grammar) name, what is below, and the folders above.

    Without patterns: all of them. Entries come and go in index order.
    """
    if not patterns:
        yield from entries
        return
    rules = IgnoreRules.parse(patterns)
    above: list[Entry] = []
    whole: bytes | None = None
    for entry in entries:
        while above and not entry.path.startswith(above[-1].path + b"/"):
            above.pop()
        if whole is not None and entry.path.startswith(whole):
            yield entry
            continue
        whole = None
        if rules.ignored(entry.path, entry.type == "d"):
            yield from above
            above.clear()
            yield entry
            if entry.type == "d":
                whole = entry.path + b"/"
        elif entry.type == "d":
            above.append(entry)

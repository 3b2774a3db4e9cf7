"""The entries of an archive as an index would list them.

The original stored no folders and merged the insides of an item's paths, so an archive may hold one name
more than once, each time another file. None of them is lost here: the first keeps the name, the next ones are
called ``<name>~2``, ``~3``, as roots of one name are (FORMAT.md section 2).
"""

import heapq
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

import attrs

from bcper.adapters.archive.legacy.limits import Limits
from bcper.adapters.archive.legacy.sorted_entries import Numbered, SortedEntries
from bcper.domain.errors import Damaged
from bcper.domain.model.entries import Entry, Problem
from bcper.domain.model.names import printable

_NUMBERED = re.compile(rb"(.*)~([0-9]{1,9})", re.DOTALL)


@attrs.frozen
class _Group:
    """All entries of one path, where not all of them can have it: ``holder`` does, if any, by number."""

    members: tuple[tuple[int, Entry], ...]
    holder: int | None

    @property
    def others(self) -> "list[tuple[int, Entry]]":
        """Those that need another name; further entries of a folder say nothing new."""
        return [(n, entry) for n, entry in self.members if n != self.holder and entry.type != "d"]


class EntryTable:
    """All entries, in index order, each path once. ``implied_ns`` is the time of folders that are made up."""

    def __init__(self, found: SortedEntries, implied_ns: int, limits: Limits) -> None:
        """Take over ``found``, to which nothing is added any more. Raises Damaged."""
        self._found, self._implied_ns = found, implied_ns
        groups = self._groups(limits.same_names)
        names = self._names(groups)
        self._aside = {number for group in groups.values() for number, _ in group.members}
        self._named = self._listed(groups, names)
        self._paths = {number: entry.path for _, number, entry in self._named}
        self._groups_by_path = groups
        self.problems: Sequence[Problem] = [
            Problem(
                path, f"something else has this name too: it is here as {printable(names[number])}", False
            )
            for path, group in groups.items()
            for number, _ in group.others
        ]

    def __iter__(self) -> Iterator[Entry]:
        plain = (item for item in self._found if item[1] not in self._aside)
        above: list[bytes] = []
        for _, number, entry in heapq.merge(plain, self._named, key=itemgetter(0, 1)):
            while above and not entry.path.startswith(above[-1] + b"/"):
                above.pop()
            cut = entry.path.find(b"/", len(above[-1]) + 1 if above else 0)
            while cut >= 0:
                above.append(entry.path[:cut])
                yield self._implied(above[-1], entry)
                cut = entry.path.find(b"/", cut + 1)
            if entry.type == "d":
                above.append(entry.path)
            yield self._linked(number, entry) if entry.type == "h" else entry

    def close(self) -> None:
        """Forget everything."""
        self._found.close()

    def _implied(self, path: bytes, below: Entry) -> Entry:
        """A folder that nobody stored: its owner's alone, who is that of what is in it."""
        return Entry(
            path=path,
            type="d",
            mode=0o700,
            uid=below.uid,
            gid=below.gid,
            user=below.user,
            group=below.group,
            mtime_ns=self._implied_ns,
        )

    def _linked(self, number: int, entry: Entry) -> Entry:
        """A hard link leads to what had the name when the link was stored, whatever that is called here."""
        group = self._groups_by_path.get(entry.link or b"")
        if group is None:
            return entry
        before = [n for n, member in group.members if n < number and member.type != "d"]
        return attrs.evolve(entry, link=self._paths[before[-1]]) if before else entry

    def _groups(self, limit: int) -> dict[bytes, _Group]:
        """Paths of several entries, and of what is no folder although something lies below it."""
        groups: dict[bytes, _Group] = {}
        held = 0
        grouped = ((key, list(items)) for key, items in groupby(self._found, key=itemgetter(0)))
        ahead = next(grouped, None)
        while ahead is not None:
            key, items = ahead
            ahead = next(grouped, None)
            is_above = ahead is not None and ahead[0].startswith(key + b"\0")
            if len(items) == 1 and (not is_above or items[0][2].type == "d"):
                continue
            held += len(items)
            if held > limit:
                raise Damaged(f"The archive holds over {limit} entries of names that others have.")
            groups[items[0][2].path] = _group(items, is_above)
        return groups

    def _names(self, groups: dict[bytes, _Group]) -> dict[int, bytes]:
        """Another path for each entry that needs one: numbered on from the last one that is taken."""
        last = dict.fromkeys(groups, 1)
        for path in self._all_paths() if groups else ():
            like = _NUMBERED.fullmatch(path)
            if like is not None and like[1] in last:
                last[like[1]] = max(last[like[1]], int(like[2]))
        names: dict[int, bytes] = {}
        for path, group in groups.items():
            for number, _ in group.others:
                last[path] += 1
                names[number] = path + b"~%d" % last[path]
        return names

    def _all_paths(self) -> Iterator[bytes]:
        """Every path, and those of the folders above."""
        for _, _, entry in self._found:
            yield entry.path
            cut = entry.path.rfind(b"/")
            while cut >= 0:
                yield entry.path[:cut]
                cut = entry.path.rfind(b"/", 0, cut)

    def _listed(self, groups: dict[bytes, _Group], names: dict[int, bytes]) -> list[Numbered]:
        listed: list[Numbered] = []
        for group in groups.values():
            for number, entry in group.members:
                if number == group.holder or number in names:
                    path = names.get(number, entry.path)
                    listed.append((path.replace(b"/", b"\0"), number, attrs.evolve(entry, path=path)))
        return sorted(listed, key=itemgetter(0, 1))


def _group(items: list[Numbered], is_above: bool) -> _Group:
    members = tuple((number, entry) for _, number, entry in items)
    folders = [number for number, entry in members if entry.type == "d"]
    # The last one of a folder is what a tar leaves behind. Its name cannot be taken from what is in it.
    holder = folders[-1] if folders else None if is_above else members[0][0]
    return _Group(members, holder)

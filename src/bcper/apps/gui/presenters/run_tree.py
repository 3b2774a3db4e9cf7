"""The entries of a run as a tree, compact: some 60 bytes each beside the name, so that a million fit."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator

from bcper.domain.model.entries import Entry

TOP = -1
"""What is above all."""


class RunTree:
    """Fed with entries in index order (a folder, then all that is in it), also while it is looked at.

    A node is a number. Folders that have no entry of their own, as those of a vault's items, get a node. One
    thread adds; others may read meanwhile, and see what is there by then.
    """

    def __init__(self) -> None:
        self._names = bytearray()  # NUL and the name, node after node: no search finds what is across two
        self._starts = array("Q")
        self._parents = array("q")
        self._sizes = array("Q")
        self._mtimes = array("q")
        self._types = bytearray()
        self._ends = array("q")  # the node behind all that is below; 0 while more may come
        self._open: list[tuple[bytes, int, int]] = []  # name, node, bytes before it
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._ends)

    def add(self, entry: Entry) -> None:
        """The next entry."""
        *above, name = entry.path.split(b"/")
        depth = 0
        for (known, _, _), wanted in zip(self._open, above, strict=False):
            if known != wanted:
                break
            depth += 1
        self._close(depth)
        for missing in above[depth:]:
            self._append(missing, b"d", 0, 0)
        self._append(name, entry.type.encode(), entry.size if entry.type == "f" else 0, entry.mtime_ns)

    def finish(self) -> None:
        """Nothing more comes."""
        self._close(0)

    def children(self, node: int) -> Iterator[int]:
        """What is right below a node, or below :data:`TOP`, in index order."""
        total = len(self._ends)
        child, end = node + 1, total if node == TOP else self._ends[node] or total
        while child < end:
            yield child
            child = self._ends[child] or total

    def path(self, node: int) -> bytes:
        """The path of a node, as in :class:`~bcper.domain.model.entries.Entry`."""
        parts = []
        while node != TOP:
            parts.append(self.name(node))
            node = self._parents[node]
        return b"/".join(reversed(parts))

    def name(self, node: int) -> bytes:
        """Its last component."""
        end = self._starts[node + 1] - 1 if node + 1 < len(self._starts) else len(self._names)
        return bytes(self._names[self._starts[node] : end])

    def type(self, node: int) -> str:
        """As in :class:`~bcper.domain.model.entries.Entry`."""
        return chr(self._types[node])

    def size(self, node: int) -> int:
        """Bytes of a file, or of all files below a folder: 0 until all of it was added."""
        return self._sizes[node]

    def mtime_ns(self, node: int) -> int:
        """When it was changed; 0 for a folder without an entry."""
        return self._mtimes[node]

    def parent(self, node: int) -> int:
        """What it is in."""
        return self._parents[node]

    def find(self, text: bytes, limit: int) -> tuple[list[int], bool]:
        """Nodes with ``text`` in their name (ASCII without regard to case); whether there are more."""
        needle, names, total = text.lower(), self._names.lower(), len(self._ends)
        found: list[int] = []
        at = names.find(needle) if needle and b"\0" not in needle else -1
        while at >= 0:
            node = bisect_right(self._starts, at) - 1
            if node >= total:
                break
            if len(found) == limit:
                return found, True
            found.append(node)
            at = names.find(needle, self._starts[node + 1]) if node + 1 < len(self._starts) else -1
        return found, False

    def _append(self, name: bytes, kind: bytes, size: int, mtime_ns: int) -> None:
        node = len(self._ends)
        self._names += b"\0" + name
        self._starts.append(len(self._names) - len(name))
        self._parents.append(self._open[-1][1] if self._open else TOP)
        self._sizes.append(size)
        self._mtimes.append(mtime_ns)
        self._types += kind
        if kind == b"d":
            self._open.append((name, node, self._bytes))
            self._ends.append(0)
        else:
            self._bytes += size
            self._ends.append(node + 1)

    def _close(self, depth: int) -> None:
        while len(self._open) > depth:
            _, node, before = self._open.pop()
            self._sizes[node] = self._bytes - before
            self._ends[node] = len(self._ends)

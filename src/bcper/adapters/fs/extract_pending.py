"""Entries that must wait for the end of a restore, packed."""

from collections.abc import Iterator, Mapping

from bcper.domain.model.entries import Entry, EntryType


class Pending:
    """Entries of one type, in the order they came; keeps path, link, mode, owner, mtime and attributes.

    An Entry weighs about half a kilobyte, its record here little more than its path: there may be
    hundreds of thousands of folders. Paths and symlinks' targets must hold no NUL.
    """

    def __init__(self, kind: EntryType) -> None:
        self._kind = kind
        self._records: list[bytes] = []
        self._xattrs: dict[int, Mapping[str, bytes]] = {}

    def add(self, entry: Entry) -> None:
        """Take ``entry`` in."""
        if entry.xattrs:
            self._xattrs[len(self._records)] = entry.xattrs
        # A folder of a forged archive may have a link too, with anything in it.
        link = (entry.link or b"") if self._kind in ("l", "h") else b""
        numbers = (entry.mode, entry.uid, entry.gid, entry.mtime_ns)
        self._records.append(b"%d %d %d %d\0%s\0%s" % (*numbers, entry.path, link))

    def __iter__(self) -> Iterator[Entry]:
        return map(self._unpacked, range(len(self._records)))

    def __reversed__(self) -> Iterator[Entry]:
        return map(self._unpacked, reversed(range(len(self._records))))

    def _unpacked(self, at: int) -> Entry:
        numbers, path, link = self._records[at].split(b"\0")
        mode, uid, gid, mtime_ns = map(int, numbers.split())
        return Entry(
            path=path,
            type=self._kind,
            mode=mode,
            uid=uid,
            gid=gid,
            mtime_ns=mtime_ns,
            link=link,
            xattrs=self._xattrs.get(at, {}),
        )

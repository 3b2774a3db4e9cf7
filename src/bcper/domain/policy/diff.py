"""What changed from one run to another (``backup diff RUN RUN``)."""

from collections.abc import Iterable, Iterator

from bcper.domain.model.changes import Change, ChangeKind
from bcper.domain.model.entries import Entry


def index_order(path: bytes) -> bytes:
    """A key that sorts paths as an index does (FORMAT.md section 4): by components, folders first.

    NUL, which is in no name, sorts below every byte of one.
    """
    return path.replace(b"/", b"\0")


def changes(old: Iterable[Entry], new: Iterable[Entry]) -> Iterator[Change]:
    """The changes from ``old`` to ``new``, in index order; both must come in index order, no path twice.

    One pass, one entry of each side in memory. What a restore does not bring back does not count: ctime,
    inode, and where in the store the bytes are. Contents are compared by size and SHA-256. Two things an
    index cannot tell from a change: the SHA-256 of a sparse file is of its map and segments, so that a file
    that only became sparse shows as ``content``; and a hard link has no contents of its own, so that what
    changed in it shows at the first of its names alone, and ``type`` where another name became the first.
    """
    olds, news = iter(old), iter(new)
    before, after = next(olds, None), next(news, None)
    while before is not None or after is not None:
        side = _compare(before, after)
        if side < 0 and before is not None:
            yield Change("removed", before.path, before, None)
        elif side > 0 and after is not None:
            yield Change("added", after.path, None, after)
        elif before is not None and after is not None and (what := _differences(before, after)):
            yield Change(_kind(what), after.path, before, after, what)
        if side <= 0:
            before = next(olds, None)
        if side >= 0:
            after = next(news, None)


def _compare(before: Entry | None, after: Entry | None) -> int:
    """Below 0 when only ``before`` has the next path, above 0 when only ``after`` does, 0 when both do."""
    if before is None:
        return 1
    if after is None:
        return -1
    if before.path == after.path:
        return 0
    return -1 if index_order(before.path) < index_order(after.path) else 1


def _differences(old: Entry, new: Entry) -> tuple[str, ...]:
    pairs = (
        ("type", old.type, new.type),
        ("content", old.sha256, new.sha256),
        ("size", old.size, new.size),
        ("link", old.link, new.link),
        ("device", old.device, new.device),
        ("mode", old.mode, new.mode),
        ("owner", (old.uid, old.gid, old.user, old.group), (new.uid, new.gid, new.user, new.group)),
        ("mtime", old.mtime_ns, new.mtime_ns),
        ("xattrs", old.xattrs, new.xattrs),
    )
    return tuple(name for name, one, other in pairs if one != other)


def _kind(what: tuple[str, ...]) -> ChangeKind:
    if "type" in what:
        return "type"
    return "content" if {"content", "size", "link", "device"} & set(what) else "metadata"

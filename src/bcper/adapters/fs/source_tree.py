"""Walking the sources: ``os.scandir`` on open directories, in index order (FORMAT.md section 4)."""

import grp
import os
import pwd
from collections.abc import Collection, Iterator, Sequence, Set
from functools import cache
from operator import itemgetter
from stat import S_IFMT, S_IMODE

from bcper.adapters.fs.source_reader import FsSourceReader, why
from bcper.domain.errors import UsageError
from bcper.domain.model.entries import EntryType, Problem, Root, SourceEntry
from bcper.ports.source_tree import Ignored, Report

TYPES: dict[int, EntryType] = {
    0o100000: "f",
    0o040000: "d",
    0o120000: "l",
    0o010000: "p",
    0o060000: "b",
    0o020000: "c",
}
"""File type bits of ``st_mode`` (inode(7)); sockets are the one kind that is not stored."""

_OPEN_DIR = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

_by_name = itemgetter(0)


class FsSourceTree:
    """The local file system as :class:`~bcper.ports.source_tree.SourceTree`."""

    def resolve(self, path: str) -> bytes:
        """See the port. The path need not exist: a missing root is the walk's to report."""
        if not path or "\0" in path:
            raise UsageError("A path to back up is empty.")
        return os.fsencode(os.path.realpath(os.path.expanduser(path)))

    def walk(
        self,
        roots: Sequence[Root],
        ignored: Ignored | None,
        leave_out: Collection[tuple[int, int]],
        report: Report,
    ) -> "FsWalk":
        """See the port."""
        return FsWalk(roots, ignored, frozenset(leave_out), report)

    def reader(self, roots: Sequence[Root], report: Report) -> FsSourceReader:
        """See the port."""
        return FsSourceReader(roots, report)


class _Level:
    """One open directory of the walk: what it holds, sorted, and how far the walk has come in it."""

    __slots__ = ("at", "below", "fd", "found", "path")

    def __init__(self, fd: int, path: bytes, below: bytes) -> None:
        self.fd = fd
        with os.scandir(fd) as found:
            self.found = sorted(((os.fsencode(item.name), item) for item in found), key=_by_name)
        self.at = 0
        self.path = path
        self.below = below


class FsWalk:
    """One walk. Keeps a descriptor for each folder between a root and the place it is at."""

    def __init__(
        self,
        roots: Sequence[Root],
        ignored: Ignored | None,
        leave_out: frozenset[tuple[int, int]],
        report: Report,
    ) -> None:
        self._roots = sorted(roots, key=lambda root: root.name)
        self._ignored = ignored
        self._leave_out = leave_out
        self._report = report
        self._levels: list[_Level] = []
        self._root = 0
        self._fraction = 0.0
        self._bare: set[int] = set()
        self._entries = self._walk()

    def __iter__(self) -> Iterator[SourceEntry]:
        return self._entries

    def __next__(self) -> SourceEntry:
        return next(self._entries)

    def fraction(self) -> float:
        """See the port: each folder's children count alike."""
        behind, share = 0.0, 1.0 / max(1, len(self._roots))
        behind += self._root * share
        for level in self._levels:
            if not level.found:
                break
            share /= len(level.found)
            # The child at hand is itself a folder being walked: it is counted by the levels below it.
            behind += max(0, level.at - 1) * share
        self._fraction = max(self._fraction, min(1.0, behind))
        return self._fraction

    def bare(self) -> Set[int]:
        """See the port."""
        return self._bare

    def close(self) -> None:
        """See the port."""
        while self._levels:
            os.close(self._levels.pop().fd)
        self._entries = iter(())

    def _walk(self) -> Iterator[SourceEntry]:
        try:
            for number, root in enumerate(self._roots):
                self._root = number
                yield from self._walk_root(number, root)
            self._root = len(self._roots)
        finally:
            self.close()

    def _walk_root(self, number: int, root: Root) -> Iterator[SourceEntry]:
        try:
            status = os.lstat(root.source)
        except OSError as error:
            self._report(Problem(root.name, f"cannot be backed up: {os.strerror(error.errno or 0)}", True))
            return
        entry = self._entry(root.name, root.source, 0, number, status)
        if entry is None:
            return
        yield entry
        if entry.type == "d" and not self._is_left_out(entry):
            self._enter(root.source, None, root.name, b"")
            if self._levels and not self._levels[0].found:
                self._bare.add(number)
            yield from self._walk_levels(number)

    def _walk_levels(self, number: int) -> Iterator[SourceEntry]:
        levels, ignored, leave_out = self._levels, self._ignored, self._leave_out
        while levels:
            level = levels[-1]
            if level.at == len(level.found):
                os.close(level.fd)
                levels.pop()
                continue
            name, item = level.found[level.at]
            level.at += 1
            path = level.path + name
            try:
                if ignored is not None and ignored(level.below + name, item.is_dir(follow_symlinks=False)):
                    continue
                status = item.stat(follow_symlinks=False)
            except OSError as error:
                self._vanished(path, error)
                continue
            entry = self._entry(path, name, len(levels), number, status)
            if entry is None:
                continue
            if entry.type != "d":
                yield entry
            elif not leave_out or not self._is_left_out(entry):
                yield entry
                self._enter(name, level.fd, path, level.below + name + b"/")

    def _entry(
        self, path: bytes, name: bytes, depth: int, root: int, status: os.stat_result
    ) -> SourceEntry | None:
        mode = status.st_mode
        kind = TYPES.get(S_IFMT(mode))
        if kind is None:
            self._report(Problem(path, "is a socket, which cannot be stored", False))
            return None
        return SourceEntry(
            path,
            name,
            depth,
            root,
            kind,
            S_IMODE(mode),
            status.st_uid,
            status.st_gid,
            user_name(status.st_uid),
            group_name(status.st_gid),
            status.st_size if kind == "f" else 0,
            status.st_mtime_ns,
            status.st_ctime_ns,
            status.st_ino,
            status.st_dev,
            status.st_nlink,
            None,
            (os.major(status.st_rdev), os.minor(status.st_rdev)) if kind in "bc" else None,
        )

    def _is_left_out(self, entry: SourceEntry) -> bool:
        if (entry.device_id, entry.inode) not in self._leave_out:
            return False
        self._report(Problem(entry.path, "is the store itself and is left out", False))
        return True

    def _enter(self, name: bytes, parent: int | None, path: bytes, below: bytes) -> None:
        try:
            fd = os.open(name, _OPEN_DIR, dir_fd=parent)
        except OSError as error:
            self._vanished(path, error)
            return
        try:
            self._levels.append(_Level(fd, path + b"/", below))
        except OSError as error:
            os.close(fd)
            self._vanished(path, error)

    def _vanished(self, path: bytes, error: OSError) -> None:
        self._report(Problem(path, why(error), True))


@cache
def user_name(uid: int) -> str:
    """The name of a user, or an empty string."""
    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OverflowError):
        return ""


@cache
def group_name(gid: int) -> str:
    """The name of a group, or an empty string."""
    try:
        return grp.getgrgid(gid).gr_name
    except (KeyError, OverflowError):
        return ""

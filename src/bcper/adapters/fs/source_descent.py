"""What a walk and a survey of the sources share: open folders, sorted, one for each level."""

import grp
import os
import pwd
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache
from stat import S_IFMT, S_IMODE
from typing import Generic, TypeVar

from bcper.adapters.fs.source_marks import IGNORE_FILE, TAG, at, by_name, is_cache, patterns_in
from bcper.adapters.fs.source_reader import why
from bcper.domain.errors import SourceUnreadable
from bcper.domain.model.entries import EntryType, Problem, Root, SourceEntry, in_walk_order
from bcper.domain.model.left_out import Reason
from bcper.domain.model.targets import LeaveOut
from bcper.ports.source_tree import Report, RootRules, Rules

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

_NOTHING = RootRules()

T = TypeVar("T")


class Level:
    """One open directory: what it holds, sorted, and how far the descent has come in it.

    ``rules`` hold for what is in it; ``cache`` says that it has a valid tag; ``reason`` why all that is in it
    is left out, if it is.
    """

    __slots__ = ("at", "below", "cache", "fd", "found", "path", "reason", "rules")

    def __init__(self, fd: int, path: bytes, below: bytes, rules: Rules | None) -> None:
        self.fd = fd
        with os.scandir(fd) as found:
            self.found = sorted(((os.fsencode(item.name), item) for item in found), key=by_name)
        self.at = 0
        self.path = path
        self.below = below
        self.rules = rules
        self.cache = False
        self.reason: Reason | None = None


class FsDescent(ABC, Generic[T]):
    """One way through the trees. Keeps a descriptor for each folder between a root and the place it is at."""

    def __init__(
        self,
        roots: Sequence[Root],
        rules: Mapping[bytes, RootRules] | None,
        stores: frozenset[tuple[int, int]],
        report: Report,
    ) -> None:
        self._roots = in_walk_order(roots)
        self._rules = rules or {}
        self._stores = stores
        self._report = report
        self._levels: list[Level] = []
        self._root = 0
        self._fraction = 0.0
        self._bare: set[int] = set()
        self._found = self._descend()

    def __iter__(self) -> Iterator[T]:
        return self._found

    def __next__(self) -> T:
        return next(self._found)

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
        self._found = iter(())

    @abstractmethod
    def _go_through(self, root: SourceEntry, source: bytes, own: RootRules) -> Iterator[T]:
        """The root ``root`` and everything in it."""

    def _descend(self) -> Iterator[T]:
        try:
            for number, root in enumerate(self._roots):
                self._root = number
                try:
                    status = os.lstat(root.source)
                except OSError as error:
                    reason = f"cannot be backed up: {os.strerror(error.errno or 0)}"
                    self._report(Problem(root.name, reason, True))
                    continue
                entry = self._entry(root.name, root.source, 0, number, status)
                if entry is not None:
                    own = self._rules.get(root.name, _NOTHING)
                    yield from self._go_through(entry, root.source, own)
            self._root = len(self._roots)
        finally:
            self.close()

    def _enter_root(self, root: SourceEntry, source: bytes, own: RootRules) -> None:
        """Open the folder of ``root``, unless it is a store."""
        if root.type != "d" or self._is_store(root):
            return
        level = self._enter(source, None, root.path, b"", own.rules)
        if level is not None:
            if not level.found:
                self._bare.add(root.root)
            self._inspect(level, own.leave_out)

    def _enter(
        self, name: bytes, parent: int | None, path: bytes, below: bytes, rules: Rules | None
    ) -> Level | None:
        try:
            fd = os.open(name, _OPEN_DIR, dir_fd=parent)
        except OSError as error:
            self._vanished(path, error)
            return None
        try:
            level = Level(fd, path + b"/", below, rules)
        except OSError as error:
            os.close(fd)
            self._vanished(path, error)
            return None
        self._levels.append(level)
        return level

    def _inspect(self, level: Level, leave_out: LeaveOut) -> None:
        """Obey the files in ``level`` that say what of it to leave out, as ``leave_out`` has it."""
        if leave_out.caches and (place := at(level.found, TAG)) is not None:
            level.cache = is_cache(level.fd, level.found[place][1])
        if not leave_out.ignore_files or level.rules is None or level.cache:
            return
        if (place := at(level.found, IGNORE_FILE)) is not None:
            try:
                content = patterns_in(level.fd, level.found[place][1])
            except SourceUnreadable as error:
                self._report(Problem(level.path + IGNORE_FILE, str(error), False))
                return
            level.rules = level.rules.within(level.below, content)

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

    def _is_store(self, entry: SourceEntry) -> bool:
        if (entry.device_id, entry.inode) not in self._stores:
            return False
        self._report(Problem(entry.path, "is the store itself and is left out", False))
        return True

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

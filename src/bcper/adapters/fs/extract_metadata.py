"""Owner, attributes, mode and time of what a restore made; what cannot be set is reported, never fatal."""

import os
from collections.abc import Callable
from stat import S_ISGID, S_ISUID

from bcper.adapters.fs.extract_errors import reason
from bcper.domain.model.entries import Entry, Problem
from bcper.domain.model.names import printable

_SECOND = 10**9
_COMMON = (1 << 31) * _SECOND
"""Nanoseconds: every file system takes a time from 0 up to here, so it need not be read back."""
_LAST = (1 << 63) - 1
"""Seconds: the most that a 64-bit time_t holds."""
_NO_IDS = frozenset({-1, (1 << 32) - 1})
_PRIVILEGES = S_ISUID | S_ISGID
_CAPABILITIES = "security.capability"

Target = int | bytes


def through_proc(fd: int) -> bytes:
    """A path of the very file that ``fd`` names, for calls that take no O_PATH descriptor (proc(5))."""
    return b"/proc/self/fd/%d" % fd


class Metadata:
    """Sets metadata in the one order that keeps it: chown clears bits that chmod sets, and time comes last.

    Owners only if the process is root's, by number. Without ``special`` set-user-ID and set-group-ID
    bits and file capabilities are left out of what is no folder.
    """

    def __init__(self, report: Callable[[Problem], None], *, special: bool) -> None:
        self._report = report
        self._special = special
        self._mask = 0o7777 if special else 0o7777 & ~_PRIVILEGES
        self._root = os.geteuid() == 0

    def file(self, target: Target, entry: Entry) -> None:
        """Give ``target``, an open file or a path through /proc, what ``entry`` says of it."""
        mode = entry.mode & self._mask
        if self._root and not self._owned(target, entry):
            mode &= ~_PRIVILEGES
        if entry.xattrs:
            self._attributes(target, entry, capabilities=self._special)
        if (entry.mode ^ mode) & _PRIVILEGES:
            self._note(entry, "its set-user-ID or set-group-ID bit was left out")
        self._mode_and_time(target, entry, mode)

    def directory(self, fd: int, entry: Entry) -> None:
        """The same for an open folder, with all twelve bits."""
        if self._root:
            self._owned(fd, entry)
        if entry.xattrs:
            self._attributes(fd, entry, capabilities=True)
        self._mode_and_time(fd, entry, entry.mode & 0o7777)

    def symlink(self, folder: int, name: bytes, entry: Entry) -> None:
        """The same for the symlink ``name`` in the open ``folder``, which has no mode."""
        if self._root:
            self._owned(name, entry, folder=folder, follow=False)
        if entry.xattrs:
            self._attributes(through_proc(folder) + b"/" + name, entry, capabilities=False)
        when = _clamped(entry.mtime_ns)
        try:
            os.utime(name, ns=(when, when), dir_fd=folder, follow_symlinks=False)
        except OSError as err:
            self._lost(entry, "its time", err)

    def _owned(self, target: Target, entry: Entry, *, folder: int | None = None, follow: bool = True) -> bool:
        try:
            if entry.uid in _NO_IDS or entry.gid in _NO_IDS:
                # To chown(2) it means "as it is": a set-user-ID file would stay root's.
                raise OverflowError("no such id")
            os.chown(target, entry.uid, entry.gid, follow_symlinks=follow, dir_fd=folder)
        except (OSError, OverflowError) as err:
            self._lost(entry, "its owner", err)
            return False
        return True

    def _attributes(self, target: Target, entry: Entry, *, capabilities: bool) -> None:
        for name, value in entry.xattrs.items():
            if name == _CAPABILITIES and not capabilities:
                self._note(entry, "its file capabilities were left out")
                continue
            try:
                # Only symlinks come as a path whose last part could be followed, and must not be.
                if isinstance(target, bytes):
                    os.setxattr(target, name, value, follow_symlinks=entry.type != "l")
                else:
                    os.setxattr(target, name, value)
            except (OSError, ValueError) as err:
                self._lost(entry, f"extended attribute {printable(name)}", err)

    def _mode_and_time(self, target: Target, entry: Entry, mode: int) -> None:
        try:
            os.chmod(target, mode)
        except OSError as err:
            self._lost(entry, "its mode", err)
        when = entry.mtime_ns
        try:
            if 0 <= when < _COMMON:
                os.utime(target, ns=(when, when))
            else:
                self._odd_time(target, entry)
        except OSError as err:
            self._lost(entry, "its time", err)

    def _odd_time(self, target: Target, entry: Entry) -> None:
        """Set a time that this file system may not take: the kernel clamps it without a word."""
        when = _clamped(entry.mtime_ns)
        os.utime(target, ns=(when, when))
        got = os.stat(target).st_mtime_ns
        if abs(got - entry.mtime_ns) > 2 * _SECOND:
            told = f"{entry.mtime_ns / _SECOND:.0f}" if abs(entry.mtime_ns) < 1 << 100 else "very many"
            self._note(
                entry,
                f"its time, {told} seconds from 1970, is beyond what the file system takes; "
                f"it became {got // _SECOND}",
            )

    def _lost(self, entry: Entry, what: str, err: Exception) -> None:
        self._note(entry, f"{what} could not be restored: {reason(err)}")

    def _note(self, entry: Entry, text: str) -> None:
        self._report(Problem(entry.path, text, incomplete=False))


def _clamped(mtime_ns: int) -> int:
    return max(-_LAST * _SECOND, min(_LAST * _SECOND, mtime_ns))

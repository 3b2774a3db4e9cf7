"""Where in the target a restore stands: a way of open folders, none of them a symlink."""

import os
import resource
from contextlib import suppress
from enum import Enum

from bcper.adapters.fs.extract_errors import Blocked, fatal, reason
from bcper.adapters.fs.extract_metadata import through_proc

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_IN_THE_WAY = "something that is no folder is in its place; neither it nor anything below it is restored"
_CLOSED = -1


class Step(Enum):
    """How a folder came to be entered, or that it is missing."""

    FOUND = "found"
    MADE = "made"
    REPLACED = "replaced"
    MISSING = "missing"


class Position:
    """The folder at hand: ``path`` below the target (``b""`` is the target itself) and its open ``fd``.

    Moves by openat(2) with O_NOFOLLOW from folder to folder, so that no symlink below the target is ever
    followed. Keeps the way to here open, so that in index order each folder is opened once; of a very
    deep way only the target and the last stretch, which is walked anew when it must go back beyond.
    Folders that are missing are made with mode 0700. With ``replace``, what is in a folder's way and is
    no folder is removed; never a folder. Owns ``root``.
    """

    def __init__(self, root: int, *, replace: bool) -> None:
        self.path = b""
        self.fd = root
        self.blocked: dict[bytes, int] = {}
        self._replace = replace
        self._names: list[bytes] = []
        self._fds = [root]
        self._stretch = _stretch()

    def close(self) -> None:
        """Close every folder; more than once does no harm."""
        for fd in self._fds:
            if fd != _CLOSED:
                os.close(fd)
        self._fds = []
        self.fd = _CLOSED

    def enter(self, path: bytes, *, make: bool) -> bool:
        """Go to ``path``, which must be fit (``is_path``) or empty; whether it was or is there now.

        Without ``make`` nothing is made or removed: at ``False`` it stands at the last folder on the way.
        Raises Blocked, NoSpace, TargetError.
        """
        names = path.split(b"/") if path else []
        common = 0
        for old, new in zip(self._names, names, strict=False):
            if old != new:
                break
            common += 1
        self._back(common)
        return all(self.step(name, make=make) is not Step.MISSING for name in names[len(self._names) :])

    def step(self, name: bytes, *, make: bool) -> Step:
        """Go on into ``name``, one fit component; stays here if that is Step.MISSING.

        Raises Blocked, NoSpace, TargetError.
        """
        path = self.path + b"/" + name if self.path else name
        if path in self.blocked:
            raise Blocked(path, _IN_THE_WAY)
        how = Step.FOUND
        try:
            try:
                fd = os.open(name, _DIRECTORY, dir_fd=self.fd)
            except FileNotFoundError:
                if not make:
                    return Step.MISSING
                how, fd = Step.MADE, self._make(name)
            except NotADirectoryError as err:
                # What O_DIRECTORY with O_NOFOLLOW says of symlinks too.
                if not self._replace:
                    raise Blocked(path, _IN_THE_WAY) from err
                if not make:
                    return Step.MISSING
                # Another process of the same restore may have been there first.
                with suppress(FileNotFoundError, IsADirectoryError):
                    os.unlink(name, dir_fd=self.fd)
                how, fd = Step.REPLACED, self._make(name)
        except OSError as err:
            raise fatal(err) or Blocked(
                path, f"cannot be entered ({reason(err)}); nothing below it is restored"
            ) from err
        self._names.append(name)
        self._fds.append(fd)
        self.path, self.fd = path, fd
        beyond = len(self._fds) - 1 - self._stretch
        if beyond > 0 and self._fds[beyond] != _CLOSED:
            os.close(self._fds[beyond])
            self._fds[beyond] = _CLOSED
        return how

    def _make(self, name: bytes) -> int:
        try:
            os.mkdir(name, 0o700, dir_fd=self.fd)
        except FileExistsError:
            return os.open(name, _DIRECTORY, dir_fd=self.fd)
        try:
            fd = os.open(name, _DIRECTORY, dir_fd=self.fd)
        except PermissionError:
            # A umask that takes the owner's own bits.
            probe = os.open(name, os.O_PATH | _DIRECTORY, dir_fd=self.fd)
            try:
                os.chmod(through_proc(probe), 0o700)
            finally:
                os.close(probe)
            fd = os.open(name, _DIRECTORY, dir_fd=self.fd)
        os.fchmod(fd, 0o700)
        return fd

    def _back(self, depth: int) -> None:
        """Back to the first ``depth`` folders of the way, or to the target if the way there is closed."""
        if self._fds[depth] == _CLOSED:
            depth = 0
        while len(self._names) > depth:
            self._names.pop()
            fd = self._fds.pop()
            if fd != _CLOSED:
                os.close(fd)
        self.path = b"/".join(self._names)
        self.fd = self._fds[-1]


def _stretch() -> int:
    """How many folders to keep open: a share of what the process may, enough for any common tree."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 256 if soft == resource.RLIM_INFINITY else max(8, min(256, soft // 4))

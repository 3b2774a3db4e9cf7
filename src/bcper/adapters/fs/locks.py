"""Locks between processes: flock(2) on files that are never unlinked."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager

from bcper.adapters.private_folders import make_folders
from bcper.domain.errors import BcperError, Locked


class FileLocks:
    """See :class:`~bcper.ports.locks.Locks`. One file per name in ``folder``, which is made when missing.

    The kernel drops a lock when its holder dies. The files stay: were one unlinked, two processes could
    each hold the lock of a file of that name. Beside Locked, BcperError says that ``folder`` is no use.
    """

    def __init__(self, folder: str) -> None:
        self._folder = os.path.abspath(folder)

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """See the port."""
        try:
            fd = self._open(name)
        except OSError as error:
            raise self._unusable(error) from error
        try:
            self._lock(fd, name)
            try:
                yield
            finally:
                # Closing is not enough: a child forked meanwhile has the same open file, and its lock.
                fcntl.flock(fd, fcntl.LOCK_UN)
        finally:
            os.close(fd)

    def held(self, name: str) -> bool | None:
        """See the port. To try would hold up others for a moment: the kernel tells (proc_locks(5))."""
        try:
            number = os.stat(self._path(name)).st_ino
        except FileNotFoundError:
            return False
        except OSError:
            return None
        try:
            with open("/proc/locks", encoding="ascii", errors="replace") as file:
                # The device is not compared: some file systems show another one there than by stat(2).
                held = {line.split()[-3].rpartition(":")[2] for line in file if " FLOCK " in line}
        except (OSError, IndexError):
            return None
        return str(number) in held

    def _path(self, name: str) -> str:
        # Names hold slashes and are longer than file names may be.
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
        return os.path.join(self._folder, f"{digest[:32]}.lock")

    def _open(self, name: str) -> int:
        make_folders(self._folder)
        fd = os.open(self._path(name), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            os.fchmod(fd, 0o600)
        except BaseException:
            os.close(fd)
            raise
        return fd

    def _lock(self, fd: int, name: str) -> None:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Locked(
                f"Another process is at work on {name}.", "Wait until it is done, and try again."
            ) from error
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> BcperError:
        return BcperError(
            f"No lock can be taken in {self._folder}: {os.strerror(error.errno or 0)}.",
            "Is it a folder, and may you write to it?",
        )

"""Fetching rclone from its makers, or from a mirror (FAULTS.md rows 79 to 81)."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from bcper.adapters import waiting_lock
from bcper.adapters.private_folders import make_folders, secure, sync_path
from bcper.adapters.rclone.limits import LIMITS, PATIENCE, Limits, Patience
from bcper.adapters.rclone.program import ours_alone, problem
from bcper.adapters.rclone.release import OFFICIAL, RELEASE, Release, build_for, listed_sum
from bcper.domain.errors import BcperError, ConfigurationError, Locked, StoreError, UsageError
from bcper.domain.model.names import printable
from bcper.domain.model.progress import Progress
from bcper.domain.model.remotes import check_rclone_url, is_loopback
from bcper.ports.progress import ProgressSink

BY_HAND = "Install rclone yourself: sudo apt install rclone, or see https://rclone.org/install/"

_STEP = "Fetching rclone"
_TEMPORARY = ".rclone-"
_POLL = 0.2


class RcloneDownload:
    """Puts a release's rclone at ``own``, for :class:`~bcper.adapters.rclone.locator.RcloneLocator`.

    ``url`` says below which address the releases lie, and nothing for rclone's own; ``tool`` is the name we
    go by. ``machine`` is what ``uname`` says of system and machine. The zip must have the sum of the
    release's list, and the pinned one too where there is one, unless it comes from this machine itself.
    """

    def __init__(
        self,
        own: str,
        url: Callable[[], str],
        tool: str,
        *,
        release: Release = RELEASE,
        machine: Callable[[], tuple[str, str]] | None = None,
        limits: Limits = LIMITS,
        patience: Patience = PATIENCE,
    ) -> None:
        self._own = own
        self._folder = os.path.dirname(own)
        self._url = url
        self._tool = tool
        self._release = release
        self._machine = machine or _uname
        self._limits = limits
        self._patience = patience

    def __call__(self, ready: Callable[[], str | None], sink: ProgressSink | None = None) -> str:
        """Fetch it, unless ``ready`` names one when it is our turn; returns where it is.

        Raises StoreError, ConfigurationError, Cancelled.
        """
        build = build_for(*self._machine())
        if build is None:
            raise _failed(f"there is none for this machine ({' '.join(self._machine())})")
        try:
            base = check_rclone_url(self._url()) or OFFICIAL
        except UsageError as error:
            raise ConfigurationError(str(error), error.hint) from error
        try:
            make_folders(self._folder)
            if not ours_alone(self._folder):
                raise _failed(f"others can change {printable(self._folder)}, where it would be kept")
            with self._one_at_a_time(sink):
                self._sweep()
                return ready() or self._fetch(base, build, sink)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise _failed(f"it cannot be kept in {printable(self._folder)} ({reason})") from error

    def _fetch(self, base: str, build: str, sink: ProgressSink | None) -> str:
        from bcper.adapters.rclone.transfer import TransferFailed, transfer
        from bcper.adapters.rclone.zipped import NoRclone, read_program

        def report(done: int, total: int | None) -> None:
            if sink is not None:
                sink.step(Progress(_STEP, done, total, current=name))

        def get(what: str, into: BinaryIO, limit: int) -> str:
            where = f"{self._release.folder(base)}/{what}"
            try:
                return transfer(
                    where, into, limit=limit, agent=self._tool, report=report, patience=self._patience
                )
            except TransferFailed as error:
                raise _failed(f"of {where}: {error}") from error

        name = self._release.zip_name(build)
        with self._temporary() as (sums, _), self._temporary() as (zipped, _):
            get("SHA256SUMS", sums, self._limits.sums)
            wanted = self._wanted(sums, name, None if is_loopback(base) else self._release.pinned.get(build))
            if get(name, zipped, self._limits.zip) != wanted:
                raise _failed(f"the sum of {name} is not the release's, so it was thrown away")
            with self._temporary() as (program, path):
                try:
                    read_program(
                        zipped,
                        program,
                        limit=self._limits.program,
                        check=lambda: report(zipped.tell(), None),
                    )
                except NoRclone as error:
                    raise _failed(f"of {name}: {error}") from error
                self._install(program, path)
        return self._own

    def _wanted(self, sums: BinaryIO, name: str, pinned: str | None) -> str:
        sums.seek(0)
        listed = listed_sum(sums.read().decode("utf-8", "replace"), name)
        if listed is None:
            raise _failed(f"the release's list of sums does not know {name}")
        if pinned not in (None, listed):
            raise _failed(f"the sum of {name} is another one than it was when BCPER was made")
        return listed

    def _install(self, program: BinaryIO, path: str) -> None:
        program.flush()
        secure(program.fileno(), 0o755, self._folder)
        os.fsync(program.fileno())
        program.close()  # a file that is open for writing cannot be run
        if reason := problem(path):
            raise _failed(f"what was fetched cannot be used: {reason}")
        os.rename(path, self._own)
        sync_path(self._folder)

    @contextmanager
    def _one_at_a_time(self, sink: ProgressSink | None) -> Iterator[None]:
        while True:
            try:
                held = waiting_lock.acquire(f"{self._own}.lock", _POLL, "")
                break
            except Locked:
                if sink is not None:
                    sink.step(Progress(_STEP, current="another process does so already"))
        try:
            yield
        finally:
            waiting_lock.release(held)

    @contextmanager
    def _temporary(self) -> Iterator[tuple[BinaryIO, str]]:
        """A file beside our copy, and its path: 0600, and gone in the end unless it has another name."""
        fd, path = tempfile.mkstemp(prefix=_TEMPORARY, dir=self._folder)
        try:
            with open(fd, "w+b") as file:
                yield file, path
        finally:
            with suppress(FileNotFoundError):
                os.unlink(path)

    def _sweep(self) -> None:
        """Away with what somebody left who was killed: it is our turn, so nobody uses it."""
        for name in os.listdir(self._folder):
            if name.startswith(_TEMPORARY):
                with suppress(OSError):
                    os.unlink(os.path.join(self._folder, name))


def _failed(reason: str) -> BcperError:
    return StoreError(f"rclone cannot be fetched: {reason}.", BY_HAND)


def _uname() -> tuple[str, str]:
    found = os.uname()
    return found.sysname, found.machine

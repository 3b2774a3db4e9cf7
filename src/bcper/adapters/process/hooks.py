"""Commands that a person wrote, as processes."""

import errno
import os
import select
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import IO, TYPE_CHECKING, cast

from bcper.domain.model.hooks import split_command
from bcper.domain.model.names import printable
from bcper.ports.hooks import HookResult

if TYPE_CHECKING:
    import subprocess

_LOOK = 0.1
"""Seconds between two looks at the command, the clock and the wish to stop."""

_SHOWN = 2000
_KEPT = 4 * _SHOWN
"""Bytes of output that are kept: UTF-8 has four at most for a character."""


class ProcessCommands:
    """See :class:`~bcper.ports.hooks.CommandRunner`.

    A command gets a session of its own: no terminal to ask on, and one process group to be ended with all it
    started. ``grace`` is how many seconds it has between being asked to end and being killed.
    """

    def __init__(self, grace: float = 3.0) -> None:
        self._grace = grace

    def run(
        self, command: str, env: Mapping[str, str], seconds: float, stop: Callable[[], bool]
    ) -> HookResult:
        """See the port."""
        words = split_command(command)
        try:
            child = _start(words, env)
        except OSError as error:
            missing = error.errno in (errno.ENOENT, errno.ENOTDIR)
            return HookResult(
                127 if missing else 126, f"{printable(words[0])}: {os.strerror(error.errno or 0)}"
            )
        tail = _Tail(child)
        try:
            stopped = _watch(child, tail, time.monotonic() + seconds, stop)
            if stopped is None:
                return HookResult(_status(child), tail.text())
            self._end(child, tail)
            return HookResult(None, tail.text(), stopped)
        finally:
            self._kill(child)
            tail.close()

    def _end(self, child: "subprocess.Popen[bytes]", tail: "_Tail") -> None:
        os.killpg(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + self._grace
        while not _ended(child) and time.monotonic() < deadline:
            tail.read(_LOOK)
        # Its own children may have more patience than itself; while it is no more than a zombie, its
        # group's number belongs to nobody else.
        os.killpg(child.pid, signal.SIGKILL)
        # It may have said its last words and ended between two looks.
        tail.read_rest()

    def _kill(self, child: "subprocess.Popen[bytes]") -> None:
        if not _ended(child):
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _start(words: tuple[str, ...], env: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    import subprocess

    kept = {key: value for key, value in os.environ.items() if not key.startswith("BCPER_PASSWORD")}
    home = os.path.expanduser("~")
    return subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**kept, **env},
        cwd=home if os.path.isdir(home) else "/",
        start_new_session=True,
    )


def _watch(
    child: "subprocess.Popen[bytes]", tail: "_Tail", deadline: float, stop: Callable[[], bool]
) -> bool | None:
    """None at its end; False when its time is over, and True when it shall stop."""
    while True:
        tail.read(_LOOK)
        if _ended(child):
            tail.read_rest()
            return None
        if stop():
            return True
        if time.monotonic() >= deadline:
            return False


def _ended(child: "subprocess.Popen[bytes]") -> bool:
    """Whether it has ended; it stays a zombie, and its number its own."""
    if child.returncode is not None:
        return True
    return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _status(child: "subprocess.Popen[bytes]") -> int:
    status = child.wait()
    return status if status >= 0 else 128 - status


class _Tail:
    """The end of what a process writes. Never waits for more than is there: others may hold its pipe open."""

    def __init__(self, child: "subprocess.Popen[bytes]") -> None:
        self._pipe = cast("IO[bytes]", child.stdout)
        self._kept = bytearray()
        self._over = False
        os.set_blocking(self._pipe.fileno(), False)

    def read(self, seconds: float) -> None:
        """Take what is there, or comes within ``seconds``."""
        if self._over:
            time.sleep(seconds)
            return
        if select.select([self._pipe], [], [], seconds)[0]:
            self._take()

    def read_rest(self) -> None:
        """Take what is there: a megabyte at most, from one that writes faster than it is read."""
        for _ in range(16):
            if self._over or not select.select([self._pipe], [], [], 0)[0]:
                return
            self._take()

    def text(self) -> str:
        """What was kept, line by line."""
        lines = self._kept.decode("utf-8", "replace").splitlines()
        return "\n".join(printable(line.rstrip()) for line in lines)[-_SHOWN:].strip()

    def close(self) -> None:
        """Let go of the pipe."""
        self._pipe.close()

    def _take(self) -> None:
        try:
            data = os.read(self._pipe.fileno(), 1 << 16)
        except BlockingIOError:
            return
        self._over = not data
        self._kept += data
        del self._kept[:-_KEPT]

"""The daemon as a process of its own session."""

import os
import signal
import socket
import struct
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress

import attrs

from bcper.adapters.child import own_python
from bcper.domain.errors import DaemonError, Locked

_CREDENTIALS = struct.Struct("3i")
_READY = 30.0
_TICK = 0.05
_FOLLOW = 0.3


@attrs.frozen
class ProcessDaemonControl:
    """See :class:`~bcper.ports.daemon_control.DaemonControl`.

    ``lock`` holds the daemon's lock, or raises Locked: its file is never removed, so it tells who lives.
    """

    config_dir: str
    socket_path: str
    log_path: str
    lock: Callable[[], AbstractContextManager[None]]

    def process(self) -> int | None:
        """See the port. By SO_PEERCRED (unix(7)), which no recycled number can deceive."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
            sock.settimeout(2.0)
            try:
                sock.connect(self.socket_path)
                raw = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
            except OSError:
                return None
        process: int = _CREDENTIALS.unpack(raw)[0]
        return process

    def start(self) -> int:
        """See the port."""
        import subprocess

        said, says = os.pipe()
        try:
            command, env = own_python("bcperd", "--quiet", "--config-dir", self.config_dir)
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=says,
                env=env,
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            os.close(said)
            raise DaemonError(f"The daemon cannot be started: {error.strerror or error}.") from error
        finally:
            os.close(says)
        try:
            return self._ready(child, said)
        finally:
            os.close(said)

    def ended(self, seconds: float) -> bool:
        """See the port."""
        until = time.monotonic() + seconds
        while not self._free():
            if time.monotonic() >= until:
                return False
            time.sleep(_TICK)
        return True

    def terminate(self, process: int, *, force: bool = False) -> None:
        """See the port."""
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL if force else signal.SIGTERM)

    def log_lines(self, count: int, *, follow: bool) -> Iterator[str]:
        """See the port."""
        try:
            file = open(self.log_path, encoding="utf-8", errors="backslashreplace")
        except FileNotFoundError as error:
            raise DaemonError(
                "There is no log yet.", "The daemon makes it: bcper-cli daemon start"
            ) from error
        with file:
            yield from (line.rstrip("\n") for line in deque(file, maxlen=count))
            while follow:
                yield from (line.rstrip("\n") for line in file)
                time.sleep(_FOLLOW)
                if self._rotated(file.fileno()):
                    yield from (line.rstrip("\n") for line in file)
                    yield from self.log_lines(sys.maxsize, follow=True)

    def _ready(self, child: "object", said: int) -> int:
        from subprocess import Popen

        if not isinstance(child, Popen):
            raise TypeError("A process is wanted.")
        until = time.monotonic() + _READY
        while time.monotonic() < until:
            # It may be that another one was faster: then this one ends, and that is as good.
            process, over = self.process(), child.poll() is not None
            if process is not None and (process == child.pid or over):
                return process
            if over and self._free():
                raise _ended_at_once(os.read(said, 1 << 16), child.returncode)
            time.sleep(_TICK)
        child.kill()
        raise DaemonError("The daemon is not ready in time.", "See its log: bcper-cli daemon logs")

    def _free(self) -> bool:
        try:
            with self.lock():
                return True
        except Locked:
            return False

    def _rotated(self, fd: int) -> bool:
        try:
            return os.stat(self.log_path).st_ino != os.fstat(fd).st_ino
        except FileNotFoundError:
            return False


def _ended_at_once(said: bytes, status: int) -> DaemonError:
    """What it said as it ended, which is as ``bcperd`` says it: a sentence and a hint."""
    lines = said.decode(errors="backslashreplace").splitlines()
    why = [line.removeprefix("Error: ") for line in lines if line.startswith("Error: ")]
    hints = [line.removeprefix("Hint: ") for line in lines if line.startswith("Hint: ")]
    reason = (why or lines or [f"status {status}"])[-1]
    return DaemonError(f"The daemon has ended at once: {reason}", hints[-1] if hints else "")

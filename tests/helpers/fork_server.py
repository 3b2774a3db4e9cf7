"""Command lines without the start of a Python: each is a fork of a process that has imported all they need.

Most of a short command's time is imports. A fork is a process like another, with arguments, an environment, a
folder, pipes and an end of its own; but /proc tells of it what it tells of this server, and here keys are
derived as quickly as the format permits (FORMAT.md section 3).

    python -m helpers.fork_server FD        serves what comes through that descriptor, a socket
"""

import atexit
import gc
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

_STATUS = 4
"""Bytes of a number between tests and server."""

_OF_THE_START = ("LC_", "LANG", "PYTHON", "MALLOC_")
"""What a Python looks at, or its libraries, before there is a program."""

_PACKAGES = (
    "bcper.apps.cli",
    "bcper.domain",
    *(f"bcper.adapters.{name}" for name in ("archive", "config_json", "crypto", "fs", "process")),
    *(f"bcper.adapters.{name}" for name in ("secrets", "shell", "sqlite", "system")),
)
_MODULES = ("bcper.apps.service", "bcper.apps.container", "bcper.adapters.ipc.client")


# The tests' side


class ForkServer:
    """One server, from its first use to the end of this process. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def run(
        self, module: str, arguments: Sequence[str], env: Mapping[str, str], timeout: float
    ) -> "subprocess.CompletedProcess[bytes]":
        """As ``subprocess.run([python, "-P", "-m", module, ...])`` with nothing to read and all captured.

        Both pipes are read to their ends: who inherits one and stays is waited for. Raises TimeoutExpired.
        """
        request = json.dumps([module, list(arguments), dict(env), os.getcwd()]).encode()
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        line, far = socket.socketpair()
        with line, open(out, "rb", buffering=0) as output, open(err, "rb", buffering=0) as errors:
            with far, open(out_end, "wb"), open(err_end, "wb"), self._lock:
                socket.send_fds(self._started(), [b"!"], [far.fileno(), out_end, err_end])
            line.sendall(request)
            line.shutdown(socket.SHUT_WR)
            pid = _number(line)
            said = {output.fileno(): bytearray(), errors.fileno(): bytearray()}
            if not _read(said, timeout):
                os.kill(pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired([module, *arguments], timeout)
            stdout, stderr = map(bytes, said.values())
            return subprocess.CompletedProcess([module, *arguments], _number(line), stdout, stderr)

    def _started(self) -> socket.socket:
        if self._control is None:
            near, far = socket.socketpair()
            folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
            with far:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "helpers.fork_server", str(far.fileno())],
                    pass_fds=[far.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    env={**os.environ, "PYTHONPATH": os.pathsep.join([*filter(None, sys.path), folder])},
                )
            self._control = near
            atexit.register(self.end)
        return self._control

    def end(self) -> None:
        """End it; who asks for more gets another."""
        with self._lock:
            if self._control is not None and self._process is not None:
                self._control.close()
                self._process.wait()
                atexit.unregister(self.end)
            self._control = self._process = None


def is_alike(env: Mapping[str, str]) -> bool:
    """Whether a Python that is started in that environment is as the server's is."""
    return _of_the_start(env) == _of_the_start(os.environ)


def _of_the_start(env: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in env.items() if key.startswith(_OF_THE_START)}


def _number(line: socket.socket) -> int:
    said = line.recv(_STATUS, socket.MSG_WAITALL)
    assert len(said) == _STATUS, "The fork server has ended."
    return int.from_bytes(said, sys.byteorder, signed=True)


def _read(said: dict[int, bytearray], timeout: float) -> bool:
    """Read all to their ends; whether they came in time."""
    poll, until = select.poll(), time.monotonic() + timeout
    for fd in said:
        poll.register(fd, select.POLLIN)
    left = len(said)
    while left:
        ready = poll.poll(max(until - time.monotonic(), 0) * 1000)
        for fd, _ in ready:
            data = os.read(fd, 1 << 16)
            said[fd] += data
            if not data:
                poll.unregister(fd)
                left -= 1
        if not ready:
            return False
    return True


# The server's side


def _serve(control: socket.socket) -> list[Any] | None:
    """Fork whatever is asked for: what was asked for in the child, at last None in the server."""
    running: dict[int, tuple[int, socket.socket]] = {}
    poll = select.poll()
    poll.register(control, select.POLLIN)
    while True:
        for fd, _ in poll.poll():
            if fd != control.fileno():
                poll.unregister(fd)
                pid, line = running.pop(fd)
                os.close(fd)
                # Who was in a hurry has gone.
                with line, suppress(BrokenPipeError):
                    line.sendall(_packed(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])))
                continue
            _, fds, _, _ = socket.recv_fds(control, 1, 3)
            if not fds:
                return None
            line, ends = socket.socket(fileno=fds[0]), fds[1:]
            with open(os.dup(fds[0]), "rb") as file:
                request: list[Any] = json.loads(file.read())
            pid = os.fork()
            if not pid:
                for number, each in running.items():
                    os.close(number)
                    each[1].close()
                line.close()
                control.close()
                for target, end in enumerate(ends, 1):
                    os.dup2(end, target)
                    os.close(end)
                return request
            for end in ends:
                os.close(end)
            line.sendall(_packed(pid))
            child = os.pidfd_open(pid)
            running[child] = pid, line
            poll.register(child, select.POLLIN)


def _packed(number: int) -> bytes:
    return number.to_bytes(_STATUS, sys.byteorder, signed=True)


def _import_all() -> None:
    for name in _MODULES:
        import_module(name)
    for name in _PACKAGES:
        package = import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            import_module(found.name)
    from bcper.adapters.crypto.container import AesGcmCipher

    AesGcmCipher.__init__.__defaults__ = (100_000, os.urandom)
    # What is there stays: nobody need look through it, and no page is copied for that.
    gc.collect()
    gc.freeze()


def _main() -> None:
    _import_all()
    asked = _serve(socket.socket(fileno=int(sys.argv[1])))
    if asked is None:
        return
    module, arguments, env, folder = asked
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(folder)
    sys.argv[1:] = arguments
    status = 1
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as end:
        status = _status(end.code)
    except BaseException:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    # All that an end is for others; but no object is taken apart, which would copy the server's whole memory.
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status)


def _status(code: object) -> int:
    """As sys.exit has it."""
    if isinstance(code, int | None):
        return code or 0
    print(code, file=sys.stderr)
    return 1


if __name__ == "__main__":
    _main()

"""One ``rclone rcd`` for this process: started when it is first needed, gone when this process is.

It listens where nobody else can ask it: on a Unix socket in a folder that is the user's alone, or, if it is
too old for that (before 1.61), on a port of the loopback. Either way it wants a random password, which it is
told as a hash in a private file and never in its arguments or its environment (rclone.org/rc/).
"""

import atexit
import base64
import hashlib
import os
import re
import secrets
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import attrs

from bcper.adapters.rclone.child import Endpoint, RunningRclone
from bcper.adapters.rclone.errors import cannot_start

SMALL = 8 << 20
"""Bytes up to which rclone keeps an upload in memory before it sends it, in one piece and of known size."""

_USER = "bcper"
_PREFIX = "bcper-rclone-"
_LONGEST_SOCKET = 100
_START_SECONDS = 15.0
_LOOK = 0.005
_DYING = 0.2
_FATAL = re.compile(r"CRITICAL|Fatal|Failed to")
_ADDRESS = re.compile(r"https?://127\.0\.0\.1:([0-9]+)")

# The kernel ends the child when the thread that started it ends (prctl(2), PR_SET_PDEATHSIG = 1): by SIGTERM,
# at which rclone gives up its unfinished uploads. In a process of its own and not between fork and exec,
# where code of a process with threads had better not run.
_LAUNCH = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGTERM)
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""


@attrs.frozen
class Limits:
    """How long rclone itself tries: seconds without an answer, seconds for a connection, and tries."""

    timeout: float = 60.0
    connect: float = 15.0
    tries: int = 5


class RcloneProcess:
    """Keeps one rclone running; any thread may ask for it.

    ``find`` says where the program is, and may raise an error of ours; ``config`` where its configuration is
    if not in the usual place.
    """

    def __init__(
        self, find: Callable[[], str], limits: Limits | None = None, config: str | None = None
    ) -> None:
        self._find, self._config = find, config
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._running: RunningRclone | None = None

    def endpoint(self) -> Endpoint:
        """Where it listens; started anew if it has ended. Raises StoreError."""
        with self._lock:
            if self._running is not None and self._running.child.poll() is None:
                return self._running.endpoint
            self._stop()
            self._running = _start(self._find(), self._limits, self._config)
            atexit.register(self.close)
            return self._running.endpoint

    @property
    def pid(self) -> int | None:
        """The number of the process that is running; None if there is none."""
        running = self._running
        return running.child.pid if running is not None and running.child.poll() is None else None

    def dying_words(self) -> str:
        """What it said last if it has just ended by itself; empty if it has not. May hold secrets."""
        from subprocess import TimeoutExpired

        running = self._running
        if running is None:
            return ""
        with suppress(TimeoutExpired):
            running.child.wait(_DYING)
            said = [line for line in running.tail().splitlines() if _FATAL.search(line)]
            return said[-1] if said else ""
        return ""

    def close(self) -> None:
        """End it; the next question starts another one."""
        with self._lock:
            self._stop()
        atexit.unregister(self.close)

    def _stop(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.end()


def _start(program: str, limits: Limits, config: str | None) -> RunningRclone:
    """Raises StoreError."""
    for on_socket in (True, False):
        running = _started(program, limits, config, on_socket=on_socket)
        try:
            if _listens(running):
                return running
        except BaseException:
            running.end()
            raise
        words = running.tail()
        running.end()
        # Before 1.61 it takes "unix" for a host.
        if not on_socket or "listen tcp" not in words:
            raise cannot_start(words)
    raise cannot_start("")


def _started(program: str, limits: Limits, config: str | None, *, on_socket: bool) -> RunningRclone:
    parent = _parent()
    _sweep(parent)
    folder = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent)
    try:
        secret = secrets.token_urlsafe(32)
        path = os.path.join(folder, "s")
        endpoint = Endpoint(path if on_socket else 0, _basic(secret))
        keys = os.path.join(folder, "htpasswd")
        with open(os.open(keys, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            # A hash without salt is good enough for 32 random bytes.
            digest = base64.b64encode(hashlib.sha1(secret.encode(), usedforsecurity=False).digest()).decode()
            file.write(f"{_USER}:{{SHA}}{digest}\n")
        address = f"unix://{path}" if on_socket else "127.0.0.1:0"
        command = [*_command(program, address, keys, limits), *_chosen(config)]
        return RunningRclone(command, _environment(), folder, endpoint)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise cannot_start(os.strerror(error.errno or 0)) from error


def _command(program: str, address: str, keys: str, limits: Limits) -> list[str]:
    return [
        sys.executable, "-I", "-S", "-c", _LAUNCH, str(os.getpid()),
        os.path.abspath(program), "rcd",
        "--rc-addr", address, "--rc-htpasswd", keys, "--rc-serve",
        # The longest upload is one request.
        "--rc-server-read-timeout", "8760h", "--rc-server-write-timeout", "8760h",
        "--ask-password=false", "--auto-confirm=false", "--log-level", "NOTICE", "--stats", "0",
        "--streaming-upload-cutoff", f"{SMALL}B",
        "--timeout", f"{limits.timeout}s", "--contimeout", f"{limits.connect}s",
        "--low-level-retries", str(limits.tries), "--retries", "1",
        # Whether all has arrived is looked at once, by us.
        "--s3-no-head",
    ]  # fmt: skip


def _chosen(config: str | None) -> list[str]:
    return ["--config", config] if config is not None else []


def _environment() -> dict[str, str]:
    """Ours, without passwords of ours (FAULTS.md row 74) and without what would open another door."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("BCPER_PASSWORD", "RCLONE_RC_")) and key not in ("RCLONE_RC", "LISTEN_FDS")
    }
    # Its garbage is collected sooner: a third less memory for about the same speed (docs/adr/0012-rclone.md).
    kept.setdefault("GOMEMLIMIT", "64MiB")
    # It reads no further ahead of what it sends: we have that at hand, and what it has taken has nearly gone.
    kept.setdefault("RCLONE_BUFFER_SIZE", "1M")
    return kept


def _listens(running: RunningRclone) -> bool:
    """Wait until it does; False if it ended. Raises StoreError when it takes too long."""
    deadline = time.monotonic() + _START_SECONDS
    while running.child.poll() is None:
        if running.endpoint.address == 0 and (found := _ADDRESS.search(running.tail())):
            running.endpoint = attrs.evolve(running.endpoint, address=int(found[1]))
        if running.endpoint.address != 0:
            with suppress(OSError):
                running.endpoint.connect(_START_SECONDS).close()
                return True
        if time.monotonic() > deadline:
            raise cannot_start("It does not begin to listen.")
        time.sleep(_LOOK)
    time.sleep(_LOOK)  # its last words may be on their way
    return False


def _parent() -> str:
    """The folder of the login session is gone with it, and with it what a killed process left there."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime.startswith("/") and len(runtime) < _LONGEST_SOCKET - 40 and os.access(runtime, os.W_OK):
        return runtime
    usual = tempfile.gettempdir()
    return usual if len(usual) < _LONGEST_SOCKET - 40 else "/tmp"  # noqa: S108 - a folder of our own is made there


def _sweep(parent: str) -> None:
    """Remove what killed processes of ours left there."""
    with suppress(OSError):
        for name in os.listdir(parent):
            number = name.removeprefix(_PREFIX).partition("-")[0]
            if name.startswith(_PREFIX) and number.isdigit() and not os.path.exists(f"/proc/{number}"):
                path = os.path.join(parent, name)
                if os.lstat(path).st_uid == os.geteuid():
                    shutil.rmtree(path, ignore_errors=True)


def _basic(secret: str) -> str:
    return "Basic " + base64.b64encode(f"{_USER}:{secret}".encode()).decode()

"""A daemon in a process of its own, from an empty home, and hands to hold its runs where a test likes."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from dependency_injector import providers

from bcper.adapters.ipc.client import SocketService
from bcper.apps import bindings
from bcper.apps.connect import Connected
from bcper.apps.container import Container
from bcper.apps.paths import places
from bcper.domain.model.events import Activity
from bcper.domain.model.jobs import Job, Keep
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.daemon import ShowStatus, Status
from bcper.domain.model.requests.jobs import AddFrequency, AddJob, When
from bcper.domain.model.requests.runs import ListRuns
from bcper.domain.model.requests.settings import EditSettings
from bcper.domain.model.requests.stores import AddStore
from bcper.domain.model.requests.targets import AddItem
from bcper.domain.model.runs import Run
from helpers.cli import Cli
from helpers.ipc import Raw

T = TypeVar("T")
R = TypeVar("R")

PATIENCE = 30.0
"""Seconds until a test is sure that something does not happen: no machine is as slow as that."""

NEVER = datetime(2999, 1, 1, tzinfo=UTC)
_WORKER = b"bcper.apps.worker"
_NO_BUS = "unix:path=/nonexistent/bus"


class Home:
    """One user. ``ask`` is answered by the daemon where one runs, and in this process where none does."""

    def __init__(self) -> None:
        # pytest's folders are too deep for the path of a socket.
        self.base = Path(tempfile.mkdtemp(prefix="bcper-"))
        # Nobody's desktop is a test's business, nor is the battery of the machine.
        self.cli = _Cli(self.base / "home")
        self.config = self.cli.home / ".config" / "bcper"
        self._container = Container(places=providers.Object(places(str(self.config))))
        self.client = SocketService(bindings.daemon_socket(self._container.places()), name="test")
        self.ask = Connected(self.client, self._container.service)
        self.ask(EditSettings(battery_min=0))

    # What is configured

    def source(self, name: str, size: int = 1000) -> Path:
        """A folder with one file that nothing makes smaller."""
        folder = self.base / "sources" / name
        folder.mkdir(parents=True)
        (folder / "file").write_bytes(os.urandom(size))
        return folder

    def store(self, name: str = "disk") -> Path:
        """The folder of that store, which is made when it is first asked for."""
        folder = self.base / "stores" / name
        if not folder.exists():
            self.ask(AddStore(name, "local", str(folder)))
        return folder

    def job(
        self, name: str, when: When | None = None, *, store: str = "disk", size: int = 1000, **more: Any
    ) -> Job:
        """A job of an item, and with a frequency, of its own; without ``when`` it never runs by itself."""
        self.store(store)
        self.ask(AddItem(name, (str(self.source(name, size)),)))
        self.ask(AddFrequency(name, name, when or When(once=True, at=NEVER)))
        keep = more.pop("keep", Keep(last=0))
        return self.ask(AddJob(name, "item", name, store, name, keep, **more)).job

    def gate(self, name: str, then: str = "exit 0") -> "Gate":
        """A command that comes to a gate and waits there until that is opened."""
        return Gate(self.base / f"{name}.gate", then)

    def edit(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Write into config.json by hand."""
        file = self.config / "config.json"
        raw = json.loads(file.read_text())
        change(raw)
        file.write_text(json.dumps(raw))

    def long_ago(self, name: str, hours: float = 100) -> None:
        """Let a job be as old as that."""
        made = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()

        def change(raw: dict[str, Any]) -> None:
            next(job for job in raw["jobs"].values() if job["name"] == name)["created_at"] = made

        self.edit(change)

    # What there is to see

    def runs(self, name: str | None = None) -> list[Run]:
        """The list of runs, newest first."""
        return [run for run in self.ask(ListRuns()).runs if name in (None, run.job_name)]

    def ended(self, name: str, count: int = 1) -> list[Run]:
        """Wait for so many runs of a job, and for their end."""

        def look() -> list[Run]:
            found = self.runs(name)
            over = len(found) >= count and all(run.status != "running" for run in found)
            return found if over and name not in self.activities() else []

        return until(look)

    def status(self) -> Status:
        return self.ask(ShowStatus())

    def activities(self) -> dict[str, Activity]:
        """What the daemon does, by what it is about."""
        return {each.about: each for each in self.status().activities}

    def state(self, name: str) -> Any:
        return next(state for state in self.status().jobs if state.job.name == name)

    @property
    def log(self) -> str:
        """All that the daemon has logged."""
        file = self.config / "daemon.log"
        return file.read_text() if file.exists() else ""

    def logged(self, words: str, count: int = 1) -> str:
        """Wait for ``words`` in the log."""
        until(lambda: self.log.count(words) >= count)
        return self.log

    def litter(self) -> list[str]:
        """What is in the stores and belongs to no run that can be restored."""
        good = {run.run_id for run in self.runs() if run.status.restorable}
        return [
            str(path)
            for path in (self.base / "stores").glob("*/*/*")
            if path.name not in good or any(each.name.endswith(".part") for each in path.iterdir())
        ]

    def raw(self) -> Raw:
        """A client of the daemon's that says what a test likes."""
        return Raw(str(self.config / "daemon.sock"))

    def processes(self, words: bytes = b"") -> list[int]:
        """Every process that was started, by whatever, from this home and says ``words`` in its arguments."""
        home = f"HOME={self.cli.home}".encode()
        return [
            int(entry)
            for entry in os.listdir("/proc")
            if entry.isdigit()
            and home in proc(entry, "environ").split(b"\0")
            and words in proc(entry, "cmdline")
        ]

    def workers(self) -> list[int]:
        return self.processes(_WORKER)

    def forget(self) -> None:
        """Hold no file of the settings open in this process."""
        self._container.ledger().close()

    def close(self) -> None:
        """End what was started from this home, and nothing else."""
        self.client.close()
        self._container.ledger().close()
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.base, ignore_errors=True)


class _Cli(Cli):
    def environment(self, **more: str) -> dict[str, str]:
        buses = {"DBUS_SESSION_BUS_ADDRESS": _NO_BUS, "DBUS_SYSTEM_BUS_ADDRESS": _NO_BUS}
        return super().environment(**buses, **more)

    def begin(self, *arguments: object) -> "subprocess.Popen[str]":
        """Start a command that a test does not wait for; it goes with its home."""
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "bcper.cli", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment(),
            start_new_session=True,
        )


class Daemon:
    """``python -m bcperd`` in ``home``, from when it is ready. A context manager that ends it."""

    def __init__(self, home: Home, *, wait: bool = True, **env: str) -> None:
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "bcperd"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=home.cli.environment(**env),
            start_new_session=True,
        )
        if wait:
            until(self.is_ready)

    @property
    def pid(self) -> int:
        return self.process.pid

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.said()
        return self.home.client.connect()

    def said(self) -> str:
        """What it said on standard error, until its end."""
        return self.process.communicate(timeout=PATIENCE)[1].decode()

    def tell(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, and return the status of its end."""
        self.tell(number)
        self.said()
        return self.process.returncode

    def __enter__(self) -> "Daemon":
        return self

    def __exit__(self, *exc: object) -> None:
        if self.process.poll() is None:
            self.tell(signal.SIGTERM)
            try:
                self.said()
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.communicate()
                raise
        elif self.process.stderr is not None:
            self.process.stderr.close()


class Gate:
    """``command`` (for a job) comes here and waits; then it does what ``then`` says, a line of shell."""

    def __init__(self, path: Path, then: str) -> None:
        self._at, self._go = path.with_suffix(".at"), path.with_suffix(".go")
        at, go = shlex.quote(str(self._at)), shlex.quote(str(self._go))
        script = f"touch {at}; while [ ! -e {go} ]; do sleep 0.02; done; {then}"
        self.command = f"sh -c {shlex.quote(script)}"

    @property
    def reached(self) -> bool:
        """Whether somebody waits, or has waited."""
        return self._at.exists()

    def wait(self) -> None:
        """Wait until somebody waits."""
        until(lambda: self.reached)

    def open(self) -> None:
        self._go.touch()


class Held:
    """A run of ``job`` (with more than little to do) stopped in its midst: SIGSTOP to its worker.

    The run is started by somebody else. ``gate`` is the job's command before.
    """

    def __init__(self, home: Home, job: str, gate: Gate, store: str = "disk") -> None:
        gate.wait()
        (self.worker,) = home.workers()
        folder = home.store(store) / job
        before = set(_files(folder))
        gate.open()
        until(lambda: set(_files(folder)) - before, pause=0.001)
        os.kill(self.worker, signal.SIGSTOP)
        assert home.runs(job)[0].status == "running", "The run was over before it could be held."

    def go_on(self) -> None:
        os.kill(self.worker, signal.SIGCONT)

    def kill(self) -> None:
        os.kill(self.worker, signal.SIGKILL)


def until(condition: Callable[[], T], *, pause: float = 0.02) -> T:
    """What ``condition`` returns when it is something at last."""
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, "It did not happen."
        time.sleep(pause)
    return found


def asked(home: Home, request: Request[R]) -> R:
    """The daemon's own answer: DaemonError where none runs."""
    return home.client(request)


def proc(pid: int | str, name: str) -> bytes:
    """A file of /proc about a process; empty when it is gone, or a zombie, or somebody else's."""
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def soon(seconds: float = 1.5) -> When:
    """A time that is near."""
    return When(once=True, at=datetime.now(UTC) + timedelta(seconds=seconds))


def daily_long_gone() -> When:
    """Once a day, twelve hours ago and twelve from now: never soon."""
    return When(cron=f"0 {(datetime.now().astimezone().hour + 12) % 24} * * *")


def _files(folder: Path) -> Iterator[str]:
    for root, _, names in os.walk(folder):
        yield from (os.path.join(root, name) for name in names)

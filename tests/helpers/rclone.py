"""Releases of rclone on a server of loopback, whose parts a test can spoil."""

import hashlib
import io
import os
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bcper.adapters.rclone.release import RELEASE

VERSION = RELEASE.version
NAME = f"rclone-v{VERSION}-linux-amd64.zip"
FOLDER = f"rclone-v{VERSION}-linux-amd64"
ZIP = f"/v{VERSION}/{NAME}"
SUMS = f"/v{VERSION}/SHA256SUMS"
AMD64 = ("Linux", "x86_64")

Answer = Callable[["Handler"], None]


def script(version: str = VERSION, body: str = "") -> bytes:
    """A program that answers ``version``."""
    return f'#!/bin/sh\n{body}\n[ "$1" = version ] && echo "rclone v{version}"\nexit 0\n'.encode()


def program(folder: Path, content: bytes | None = None, name: str = "rclone") -> str:
    """One that can be run, in a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    path = folder / name
    path.write_bytes(script() if content is None else content)
    path.chmod(0o755)
    return str(path)


def zipped(*members: tuple[str, bytes] | tuple[str, bytes, int], stored: bool = False) -> bytes:
    """A zip of regular files, or of what a mode given says."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, *mode in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            info.external_attr = (mode[0] if mode else stat.S_IFREG | 0o755) << 16
            archive.writestr(info, content)
    return made.getvalue()


def release(content: bytes | None = None, *, stored: bool = False) -> bytes:
    """As rclone's makers pack it."""
    return zipped(
        (f"{FOLDER}/README.txt", b"read me"),
        (f"{FOLDER}/rclone.1", b".TH rclone"),
        (f"{FOLDER}/rclone", script() if content is None else content),
        (f"{FOLDER}/git-log.txt", b"log"),
        stored=stored,
    )


def sums(data: bytes, name: str = NAME) -> bytes:
    """A signed list."""
    digest, other = hashlib.sha256(data).hexdigest(), hashlib.sha256(b"").hexdigest()
    return (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\n"
        f"{other}  rclone-v{VERSION}-linux-arm64.zip\n{digest}  {name}\n"
        "-----BEGIN PGP SIGNATURE-----\n\niF0EARECAB0WIQT79zfs6firGGBL0qyTk14C\n-----END PGP SIGNATURE-----\n"
    ).encode()


class Mirror(ThreadingHTTPServer):
    """Serves one release; ``answers`` says by path who answers otherwise. ``asked`` is what was asked for."""

    daemon_threads = True

    def __init__(self, data: bytes | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.data = release() if data is None else data
        self.sums = sums(self.data)
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.agents: set[str | None] = set()
        self.ended = threading.Event()

    def handle_error(self, *_: Any) -> None:
        """Those who hang up do so on purpose."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.agents.add(self.headers.get("User-Agent"))
        if self.path in self.server.answers:
            self.server.answers[self.path](self)
        elif self.path == ZIP:
            self.give(self.server.data)
        elif self.path == SUMS:
            self.give(self.server.sums)
        else:
            self.send_error(404)

    def give(self, data: bytes, length: int | None = None) -> None:
        self.begin(len(data) if length is None else length)
        self.wfile.write(data)

    def begin(self, length: int | None, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing on standard error."""


@contextmanager
def served(mirror: Mirror) -> Iterator[Mirror]:
    with mirror:
        thread = threading.Thread(target=mirror.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield mirror
        finally:
            mirror.ended.set()
            mirror.shutdown()
            thread.join()


def files(folder: Path) -> list[str]:
    """What is in it, but for the lock."""
    return sorted(name for name in os.listdir(folder) if name != "rclone.lock")

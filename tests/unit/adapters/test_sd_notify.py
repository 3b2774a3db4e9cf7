"""Talking to systemd over real sockets (sd_notify(3))."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bcper.adapters.system.sd_notify import SdNotify


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        name = os.urandom(6).hex()
        address = str(tmp_path / "s") if request.param == "path" else f"@bcper-{name}"
        sock.bind(address.replace("@", "\0", 1) if request.param == "abstract" else address)
        sock.settimeout(10)
        yield address, sock


def test_everything_is_told(manager: tuple[str, socket.socket]) -> None:
    address, sock = manager
    notify = SdNotify({"NOTIFY_SOCKET": address})
    for tell, told in (
        (notify.ready, b"READY=1"),
        (lambda: notify.status("Backing up é\nREADY=0\udcff"), "STATUS=Backing up é\\nREADY=0\\xff".encode()),
        (notify.watchdog, b"WATCHDOG=1"),
        (notify.stopping, b"STOPPING=1"),
    ):
        assert tell() is True
        assert sock.recv(4096) == told


def test_children_are_told_nothing_of_it() -> None:
    environ = {"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "1", "WATCHDOG_PID": "1", "HOME": "/h"}
    SdNotify(environ)
    assert environ == {"HOME": "/h"}


def test_a_child_of_this_process_inherits_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/x")
    SdNotify()
    script = "import os; print('NOTIFY_SOCKET' in os.environ)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    "address",
    ["", "relative", "vsock:2:1", "/nonexistent/s", "@", "/" + "x" * 300, "@nobody-\udcff", "/a\0b"],
)
def test_nobody_there_is_no_error(address: str) -> None:
    notify = SdNotify({"NOTIFY_SOCKET": address})
    assert [notify.ready(), notify.status("x"), notify.watchdog(), notify.stopping()] == [False] * 4
    assert SdNotify({}).ready() is False


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "1500000", "WATCHDOG_PID": str(os.getpid())}, 1.5),
        ({"WATCHDOG_USEC": "1500000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "-5"}, None),
        ({"WATCHDOG_USEC": "often"}, None),
        ({"WATCHDOG_USEC": "9" * 400}, None),
    ],
)
def test_the_watchdog_is_for_this_process_or_not(environ: dict[str, str], seconds: float | None) -> None:
    assert SdNotify(environ).watchdog_seconds() == seconds

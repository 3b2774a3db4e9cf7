"""The rclone of a process: what it can be asked by whom, what it is told, and when it goes."""

import http.client
import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import bcper
from bcper.adapters.rclone.child import Endpoint
from bcper.adapters.rclone.process import RcloneProcess
from bcper.adapters.rclone.rc import Rclone
from bcper.domain.errors import StoreError
from helpers.remotes import KINDS, LIMITS, Remotes, rclone, until

SOURCE = os.path.dirname(os.path.dirname(bcper.__file__))


def environment(pid: int) -> dict[str, str]:
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if pair)


def test_it_is_asked_over_a_private_socket_and_knows_no_secret_of_ours(
    remotes: Remotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("BCPER_PASSWORD", "BCPER_PASSWORD_FILE", "BCPER_PASSWORD_COMMAND", "RCLONE_RC_NO_AUTH"):
        monkeypatch.setenv(name, "true")
    process = RcloneProcess(rclone, LIMITS, str(remotes.config))
    try:
        endpoint = process.endpoint()
        assert isinstance(endpoint.address, str)
        folder = os.path.dirname(endpoint.address)
        assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
        assert stat.S_IMODE(os.stat(os.path.join(folder, "htpasswd")).st_mode) == 0o600
        pid = process.pid
        assert pid is not None
        command = Path(f"/proc/{pid}/cmdline").read_text()
        secret = endpoint.authorization.partition(" ")[2]
        assert secret not in repr(endpoint)
        shown = [command, *environment(pid).values()]
        assert not any(secret in text for text in shown)
        assert not [name for name in environment(pid) if name.startswith(("BCPER_PASSWORD", "RCLONE_RC"))]
        assert os.path.realpath(f"/proc/{pid}/exe") == os.path.realpath(rclone())
        for authorization in ("", "Basic YmNwZXI6eA=="):
            assert status(endpoint, authorization) == 401
        assert status(endpoint, endpoint.authorization) == 200
    finally:
        process.close()
    assert not os.path.exists(folder)
    assert process.pid is None


def status(endpoint: Endpoint, authorization: str) -> int:
    connection = http.client.HTTPConnection("localhost")
    connection.sock = endpoint.connect(20)
    try:
        connection.request("POST", "/core/version", headers={"Authorization": authorization})
        return connection.getresponse().status
    finally:
        connection.close()


def test_one_is_enough_and_another_one_comes_after_it(remotes: Remotes) -> None:
    process = RcloneProcess(rclone, LIMITS, str(remotes.config))
    try:
        first = process.endpoint()
        assert process.endpoint() == first
        pid = process.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        until(lambda: process.pid is None)
        assert process.endpoint() != first
    finally:
        process.close()


def test_an_old_one_without_such_sockets_is_asked_over_the_loopback(remotes: Remotes, tmp_path: Path) -> None:
    old = tmp_path / "rclone"
    old.write_text(
        f"#!{sys.executable}\n"
        "import os, sys\n"
        "if any(word.startswith('unix:') for word in sys.argv):\n"
        "    sys.exit('Failed to start remote control: listen tcp: address tcp////x: unknown port')\n"
        f"os.execv({rclone()!r}, [{rclone()!r}, *sys.argv[1:]])\n"
    )
    old.chmod(0o700)
    process = RcloneProcess(lambda: str(old), LIMITS, str(remotes.config))
    try:
        endpoint = process.endpoint()
        assert isinstance(endpoint.address, int)
        assert status(endpoint, "") == 401
        assert Rclone(process).call("config/listremotes")["remotes"] == list(KINDS)
    finally:
        process.close()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_it_goes_when_this_process_goes(remotes: Remotes, end: signal.Signals) -> None:
    code = (
        "import sys, threading\n"
        "from bcper.adapters.rclone.process import RcloneProcess\n"
        "process = RcloneProcess(lambda: sys.argv[1], None, sys.argv[2])\n"
        "thread = threading.Thread(target=process.endpoint)\n"
        "thread.start(); thread.join()\n"  # it must not go with the thread that needed it first
        "print(process.pid, flush=True); sys.stdin.readline(); print(process.pid, flush=True)\n"
        "sys.stdin.readline()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, rclone(), str(remotes.config)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": SOURCE},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    pid = int(child.stdout.readline())
    child.stdin.write(b"\n")
    child.stdin.flush()
    assert int(child.stdout.readline()) == pid
    child.send_signal(end)
    child.communicate()
    until(lambda: not os.path.exists(f"/proc/{pid}"))


def test_what_a_killed_process_left_goes_with_the_next_one(
    remotes: Remotes, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    short = tempfile.TemporaryDirectory(prefix="b")  # the path of a socket has no room for pytest's folders
    request.addfinalizer(short.cleanup)
    runtime = Path(short.name)
    left = runtime / "bcper-rclone-999999999-x"
    living = runtime / f"bcper-rclone-{os.getpid()}-x"
    for folder in (left, living):
        folder.mkdir(parents=True)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    process = RcloneProcess(rclone, LIMITS, str(remotes.config))
    try:
        process.endpoint()
        assert not left.exists()
        assert living.exists()
    finally:
        process.close()
    assert os.listdir(runtime) == [living.name]


def test_a_program_that_is_none_is_said_to_be(tmp_path: Path) -> None:
    broken = tmp_path / "rclone"
    for text in ("", f"#!{sys.executable}\nimport sys; sys.exit('it is broken')\n"):
        broken.write_text(text)
        broken.chmod(0o700)
        process = RcloneProcess(lambda: str(broken))
        with pytest.raises(StoreError, match="rclone does not start"):
            process.endpoint()
        assert process.pid is None

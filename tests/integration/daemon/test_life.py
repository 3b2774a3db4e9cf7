"""Start, stop and what lies about from daemons before (FAULTS.md rows 46, 47 and 76)."""

import json
import os
import signal
import stat
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from bcper.adapters.ipc.client import Patience
from bcper.apps.cli.main import main
from helpers.daemon import Daemon, Home, proc, until


def test_its_life_by_command(home: Home) -> None:
    cli = home.cli
    assert "The daemon does not run" in cli("daemon", "status", status=16).stdout
    assert cli("daemon", "stop").stdout == "The daemon does not run.\n"
    assert "There is no log yet." in cli("daemon", "logs", status=16).stderr
    assert "The daemon does not run" in cli("status").stdout

    pid = json.loads(cli("--json", "daemon", "start").stdout)["pid"]
    assert b"bcperd" in proc(pid, "cmdline")
    assert os.getsid(pid) == pid  # it outlives the terminal
    assert cli("daemon", "start").stdout == f"The daemon runs already (process {pid}).\n"
    assert f"The daemon runs (process {pid}, since " in cli("daemon", "status").stdout
    assert json.loads(cli("--json", "daemon", "status").stdout)["daemon"]["pid"] == pid
    assert "is ready." in cli("daemon", "logs").stdout
    assert cli("daemon", "logs", "-n", "0").stdout == ""

    cli("daemon", "restart")
    other = json.loads(cli("--json", "daemon", "status").stdout)["daemon"]["pid"]
    assert other != pid
    until(lambda: home.processes(b"bcperd") == [other])
    assert [line.split(" ", 3)[3] for line in cli("daemon", "logs", "-n", "2").stdout.splitlines()] == [
        "The daemon ends.",
        "bcperd 0.1.0 is ready.",
    ]

    assert cli("daemon", "stop").stdout == "The daemon has ended.\n"
    until(lambda: home.processes(b"bcperd") == [])
    assert not {"daemon.sock", "daemon.pid"} & {each.name for each in home.config.iterdir()}
    assert "The daemon runs anew" in cli("daemon", "restart").stdout
    cli("daemon", "stop")


def test_nothing_is_cancelled_by_force_that_ends_by_itself(home: Home) -> None:
    home.cli("daemon", "start")
    assert home.cli("daemon", "stop", "--force").stdout == "The daemon has ended.\n"
    assert home.log.endswith("The daemon ends.\n")


def test_one_that_does_not_end_is_told_of_and_killed_by_force(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bcper.apps.daemon_care.PATIENCE", 0.5)
    monkeypatch.setattr("bcper.adapters.ipc.client.Patience", partial(Patience, connecting=0.5))
    with Daemon(home) as daemon:
        daemon.tell(signal.SIGSTOP)
        arguments = ["--config-dir", str(home.config), "daemon", "stop"]
        assert main(arguments) == 16
        assert "bcper-cli daemon stop --force" in capsys.readouterr().err
        assert daemon.process.poll() is None
        assert main([*arguments, "--force"]) == 0
        assert capsys.readouterr().out == "The daemon has ended.\n"
        daemon.said()
        assert daemon.process.returncode == -signal.SIGKILL


def test_of_two_that_start_at_the_same_moment_one_lives_and_the_other_says_so(home: Home) -> None:
    with Daemon(home, wait=False) as one, Daemon(home, wait=False) as two:
        until(lambda: None not in (one.process.poll(), two.process.poll()) or home.client.connect())
        until(lambda: one.process.poll() is not None or two.process.poll() is not None)
        lost, lives = (one, two) if one.process.poll() is not None else (two, one)
        assert lost.process.returncode == 16
        assert lost.said().startswith("Error: Another daemon is running")
        assert lives.process.poll() is None
        until(lives.is_ready)
        assert home.status().daemon.pid == lives.pid  # type: ignore[union-attr]
        # And it keeps its own, whatever the other one did at its end.
        assert (home.config / "daemon.pid").read_text() == f"{lives.pid}\n"


def test_two_starts_by_command_at_the_same_moment_are_both_content_with_one(home: Home) -> None:
    started = [home.cli.begin("--json", "daemon", "start") for _ in range(3)]
    said = [each.communicate(timeout=60) for each in started]
    assert [each.returncode for each in started] == [0, 0, 0], said
    pids = {json.loads(out)["pid"] for out, _ in said}
    assert pids == set(until(lambda: len(home.processes(b"bcperd")) == 1 and home.processes(b"bcperd")))


def test_a_stale_socket_and_the_number_of_another_process_are_no_hindrance(home: Home) -> None:
    with Daemon(home) as daemon:
        daemon.end(signal.SIGKILL)
    assert (home.config / "daemon.sock").exists()  # what a killed one leaves
    # Its number is another process's by now: ours, which must be left alone.
    (home.config / "daemon.pid").write_text(f"{os.getpid()}\n")
    assert "The daemon does not run" in home.cli("daemon", "status", status=16).stdout
    assert home.cli("daemon", "stop").stdout == "The daemon does not run.\n"
    pid = json.loads(home.cli("--json", "daemon", "start").stdout)["pid"]
    assert (home.config / "daemon.pid").read_text() == f"{pid}\n"
    assert home.cli("daemon", "stop").stdout == "The daemon has ended.\n"


@pytest.mark.parametrize("left", ["no number\n", "", "999999999999999999999999\n", "-1\n"])
def test_whatever_is_in_the_file_of_its_number_it_is_only_information(home: Home, left: str) -> None:
    (home.config / "daemon.pid").write_text(left)
    with Daemon(home) as daemon:
        assert (home.config / "daemon.pid").read_text() == f"{daemon.pid}\n"
        (home.config / "daemon.pid").write_text(left)
        with Daemon(home, wait=False) as other:
            assert "Error: Another daemon is running" in other.said()
            assert other.process.returncode == 16


def test_what_is_no_socket_is_not_removed(home: Home) -> None:
    (home.config / "daemon.sock").write_text("somebody's")
    with Daemon(home, wait=False) as daemon:
        said = daemon.said()
    assert daemon.process.returncode == 16
    assert "is there, and is no socket." in said
    assert "Traceback" not in said
    assert (home.config / "daemon.sock").read_text() == "somebody's"
    told = home.cli("daemon", "start", status=16).stderr
    path = home.config / "daemon.sock"
    assert told == (
        f"Error: The daemon has ended at once: {path} is there, and is no socket.\nHint: Move it away.\n"
    )


def test_it_is_private_whatever_the_umask(home: Home) -> None:
    (home.config / "config.json").unlink()
    for path in home.config.rglob("*"):
        if path.is_file():
            path.unlink()
    home.config.chmod(0o755)
    before = os.umask(0)
    try:
        daemon = Daemon(home)
    finally:
        os.umask(before)
    with daemon:
        home.job("now")
        home.cli("job", "run", "now")
        modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in [home.config, *home.config.rglob("*")]}
        names = {path.name for path in modes}
        assert {"daemon.sock", "daemon.log", "daemon.pid", "bcper.db", "config.json"} <= names
        folders = {path for path in modes if path.is_dir()}
        assert {oct(modes[path]) for path in folders} == {"0o700"}
        assert {
            path.name: oct(mode) for path, mode in modes.items() if path not in folders and mode != 0o600
        } == {}


def test_a_path_too_long_for_a_socket_is_no_hindrance(home: Home) -> None:
    deep = home.base / ("d" * 100)
    arguments = ("--config-dir", deep)
    assert "The daemon runs (process" in home.cli(*arguments, "daemon", "start").stdout
    assert "The daemon runs (process" in home.cli(*arguments, "daemon", "status").stdout
    assert home.cli(*arguments, "daemon", "stop").stdout == "The daemon has ended.\n"
    # Another folder of settings is another daemon's business.
    assert home.cli("daemon", "status", status=16)


SOMEBODY = """
import os, socket, sys
os.setegid(65534)
os.seteuid(65534)
with socket.socket(socket.AF_UNIX) as sock:
    sock.settimeout(60)
    sock.connect(sys.argv[1])
    print(sock.recv(100))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_another_user_is_refused_even_where_modes_would_let_him_in(home: Home, daemon: Daemon) -> None:
    path = home.config / "daemon.sock"
    arguments = [sys.executable, "-P", "-c", SOMEBODY, str(path)]
    assert subprocess.run(arguments, capture_output=True, timeout=60).returncode != 0
    for folder in (home.base, home.cli.home, home.config.parent, home.config):
        folder.chmod(0o711)
    path.chmod(0o666)
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "b''\n"), done.stderr
    home.logged("A client of another user (65534) was refused.")
    assert home.status().daemon.pid == daemon.pid  # type: ignore[union-attr]


def test_it_says_how_it_is_called(home: Home) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "bcperd", "--help"],
        capture_output=True,
        text=True,
        env=home.cli.environment(),
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "example: bcperd" in done.stdout
    assert not Path(home.config / "daemon.log").exists()

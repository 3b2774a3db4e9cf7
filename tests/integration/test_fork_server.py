"""A forked command is what a started one is: the tests that use it (``helpers.cli``) prove no less."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.cli import Cli
from helpers.fork_server import ForkServer, is_alike

PATIENCE = 60.0


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    made = ForkServer()
    yield made
    made.end()


def code(text: str) -> list[str]:
    """Arguments of timeit that do that once."""
    return ["-n1", "-r1", text]


COMMANDS = [
    ["--help"],
    ["item", "list"],
    ["--json", "item", "list"],
    ["item", "show", "nöne"],
    ["item", "add"],
    ["no", "such", "command"],
    ["backup", "now", "/nowhere/at/all", "--to", "store"],
    ["--json", "backup", "now", "/nowhere/at/all", "--to", "store"],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_it_says_and_ends_as_one_that_is_started(
    server: ForkServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = []
    for anew in (True, False):
        env = Cli(tmp_path / f"home {anew:d}").environment()
        if anew:
            command = [sys.executable, "-P", "-m", "bcper.cli", *arguments]
            process = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True)
        else:
            process = server.run("bcper.cli", arguments, env, PATIENCE)
        done.append((process.returncode, process.stdout, process.stderr))
    assert done[0] == done[1]


def test_environment_and_folder_are_those_that_were_given_and_nothing_else_is_open(
    server: ForkServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "import os; print(dict(os.environ), os.getcwd(), sorted(os.listdir('/dev/fd'))[:-1])"
    env = {"HOME": "/somewhere", "ÄTHER": "\udcff"}
    done = server.run("timeit", code(text), env, PATIENCE)
    assert done.stdout.splitlines()[0] == f"{env} {tmp_path} {['0', '1', '2']}".encode()


def test_its_end_is_told(server: ForkServer) -> None:
    dies = code("import os, signal; os.kill(os.getpid(), signal.SIGTERM)")
    assert server.run("timeit", dies, os.environ, PATIENCE).returncode == -signal.SIGTERM
    assert b"ZeroDivisionError" in server.run("timeit", code("1 / 0"), os.environ, PATIENCE).stderr


def test_what_is_to_be_done_at_the_exit_is_done(server: ForkServer) -> None:
    at_exit = code("import atexit; atexit.register(print, 'the end')")
    assert server.run("timeit", at_exit, os.environ, PATIENCE).stdout.endswith(b"the end\n")


def test_one_that_stays_is_killed(server: ForkServer) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        server.run("timeit", code("import time; time.sleep(1000)"), os.environ, 0.2)
    assert server.run("timeit", code("pass"), os.environ, PATIENCE).returncode == 0


def test_who_inherits_its_output_is_waited_for(server: ForkServer) -> None:
    text = "import subprocess; subprocess.Popen(['sh', '-c', 'sleep 0.2; echo late'])"
    assert b"late\n" in server.run("timeit", code(text), os.environ, PATIENCE).stdout


def test_an_environment_that_makes_another_python_is_told() -> None:
    assert is_alike({**os.environ, "HOME": "/elsewhere", "TZ": "Asia/Tokyo"})
    assert not is_alike({**os.environ, "PYTHONWARNINGS": "error"})
    assert not is_alike({**os.environ, "LC_ALL": "C"})

"""What every CommandRunner promises (ports.hooks), with real processes and on the fake."""

import os
import shlex
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bcper.adapters.memory.commands import MemoryCommands
from bcper.adapters.process.hooks import ProcessCommands
from bcper.domain.errors import Cancelled, UsageError
from bcper.ports.hooks import CommandRunner, HookResult

LONG = 300.0
"""Seconds that no test waits for."""


def never() -> bool:
    return False


@pytest.fixture
def real() -> ProcessCommands:
    return ProcessCommands(grace=5)


@pytest.fixture(params=["processes", "fake"])
def commands(request: pytest.FixtureRequest) -> CommandRunner:
    return ProcessCommands() if request.param == "processes" else MemoryCommands()


@pytest.mark.parametrize(
    ("command", "status"),
    [("true", 0), ("false", 1), ("sh -c 'exit 75'", 75), ("bcper-has-no-such-program x", 127)],
)
def test_the_status_is_the_command_s(commands: CommandRunner, command: str, status: int) -> None:
    assert commands.run(command, {}, LONG, never).status == status


def test_what_it_says_is_kept_and_nothing_is_expanded(commands: CommandRunner) -> None:
    assert commands.run("echo 'a  b' $HOME '*'", {}, LONG, never) == HookResult(0, "a  b $HOME *")


def test_a_program_that_is_missing_is_named(commands: CommandRunner) -> None:
    assert "bcper-has-no-such-program" in commands.run("bcper-has-no-such-program", {}, LONG, never).output


def test_its_time_is_over(commands: CommandRunner) -> None:
    assert commands.run("sleep 300", {}, 0.2, never) == HookResult(None)


def test_it_is_stopped(commands: CommandRunner) -> None:
    assert commands.run("sleep 300", {}, LONG, lambda: True) == HookResult(None, stopped=True)


@pytest.mark.parametrize("command", ["", "echo 'a", "a\0b"])
def test_what_is_no_command_is_refused(commands: CommandRunner, command: str) -> None:
    with pytest.raises(UsageError):
        commands.run(command, {}, LONG, never)


def test_what_stop_raises_comes_out(commands: CommandRunner) -> None:
    def stop() -> bool:
        raise Cancelled

    with pytest.raises(Cancelled):
        commands.run("sleep 300", {}, LONG, stop)


def script(tmp_path: Path, code: str) -> str:
    """A command that is a Python program."""
    file = tmp_path / "script.py"
    file.write_text(code)
    return shlex.join([sys.executable, "-P", str(file)])


def test_the_environment_is_the_user_s_without_passwords_and_with_ours(
    real: ProcessCommands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BCPER_PASSWORD", "hunter2")
    monkeypatch.setenv("BCPER_PASSWORD_COMMAND", "echo hunter2")
    monkeypatch.setenv("BCPER_CONFIG_DIR", "/kept")
    monkeypatch.setenv("MINE", "yes")
    monkeypatch.setenv("BCPER_JOB", "another's")
    said = real.run("env", {"BCPER_JOB": "Bücher \udcff"}, LONG, never).output
    assert "hunter2" not in said
    assert "BCPER_PASSWORD" not in said
    lines = said.splitlines()
    # What is no UTF-8 came through, and is shown as it must be.
    assert {"MINE=yes", "BCPER_CONFIG_DIR=/kept", "BCPER_JOB=Bücher �"} <= set(lines)


def test_there_is_no_input_and_no_terminal_and_it_is_at_home(
    real: ProcessCommands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    code = (
        "import os, sys\n"
        "print(repr(sys.stdin.read()), os.getcwd(), os.getsid(0) == os.getpid())\n"
        "try: open('/dev/tty')\nexcept OSError: print('no terminal')\n"
    )
    result = real.run(script(tmp_path, code), {}, LONG, never)
    assert result == HookResult(0, f"'' {os.path.realpath(tmp_path)} True\nno terminal")


def test_a_signal_is_a_status_as_a_shell_has_it(real: ProcessCommands) -> None:
    assert real.run("sh -c 'kill -9 $$'", {}, LONG, never).status == 128 + signal.SIGKILL


@pytest.mark.parametrize(
    ("mode", "content", "status"),
    [(0o644, "#!/bin/sh\n", 126), (0o755, "#!/no/such/program\n", 127), (0o755, "nonsense", 126)],
)
@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="POSIX")
def test_what_cannot_be_started_is_126_or_127(
    real: ProcessCommands, tmp_path: Path, mode: int, content: str, status: int
) -> None:
    file = tmp_path / "my hook"
    file.write_text(content)
    file.chmod(mode)
    result = real.run(shlex.join([str(file)]), {}, LONG, never)
    assert result.status == status
    assert "my hook" in result.output


def test_more_than_a_pipe_holds_does_not_block_it_and_the_end_is_kept(
    real: ProcessCommands, tmp_path: Path
) -> None:
    code = (
        "import sys\nfor n in range(300_000): print('ü', n)\nsys.stdout.flush()\n"
        "print('\\x1b[31mred\\x00', file=sys.stderr)\n"
    )
    result = real.run(script(tmp_path, code), {}, LONG, never)
    assert result.status == 0
    assert 1900 < len(result.output) <= 2000
    assert result.output.splitlines()[-2:] == ["ü 299999", "\\x1b[31mred\\x00"]
    assert all(line.isprintable() for line in result.output.splitlines())


def test_what_goes_on_in_the_background_is_not_waited_for(real: ProcessCommands, tmp_path: Path) -> None:
    """It holds the pipe open."""
    result = real.run("sh -c 'sleep 300 & echo $!'", {}, LONG, never)
    assert result.status == 0
    os.kill(int(result.output), signal.SIGKILL)  # it was alive


def test_one_that_closes_its_output_is_waited_for(real: ProcessCommands) -> None:
    assert real.run("sh -c 'exec >&- 2>&-; sleep 0.3; exit 7'", {}, LONG, never) == HookResult(7)


def once_there(file: Path) -> Callable[[], bool]:
    """Stop when the command has made the file: then it is ready."""
    return file.exists


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def gone(pid: int) -> bool:
    for _ in range(500):
        if not alive(pid):
            return True
        time.sleep(0.01)
    return False


def test_it_may_clean_up_when_it_is_asked_to_end(real: ProcessCommands, tmp_path: Path) -> None:
    code = (
        "import signal, sys, time\n"
        "def end(*_): print('cleaned', flush=True); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        f"open({str(tmp_path / 'ready')!r}, 'w').close()\n"
        "time.sleep(300)\n"
    )
    result = real.run(script(tmp_path, code), {}, LONG, once_there(tmp_path / "ready"))
    assert result == HookResult(None, "cleaned", stopped=True)


def test_last_words_before_a_sudden_end_are_heard(real: ProcessCommands, tmp_path: Path) -> None:
    go, pid = tmp_path / "go", tmp_path / "pid"
    code = (
        "import os, time\n"
        f"while not os.path.exists({str(go)!r}): time.sleep(0.01)\n"
        "print('last words', flush=True)\n"
        f"open({str(tmp_path / 'new')!r}, 'w').write(str(os.getpid()))\n"
        f"os.rename({str(tmp_path / 'new')!r}, {str(pid)!r})\n"
    )

    def stop() -> bool:
        go.touch()
        while not pid.exists():
            time.sleep(0.01)
        return gone(int(pid.read_text()))

    result = real.run(script(tmp_path, code), {}, LONG, stop)
    assert result == HookResult(None, "last words", stopped=True)


@pytest.mark.parametrize("how", ["stop", "time-out", "an error of stop's"])
def test_one_that_does_not_want_to_end_is_killed_with_all_its_children(tmp_path: Path, how: str) -> None:
    code = (
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = os.fork()\n"
        "if child:\n"
        f"    open({str(tmp_path / 'new')!r}, 'w').write(f'{{os.getpid()}} {{child}}')\n"
        f"    os.rename({str(tmp_path / 'new')!r}, {str(tmp_path / 'ready')!r})\n"
        "time.sleep(300)\n"
    )
    ready = once_there(tmp_path / "ready")

    def stop() -> bool:
        if how == "an error of stop's" and ready():
            raise Cancelled
        return how == "stop" and ready()

    commands = ProcessCommands(grace=0.2)
    command = script(tmp_path, code)
    if how == "an error of stop's":
        with pytest.raises(Cancelled):
            commands.run(command, {}, LONG, stop)
    else:
        result = commands.run(command, {}, 5.0 if how == "time-out" else LONG, stop)
        assert (result.status, result.stopped) == (None, how == "stop")
    assert all(gone(int(pid)) for pid in (tmp_path / "ready").read_text().split())


def test_a_child_that_has_more_patience_than_its_parent_is_ended_too(
    real: ProcessCommands, tmp_path: Path
) -> None:
    ready = tmp_path / "ready"
    inner = f"trap '' TERM; echo $$ > {shlex.quote(str(ready))}; sleep 300; sleep 300"
    command = shlex.join(["sh", "-c", f"sh -c {shlex.quote(inner)} & wait"])
    result = real.run(command, {}, LONG, lambda: ready.exists() and bool(ready.read_text().strip()))
    assert result.stopped
    assert gone(int(ready.read_text()))

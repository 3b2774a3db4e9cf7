"""Runs that somebody asks the daemon for: watched, cancelled, left alone, and in their order (row 61)."""

import json
import signal
from typing import Any

import pytest

from bcper.domain.model.requests.daemon import CancelRun
from helpers.daemon import Daemon, Gate, Held, Home, asked, until

BIG = 64 << 20
"""Bytes: enough to be caught in the midst of them."""


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def at_work(home: Home, name: str, **more: Any) -> Gate:
    """A job whose run waits at a gate."""
    gate = home.gate(name)
    home.job(name, before=gate.command, **more)
    return gate


def test_a_run_is_shown_and_its_reply_is_the_run(home: Home, daemon: Daemon) -> None:
    gate = at_work(home, "nightly")
    shown = home.cli.begin("--json", "job", "run", "nightly")
    gate.wait()
    # It is the daemon that works.
    assert home.activities()["nightly"].state == "running"
    assert len(home.workers()) == 1
    # The command has begun; that it has is told a little later.
    until(
        lambda: "At work: backup of nightly: Running the command before the run" in home.cli("status").stdout
    )
    gate.open()
    out, err = shown.communicate(timeout=60)
    assert (shown.returncode, err) == (0, "")
    *steps, summary = lines(out)
    assert {each["message_type"] for each in steps} == {"status"}
    assert "Running the command before the run" in {each["step"] for each in steps}
    assert (summary["message_type"], summary["status"]) == ("summary", "success")
    assert summary["run_id"] == home.runs("nightly")[0].run_id
    until(lambda: not home.workers())
    home.cli("backup", "verify", "--all")


def test_the_same_job_twice_is_refused(home: Home, daemon: Daemon) -> None:
    gate = at_work(home, "nightly")
    first = home.cli.begin("job", "run", "nightly")
    gate.wait()
    assert "The job 'nightly' is running." in home.cli("job", "run", "nightly", status=11).stderr
    gate.open()
    first.communicate(timeout=60)
    assert first.returncode == 0
    assert len(home.runs("nightly")) == 1


@pytest.mark.parametrize("how", ["id", "prefix", "name"])
def test_a_run_cancelled_in_its_midst_leaves_nothing(home: Home, daemon: Daemon, how: str) -> None:
    gate = at_work(home, "nightly", size=BIG)
    shown = home.cli.begin("job", "run", "nightly")
    held = Held(home, "nightly", gate)
    run_id = home.runs("nightly")[0].run_id
    name = {"id": run_id, "prefix": run_id[:8], "name": "nightly"}[how]
    assert home.cli("backup", "cancel", name).stdout == "Cancelled: nightly.\n"
    held.go_on()
    _, err = shown.communicate(timeout=60)
    assert (shown.returncode, err) == (130, "Error: Cancelled.\n")
    (run,) = home.ended("nightly")
    assert (run.run_id, run.status) == (run_id, "cancelled")
    assert home.litter() == []
    until(lambda: not home.workers())


def test_ctrl_c_cancels_the_run_and_the_command_before_it(home: Home, daemon: Daemon) -> None:
    at_work(home, "nightly")
    shown = home.cli.begin("job", "run", "nightly")
    until(lambda: home.processes(b"nightly.go"))
    shown.send_signal(signal.SIGINT)
    _, err = shown.communicate(timeout=60)
    assert (shown.returncode, err) == (130, "Error: Cancelled.\n")
    (run,) = home.ended("nightly")
    assert run.status == "cancelled"
    until(lambda: not home.processes(b"nightly.go"))
    until(lambda: not home.workers())


def test_the_terminal_closed_the_run_goes_on(home: Home, daemon: Daemon) -> None:
    gate = at_work(home, "nightly", size=BIG)
    shown = home.cli.begin("job", "run", "nightly")
    held = Held(home, "nightly", gate)
    shown.kill()
    shown.communicate(timeout=60)
    held.go_on()
    (run,) = home.ended("nightly")
    assert run.status == "success"
    home.cli("backup", "verify", "--all")


def test_what_does_not_go_on_cannot_be_cancelled(home: Home, daemon: Daemon) -> None:
    home.job("nightly")
    for name in ("nightly", "12345678", ""):
        said = home.cli("backup", "cancel", name, status=1).stderr
        assert f"The daemon does nothing that is called {name!r}." in said


def test_a_run_that_waits_for_its_turn_can_be_cancelled_and_the_one_at_work_is_not(
    home: Home, daemon: Daemon
) -> None:
    first, second = at_work(home, "first"), at_work(home, "second")
    one, two = home.cli.begin("job", "run", "first"), None
    first.wait()
    two = home.cli.begin("job", "run", "second")
    until(lambda: "second" in home.activities())
    assert home.activities()["second"].state == "waiting"
    (cancelled,) = asked(home, CancelRun("second"))
    assert cancelled.about == "second"
    two.communicate(timeout=60)
    assert two.returncode == 130
    assert not second.reached
    first.open()
    one.communicate(timeout=60)
    assert one.returncode == 0
    assert [run.job_name for run in home.runs()] == ["first"]


def test_jobs_of_one_store_take_turns_and_those_of_two_stores_do_not_wait(home: Home, daemon: Daemon) -> None:
    gates = {
        "first": at_work(home, "first"),
        "second": at_work(home, "second"),
        "elsewhere": at_work(home, "elsewhere", store="other"),
        "third-place": at_work(home, "third-place", store="third"),
    }
    started = {}
    for name in gates:
        started[name] = home.cli.begin("job", "run", name)
        until(lambda name=name: name in home.activities())
    gates["first"].wait()
    gates["elsewhere"].wait()
    states = {name: each.state for name, each in home.activities().items()}
    # Two stores at a time, unless the settings say otherwise.
    assert states == {
        "first": "running",
        "second": "waiting",
        "elsewhere": "running",
        "third-place": "waiting",
    }
    assert len(home.workers()) == 2
    gates["first"].open()
    gates["elsewhere"].open()
    for name in ("second", "third-place"):
        gates[name].wait()
        gates[name].open()
    for each in started.values():
        each.communicate(timeout=60)
    assert [each.returncode for each in started.values()] == [0, 0, 0, 0]
    times = {run.job_name: (run.started_at, run.completed_at) for run in home.runs()}
    assert times["first"][1] is not None
    assert times["first"][1] <= times["second"][0]


def test_its_commands_are_run_by_the_worker(home: Home, daemon: Daemon) -> None:
    said = home.base / "said"
    home.job("nightly", after=f"sh -c 'echo $BCPER_JOB $BCPER_STATUS $PPID >> {said}'", before="true")
    home.cli("job", "run", "nightly")
    name, status, parent = said.read_text().split()
    assert (name, status) == ("nightly", "success")
    assert int(parent) != daemon.pid

    home.job("aborted", before="sh -c 'echo no disk; exit 3'")
    assert "no disk" in home.cli("job", "run", "aborted", status=1).stderr
    (run,) = home.ended("aborted")
    assert run.status == "failed"

    home.job("skipped", before="sh -c 'echo not today; exit 75'")
    assert "not today" in home.cli("job", "run", "skipped").stdout
    assert home.runs("skipped") == []
    assert "Traceback" not in home.log


def test_other_work_is_done_by_workers_and_shown_too(home: Home, daemon: Daemon) -> None:
    home.job("nightly")
    home.cli("job", "run", "nightly")
    (run,) = home.runs("nightly")
    home.cli("backup", "restore", run.run_id, "--target-dir", home.base / "out")
    assert (home.base / "out" / "nightly" / "file").read_bytes() == (
        home.base / "sources" / "nightly" / "file"
    ).read_bytes()
    home.cli("backup", "now", home.base / "sources" / "nightly", "--to", "disk")
    assert len(home.runs()) == 2
    home.cli("backup", "delete", run.run_id, "--yes")
    assert len(home.runs()) == 1
    home.cli("store", "import", "disk")
    until(lambda: not home.workers())
    assert home.activities() == {}

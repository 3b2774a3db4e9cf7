"""The end of the daemon, or of a worker, with a run at work: in order, or by kill -9 (rows 53 and 61)."""

import signal
import time

import pytest

from bcper.domain.model.requests.jobs import When
from helpers.daemon import Daemon, Held, Home, proc, until

BIG = 64 << 20
"""Bytes: enough to be caught in the midst of them."""


def in_its_midst(home: Home) -> Held:
    """A run of the job "big", which the daemon has begun by itself, held in its midst.

    The job "small" has a good one.
    """
    home.job("small")
    home.cli("job", "run", "small")
    gate = home.gate("big")
    home.job("big", When(once=True), size=BIG, before=gate.command)
    return Held(home, "big", gate)


def good_again(home: Home) -> None:
    """A new daemon runs the job well, and all that is there is whole."""
    with Daemon(home):
        assert home.cli.summary("job", "run", "big")["status"] == "success"
        assert home.litter() == []
        home.cli("backup", "verify", "--all")
        assert {run.job_name for run in home.runs() if run.status == "success"} == {"small", "big"}
        until(lambda: not home.workers())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_it_cancels_what_is_at_work(home: Home, number: signal.Signals) -> None:
    with Daemon(home) as daemon:
        held = in_its_midst(home)
        daemon.tell(number)
        home.logged("The daemon ends.")
        begun = time.monotonic()
        held.go_on()
        assert daemon.said().count("Traceback") == 0
        assert time.monotonic() - begun < 30
    assert daemon.process.returncode == 0
    assert home.workers() == []
    assert [run.status for run in home.runs("big")] == ["cancelled"]
    assert home.litter() == []
    assert not (home.config / "daemon.sock").exists()
    assert "Traceback" not in home.log
    good_again(home)


def test_a_worker_that_does_not_stop_does_not_keep_the_daemon(home: Home) -> None:
    with Daemon(home) as daemon:
        in_its_midst(home)
        begun = time.monotonic()
        daemon.tell(signal.SIGTERM)
        daemon.said()
        assert time.monotonic() - begun < 30
    assert daemon.process.returncode == 0
    assert home.workers() == []
    assert "Traceback" not in home.log
    good_again(home)
    assert home.runs("big")[-1].status == "interrupted"


def test_the_daemon_killed_its_worker_ends_by_itself(home: Home) -> None:
    with Daemon(home) as daemon:
        held = in_its_midst(home)
        # In this order: what is stopped gets a SIGHUP when its parent dies (setpgid(2)).
        held.go_on()
        daemon.end(signal.SIGKILL)
        until(lambda: not home.workers())
    assert home.litter() == []
    assert [run.status for run in home.runs("big")] == ["interrupted"]
    good_again(home)


def test_daemon_and_worker_killed_the_next_daemon_sets_it_right(home: Home) -> None:
    with Daemon(home) as daemon:
        held = in_its_midst(home)
        # Neither may see the other die: the daemon would set it right, and a worker that is stopped goes on
        # when its parent dies (setpgid(2)).
        daemon.tell(signal.SIGSTOP)
        until(lambda: b") T " in proc(daemon.process.pid, "stat"))
        held.kill()
        daemon.end(signal.SIGKILL)
        until(lambda: not home.workers())
    assert home.runs("big")[0].status == "running"
    assert home.litter() != []
    with Daemon(home):
        (run,) = home.runs("big")
        assert run.status == "interrupted"
        assert run.error == "BCPER was killed, or the machine went down, during this run."
        assert home.litter() == []
        assert "were set right" in home.log
    good_again(home)
    # A slot is used when its run starts: it is not begun again at every start.
    assert [each.status for each in home.runs("big")] == ["success", "interrupted"]


def test_a_worker_killed_the_daemon_lives_and_says_what_happened(home: Home) -> None:
    with Daemon(home) as daemon:
        held = in_its_midst(home)
        held.kill()
        log = home.logged("The job big failed: ")
        assert "The process that did this has ended before its time, by signal 9." in log
        assert "Traceback" not in log
        (run,) = home.ended("big")
        assert run.status == "interrupted"
        assert home.litter() == []
        assert home.status().daemon.pid == daemon.pid  # type: ignore[union-attr]
        assert home.activities() == {}
        assert home.cli.summary("job", "run", "big")["status"] == "success"
        home.cli("backup", "verify", "--all")


def test_a_worker_killed_under_a_command_that_waits_is_a_clean_sentence(home: Home) -> None:
    with Daemon(home):
        gate = home.gate("big")
        home.job("big", size=BIG, before=gate.command)
        shown = home.cli.begin("job", "run", "big")
        Held(home, "big", gate).kill()
        _, err = shown.communicate(timeout=60)
    assert shown.returncode == 1
    assert err == (
        "Error: The process that did this has ended before its time, by signal 9.\n"
        "Hint: Something killed it, perhaps for want of memory. Try again; the log may tell more.\n"
    )


def test_the_daemon_killed_under_a_command_that_waits_is_a_clean_sentence(home: Home) -> None:
    with Daemon(home) as daemon:
        gate = home.gate("small")
        home.job("small", before=gate.command)
        shown = home.cli.begin("job", "run", "small")
        gate.wait()
        daemon.end(signal.SIGKILL)
        _, err = shown.communicate(timeout=60)
    assert shown.returncode == 16
    assert err.startswith("Error: ")
    assert "Traceback" not in err
    until(lambda: not home.workers())
    until(lambda: not home.processes(b"small.go"))

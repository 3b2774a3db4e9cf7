"""Jobs that wait for their turn, and whose turn does not come."""

from bcper.domain.model.requests.daemon import CancelRun
from helpers.daemon import Daemon, Home, asked, soon, until


def waiting(home: Home) -> None:
    """``a`` is at work, and ``b`` waits for it."""
    gate = home.gate("a")
    home.job("a", soon(0.5), before=gate.command)
    gate.wait()
    home.job("b", soon(0.5))
    until(lambda: "b" in home.activities())
    assert home.activities()["b"].state == "waiting"


def test_a_job_whose_turn_has_not_come_when_the_daemon_ends_runs_in_its_next_life(home: Home) -> None:
    with Daemon(home) as daemon:
        waiting(home)
        daemon.end()
    assert [(run.job_name, run.status) for run in home.runs()] == [("a", "cancelled")]
    with Daemon(home):
        (run,) = home.ended("b")
        assert run.status == "success"
    with Daemon(home):
        assert len(home.runs("b")) == 1
    assert len(home.runs("a")) == 1


def test_one_that_a_person_cancels_before_its_turn_is_not_begun_again(home: Home) -> None:
    with Daemon(home) as daemon:
        waiting(home)
        asked(home, CancelRun("b"))
        home.logged("The job b was cancelled.")
        daemon.end()
    with Daemon(home):
        home.logged("is ready.", 2)
        home.job("c", soon(0.5))
        home.ended("c")
    assert home.runs("b") == []

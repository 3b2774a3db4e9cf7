"""The daemon's process: signals, and what is in its way when it starts."""

import signal
import sqlite3

from helpers.daemon import Daemon, Home, soon, until


def test_the_terminal_closed_it_ends_in_order(home: Home) -> None:
    gate = home.gate("a")
    with Daemon(home) as daemon:
        home.job("a", soon(0.5), before=gate.command)
        gate.wait()
        assert daemon.end(signal.SIGHUP) == 0
    assert [run.status for run in home.runs("a")] == ["cancelled"]
    assert not (home.config / "daemon.sock").exists()


def test_its_number_is_information_and_no_reason_not_to_start(home: Home) -> None:
    (home.config / "daemon.pid").mkdir()
    with Daemon(home):
        assert home.status().daemon is not None


def test_a_log_that_cannot_be_written_is_a_sentence(home: Home) -> None:
    (home.config / "daemon.log").mkdir()
    daemon = Daemon(home, wait=False)
    said = daemon.said()
    assert said.startswith("Error: ")
    assert "daemon.log" in said
    assert "Traceback" not in said
    assert daemon.process.returncode == 16


def test_what_keeps_it_from_starting_is_in_its_log(home: Home) -> None:
    (home.config / "daemon.sock").mkdir()
    daemon = Daemon(home, wait=False)
    said = daemon.said()
    assert "is there, and is no socket" in said
    assert "Traceback" not in said
    assert "is there, and is no socket" in home.log


def test_a_list_of_runs_that_is_damaged_while_it_runs_is_made_anew(home: Home) -> None:
    with Daemon(home):
        home.job("a", soon(0.5))
        (run,) = home.ended("a")
        database = home.config / "bcper.db"
        with sqlite3.connect(database) as raw:
            raw.execute("UPDATE slots SET slot = 'never'")
        raw.close()
        home.job("b", soon(0.5))
        home.logged("The list of runs was damaged")
        home.ended("b")
    # Which slots were used is lost with it: a job may run once more than it had to.
    assert run.run_id in {each.run_id for each in home.runs("a")}
    assert len(list(home.config.glob("bcper.db.damaged-*"))) >= 1


def test_a_list_of_runs_that_is_deleted_while_it_runs_is_made_anew(home: Home) -> None:
    with Daemon(home):
        home.job("a", soon(0.5))
        (run,) = home.ended("a")
        home.forget()
        for file in home.config.glob("bcper.db*"):
            file.unlink()
        home.job("b", soon(0.5))
        home.ended("b")
        until(lambda: run.run_id in {each.run_id for each in home.runs()})


def test_a_list_of_runs_that_was_half_made_anew_is_made_anew_again(home: Home) -> None:
    with Daemon(home):
        home.job("a", soon(0.5))
        (run,) = home.ended("a")
    home.forget()
    for file in home.config.glob("bcper.db*"):
        file.unlink()
    assert home.runs() == []
    mark = home.config / "bcper.db.unfinished"
    mark.touch()
    with Daemon(home):
        assert [each.run_id for each in home.runs()] == [run.run_id]
    assert not mark.exists()

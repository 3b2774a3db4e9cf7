"""Settings and lists of runs that are damaged or gone (FAULTS.md rows 36 and 40)."""

import os

import pytest

from bcper.domain.model.requests.jobs import When
from bcper.domain.model.requests.settings import Resume
from helpers.daemon import Daemon, Home, asked, until


@pytest.mark.parametrize("how", ["deleted", "damaged"])
def test_a_list_of_runs_that_is_lost_is_made_anew_at_the_start(home: Home, how: str) -> None:
    home.job("nightly")
    before = home.cli.summary("job", "run", "nightly")["run_id"]
    database = home.config / "bcper.db"
    home.forget()
    for more in ("-wal", "-shm"):
        database.with_name(database.name + more).unlink(missing_ok=True)
    if how == "deleted":
        database.unlink()
    else:
        database.write_bytes(os.urandom(40960))
    with Daemon(home):
        assert [run.run_id for run in home.runs("nightly")] == [before]
        assert "Traceback" not in home.log
        assert "list of runs" in home.log
        assert home.cli.summary("job", "run", "nightly")["status"] == "success"
    assert len(home.runs("nightly")) == 2


def test_settings_that_break_are_said_once_and_it_goes_on_when_they_are_mended(home: Home) -> None:
    gate = home.gate("first")
    file = home.config / "config.json"
    with Daemon(home) as daemon:
        home.job("first", When(once=True), before=gate.command)
        gate.wait()
        home.job("second", When(once=True))
        until(lambda: "second" in home.activities())
        whole = file.read_text()
        file.write_text(whole[:-20])
        said = home.cli("status", status=14).stderr
        assert "config.json" in said
        assert home.cli("job", "list", status=14).stderr == said
        home.cli("daemon", "resume", status=14)
        gate.open()
        log = home.logged("Nothing can be planned")
        assert "Traceback" not in log
        assert asked_pid(home) == daemon.pid
        file.write_text(whole)
        asked(home, Resume())
        home.job("third", When(once=True))
        home.ended("third")
        assert home.log.count("Nothing can be planned") == 1
        assert "Traceback" not in home.log


def test_it_starts_with_broken_settings_and_works_when_they_are_mended(home: Home) -> None:
    home.job("nightly", When(once=True))
    home.cli("backup", "list")
    file = home.config / "config.json"
    whole = file.read_text()
    file.write_text("{")
    with Daemon(home):
        home.logged("Nothing can be planned")
        assert "Traceback" not in home.log
        home.cli("status", status=14)
        assert home.cli("daemon", "start").stdout.startswith("The daemon runs already")
        file.write_text(whole)
        asked(home, Resume())
        assert [run.status for run in home.ended("nightly")] == ["success"]


def asked_pid(home: Home) -> int:
    """Its process, told by itself although it cannot say how the jobs stand."""
    return int((home.config / "daemon.pid").read_text())

"""Jobs that run by themselves: on time, once, caught up on, and those that wait (FAULTS.md rows 31 to 33)."""

import json

from bcper.domain.model.requests.jobs import AddJob, EditJob, When
from bcper.domain.model.requests.settings import Pause, Resume
from helpers.daemon import Daemon, Home, asked, daily_long_gone, soon, until


def again(home: Home) -> None:
    """Start a daemon anew, until a job that is due at once has run: so would others by then."""
    home.job("marker", When(once=True))
    with Daemon(home):
        home.ended("marker")


def test_a_job_of_now_and_one_of_soon_run_once_and_not_again_after_a_restart(home: Home) -> None:
    with Daemon(home):
        home.job("now", When(once=True))
        home.job("soon", soon())
        (now,) = home.ended("now")
        (later,) = home.ended("soon")
        assert (now.status, later.status) == ("success", "success")
        assert f"The job now made the run {now.run_id}: success." in home.log
    again(home)
    assert len(home.runs("now")) == len(home.runs("soon")) == 1


def test_what_was_missed_is_caught_up_on_exactly_once_and_what_is_disabled_is_not(home: Home) -> None:
    gate = home.gate("first")
    home.job("older", daily_long_gone(), before=gate.command)
    home.job("newer", daily_long_gone(), store="other")
    home.job("resting", daily_long_gone(), enabled=False)
    home.long_ago("older", 200)
    home.long_ago("newer", 100)
    home.long_ago("resting")
    with Daemon(home):
        gate.wait()
        # One after the other, into whichever store.
        assert set(home.activities()) == {"older"}
        gate.open()
        assert [run.status for run in home.ended("newer")] == ["success"]
    again(home)
    assert sorted(run.job_name for run in home.runs()) == ["marker", "newer", "older"]


def test_a_job_that_comes_of_age_while_the_daemon_runs_is_caught_up_on(home: Home, daemon: Daemon) -> None:
    assert daemon.pid == home.status().daemon.pid  # type: ignore[union-attr]
    home.job("nightly", daily_long_gone())
    home.long_ago("nightly")
    asked(home, Resume())  # whatever may have changed something has the daemon look
    assert [run.status for run in home.ended("nightly")] == ["success"]


def test_without_catch_up_nothing_that_was_missed_runs(home: Home) -> None:
    home.job("nightly", daily_long_gone())
    home.long_ago("nightly")
    home.cli("settings", "set", "--no-catch-up")
    again(home)
    assert home.runs("nightly") == []


def test_an_orphaned_job_is_removed_and_told(home: Home) -> None:
    home.job("lost", When(once=True))
    home.edit(lambda raw: raw["items"].clear())
    with Daemon(home):
        assert "The job lost was set right: its item 'lost' is gone." in home.log
        assert home.status().jobs == ()
    assert json.loads((home.config / "config.json").read_text())["jobs"] == {}


def test_while_paused_nothing_runs_and_status_says_why(home: Home, daemon: Daemon) -> None:
    home.cli("daemon", "pause")
    home.job("now", When(once=True))
    until(lambda: home.state("now").waiting)
    for command in (("status",), ("job", "list"), ("daemon", "status")):
        said = home.cli(*command).stdout
        assert "paused until you resume them" in said, said
    home.cli("job", "run", "now")  # a person who says now is not asked
    (by_hand,) = home.ended("now")
    assert by_hand.status == "success"
    home.cli("daemon", "resume")
    assert len(home.ended("now", 2)) == 2
    assert home.log.count("paused until you resume them") == 1


def test_a_pause_of_some_hours_says_until_when(home: Home, daemon: Daemon) -> None:
    asked(home, Pause(2))
    home.job("now", When(once=True))
    assert until(lambda: home.state("now").waiting).startswith("Waiting: all jobs are paused until ")
    assert home.status().paused_until is not None


def test_a_job_waits_for_its_store_and_runs_when_that_is_back(home: Home, daemon: Daemon) -> None:
    store = home.store()
    away = store.rename(store.with_name("away"))
    store.mkdir()  # a mount point without its disk
    home.job("now", When(once=True))
    until(lambda: home.state("now").waiting)
    for command in (("status",), ("job", "list")):
        assert "Is its disk plugged in?" in home.cli(*command).stdout
    assert list(store.iterdir()) == []
    store.rmdir()
    away.rename(store)
    asked(home, EditJob("now", after="true"))
    assert [run.status for run in home.ended("now")] == ["success"]
    assert home.state("now").waiting == ""


def test_a_job_added_by_a_program_beside_the_daemon_is_none_of_its_problems(
    home: Home, daemon: Daemon
) -> None:
    home.job("first", When(once=True))
    home.ended("first")
    # The same item, store and frequency: once more, because it is another job.
    asked(home, AddJob("second", "item", "first", "disk", "first"))
    home.ended("second")
    assert len(home.runs("first")) == 1

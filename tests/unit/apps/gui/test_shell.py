"""The banner, the daemon's state, the status line."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
import trio

from bcper.adapters.memory.daemon_control import MemoryDaemonControl
from bcper.apps.gui.presenters.banner import EVERY, PauseLength, pause_hours
from bcper.apps.gui.presenters.shell import ShellPresenter, ShellView
from bcper.domain.errors import DaemonError, StoreError
from bcper.domain.model.events import Activity, Changed, Topic
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.daemon import CancelRun, DaemonInfo, ShowStatus, Status
from bcper.domain.model.requests.jobs import EditJob, RunJob
from bcper.domain.model.runs import RunStatus
from helpers.desk import Desk, Shown, StillFeed, run
from helpers.runs import a_run
from helpers.service import Kit

BEGAN = datetime(2024, 12, 26, tzinfo=UTC)
RUNS = Status(DaemonInfo(48213, "1", BEGAN), None, (), ())


def activity(name: str = "nightly", **more: Any) -> Activity:
    made = Activity(
        f"id of {name}",
        "backup",
        name,
        "abc",
        "running",
        Progress("Storing", 65 << 20, 130 << 20),
        1 << 20,
        65,
        BEGAN,
    )
    return attrs.evolve(made, **more)


class Stage:
    def __init__(self, desk: Desk) -> None:
        self.shown: Shown[ShellView] = Shown()
        self.feed = StillFeed()
        self.control = MemoryDaemonControl()
        self.shell = ShellPresenter(desk.tools, self.shown, self.feed, self.control)

    @property
    def view(self) -> ShellView:
        return self.shown.last


def test_without_a_daemon_the_banner_is_red_and_starts_it(desk: Desk) -> None:
    async def test() -> None:
        stage = Stage(desk)
        await stage.shell.look()
        banner = stage.view.banner
        assert banner is not None
        assert (banner.colour, banner.action) == ("red", "Start Daemon")
        assert "offline" in stage.view.daemon
        desk.replies["ShowStatus"] = RUNS
        await stage.shell.start_daemon()
        assert stage.control.started == 1
        assert stage.view.banner is None
        assert stage.view.daemon == "Daemon running · pid 48213 · up 6 days"
        assert [view.busy for view in stage.shown if view.busy]

    run(test)


def test_a_daemon_that_cannot_be_started_says_why(desk: Desk) -> None:
    async def test() -> None:
        stage = Stage(desk)
        stage.control.error = DaemonError("No.", "See: bcper-cli daemon logs")
        await stage.shell.start_daemon()
        assert stage.view.trouble is not None
        assert (stage.view.trouble.message, stage.view.trouble.hint) == ("No.", "")
        assert not stage.view.busy
        await stage.shell.look()
        assert stage.view.trouble is not None  # it stays to be read
        desk.replies["ShowStatus"] = RUNS
        await stage.shell.look()
        assert stage.view.trouble is None
        desk.errors["ShowStatus"] = StoreError("Damaged.")
        await stage.shell.look()
        assert stage.view.trouble.message == "Damaged."
        desk.errors.clear()
        del desk.replies["ShowStatus"]
        await stage.shell.look()
        assert stage.view.trouble is None

    run(test)


def test_it_is_looked_at_every_three_seconds_and_its_end_is_seen(desk: Desk) -> None:
    async def test() -> None:
        stage = Stage(desk)
        desk.replies["ShowStatus"] = RUNS
        async with trio.open_nursery() as nursery:
            nursery.start_soon(stage.shell.run)
            await trio.sleep(10 * EVERY - 1)
            assert desk.names() == ["ShowStatus"] * 10
            assert stage.view.level == "good"
            del desk.replies["ShowStatus"]
            await trio.sleep(EVERY)
            assert stage.view.level == "bad"
            assert "last seen 00:00" in stage.view.daemon
            nursery.cancel_scope.cancel()

    run(test)


def test_one_that_does_not_answer_is_not_waited_for_for_ever(desk: Desk) -> None:
    async def test() -> None:
        stage = Stage(desk)
        desk.held.add("ShowStatus")
        await stage.shell.look()
        assert stage.view.banner is not None
        assert stage.view.banner.title == "The backup daemon does not answer"

    run(test)


def test_what_runs_is_named_live_and_cancelled(desk: Desk) -> None:
    async def test() -> None:
        stage = Stage(desk)
        desk.replies["ShowStatus"] = RUNS
        heard: list[Topic] = []
        worked: list[tuple[Activity, ...]] = []
        stage.shell.heard.append(heard.append)
        stage.shell.worked.append(worked.append)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(stage.shell.run)
            await trio.sleep(1)
            stage.feed.tell(activity())
            await trio.sleep(0.1)
            banner = stage.view.banner
            assert banner is not None
            assert (banner.colour, banner.title, banner.fraction) == ("blue", "Backing up nightly", 0.5)
            assert banner.text == "Storing · 50 % · 65.0 MiB of 130.0 MiB · 1.0 MiB/s · about 1:05 min left"
            stage.feed.tell(activity("mail\nhourly"))
            await trio.sleep(0.1)
            banner = stage.view.banner
            assert banner is not None
            assert banner.text == "Backing up nightly and Backing up mail\\nhourly"
            assert banner.fraction is None
            desk.replies["CancelRun"] = ()
            await stage.shell.cancel("id of nightly")
            assert desk.asked[-1] == CancelRun("id of nightly")
            for name in ("nightly", "mail\nhourly"):
                stage.feed.tell(activity(name, state="cancelled"))
            stage.feed.tell(Changed("runs"))
            await trio.sleep(0.1)
            assert stage.view.banner is None
            assert heard == ["runs"]
            assert [len(each) for each in worked] == [1, 2, 1, 0]
            nursery.cancel_scope.cancel()

    run(test)


def test_the_status_line_says_what_comes_next(kit: Kit, desk: Desk) -> None:
    async def test() -> None:
        stage = Stage(desk)
        kit.item("docs")
        kit.job("docs")
        await stage.shell.look()
        assert stage.view.next == "Next: nightly today 22:00"
        status = await desk.ask(ShowStatus())
        desk.replies["ShowStatus"] = attrs.evolve(status, paused_until=kit.clock.now() + timedelta(days=1))
        await stage.shell.look()
        assert stage.view.next == "Paused until tomorrow 00:00"

    run(test)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        ("hour", "Paused until today 01:00"),
        ("tomorrow", "Paused until tomorrow 00:00"),
        ("resumed", "Paused until resumed"),
    ],
)
def test_jobs_are_paused_and_resumed(kit: Kit, desk: Desk, length: PauseLength, words: str) -> None:
    kit.item("docs")
    kit.job("docs")

    async def test() -> None:
        stage = Stage(desk)
        await stage.shell.pause(length)
        assert (stage.view.paused, stage.view.next) == (words, words)
        if length == "hour":
            kit.clock.advance(3600)
            await stage.shell.look()  # it ends by itself
        else:
            await stage.shell.resume()
        assert (stage.view.paused, stage.view.next) == ("", "Next: nightly today 22:00")
        desk.errors["Pause"] = StoreError("Read-only.")
        await stage.shell.pause(length)
        assert stage.view.trouble is not None
        assert stage.view.trouble.message == "Read-only."

    run(test)


def test_tomorrow_begins_at_midnight_also_where_the_clock_is_changed() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for day, hours in (
        (datetime(2025, 3, 30, tzinfo=berlin), 23.0),
        (datetime(2025, 10, 26, tzinfo=berlin), 25.0),
    ):
        assert pause_hours("tomorrow", day.astimezone(UTC), berlin) == hours


def test_a_window_with_work_of_its_own_asks_before_it_closes(desk: Desk) -> None:
    async def test() -> None:
        stage = Stage(desk)
        stage.feed.local_work = (activity(),)
        assert not stage.shell.close()
        assert not stage.feed.left
        assert stage.view.closing == ("Backing up nightly",)
        stage.shell.stay()
        assert stage.view.closing == ()
        assert stage.shell.close(anyway=True)
        assert stage.feed.left  # the daemon's work goes on
        stage.feed.local_work = ()
        assert stage.shell.close()

    run(test)


def test_restarting_ends_the_daemon_and_starts_it(desk: Desk) -> None:
    async def test() -> None:
        stage = Stage(desk)
        control = stage.control
        control.pid = 7
        stage.shell._tools = attrs.evolve(desk.tools, in_thread=partial(trio.to_thread.run_sync))
        await stage.shell.restart_daemon()  # it cannot be asked, and so it is told by a signal
        assert control.pid == 4001
        assert stage.view.trouble is None

    trio.run(test)


def test_what_is_due_is_run_and_nothing_else(kit: Kit, desk: Desk) -> None:
    for name in ("well", "failed", "new", "off"):
        kit.item(name)
        kit.job(name, name=name)
    for name, status in (("well", RunStatus.SUCCESS), ("failed", RunStatus.FAILED)):
        made = a_run(name, kit.clock.now(), status)
        kit.container.ledger().add(attrs.evolve(made, job_name=name, target_name=name))
    kit.ask(EditJob("off", enabled=False))

    async def test() -> None:
        stage = Stage(desk)
        await stage.shell.look()
        await stage.shell.run_due()
        asked = [request.name for request in desk.asked if isinstance(request, RunJob)]
        names = {job.id: job.name for job in kit.catalog.jobs.values()}
        assert sorted(names[job_id] for job_id in asked) == ["failed", "new"]

    run(test)

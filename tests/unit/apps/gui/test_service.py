"""The window's service: the daemon's while it is there, else this process's own."""

import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import attrs
import pytest
import trio
import trio.testing

from bcper.adapters.ipc.answering import ThreadAnswer
from bcper.adapters.ipc.async_client import AsyncClient, Retrying, connected
from bcper.adapters.ipc.server import serve
from bcper.apps.gui.service import WindowService
from bcper.apps.gui.wiring import window_service
from bcper.apps.service import WATCHED
from bcper.domain.errors import Cancelled, DaemonError
from bcper.domain.model.events import TOPICS, Activity, Changed, Event
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.daemon import CancelRun, ShowStatus
from bcper.domain.model.requests.jobs import DeleteJob, ListJobs, RunJob
from bcper.domain.model.requests.runs import ListEntries, ListRuns, RestoreRun, VerifyRun, Which
from bcper.domain.model.requests.targets import AddItem, ListItems, PreviewItem
from bcper.ports.progress import ProgressSink
from bcper.ports.service import BackupService
from helpers.service import Kit

SOON = Retrying(first=0.01, longest=0.05, patience=5)


@attrs.define
class Noted:
    """A service that notes what it is asked, and can be made to fail or to work until it is stopped."""

    service: BackupService
    asked: list[str] = attrs.field(factory=list)
    error: BaseException | None = None
    endless: bool = False
    begun: threading.Event = attrs.field(factory=threading.Event)

    def __call__(self, request: Request[Any], sink: ProgressSink | None = None) -> Any:
        self.asked.append(type(request).__name__)
        if self.error is not None:
            raise self.error
        while self.endless and sink is not None and type(request).__name__ in WATCHED:
            sink.step(Progress("Working", 1, 10))
            self.begun.set()
        return self.service(request, sink)


class House:
    """A window's service, with what would be the daemon's, and this process's own."""

    def __init__(self, kit: Kit, path: str, nursery: trio.Nursery, client: AsyncClient) -> None:
        self.kit, self.path, self.nursery, self.client = kit, path, nursery, client
        self.far, self.near = Noted(kit.ask), Noted(kit.ask)
        self.made = 0
        self.ask = WindowService(client, self._make, kit.clock)
        self._daemon: trio.CancelScope | None = None

    def _make(self) -> BackupService:
        self.made += 1
        return self.near

    async def start(self) -> None:
        async def run(task_status: trio.TaskStatus[trio.CancelScope]) -> None:
            with trio.CancelScope() as scope:
                async with trio.open_nursery() as nursery:
                    answer = ThreadAnswer(self.far)
                    await nursery.start(
                        lambda task_status: serve(self.path, answer, log=_log, task_status=task_status)
                    )
                    task_status.started(scope)

        self._daemon = await self.nursery.start(run)
        while not self.ask.online:
            await trio.sleep(0.01)

    async def stop(self) -> None:
        assert self._daemon is not None
        self._daemon.cancel()
        while self.ask.online:
            await trio.sleep(0.01)


def _log(_message: str, _error: BaseException | None = None) -> None:
    pass


@asynccontextmanager
async def house(kit: Kit) -> AsyncIterator[House]:
    folder = tempfile.mkdtemp(prefix="bcper-")
    path = f"{folder}/config/daemon.sock"
    try:
        with trio.fail_after(20):
            async with connected(path, retrying=SOON) as client, trio.open_nursery() as nursery:
                yield House(kit, path, nursery, client)
                nursery.cancel_scope.cancel()
    finally:
        shutil.rmtree(folder)


def in_house(kit: Kit, test: Callable[[House], Awaitable[None]]) -> None:
    async def run() -> None:
        async with house(kit) as made:
            await test(made)

    trio.run(run)


def test_the_daemon_is_asked_while_it_is_there_and_again_when_it_is_back(kit: Kit) -> None:
    async def test(house: House) -> None:
        await house.ask(ListItems())
        await house.start()
        await house.ask(ListItems())
        await house.stop()
        await house.ask(ListJobs())
        await house.start()
        await house.ask(ListJobs())
        assert house.near.asked == ["ListItems", "ListJobs"]
        assert house.far.asked == ["ListItems", "ListJobs"]
        assert house.made == 1

    in_house(kit, test)


def test_what_must_not_travel_is_answered_here(kit: Kit) -> None:
    kit.item("docs")
    kit.job("docs")
    run = kit.ask(RunJob("nightly"))

    async def test(house: House) -> None:
        await house.start()
        await house.ask(AddItem("locked", ("/a",), password="Tr0ub4dor"))
        entries = await house.ask(ListEntries(Which(run.run_id)))
        assert [entry.path for entry in entries] == [b"docs", b"docs/docs.txt"]
        assert house.far.asked == []
        await house.ask(ListRuns())
        assert house.far.asked == []
        assert house.near.asked == ["AddItem", "ListEntries", "ListRuns"]

    in_house(kit, test)


def test_a_request_that_was_sent_is_not_done_twice_but_one_that_reads_is_answered(kit: Kit) -> None:
    async def test(house: House) -> None:
        await house.start()
        house.far.error = DaemonError("Gone.")
        with pytest.raises(DaemonError, match="Gone"):
            await house.ask(DeleteJob("nightly"))
        assert await house.ask(ListJobs()) == ()
        assert house.near.asked == ["ListJobs"]

    in_house(kit, test)


def test_long_work_here_tells_how_far_it_is_and_is_cancelled_by_its_id(kit: Kit) -> None:
    async def test(house: House) -> None:
        told: list[Progress] = []
        house.near.endless = True
        ended = trio.Event()

        async def work() -> None:
            with pytest.raises(Cancelled):
                await house.ask(VerifyRun(Which("abcdef")), told.append)
            ended.set()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(work)
            await trio.to_thread.run_sync(house.near.begun.wait)
            (activity,) = house.ask.local_work
            assert (activity.kind, activity.about, activity.state) == ("verify", "abcdef", "running")
            status = await house.ask(ShowStatus())
            assert [each.id for each in status.activities] == [activity.id]
            assert [each.id for each in await house.ask(CancelRun(activity.id))] == [activity.id]
            await ended.wait()
        assert told[0].step == "Working"
        assert house.ask.local_work == ()

    in_house(kit, test)


def test_a_caller_that_is_cancelled_stops_the_work(kit: Kit) -> None:
    async def test(house: House) -> None:
        house.near.endless = True

        async def work(scope: trio.CancelScope) -> None:
            with scope, pytest.raises(Cancelled):
                await house.ask(RestoreRun(Which("abcdef"), "/x"))

        async with trio.open_nursery() as nursery:
            scope = trio.CancelScope()
            nursery.start_soon(work, scope)
            await trio.to_thread.run_sync(house.near.begun.wait)
            scope.cancel()

    in_house(kit, test)


def test_events_come_from_here_and_from_the_daemon(kit: Kit) -> None:
    kit.item("docs")

    async def test(house: House) -> None:
        heard: list[Event] = []

        async def listen(task_status: trio.TaskStatus[None]) -> None:
            async with aclosing(house.ask.events()) as events:
                task_status.started()
                async for event in events:
                    heard.append(event)

        house.nursery.start_soon(house.ask.run)
        await house.nursery.start(listen)
        await trio.testing.wait_all_tasks_blocked(0.02)
        await house.ask(PreviewItem("docs"))
        await house.ask(AddItem("more", ("/a",)))
        await house.start()
        while not {Changed(topic) for topic in TOPICS} <= set(heard):
            await trio.sleep(0.01)
        states = [event.state for event in heard if isinstance(event, Activity)]
        assert (states[0], states[-1]) == ("waiting", "finished")

    in_house(kit, test)


def test_a_job_at_work_here_is_called_by_its_name(kit: Kit) -> None:
    kit.item("docs")
    job = kit.job("docs").job

    async def test(house: House) -> None:
        heard: list[str] = []

        async def listen(task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
            task_status.started()
            async for event in house.ask.events():
                if isinstance(event, Activity):
                    heard.append(event.about)

        await house.nursery.start(listen)
        await trio.testing.wait_all_tasks_blocked(0.02)
        await house.ask(RunJob(job.id))
        await trio.testing.wait_all_tasks_blocked(0.02)
        assert job.id != job.name
        assert set(heard) == {job.name}

    in_house(kit, test)


def test_it_is_put_together_without_a_daemon(kit: Kit) -> None:
    kit.item("docs")

    async def test() -> None:
        with trio.fail_after(20):
            async with window_service(kit.container) as service:
                assert not service.online
                (view,) = await service(ListItems())
                assert view.item.name == "docs"

    trio.run(test)

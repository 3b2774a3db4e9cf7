"""The client on trio: requests, events, and a daemon that comes and goes."""

import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import attrs
import pytest
import trio

from bcper.adapters.ipc.async_client import AsyncClient, Retrying, connected
from bcper.adapters.ipc.limits import Limits
from bcper.adapters.ipc.server import Server, serve
from bcper.domain.errors import Cancelled, DaemonError, UsageError, WrongPassword
from bcper.domain.model.events import TOPICS, Activity, Changed, Event
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.jobs import DeleteJob
from bcper.domain.model.requests.targets import AddItem, ItemView, ListItems, PreviewItem
from bcper.domain.model.targets import Item

VIEWS = (ItemView(Item("docs", ("/a",)), ()),)
SOON = Retrying(first=0.01, longest=0.05, patience=15)
HASTY = attrs.evolve(SOON, patience=0.1)


@attrs.define
class Answers:
    begun: trio.Event = attrs.field(factory=trio.Event)
    cancelled: trio.Event = attrs.field(factory=trio.Event)
    deaf: bool = False

    async def __call__(self, request: Request[Any], report: Callable[[Progress], None]) -> Any:
        match request:
            case ListItems():
                return VIEWS
            case DeleteJob():
                raise WrongPassword("No.", "Yes.")
        self.begun.set()
        report(Progress("Begun"))
        try:
            await trio.sleep_forever()
        finally:
            self.cancelled.set()


@pytest.fixture
def path() -> Iterator[str]:
    folder = tempfile.mkdtemp(prefix="bcper-")
    yield f"{folder}/config/daemon.sock"
    shutil.rmtree(folder)


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        with trio.fail_after(20):
            await work()

    trio.run(bounded)


class Daemon:
    """A server that can be stopped and started again."""

    def __init__(self, nursery: trio.Nursery, path: str, answer: Any, **limits: Any) -> None:
        self._nursery, self._path, self._answer = nursery, path, answer
        self._limits = Limits(**{"alive_seconds": 0.05, **limits})
        self._scope = trio.CancelScope()

    async def start(self) -> Server:
        self.gone = trio.Event()
        self.server: Server = await self._nursery.start(self._serve)
        return self.server

    async def stop(self) -> None:
        self._scope.cancel()
        await self.gone.wait()

    async def _serve(self, task_status: Any) -> None:
        with trio.CancelScope() as self._scope:
            await serve(self._path, self._answer, limits=self._limits, task_status=task_status)
        self.gone.set()


def test_requests_run_side_by_side_and_errors_come_as_they_are(path: str) -> None:
    async def work() -> None:
        async with trio.open_nursery() as nursery:
            daemon = Daemon(nursery, path, Answers())
            await daemon.start()
            async with connected(path) as client:
                found: list[object] = []

                async def ask() -> None:
                    found.append(await client(ListItems()))

                async with trio.open_nursery() as many:
                    for _ in range(20):
                        many.start_soon(ask)
                assert found == [VIEWS] * 20
                with pytest.raises(WrongPassword) as error:
                    await client(DeleteJob("x"))
                assert error.value.hint == "Yes."
                with pytest.raises(UsageError):
                    await client(AddItem("a", ("/a",), password="p"))
                assert client.online
                assert daemon.server.clients == 1
            await daemon.stop()

    run(work)


def test_to_cancel_the_call_cancels_the_request(path: str) -> None:
    async def work() -> None:
        answers = Answers()
        async with trio.open_nursery() as nursery:
            daemon = Daemon(nursery, path, answers)
            await daemon.start()
            async with connected(path) as client:
                async with trio.open_nursery() as calls:
                    calls.start_soon(client, PreviewItem("x"))
                    await answers.begun.wait()
                    calls.cancel_scope.cancel()
                await answers.cancelled.wait()
                assert await client(ListItems()) == VIEWS
            await daemon.stop()

    run(work)


def test_what_was_asked_goes_on_when_whoever_asked_leaves(path: str) -> None:
    async def work() -> None:
        answers = Answers()
        async with trio.open_nursery() as nursery:
            daemon = Daemon(nursery, path, answers)
            await daemon.start()
            async with connected(path) as client:
                async with trio.open_nursery() as calls:
                    calls.start_soon(client, PreviewItem("x"))
                    await answers.begun.wait()
                    client.leave()
                    calls.cancel_scope.cancel()
                assert await client(ListItems()) == VIEWS  # what was said before is heard before
                assert not answers.cancelled.is_set()
            assert not answers.cancelled.is_set()
            await daemon.stop()

    run(work)


def test_a_report_that_says_stop_stops_it_and_one_that_errs_is_heard(path: str) -> None:
    steps: list[Progress] = []

    def stop(progress: Progress) -> None:
        steps.append(progress)
        raise Cancelled

    def err(progress: Progress) -> None:
        raise ZeroDivisionError

    async def work() -> None:
        async with trio.open_nursery() as nursery:
            for report, error in ((stop, Cancelled), (err, ZeroDivisionError)):
                answers = Answers()
                daemon = Daemon(nursery, path, answers)
                await daemon.start()
                async with connected(path) as client:
                    with pytest.raises(error):
                        await client(PreviewItem("x"), report)
                    await answers.cancelled.wait()
                    assert await client(ListItems()) == VIEWS
                await daemon.stop()
        assert steps == [Progress("Begun")]

    run(work)


def test_without_a_daemon_a_request_waits_a_little_and_says_so(path: str) -> None:
    async def work() -> None:
        async with connected(path, retrying=HASTY) as client:
            assert not client.online
            with pytest.raises(DaemonError, match="does not run"):
                await client(ListItems())
        async with connected(path, retrying=SOON) as client:
            async with trio.open_nursery() as nursery:
                daemon = Daemon(nursery, path, Answers())
                await daemon.start()
                assert await client(ListItems()) == VIEWS
                await daemon.stop()

    run(work)


def test_a_request_whose_daemon_goes_away_is_an_error_and_not_asked_again(path: str) -> None:
    async def work() -> None:
        answers = Answers()
        async with trio.open_nursery() as nursery:
            daemon = Daemon(nursery, path, answers)
            await daemon.start()
            async with connected(path, retrying=SOON) as client:

                async def ask() -> None:
                    with pytest.raises(DaemonError, match="went away"):
                        await client(PreviewItem("x"))

                async with trio.open_nursery() as calls:
                    calls.start_soon(ask)
                    await answers.begun.wait()
                    await daemon.stop()
                answers.begun = trio.Event()
                await daemon.start()
                assert await client(ListItems()) == VIEWS
                assert not answers.begun.is_set()
                await daemon.stop()

    run(work)


async def until_subscribed(server: Server) -> None:
    while not any(each.wants("runs") for each in server._connections):
        await trio.sleep(0.005)


def activity(id_: str, done: int) -> Activity:
    return Activity(id_, "backup", "nightly", None, "running", Progress("Working", done), 1, None, None)


def test_events_survive_a_daemon_that_comes_back(path: str) -> None:
    heard: list[Event] = []

    async def hear(client: AsyncClient) -> None:
        async with aclosing(client.events()) as events:
            async for event in events:
                heard.append(event)

    async def until(count: int) -> None:
        while len(heard) < count:
            await trio.sleep(0.005)

    async def watch(daemon: Daemon) -> None:
        await until_subscribed(daemon.server)
        daemon.server.publish(Changed("runs"))
        daemon.server.publish(activity("1", 5))
        await until(2)
        assert heard == [Changed("runs"), activity("1", 5)]
        await daemon.stop()
        await until(3)
        assert heard[2:] == [Changed("daemon")]
        await daemon.start()
        await until(3 + len(TOPICS))
        assert set(heard[3:]) == {Changed(topic) for topic in TOPICS}
        daemon.server.publish(Changed("catalog"))
        await until(4 + len(TOPICS))
        assert heard[-1] == Changed("catalog")

    async def work() -> None:
        async with trio.open_nursery() as nursery:
            daemon = Daemon(nursery, path, Answers())
            await daemon.start()
            async with connected(path, retrying=SOON) as client, trio.open_nursery() as hearing:
                hearing.start_soon(hear, client)
                await watch(daemon)
                hearing.cancel_scope.cancel()
            await daemon.stop()

    run(work)


def test_of_an_activity_a_slow_reader_gets_the_newest(path: str) -> None:
    async def work() -> None:
        async with trio.open_nursery() as nursery:
            daemon = Daemon(nursery, path, Answers())
            await daemon.start()
            async with connected(path) as client:
                events = client.events()
                first: list[Event] = []

                async def hear() -> None:
                    first.append(await anext(events))

                nursery.start_soon(hear)
                await until_subscribed(daemon.server)
                daemon.server.publish(Changed("daemon"))
                while not first:
                    await trio.sleep(0.005)
                for done in range(5000):
                    daemon.server.publish(activity("1", done))
                    daemon.server.publish(activity("2", done))
                await client(ListItems())
                assert {await anext(events), await anext(events)} == {
                    activity("1", 4999),
                    activity("2", 4999),
                }
                await events.aclose()  # type: ignore[attr-defined]
            await daemon.stop()

    run(work)


def test_a_subscriber_that_never_reads_is_dropped_and_little_waits_for_it(path: str) -> None:
    async def work() -> None:
        async with trio.open_nursery() as nursery:
            daemon = Daemon(nursery, path, Answers(), write_seconds=0.2, waiting=100)
            server = await daemon.start()
            for number in range(2):
                stream = await trio.open_unix_socket(path)
                await stream.send_all(
                    b'{"jsonrpc":"2.0","id":0,"method":"hello","params":{"protocol":1,"client":"x"}}\n'
                    b'{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"topics":["activity","runs"]}}\n'
                )
                await until_subscribed(server)
                (connection,) = server._connections
                done = 0
                while server.clients:
                    done += 1
                    # The first is slow with one activity, and timed out; the second has too many.
                    server.publish(activity(str(done if number else 1), done))
                    assert len(connection._outbox) <= 102
                    if done % 50 == 0:
                        await trio.sleep(0.001)
                await stream.aclose()
            await daemon.stop()

    run(work)


def test_a_daemon_that_is_silent_while_it_should_work_is_taken_for_dead(path: str) -> None:
    async def work() -> None:
        answers = Answers()
        async with trio.open_nursery() as nursery:
            daemon = Daemon(nursery, path, answers, alive_seconds=3600)
            await daemon.start()
            async with connected(path, retrying=SOON, silence=1.0) as client:
                with pytest.raises(DaemonError):
                    await client(PreviewItem("x"))
                assert await client(ListItems()) == VIEWS
            await daemon.stop()

    run(work)


def test_while_it_says_that_it_lives_it_is_waited_for(path: str) -> None:
    async def work() -> None:
        async def answer(request: Request[Any], report: Callable[[Progress], None]) -> Any:
            await trio.sleep(2.0)
            return VIEWS

        async with trio.open_nursery() as nursery:
            daemon = Daemon(nursery, path, answer, alive_seconds=0.05)
            await daemon.start()
            async with connected(path, silence=1.5) as client:
                assert await client(ListItems()) == VIEWS
            await daemon.stop()

    run(work)


def test_a_socket_that_greets_otherwise_is_tried_again(path: str) -> None:
    async def work() -> None:
        Path(path).parent.mkdir()
        sock = trio.socket.socket(trio.socket.AF_UNIX)
        await sock.bind(path)
        sock.listen()
        async with connected(path, retrying=HASTY) as client:
            for greeting in (b"[]\n", b'{"jsonrpc":"2.0","id":0,"result":{"protocol":2}}\n', b""):
                conn, _ = await sock.accept()
                await conn.send(greeting) if greeting else None
                conn.close()
            with pytest.raises(DaemonError):
                await client(ListItems())
            sock.close()
            assert isinstance(client, AsyncClient)

    run(work)

"""The daemon's life when what it is made of fails, hangs, or is damaged."""

import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import attrs
import pytest
import trio
from dependency_injector import providers

from bcper.adapters.memory.power import MemoryPower
from bcper.apps.container import Container
from bcper.apps.daemon.supervisor import Supervisor
from bcper.apps.paths import places
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.jobs import ListJobs
from bcper.domain.model.requests.stores import TestStore


@attrs.define
class Told:
    """The service manager."""

    is_ready: trio.Event = attrs.field(factory=trio.Event)

    def ready(self) -> None:
        self.is_ready.set()

    def watchdog(self) -> None: ...

    def watchdog_seconds(self) -> None: ...

    def stopping(self) -> None: ...


def asking(request: Request[Any]) -> Any:
    """A socket through which a client asks that, and waits."""

    async def serve(answer: Any, *, task_status: "trio.TaskStatus[Any]") -> None:
        task_status.started(Silent())
        await answer(request, lambda _: None)

    return serve


class Silent:
    """Nobody is told."""

    def publish(self, event: object) -> None: ...


async def no_socket(_answer: object, *, task_status: "trio.TaskStatus[Any]") -> None:
    """Nobody listens."""
    task_status.started(Silent())
    await trio.sleep_forever()


async def no_work(request: object, report: object) -> Any:
    raise AssertionError(request)


class Life:
    """A supervisor, and what it has logged."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self.logged: list[str] = []
        self.told = Told()

    def supervisor(self, **parts: Any) -> Supervisor:
        held: dict[str, Any] = {
            "service": self.container.service(),
            "work": no_work,
            "serve": no_socket,
            "catalogs": self.container.catalogs(),
            "slots": self.container.slots(),
            "clock": self.container.clock(),
            "inhibitor": self.container.inhibitor(),
            "plan": attrs.evolve(self.container.plan_jobs(), power=MemoryPower()),
            "recover": self.container.recover_all(),
            "status": self.container.status(),
            "attend": tuple,
            "told": self.told,
            "log": self.log,
        }
        return Supervisor(**{**held, **parts})

    def log(self, message: str, error: BaseException | None = None) -> None:
        self.logged.append(f"{message} {error or ''}".strip())


@pytest.fixture
def life(tmp_path: Any) -> Iterator[Life]:
    container = Container(places=providers.Object(places(str(tmp_path / "config"))))
    yield Life(container)
    container.ledger().close()


class Stuck:
    """A call that does not come back before it is let go: a disk or a bus that hangs."""

    def __init__(self) -> None:
        self.begun, self._let_go = threading.Event(), threading.Event()
        self.came_back = False

    def __call__(self, *_: object) -> Any:
        self.begun.set()
        self._let_go.wait(15)
        self.came_back = True
        return ()

    def let_go(self) -> None:
        self._let_go.set()


def broken(*_: object) -> Any:
    raise ZeroDivisionError("by nothing")


async def whole_life(supervisor: Supervisor, until: Callable[[], Awaitable[object]]) -> None:
    with trio.fail_after(30):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(supervisor.run)
            await until()
            supervisor.stop()


@pytest.mark.parametrize("part", ["attend", "recover", "plan"])
def test_a_bug_in_what_is_done_beside_the_runs_does_not_end_the_daemon(life: Life, part: str) -> None:
    async def until() -> None:
        await life.told.is_ready.wait()
        while not any("by nothing" in line for line in life.logged):
            await trio.sleep(0.01)

    trio.run(whole_life, life.supervisor(**{part: broken}), until)


@pytest.mark.parametrize("part", ["attend", "recover", "plan"])
def test_what_hangs_does_not_keep_the_daemon_from_its_end(life: Life, part: str) -> None:
    stuck = Stuck()

    async def until() -> None:
        while not stuck.begun.is_set():
            await trio.sleep(0.01)

    trio.run(whole_life, life.supervisor(**{part: stuck}), until)
    came_back = stuck.came_back
    stuck.let_go()
    assert not came_back, "The daemon waited for it."


@pytest.mark.parametrize("request_", [TestStore("disk"), ListJobs()], ids=repr)
def test_a_question_that_hangs_does_not_keep_the_daemon_from_its_end(
    life: Life, request_: Request[Any]
) -> None:
    stuck = Stuck()
    real = life.container.service()

    def service(request: Request[Any], sink: Any = None) -> Any:
        return stuck() if request == request_ else real(request, sink)

    async def until() -> None:
        while not stuck.begun.is_set():
            await trio.sleep(0.01)

    trio.run(whole_life, life.supervisor(service=service, serve=asking(request_)), until)
    came_back = stuck.came_back
    stuck.let_go()
    assert not came_back, "The daemon waited for it."

"""Requests done by the daemon's worker processes, from a temporary home (adapters/ipc/workers.py)."""

import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trio

from bcper.adapters.ipc.workers import WorkerProcesses
from bcper.domain.errors import BcperError, Cancelled, DaemonError, RunNotFound, UsageError
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.jobs import RunJob
from bcper.domain.model.requests.runs import ListRuns, RunList, VerifyRun, Which
from bcper.domain.model.requests.targets import PreviewItem
from bcper.domain.model.runs import RunStatus
from helpers.service import Kit


class Daemon:
    """What the daemon has of its workers: ``work`` and the lines of ``log``."""

    def __init__(self, kit: Kit, *, low: bool = False, **more: float) -> None:
        self.kit = kit
        self.log: list[str] = []
        self.work = WorkerProcesses(str(kit.base / "config"), low=lambda _: low, log=self.log.append, **more)
        self._others = children()

    def workers(self) -> list[int]:
        """The processes that were started."""
        return sorted(children() - self._others)

    def run(self, test: Callable[[], Awaitable[None]]) -> None:
        """``test`` on trio, and nothing is left of it: no process, no descriptor."""

        async def bounded() -> None:
            with trio.fail_after(60):
                before = descriptors()
                await test()
                assert descriptors() == before

        trio.run(bounded)
        assert self.workers() == []  # nor one that nobody has waited for


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def children() -> set[int]:
    found: set[int] = set()
    for task in Path("/proc/self/task").iterdir():
        found.update(map(int, (task / "children").read_text().split()))
    return found


@pytest.fixture
def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    monkeypatch.setenv("BCPER_SECRETS", "file")
    kit = Kit(tmp_path, "real")
    yield Daemon(kit)
    kit.close()


def endless(kit: Kit) -> None:
    """A job whose run does not end by itself: the command before it waits."""
    kit.item("docs")
    kit.job("docs", before="sleep 300")


def early(daemon: Daemon, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Have the process run ``code`` before anything else."""
    folder = daemon.kit.base / "early"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(f"{code}\n")
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=":")


def nobody(_: Progress) -> None:
    pass


def test_a_job_is_run_elsewhere_and_its_progress_told(daemon: Daemon) -> None:
    daemon.kit.item("docs")
    daemon.kit.job("docs")
    steps: list[Progress] = []

    async def test() -> None:
        run = await daemon.work(RunJob("nightly"), steps.append)
        assert run.status is RunStatus.SUCCESS
        assert daemon.kit.listed() == [run.run_id]
        assert run.run_id in {step.run_id for step in steps}
        assert (await daemon.work(ListRuns(), nobody)).runs == (run,)

    daemon.run(test)
    assert daemon.log == []


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        (RunJob("nothing"), UsageError),
        (PreviewItem("nothing"), UsageError),
        (VerifyRun(Which("0000")), RunNotFound),
    ],
    ids=lambda each: getattr(each, "__name__", type(each).__name__),
)
def test_an_error_is_itself_and_in_no_group(daemon: Daemon, request_: Any, kind: type[BcperError]) -> None:
    async def test() -> None:
        with pytest.raises(kind) as error:
            await daemon.work(request_, nobody)
        assert type(error.value) is kind
        assert str(error.value) and error.value.hint

    daemon.run(test)


def test_a_cancelled_run_ends_in_order(daemon: Daemon) -> None:
    endless(daemon.kit)

    async def test() -> None:
        with trio.CancelScope() as scope, pytest.raises(Cancelled):
            await daemon.work(RunJob("nightly"), lambda _: scope.cancel())
        (run,) = daemon.kit.container.ledger().list()
        assert run.status is RunStatus.CANCELLED
        assert daemon.kit.blobs() == {}

    daemon.run(test)


def test_what_is_done_although_it_is_cancelled_is_done(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its reply is told, as the socket tells it: this work takes no step at which it would stop."""
    code = """
import os, time
from bcper.domain.model.requests.runs import RunList
from bcper.domain.usecases.look_into_runs import LookIntoRuns
LookIntoRuns.list = lambda *_: os.write(2, b"begun\\n") and time.sleep(0.5) or RunList(())
"""
    early(daemon, monkeypatch, code)
    replies: list[object] = []

    async def test() -> None:
        with trio.CancelScope() as scope:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(cancel_when_begun, scope)
                replies.append(await daemon.work(ListRuns(), nobody))

    async def cancel_when_begun(scope: trio.CancelScope) -> None:
        while not daemon.log:
            await trio.sleep(0.001)
        scope.cancel()

    daemon.run(test)
    assert replies == [RunList(())]


def test_what_is_cancelled_before_it_begins_is_not_begun(daemon: Daemon) -> None:
    endless(daemon.kit)

    async def test() -> None:
        with trio.CancelScope() as scope, pytest.raises(Cancelled):
            scope.cancel()
            await daemon.work(RunJob("nightly"), nobody)
        assert daemon.kit.listed() == []

    daemon.run(test)


def test_a_worker_that_is_killed_is_a_sentence(daemon: Daemon) -> None:
    endless(daemon.kit)

    async def test() -> None:
        with pytest.raises(BcperError, match="by signal 9") as error:
            await daemon.work(RunJob("nightly"), kill)
        assert type(error.value) is BcperError
        assert error.value.hint

    def kill(_: Progress) -> None:
        for child in daemon.workers():
            os.kill(child, signal.SIGKILL)

    daemon.run(test)


def test_signals_that_are_for_the_daemon_are_let_pass(daemon: Daemon) -> None:
    daemon.kit.item("docs")
    daemon.kit.job("docs", before="sleep 0.5")
    told: list[Progress] = []

    async def test() -> None:
        run = await daemon.work(RunJob("nightly"), send)
        assert run.status is RunStatus.SUCCESS

    def send(progress: Progress) -> None:
        if not told:
            for child in daemon.workers():
                os.kill(child, signal.SIGINT)
                os.kill(child, signal.SIGTERM)
        told.append(progress)

    daemon.run(test)


def test_a_bug_there_is_told_as_one_and_its_trace_is_in_the_log(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    early(daemon, monkeypatch, "from bcper.domain.usecases import preview\ndel preview.PreviewItems.__call__")

    async def test() -> None:
        with pytest.raises(DaemonError, match="should not have"):
            await daemon.work(PreviewItem("docs"), nobody)

    daemon.run(test)
    assert daemon.log[0].startswith("A bug, in PreviewItem")
    assert "Traceback (most recent call last):" in daemon.log


def test_what_it_says_last_reaches_the_log(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also what is said as the process ends, when its work is done already."""
    early(daemon, monkeypatch, "import atexit, os\natexit.register(os.write, 2, b'good\\nbye \\xff')")

    async def test() -> None:
        assert await daemon.work(ListRuns(), nobody) == RunList(())

    daemon.run(test)
    assert daemon.log == ["good", "bye \\xff"]


def test_one_that_cannot_begin_is_a_sentence(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    early(daemon, monkeypatch, "import os\nos._exit(3)")

    async def test() -> None:
        with pytest.raises(BcperError, match="with status 3"):
            await daemon.work(ListRuns(), nobody)

    daemon.run(test)


def test_no_process_at_all_is_a_sentence(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(daemon.kit.base / "no-python"))

    async def test() -> None:
        with pytest.raises(BcperError, match="cannot be started"):
            await daemon.work(ListRuns(), nobody)

    daemon.run(test)


def test_many_at_once_and_some_of_them_cancelled(daemon: Daemon) -> None:
    daemon.kit.item("docs")
    ended: list[object] = []

    async def test() -> None:
        async with trio.open_nursery() as nursery:
            for number in range(4):
                nursery.start_soon(one, number)

    async def one(number: int) -> None:
        with trio.move_on_after(0.05 if number % 2 else 60):
            try:
                ended.append(await daemon.work(PreviewItem("docs"), nobody))
            except Cancelled:
                ended.append(None)

    daemon.run(test)
    assert len(ended) == 4
    assert len([each for each in ended if each is not None]) >= 2


@pytest.mark.parametrize("low", [True, False])
def test_it_makes_way_for_others_if_that_is_wanted(daemon: Daemon, low: bool) -> None:
    endless(daemon.kit)
    places: list[int] = []
    daemon = Daemon(daemon.kit, low=low)

    async def test() -> None:
        with trio.CancelScope() as scope, pytest.raises(Cancelled):
            await daemon.work(RunJob("nightly"), lambda _: look(scope))

    def look(scope: trio.CancelScope) -> None:
        places.extend(map(os.sched_getscheduler, daemon.workers()))
        scope.cancel()

    daemon.run(test)
    assert places[0] == (os.SCHED_BATCH if low else os.sched_getscheduler(0))


def test_one_that_does_not_stop_is_killed(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import time\nfrom bcper.domain.usecases import preview\n"
    early(daemon, monkeypatch, code + "preview.PreviewItems.__call__ = lambda *_: time.sleep(600)")
    daemon = Daemon(daemon.kit, orderly=0.1)

    async def test() -> None:
        with trio.move_on_after(0.5), pytest.raises(Cancelled):
            await daemon.work(PreviewItem("docs"), nobody)

    daemon.run(test)

"""The daemon's whole life on the fakes: what it sets right, starts, tells and ends."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import pytest
import trio

from bcper.adapters.ipc.answering import ThreadAnswer
from bcper.adapters.memory.inhibitor import MemoryInhibitor
from bcper.adapters.memory.network import MemoryNetwork
from bcper.adapters.memory.notifier import MemoryNotifier
from bcper.adapters.memory.power import MemoryPower
from bcper.adapters.memory.slots import MemorySlots
from bcper.apps.daemon.runner import Worker
from bcper.apps.daemon.supervisor import Supervisor
from bcper.domain.errors import Cancelled, LedgerDamaged, NoSpace, Skipped
from bcper.domain.model.events import Activity, Event
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.daemon import CancelRun, ShowStatus, StopDaemon
from bcper.domain.model.requests.jobs import RunJob
from bcper.domain.model.runs import RunStatus
from helpers.daemon_work import Gated, until
from helpers.runs import a_run
from helpers.service import Kit

DUE = datetime(2025, 1, 1, 22, tzinfo=UTC)


def nobody(_: Progress) -> None:
    pass


class Told:
    """Whoever has started the daemon."""

    def __init__(self, log: list[str]) -> None:
        self._log = log
        self.alive = 0

    def ready(self) -> None:
        self._log.append("told: ready")

    def stopping(self) -> None:
        self._log.append("told: stopping")

    def watchdog(self) -> None:
        self.alive += 1

    def watchdog_seconds(self) -> float | None:
        return 0.002


class Daemon:
    """A daemon on fakes; ``ask`` is what its socket would ask, ``events`` what that was told."""

    def __init__(self, base: Path) -> None:
        self.desktop, self.slots, self.inhibitor = MemoryNotifier(), MemorySlots(), MemoryInhibitor()
        self.kit = Kit(
            base,
            "fakes",
            slots=self.slots,
            power=MemoryPower(),
            network=MemoryNetwork(),
            inhibitor=self.inhibitor,
            notifier=self.desktop,
        )
        self.log: list[str] = []
        self.events: list[Event] = []
        self.told = Told(self.log)
        self.work: Worker = self._work
        self.recover: Callable[[], tuple[str, ...]] = self.kit.container.recover_all()

    async def _work(self, request: Any, report: Callable[[Progress], None]) -> Any:
        """In a thread, though it tells how far it is in trio's, as worker processes do."""
        answer = ThreadAnswer(self.kit.container.service())
        return await answer(request, lambda step: trio.from_thread.run_sync(report, step))

    def publish(self, event: Event) -> None:
        self.events.append(event)

    async def _serve(self, answer: Any, *, task_status: trio.TaskStatus[Any]) -> None:
        self.ask = partial(answer, report=nobody)
        self.log.append("listens")
        task_status.started(self)
        await trio.sleep_forever()

    def _note(self, message: str, error: BaseException | None = None) -> None:
        self.log.append(message if error is None else f"{message} {error!r}")

    def logged(self, text: str) -> bool:
        return any(text in line for line in self.log)

    def live(self, story: Callable[[], Awaitable[None]]) -> None:
        """From its start to its end; ``story`` begins when it is ready."""
        container = self.kit.container
        it = Supervisor(
            service=container.service(),
            work=self.work,
            serve=self._serve,
            catalogs=container.catalogs(),
            slots=self.slots,
            clock=container.clock(),
            inhibitor=self.inhibitor,
            plan=container.plan_jobs(),
            recover=self.recover,  # type: ignore[arg-type]
            status=container.status(),
            attend=container.attend(),
            told=self.told,
            log=self._note,
        )

        async def main() -> None:
            with trio.fail_after(60):
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(it.run)
                    await until(lambda: self.logged("is ready"))
                    await story()
                    it.stop()

        trio.run(main)


@pytest.fixture
def daemon(tmp_path: Path) -> Daemon:
    made = Daemon(tmp_path)
    made.kit.item("docs")
    made.kit.job("docs")
    return made


def test_it_listens_is_ready_and_ends_in_order(daemon: Daemon) -> None:
    async def story() -> None:
        await until(lambda: daemon.told.alive > 3)
        status = await daemon.ask(ShowStatus())
        assert status.daemon is not None
        assert [state.job.name for state in status.jobs] == ["nightly"]
        assert await daemon.ask(StopDaemon()) is True
        await until(lambda: daemon.logged("ends"))

    daemon.live(story)
    order = [
        line
        for line in daemon.log
        if line in ("listens", "told: ready", "told: stopping", "The daemon ends.")
    ]
    assert order == ["listens", "told: ready", "told: stopping", "The daemon ends."]


def test_a_job_runs_when_it_is_due_and_its_end_is_in_the_log(daemon: Daemon) -> None:
    daemon.kit.clock.time = DUE

    async def story() -> None:
        await until(lambda: daemon.logged("made the run"))

    daemon.live(story)
    (run,) = daemon.kit.container.ledger().list()
    assert run.status is RunStatus.SUCCESS
    assert daemon.logged(f"The job nightly made the run {run.run_id}: success.")
    assert list(daemon.slots.recorded().values()) == [[DUE]]
    assert daemon.inhibitor.taken == 1
    states = [event.state for event in daemon.events if isinstance(event, Activity)]
    assert (states[0], states[-1]) == ("waiting", "finished")
    assert run.run_id in {event.run_id for event in daemon.events if isinstance(event, Activity)}


def test_missed_jobs_run_before_anything_else_one_by_one(daemon: Daemon) -> None:
    for name in ("b", "a"):
        daemon.kit.job("docs", name=name)
    daemon.kit.clock.time = DUE + timedelta(days=30, hours=1)

    async def story() -> None:
        await until(lambda: sum("made the run" in line for line in daemon.log) == 3)

    daemon.live(story)
    working = 0
    for event in daemon.events:
        if isinstance(event, Activity):
            working += {"waiting": 1, "finished": -1}.get(event.state, 0)
            assert working <= 1
    assert len(daemon.kit.listed()) == 3


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (Skipped("The job 'nightly' was skipped."), "The job 'nightly' was skipped."),
        (Cancelled(), "The job nightly was cancelled."),
        (NoSpace("The store is full."), "The job nightly failed: The store is full."),
        (ZeroDivisionError("x"), "ZeroDivisionError('x')"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_how_a_job_ended_is_a_line_of_the_log_and_the_daemon_lives_on(
    daemon: Daemon, error: Exception, line: str
) -> None:
    (job_id,) = daemon.kit.catalog.jobs
    work = Gated()
    work.errors[f"RunJob {job_id}"] = error
    work.open(f"RunJob {job_id}")
    daemon.work = work
    daemon.kit.clock.time = DUE

    async def story() -> None:
        await until(lambda: daemon.logged(line))
        assert (await daemon.ask(ShowStatus())).activities == ()

    daemon.live(story)
    assert work.begun == [f"RunJob {job_id}"]
    assert daemon.logged("bug") == isinstance(error, ZeroDivisionError)


def test_what_an_earlier_daemon_left_is_set_right_and_a_person_told(daemon: Daemon) -> None:
    run = daemon.kit.ask(RunJob("nightly"))
    store = daemon.kit.container.opener().open(run.store, create=False, writable=True)
    assert run.manifest is not None
    store.delete(run.manifest)
    left = attrs.evolve(run, status=RunStatus.RUNNING, completed_at=None, manifest=None)
    daemon.kit.container.ledger().update(left)
    daemon.kit.clock.advance(60)

    async def story() -> None:
        await until(lambda: daemon.desktop.shown)

    daemon.live(story)
    assert daemon.log[0].endswith("were set right.")
    assert daemon.kit.container.ledger().get(run.run_id).status is RunStatus.INTERRUPTED
    (shown,) = daemon.desktop.shown
    assert shown.body.startswith("nightly failed: ")
    assert daemon.logged(f"Told: {shown.body}")


def test_a_job_that_refers_to_nothing_is_removed_and_reported(daemon: Daemon) -> None:
    daemon.kit.container.catalogs().change(lambda catalog: attrs.evolve(catalog, items={}))

    async def story() -> None:
        assert (await daemon.ask(ShowStatus())).jobs == ()

    daemon.live(story)
    assert "The job nightly was set right: its item 'docs' is gone." in daemon.log


def test_what_cannot_be_set_right_holds_up_nothing(daemon: Daemon) -> None:
    def fails() -> tuple[str, ...]:
        raise LedgerDamaged("The list of runs is damaged.")

    daemon.recover = fails
    daemon.kit.clock.time = DUE

    said = "What was left behind could not be looked at: The list of runs is damaged."

    async def story() -> None:
        await until(lambda: daemon.logged("made the run") and daemon.log.count(said) > 1)

    daemon.live(story)
    assert daemon.log[0] == said


def test_at_the_end_runs_at_work_and_those_that_wait_are_cancelled(daemon: Daemon) -> None:
    daemon.kit.job("docs", name="other")
    work = Gated(lambda _: a_run("r1", DUE))
    daemon.work = work
    daemon.kit.clock.time = DUE

    def about() -> set[str]:
        return {event.about for event in daemon.events if isinstance(event, Activity)}

    async def story() -> None:
        await until(lambda: work.at_work and len(about()) == 2)

    daemon.live(story)
    assert len(work.begun) == len(daemon.slots.recorded()) == 1
    assert work.at_work == daemon.inhibitor.held == []
    last = {event.about: event.state for event in daemon.events if isinstance(event, Activity)}
    assert set(last.values()) <= {"cancelled"}


def test_a_run_of_the_schedule_can_be_cancelled(daemon: Daemon) -> None:
    work = Gated()
    daemon.work = work
    daemon.kit.clock.time = DUE

    async def story() -> None:
        await until(lambda: work.at_work)
        await daemon.ask(CancelRun("nightly"))
        await until(lambda: daemon.logged("The job nightly was cancelled."))
        assert work.at_work == []

    daemon.live(story)
    assert len(work.begun) == 1

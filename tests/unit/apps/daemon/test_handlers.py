"""Who does what the daemon is asked for, and what others are told of it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
import trio
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bcper.adapters.ipc.requests import request_types
from bcper.apps.activities import Activities
from bcper.apps.daemon.handlers import Handlers
from bcper.apps.daemon.runner import Runner
from bcper.apps.service import ANSWERS, WATCHED
from bcper.domain.errors import Cancelled, NoSpace, RunNotFound, UsageError
from bcper.domain.model.events import Activity, Changed, Event
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.daemon import CancelRun, DaemonInfo, ShowStatus, Status, StopDaemon
from bcper.domain.model.requests.jobs import DeleteJob, JobView, ListJobs, PruneJob, RunJob
from bcper.domain.model.requests.runs import DeleteRun, ListRuns, RestoreRun, VerifyRun, Which
from bcper.domain.model.requests.settings import Pause
from bcper.domain.model.requests.stores import ImportStore
from bcper.domain.policy.conditions import Waiting
from bcper.ports.progress import ProgressSink
from helpers.by_type import values
from helpers.catalogs import a_catalog, a_job
from helpers.daemon_work import Gated, named, until
from helpers.simulated import TrioClock

BY_DAEMON = {"ShowStatus", "CancelRun", "StopDaemon"}
BY_WORKER = {
    *("BackUpNow", "RestoreRun", "VerifyRun", "DeleteRun", "PruneJob", "ImportStore"),
    *("PreviewItem", "PreviewPaths"),
}
RUNS = {
    "BackUpNow",
    "DeleteRun",
    "PruneJob",
    "PinRun",
    "ImportStore",
    "RestoreRun",
    "VerifyRun",
    "PreviewItem",
    "PreviewPaths",
}
"""After these somebody may have to look at the list of runs again."""

JOB = a_job("nightly", "item", "docs")
STATUS = Status(DaemonInfo(1, "1", datetime(2026, 1, 1, tzinfo=UTC)), None, (), ())


class Rig:
    """Handlers, and what they hand on to."""

    def __init__(self) -> None:
        self.served: list[str] = []
        self.error: Exception | None = None
        self.views = (
            JobView(JOB, "daily", None, None),
            JobView(attrs.evolve(JOB, id="other"), "", None, None),
        )
        self.work = Gated()
        self.events: list[Event] = []
        self.calls: list[str] = []
        self.waiting: dict[str, Waiting] = {}
        self.activities = Activities(TrioClock(), self.events.append)
        catalog = a_catalog(["docs"], stores=["disk"], frequencies=["daily"], jobs=[JOB])

        async def after(job_id: str) -> None:
            self.calls.append(f"after {job_id}")

        async def status() -> Status:
            return STATUS

        self.ask = Handlers(
            self._serve,
            self.work,
            Runner(self.work, self.activities, lambda: catalog, after, _nothing),
            self.activities,
            status=status,
            publish=self.events.append,
            waiting=lambda: self.waiting,
            changed=lambda: self.calls.append("changed"),
            stop=lambda: self.calls.append("stop"),
        )

    def _serve(self, request: Request[Any], sink: ProgressSink | None = None) -> Any:
        assert sink is None
        self.served.append(named(request))
        if self.error is not None:
            raise self.error
        return self.views if isinstance(request, ListJobs) else request

    @property
    def topics(self) -> set[str]:
        return {event.topic for event in self.events if isinstance(event, Changed)}


class _nothing:  # noqa: N801
    """Keeps nothing awake."""

    def __init__(self, _why: str) -> None: ...

    async def __aenter__(self) -> None: ...

    async def __aexit__(self, *exc: object) -> None: ...


def nobody(_: Progress) -> None:
    pass


def play(story: Callable[[Rig], Awaitable[None]]) -> Rig:
    async def main() -> Rig:
        rig = Rig()
        with trio.fail_after(60):
            await story(rig)
        return rig

    return trio.run(main)


def test_every_request_is_somebody_s() -> None:
    assert set(request_types()) <= set(ANSWERS)
    assert BY_WORKER | {"RunJob"} == WATCHED | {"ImportStore"}


@pytest.mark.parametrize("name", sorted(set(request_types()) - BY_DAEMON - {"RunJob", "ListJobs"}))
@settings(max_examples=1, derandomize=True, deadline=None, phases=[Phase.generate])
@given(st.data())
def test_each_goes_where_it_belongs_and_those_who_show_something_are_told(
    name: str, data: st.DataObject
) -> None:
    request = data.draw(values(request_types()[name]))

    async def story(rig: Rig) -> None:
        rig.work.open(named(request))
        assert await rig.ask(request, nobody) is request

    rig = play(story)
    by_worker = name in BY_WORKER
    assert (rig.served, rig.work.begun) == (([], [named(request)]) if by_worker else ([named(request)], []))
    shows = ("List", "Show", "Find", "Test", "Diff", "Verify", "Restore", "Preview", "Check", "Last")
    looks = name.startswith(shows)
    changes = (not looks and name not in (*RUNS,)) or name == "ImportStore"
    assert rig.topics == ({"runs"} if name in RUNS else set()) | ({"catalog"} if changes else set())
    assert rig.calls == (["changed"] if changes else [])


def test_the_daemon_speaks_for_itself() -> None:
    async def story(rig: Rig) -> None:
        assert await rig.ask(ShowStatus(), nobody) is STATUS
        assert await rig.ask(StopDaemon(), nobody) is True

    rig = play(story)
    assert rig.calls == ["stop"]
    assert rig.served == rig.work.begun == rig.events == []


def test_a_list_of_jobs_says_why_one_waits() -> None:
    async def story(rig: Rig) -> None:
        assert await rig.ask(ListJobs(), nobody) == rig.views
        rig.waiting = {JOB.id: Waiting("store", "Waiting: its disk is away."), "gone": Waiting("paused", "x")}
        views = await rig.ask(ListJobs(), nobody)
        assert [view.waiting for view in views] == ["Waiting: its disk is away.", ""]
        assert [attrs.evolve(view, waiting="") for view in views] == list(rig.views)

    assert play(story).events == []


def test_a_job_is_the_runner_s() -> None:
    async def story(rig: Rig) -> None:
        rig.work.open(f"RunJob {JOB.name}")
        assert await rig.ask(RunJob(JOB.name), nobody) == RunJob(JOB.name)

    rig = play(story)
    assert rig.served == []
    assert rig.calls == [f"after {JOB.id}"]
    assert [event.kind for event in rig.events if isinstance(event, Activity)] == ["backup"] * 3
    assert rig.topics == {"runs"}


@pytest.mark.parametrize(
    ("request_", "kind", "about"),
    [
        (VerifyRun(Which("abc")), "verify", "abc"),
        (RestoreRun(Which("latest"), "/x"), "restore", "latest"),
        (DeleteRun(Which("abc")), "delete", "abc"),
        (PruneJob("nightly"), "prune", "nightly"),
        (ImportStore("disk"), "import", "disk"),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, Request) else str(each),
)
def test_what_takes_long_is_a_worker_s_and_an_activity(request_: Request[Any], kind: str, about: str) -> None:
    steps: list[Progress] = []

    async def story(rig: Rig) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(rig.ask, request_, steps.append)
            await until(lambda: rig.work.at_work)
            (activity,) = rig.activities.now()
            assert (activity.kind, activity.about, activity.state) == (kind, about, "running")
            rig.work.reports[named(request_)](Progress("Working", 1))
            rig.work.open(named(request_))
        assert rig.activities.now() == ()

    rig = play(story)
    assert rig.served == []
    assert steps == [Progress("Working", 1)]
    last = [event for event in rig.events if isinstance(event, Activity)][-1]
    assert (last.state, last.progress) == ("finished", Progress("Working", 1))


def test_work_can_be_cancelled_by_whoever_names_it() -> None:
    async def story(rig: Rig) -> None:
        async with trio.open_nursery() as nursery:

            async def work() -> None:
                with pytest.raises(Cancelled):
                    await rig.ask(VerifyRun(Which("abcdef")), nobody)

            nursery.start_soon(work)
            await until(lambda: rig.work.at_work)
            (cancelled,) = await rig.ask(CancelRun("abc"), nobody)
            assert cancelled.about == "abcdef"
        with pytest.raises(RunNotFound, match="'abc'") as error:
            await rig.ask(CancelRun("abc"), nobody)
        assert error.value.hint

    play(story)


@pytest.mark.parametrize("request_", [ListRuns(), DeleteJob("nightly"), ListJobs()], ids=named)
def test_an_error_is_passed_on_and_nothing_told(request_: Request[Any]) -> None:
    error = UsageError("No.", "Yes.")

    async def story(rig: Rig) -> None:
        rig.error = error
        with pytest.raises(UsageError) as raised:
            await rig.ask(request_, nobody)
        assert raised.value is error

    rig = play(story)
    assert rig.events == rig.calls == []


def test_an_error_of_a_worker_is_passed_on_and_told() -> None:
    error = NoSpace("The store is full.")

    async def story(rig: Rig) -> None:
        rig.work.errors["PruneJob nightly"] = error
        rig.work.open("PruneJob nightly")
        with pytest.raises(NoSpace) as raised:
            await rig.ask(PruneJob("nightly"), nobody)
        assert raised.value is error

    rig = play(story)
    assert [event.error for event in rig.events if isinstance(event, Activity)][-1] == "The store is full."


def test_requests_are_answered_while_others_wait() -> None:
    async def story(rig: Rig) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(rig.ask, ImportStore("disk"), nobody)
            await until(lambda: rig.work.at_work)
            assert await rig.ask(Pause(None), nobody) == Pause(None)
            rig.work.open("ImportStore disk")

    play(story)

"""Which jobs run side by side and which one after the other, and what is done around each."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import attrs
import pytest
import trio

from bcper.adapters.memory.inhibitor import MemoryInhibitor
from bcper.apps.activities import Activities
from bcper.apps.daemon.awake import awake
from bcper.apps.daemon.runner import Runner
from bcper.domain.errors import Cancelled, Locked, NoSpace, UsageError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.events import Activity, Event
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.jobs import RunJob
from helpers.catalogs import a_catalog, a_job
from helpers.daemon_work import Gated, until
from helpers.runs import a_run
from helpers.simulated import TrioClock

MADE = a_run("r1", datetime(2026, 3, 1, tzinfo=UTC))


class Rig:
    """A runner and what is around it. Jobs are called by a store and a number: ``a1`` goes into ``a``."""

    def __init__(self, **settings: Any) -> None:
        jobs = [
            attrs.evolve(a_job(f"{store}{number}", "item", "docs", store), name=f"{store}{number}")
            for store in "abc"
            for number in range(1, 5)
        ]
        catalog = a_catalog(["docs"], stores="abc", frequencies=["daily"], jobs=jobs)
        self.catalog: Catalog = attrs.evolve(catalog, settings=attrs.evolve(catalog.settings, **settings))
        self.work = Gated(lambda _: MADE)
        self.events: list[Event] = []
        self.ended: list[str] = []
        self.inhibitor = MemoryInhibitor()
        self.activities = Activities(TrioClock(), self.events.append)
        self.runner = Runner(
            self.work, self.activities, self._load, self._after, partial(awake, self.inhibitor)
        )
        self.results: dict[str, object] = {}

    def _load(self) -> Catalog:
        return self.catalog

    async def _after(self, job_id: str) -> None:
        assert job_id not in self.runner.busy
        await trio.sleep(0)
        self.ended.append(job_id)

    async def run(self, name: str) -> None:
        """Run a job, and keep what came of it."""
        try:
            self.results[name] = await self.runner.run(RunJob(name))
        except Exception as error:
            self.results[name] = error

    async def start(self, nursery: trio.Nursery, *names: str) -> None:
        """Have jobs begin, one after the other, or wait for their turn."""
        for name in names:
            nursery.start_soon(self.run, name)
            await until(lambda name=name: name in self.runner.busy)  # type: ignore[misc]

    async def end(self, name: str) -> None:
        self.work.open(f"RunJob {name}")
        await until(lambda: name in self.results)

    @property
    def at_work(self) -> list[str]:
        """In no order: what is asked of the system first takes its time."""
        return sorted(each.removeprefix("RunJob ") for each in self.work.at_work)

    @property
    def begun(self) -> list[str]:
        return [each.removeprefix("RunJob ") for each in self.work.begun]


def play(story: Callable[..., Awaitable[None]], **settings: Any) -> Rig:
    async def main() -> Rig:
        rig = Rig(**settings)
        with trio.fail_after(60):
            async with trio.open_nursery() as nursery:
                await story(rig, nursery)
        return rig

    return trio.run(main)


def test_jobs_of_one_store_go_one_after_the_other_in_the_order_they_came() -> None:
    async def story(rig: Rig, nursery: trio.Nursery) -> None:
        await rig.start(nursery, "a3", "a1", "a4", "a2")
        for name in ("a3", "a1", "a4", "a2"):
            await until(lambda name=name: rig.at_work == [name])  # type: ignore[misc]
            await rig.end(name)

    rig = play(story)
    assert rig.begun == rig.ended == ["a3", "a1", "a4", "a2"]
    assert set(rig.results.values()) == {MADE}


def test_jobs_of_two_stores_go_side_by_side_and_no_more_than_that() -> None:
    async def story(rig: Rig, nursery: trio.Nursery) -> None:
        await rig.start(nursery, "a1", "a2", "b1", "c1")
        await until(lambda: len(rig.at_work) == 2)
        assert rig.at_work == ["a1", "b1"]
        await rig.end("b1")
        await until(lambda: len(rig.at_work) == 2)
        assert rig.at_work == ["a1", "c1"]
        await rig.end("a1")
        await until(lambda: len(rig.at_work) == 2)
        assert rig.at_work == ["a2", "c1"]
        await rig.end("a2")
        await rig.end("c1")

    rig = play(story)
    assert rig.runner.busy == set()
    assert sorted(rig.ended) == ["a1", "a2", "b1", "c1"]


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_stores_side_by_side_as_the_settings_say(count: int) -> None:
    async def story(rig: Rig, nursery: trio.Nursery) -> None:
        await rig.start(nursery, "a1", "b1", "c1")
        await until(lambda: len(rig.at_work) == count)
        for name in ("a1", "b1", "c1"):
            assert len(rig.at_work) <= count
            await rig.end(name)

    rig = play(story, parallel_stores=count)
    assert sorted(rig.ended) == ["a1", "b1", "c1"]


def test_what_the_settings_say_anew_holds_for_the_next() -> None:
    async def story(rig: Rig, nursery: trio.Nursery) -> None:
        await rig.start(nursery, "a1", "b1")
        assert rig.at_work == ["a1"]
        settings = attrs.evolve(rig.catalog.settings, parallel_stores=3)
        rig.catalog = attrs.evolve(rig.catalog, settings=settings)
        await rig.start(nursery, "c1")
        await until(lambda: len(rig.at_work) == 3)
        for name in ("a1", "b1", "c1"):
            await rig.end(name)

    play(story, parallel_stores=1)


def test_the_same_job_twice_is_locked_whether_it_runs_or_waits() -> None:
    async def story(rig: Rig, nursery: trio.Nursery) -> None:
        await rig.start(nursery, "a1", "a2")
        for name in ("a1", "a2"):
            with pytest.raises(Locked, match="is running"):
                await rig.runner.run(RunJob(name))
        assert rig.runner.busy == {"a1", "a2"}
        await rig.end("a1")
        await rig.end("a2")
        assert await rig.runner.run(RunJob("a1")) == MADE

    rig = play(story)
    assert rig.ended == ["a1", "a2", "a1"]


def test_a_job_that_is_gone_is_nobody_s_end() -> None:
    async def story(rig: Rig, nursery: trio.Nursery) -> None:
        with pytest.raises(UsageError):
            await rig.runner.run(RunJob("nothing"))

    rig = play(story)
    assert rig.events == rig.ended == []


def test_one_that_waits_can_be_cancelled_and_takes_nobody_s_turn() -> None:
    async def story(rig: Rig, nursery: trio.Nursery) -> None:
        await rig.start(nursery, "a1", "a2", "a3")
        rig.activities.cancel("a2")
        await until(lambda: "a2" in rig.results)
        assert isinstance(rig.results["a2"], Cancelled)
        await rig.end("a1")
        await rig.end("a3")

    rig = play(story)
    assert rig.begun == ["a1", "a3"]
    assert rig.ended == ["a2", "a1", "a3"]


def test_one_at_work_can_be_cancelled_and_the_next_has_its_turn() -> None:
    async def story(rig: Rig, nursery: trio.Nursery) -> None:
        await rig.start(nursery, "a1", "a2")
        await until(lambda: rig.at_work == ["a1"])
        rig.activities.cancel("a1")
        await until(lambda: rig.at_work == ["a2"])
        await rig.end("a2")

    rig = play(story)
    assert isinstance(rig.results["a1"], Cancelled)
    assert rig.ended == ["a1", "a2"]
    states = [event.state for event in rig.events if isinstance(event, Activity) and event.about == "a1"]
    assert states == ["waiting", "running", "cancelled"]


def test_the_end_of_the_daemon_is_told_to_each_and_what_comes_after_is_done() -> None:
    async def story(rig: Rig, nursery: trio.Nursery) -> None:
        with trio.CancelScope() as scope:
            async with trio.open_nursery() as inner:
                await rig.start(inner, "a1", "a2")
                await until(lambda: rig.at_work == ["a1"])
                scope.cancel()

    rig = play(story)
    assert sorted(rig.ended) == ["a1", "a2"]
    assert rig.runner.busy == set()
    assert rig.inhibitor.held == []


def test_an_error_is_passed_on_as_it_is() -> None:
    error = NoSpace("The store is full.")

    async def story(rig: Rig, nursery: trio.Nursery) -> None:
        rig.work.errors["RunJob a1"] = error
        await rig.start(nursery, "a1", "a2")
        await rig.end("a1")
        assert rig.results["a1"] is error
        await rig.end("a2")

    rig = play(story)
    assert rig.ended == ["a1", "a2"]
    failed = [event for event in rig.events if isinstance(event, Activity) and event.state == "failed"]
    assert [each.error for each in failed] == ["The store is full."]


def test_progress_goes_to_the_client_and_to_those_who_watch() -> None:
    async def story(rig: Rig, nursery: trio.Nursery) -> None:
        steps: list[Progress] = []

        async def watched() -> None:
            await rig.runner.run(RunJob("a1"), steps.append)

        nursery.start_soon(watched)
        await until(lambda: rig.at_work)
        step = Progress("Backing up", 5, 10, run_id="r1")
        rig.work.reports["RunJob a1"](step)
        assert steps == [step]
        (activity,) = rig.activities.now()
        assert (activity.progress, activity.run_id) == (step, "r1")
        rig.work.open("RunJob a1")

    play(story)


def test_the_machine_is_kept_awake_while_a_run_is_at_work_and_only_then() -> None:
    async def story(rig: Rig, nursery: trio.Nursery) -> None:
        await rig.start(nursery, "a1", "a2", "b1")
        await until(lambda: len(rig.at_work) == 2)
        assert sorted(rig.inhibitor.held) == ["Backing up a1", "Backing up b1"]
        await rig.end("b1")
        assert rig.inhibitor.held == ["Backing up a1"]
        rig.activities.cancel("a1")
        await until(lambda: rig.at_work == ["a2"])
        assert rig.inhibitor.held == ["Backing up a2"]
        rig.work.errors["RunJob a2"] = NoSpace("The store is full.")
        await rig.end("a2")
        assert rig.inhibitor.held == []

    rig = play(story)
    assert rig.inhibitor.taken == 3


def test_the_machine_may_sleep_if_the_settings_say_so() -> None:
    async def story(rig: Rig, nursery: trio.Nursery) -> None:
        await rig.start(nursery, "a1")
        await until(lambda: rig.at_work)
        await rig.end("a1")

    rig = play(story, inhibit_sleep=False)
    assert rig.inhibitor.taken == 0


def test_a_run_cancelled_while_the_system_is_asked_lets_go_of_it() -> None:
    async def story(rig: Rig, nursery: trio.Nursery) -> None:
        @asynccontextmanager
        async def cancelling(why: str) -> AsyncIterator[None]:
            async with awake(rig.inhibitor, why):
                rig.activities.cancel("a1")
                yield

        rig.runner._awake = cancelling
        await rig.run("a1")

    rig = play(story)
    assert isinstance(rig.results["a1"], Cancelled)
    assert (rig.inhibitor.taken, rig.inhibitor.held) == (1, [])

"""What the daemon tells of its work, on trio's mock clock."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import trio
from trio.testing import MockClock

from bcper.apps.activities import Activities
from bcper.domain.errors import BcperError, Cancelled, NoSpace, Skipped
from bcper.domain.model.events import Activity, Changed, Event
from bcper.domain.model.progress import Progress
from helpers.simulated import TrioClock

START = datetime(2026, 3, 10, 12, tzinfo=UTC)


class Told:
    """What was told, and when by trio's clock."""

    def __init__(self) -> None:
        self.clock = TrioClock(START)
        self.events: list[tuple[float, Event]] = []
        self.activities = Activities(self.clock, self._publish)

    def _publish(self, event: Event) -> None:
        self.events.append((trio.current_time(), event))

    def of(self, about: str) -> list[Activity]:
        return [event for _, event in self.events if isinstance(event, Activity) and event.about == about]

    def play(self, story: Callable[[], Awaitable[object]]) -> None:
        async def main() -> None:
            await story()

        trio.run(main, clock=MockClock(autojump_threshold=0))


@pytest.fixture
def told() -> Told:
    return Told()


def test_it_waits_runs_and_ends(told: Told) -> None:
    async def story() -> None:
        with told.activities.one("backup", "nightly") as live:
            assert told.activities.now() == (live.activity,)
            await trio.sleep(5)
            live.begin()
            assert told.activities.now() == (live.activity,)
        assert told.activities.now() == ()

    told.play(story)
    waiting, running, finished = told.of("nightly")
    assert [each.state for each in (waiting, running, finished)] == ["waiting", "running", "finished"]
    assert waiting.started_at is None
    assert running.started_at == finished.started_at == START + timedelta(seconds=5)
    assert len({each.id for each in (waiting, running, finished)}) == 1
    assert told.events[-1][1] == Changed("runs")


def test_at_most_ten_events_a_second_and_one_for_each_new_step(told: Told) -> None:
    async def story() -> None:
        with told.activities.one("backup", "nightly") as live:
            live.begin()
            for step in ("Looking", "Backing up"):
                for done in range(3000):
                    live.report(Progress(step, done, 3000))
                    await trio.sleep(0.001)

    told.play(story)
    times = [
        time for time, event in told.events if isinstance(event, Activity) and event.progress is not None
    ]
    spans = [later - earlier for earlier, later in pairwise(times[:-1])]
    assert 55 <= len(times) <= 6 * 10 + 3
    assert len([span for span in spans if span < 0.0999]) <= 1
    steps = [each.progress.step for each in told.of("nightly") if each.progress]
    assert set(steps) == {"Looking", "Backing up"}


def test_steps_that_change_are_told_at_once_each(told: Told) -> None:
    async def story() -> None:
        with told.activities.one("verify", "abc") as live:
            for number in range(5):
                live.report(Progress(f"step {number}"))

    told.play(story)
    # The last one once more, with the end.
    steps = [each.progress.step for each in told.of("abc") if each.progress]
    assert steps == [*(f"step {number}" for number in range(5)), "step 4"]


def test_the_id_of_a_run_is_never_missed_nor_forgotten(told: Told) -> None:
    async def story() -> None:
        with told.activities.one("backup", "nightly") as live:
            live.report(Progress("Backing up", 1))
            live.report(Progress("Backing up", 2, run_id="r1"))
            assert live.activity.run_id == "r1"
            live.report(Progress("Backing up", 3))
            await trio.sleep(1)
            live.report(Progress("Backing up", 4))

    told.play(story)
    ids = [each.run_id for each in told.of("nightly")]
    assert ids == [None, None, "r1", "r1", "r1"]


def test_speed_and_time_left_are_of_the_step_at_hand(told: Told) -> None:
    async def story() -> None:
        with told.activities.one("backup", "nightly") as live:
            live.report(Progress("Looking", 0, None))
            assert (live.activity.bytes_per_second, live.activity.seconds_left) == (0, None)
            await trio.sleep(100)
            live.report(Progress("Backing up", 0, 1000))
            assert (live.activity.bytes_per_second, live.activity.seconds_left) == (0, None)
            await trio.sleep(2)
            live.report(Progress("Backing up", 200, 1000))
            assert (live.activity.bytes_per_second, live.activity.seconds_left) == (100, 8)
            await trio.sleep(2)
            live.report(Progress("Backing up", 200, None))
            assert (live.activity.bytes_per_second, live.activity.seconds_left) == (50, None)
            await trio.sleep(1)
            live.report(Progress("Backing up", 3000, 1000))
            assert live.activity.seconds_left == 0

    told.play(story)


@pytest.mark.parametrize(
    ("error", "state", "said"),
    [
        (NoSpace("The store is full."), "failed", "The store is full."),
        (Skipped("Not today."), "finished", ""),
        (Cancelled(), "cancelled", ""),
        (ZeroDivisionError("secret"), "failed", "This is a bug; the log has its trace."),
        (KeyboardInterrupt(), "failed", "This is a bug; the log has its trace."),
    ],
    ids=lambda each: type(each).__name__,
)
def test_an_end_by_an_error_is_told_and_the_error_passed_on(
    told: Told, error: BaseException, state: str, said: str
) -> None:
    async def story() -> None:
        with pytest.raises(type(error)) as raised, told.activities.one("backup", "nightly") as live:
            live.begin()
            raise error
        assert raised.value is error

    told.play(story)
    last = told.of("nightly")[-1]
    assert (last.state, last.error) == (state, said)
    assert told.activities.now() == ()


def test_who_is_cancelled_by_its_scope_raises_our_cancelled(told: Told) -> None:
    async def story() -> None:
        with pytest.raises(Cancelled), told.activities.one("backup", "nightly") as live:
            live.scope.cancel()
            await trio.sleep_forever()

    told.play(story)
    assert told.of("nightly")[-1].state == "cancelled"


def test_who_is_cancelled_by_trio_is_told_as_cancelled(told: Told) -> None:
    async def story() -> None:
        with trio.move_on_after(1), told.activities.one("backup", "nightly"):
            await trio.sleep_forever()

    told.play(story)
    assert told.of("nightly")[-1].state == "cancelled"


def test_what_is_done_when_it_is_cancelled_is_done(told: Told) -> None:
    async def story() -> None:
        with told.activities.one("backup", "nightly") as live:
            live.scope.cancel()

    told.play(story)
    assert told.of("nightly")[-1].state == "finished"


async def all_cancelled(told: Told, name: Callable[[dict[str, Activity]], str]) -> set[str]:
    """Which of some activities end when the one that ``name`` gives is cancelled."""
    ended: set[str] = set()

    async def one(kind: str, about: str, run_id: str) -> None:
        try:
            with told.activities.one(kind, about) as live:  # type: ignore[arg-type]
                live.begin()
                live.report(Progress("Working", run_id=run_id))
                await trio.sleep_forever()
        except BcperError:
            ended.add(about)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(one, "backup", "nightly", "abcd-1")
        nursery.start_soon(one, "backup", "Weekly", "abef-2")
        nursery.start_soon(one, "restore", "cafe0123", "")
        await trio.testing.wait_all_tasks_blocked()
        meant = name({each.about: each for each in told.activities.now()})
        cancelled = told.activities.cancel(meant)
        await trio.testing.wait_all_tasks_blocked()
        assert {each.about for each in cancelled} == ended
        nursery.cancel_scope.cancel()
    return {*ended}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (lambda _: "nightly", {"nightly"}),
        (lambda _: "Weekly", {"Weekly"}),
        (lambda _: "weekly", set()),
        (lambda _: "abcd-1", {"nightly"}),
        (lambda _: "ABC", {"nightly"}),
        (lambda _: "abe", {"Weekly"}),
        (lambda each: each["nightly"].id, {"nightly"}),
        (lambda each: each["Weekly"].id[:13].upper(), {"Weekly"}),
        (lambda _: "cafe0123", {"cafe0123"}),
        (lambda _: "cafe", {"cafe0123"}),
        (lambda _: "night", set()),
        (lambda _: "", set()),
    ],
)
def test_cancelling_by_name_and_by_id(
    told: Told, name: Callable[[dict[str, Activity]], str], wanted: set[str]
) -> None:
    async def story() -> None:
        assert await all_cancelled(told, name) == wanted

    told.play(story)


def test_a_name_that_another_s_id_begins_with_is_a_name(told: Told) -> None:
    async def story() -> None:
        with told.activities.one("backup", "nightly") as other:
            with pytest.raises(Cancelled), told.activities.one("backup", other.activity.id[:1]) as live:
                assert told.activities.cancel(other.activity.id[:1]) == (live.activity,)
                await trio.sleep_forever()
            await trio.sleep(0)

    told.play(story)

"""Stored size by day, and the day on which a store is full."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from bcper.domain.model.runs import Run, RunStatus
from bcper.domain.policy.history.stored_size import days_until_full, stored_by_day
from helpers.runs import a_run

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")  # the clocks were changed on the day before


@st.composite
def runs(draw: st.DrawFn) -> Run:
    begun = NOW - timedelta(hours=draw(st.integers(0, 24 * 20)))
    pruned = draw(st.none() | st.integers(0, 24 * 20))
    return a_run(
        "r",
        begun,
        draw(st.sampled_from(list(RunStatus))),
        stored_bytes=draw(st.integers(0, 1000)),
        completed_at=draw(st.none() | st.just(begun + timedelta(hours=1))),
        pruned_at=None if pruned is None else min(NOW, begun + timedelta(hours=pruned + 1)),
    )


@given(st.lists(runs(), max_size=10))
def test_each_day_holds_what_was_there_at_its_end(made: list[Run]) -> None:
    found = stored_by_day(made, NOW, ZONE, 15)
    today = NOW.astimezone(ZONE).date()
    for back, size in enumerate(reversed(found)):
        day = today - timedelta(days=back)
        assert size == sum(
            run.stored_bytes
            for run in made
            if run.status.restorable
            and (run.completed_at or run.started_at).astimezone(ZONE).date() <= day
            and (run.pruned_at is None or run.pruned_at.astimezone(ZONE).date() > day)
        )


@given(st.integers(1, 10**12), st.integers(1, 10**10), st.integers(7, 90), st.integers(1, 3000))
def test_what_grows_evenly_is_full_when_that_is_reckoned(
    start: int, rate: int, count: int, days: int
) -> None:
    assume(rate * count > 1e-8 * start)  # less is the noise of reckoning, and never fills a disk
    sizes = [start + rate * number for number in range(count)]
    found = days_until_full(sizes, rate * days + rate // 2)
    assert found is not None
    assert abs(found - days) <= 1


@given(st.lists(st.integers(0, 10**9), max_size=20), st.integers(0, 10**12))
def test_any_history_has_an_answer(sizes: list[int], free: int) -> None:
    found = days_until_full(sizes, free)
    assert found is None or 0 <= found <= 3650


def test_what_does_not_grow_and_what_is_new_are_never_full() -> None:
    assert days_until_full([5] * 30, 100) is None
    assert days_until_full(list(range(30, 0, -1)), 100) is None
    assert days_until_full([0] * 80 + [1, 2, 3], 100) is None
    assert days_until_full([], 100) is None
    assert days_until_full(list(range(1, 91)), 10**9) is None
    assert days_until_full([1 << 40] * 20, 1 << 40) is None


def test_a_full_store_is_full_now() -> None:
    assert days_until_full(list(range(1, 91)), 0) == 0

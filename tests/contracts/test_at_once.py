"""What every AtOnce promises (ports.at_once), in threads and on the fake."""

import threading
from collections.abc import Collection

import pytest

from bcper.adapters.memory.at_once import MemoryAtOnce
from bcper.adapters.system.at_once import ThreadAtOnce
from bcper.domain.errors import Cancelled
from bcper.ports.at_once import AtOnce, Late


@pytest.fixture(params=["threads", "memory"])
def at_once(request: pytest.FixtureRequest) -> AtOnce:
    return ThreadAtOnce() if request.param == "threads" else MemoryAtOnce()


def nobody(_: Collection[int]) -> None: ...


def test_answers_come_in_the_order_of_the_questions_and_errors_are_answers(at_once: AtOnce) -> None:
    error = KeyError("a")

    def fail() -> int:
        raise error

    assert list(at_once([(60, lambda: 1), (60, fail), (60, lambda: 3)], nobody)) == [1, error, 3]
    assert list(at_once([], nobody)) == []


def test_all_are_asked_at_once() -> None:
    both = threading.Barrier(2, timeout=60)
    asks = [(60.0, lambda: both.wait() >= 0)] * 2
    assert list(ThreadAtOnce()(asks, nobody)) == [True, True]


def test_one_that_hangs_is_late_and_keeps_nobody_else_from_answering() -> None:
    come_back, waited = threading.Event(), []
    asks = [(0.3, lambda: come_back.wait(60)), (60.0, lambda: True)]
    try:
        assert list(ThreadAtOnce()(asks, lambda left: waited.append(tuple(left)))) == [Late(), True]
    finally:
        come_back.set()
    assert waited[-1] == (0,)
    assert list(MemoryAtOnce({0})(asks, nobody)) == [Late(), True]


@pytest.mark.parametrize("at_once", [ThreadAtOnce(), MemoryAtOnce({0})])
def test_who_waits_may_give_up(at_once: AtOnce) -> None:
    come_back = threading.Event()

    def give_up(_: Collection[int]) -> None:
        raise Cancelled

    try:
        with pytest.raises(Cancelled):
            list(at_once([(60, lambda: come_back.wait(60))], give_up))
    finally:
        come_back.set()

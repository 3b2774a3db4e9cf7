"""A button's task fails alone."""

import logging

import pytest
import trio
import trio.testing

from bcper.apps.gui.tasks import Tasks
from bcper.domain.errors import BcperError, Cancelled


async def fail(error: Exception) -> None:
    await trio.lowlevel.checkpoint()
    raise error


def run(error: Exception) -> tuple[list[str], list[logging.LogRecord], bool]:
    said: list[str] = []
    records: list[logging.LogRecord] = []
    log = logging.Logger("gui")
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    log.addHandler(handler)
    went_on = False

    async def main() -> None:
        nonlocal went_on
        async with trio.open_nursery() as nursery:
            tasks = Tasks(nursery, said.append, log)
            tasks.start(fail, error)
            tasks.start(trio.sleep_forever).cancel()
        went_on = True

    trio.run(main)
    return said, records, went_on


def test_an_expected_error_is_a_sentence_and_no_trace() -> None:
    said, records, went_on = run(BcperError("No such thing.", hint="Look again."))
    assert said == ["No such thing. Look again."]
    assert not records
    assert went_on


def test_a_bug_is_one_sentence_and_a_trace_in_the_log() -> None:
    said, records, went_on = run(ZeroDivisionError("oops"))
    assert said == ["This is a bug in BCPER: ZeroDivisionError. The trace is in gui.log."]
    (record,) = records
    assert record.exc_info is not None and isinstance(record.exc_info[1], ZeroDivisionError)
    assert went_on


@pytest.mark.parametrize("error", [Cancelled()])
def test_what_was_cancelled_is_no_trouble(error: Exception) -> None:
    assert run(error) == ([], [], True)


def test_tasks_begin_in_the_order_they_were_started() -> None:
    begun: list[int] = []

    async def begin(number: int) -> None:
        begun.append(number)
        await trio.lowlevel.checkpoint()

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            tasks = Tasks(nursery, lambda _: None, logging.Logger("gui"))
            for number in range(40):
                tasks.start(begin, number)
                if number % 2:  # trio shuffles two at a time
                    await trio.testing.wait_all_tasks_blocked()

    trio.run(main)
    assert begun == list(range(40))

"""What every Crew promises (ports.crew): with real processes, and with nobody."""

import pytest

from bcper.adapters.memory.crew import MemoryCrew
from bcper.adapters.process.crew import ProcessCrew
from bcper.domain.errors import BcperError
from bcper.ports.crew import Crew, ShareTask

TASK = ShareTask(store="/nowhere/at/all", manifest="job/run/x.meta.json", part="x", keys=None)


@pytest.fixture(params=[ProcessCrew, MemoryCrew])
def crew(request: pytest.FixtureRequest) -> Crew:
    made: Crew = request.param()
    return made


def test_claims_begin_at_zero_and_none_is_given_twice(crew: Crew) -> None:
    claims, helpers = crew.muster(TASK)
    assert [claims() for _ in range(5)] == [0, 1, 2, 3, 4]
    for helper in helpers:
        with helper:
            pass


def test_a_helper_s_failure_is_the_caller_s(crew: Crew) -> None:
    _, helpers = crew.muster(TASK)
    for helper in helpers:
        with helper, pytest.raises(BcperError, match="does not exist"):
            helper.begin()
            while not helper.done:
                helper.reports(0.5)


def test_a_helper_can_be_left_at_any_time_and_is_gone(crew: Crew) -> None:
    _, helpers = crew.muster(TASK)
    for helper in helpers:
        with helper:
            pass
        helper.__exit__(None, None, None)


def test_a_task_shows_no_key() -> None:
    assert "sesame" not in repr(ShareTask("s", "m", "p", b"open sesame"))

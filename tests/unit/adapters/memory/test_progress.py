"""The watchers of adapters.memory."""

import pytest

from bcper.adapters.memory.progress import CancelAt, RecordingProgress
from bcper.domain.errors import Cancelled
from bcper.domain.model.progress import Progress

STEPS = [Progress("Backing up", done) for done in range(4)]


def test_every_step_is_kept_in_order() -> None:
    sink = RecordingProgress()
    for step in STEPS:
        sink.step(step)
    assert sink.steps == STEPS


@pytest.mark.parametrize("count", [1, 3])
def test_work_is_cancelled_at_the_step_and_ever_after(count: int) -> None:
    sink = CancelAt(count)
    for number, step in enumerate(STEPS, 1):
        if number < count:
            sink.step(step)
        else:
            with pytest.raises(Cancelled):
                sink.step(step)
    assert sink.steps == STEPS

"""When a store on a remote is tried before a run."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bcper.domain.model.runs import Run, RunStatus
from bcper.domain.policy.trials import took_data_lately

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GOOD, PARTIAL, FAILED = RunStatus.SUCCESS, RunStatus.PARTIAL, RunStatus.FAILED
CANCELLED, RUNNING, KILLED = RunStatus.CANCELLED, RunStatus.RUNNING, RunStatus.INTERRUPTED


def runs(*statuses: RunStatus, days: float = 0) -> Sequence[Run]:
    """Newest first, a day between them, the newest ``days`` old."""
    ages = (timedelta(days=days + number) for number in range(len(statuses)))
    return [
        Run("id", "j", "item", "t", "s3:b", "sid", "j/id", NOW - age, status, completed_at=NOW - age)
        for age, status in zip(ages, statuses, strict=True)
    ]


@pytest.mark.parametrize(
    ("earlier", "took"),
    [
        ((), False),
        (runs(GOOD), True),
        (runs(PARTIAL, FAILED), True),
        (runs(FAILED, GOOD), False),
        (runs(KILLED, GOOD), False),
        (runs(RUNNING, CANCELLED, GOOD), True),
        (runs(CANCELLED, FAILED, GOOD), False),
        (runs(CANCELLED), False),
        (runs(GOOD, days=7), True),
        (runs(GOOD, days=7.1), False),
    ],
)
def test_the_last_run_that_says_anything_decides(earlier: Sequence[Run], took: bool) -> None:
    assert took_data_lately(earlier, NOW) is took

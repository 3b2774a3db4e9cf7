"""What a schedule's values refuse."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bcper.domain.errors import UsageError
from bcper.domain.model.frequency import Every, Interval, Once


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "minutes"},
        {"kind": "days", "count": 0},
        {"kind": "days", "count": -2},
        {"kind": "days", "count": 1000},
        {"kind": "days", "hour": 24},
        {"kind": "hours", "hour": -1},
        {"kind": "days", "minute": 60},
        {"kind": "weeks"},
        {"kind": "weeks", "weekday": 7},
        {"kind": "weeks", "weekday": -1},
        {"kind": "months"},
        {"kind": "months", "day": 0},
        {"kind": "months", "day": 32},
        {"kind": "days", "weekday": 1},
        {"kind": "weeks", "weekday": 1, "day": 1},
        {"kind": "hours", "day": 1},
    ],
)
def test_an_interval_that_makes_no_sense_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        Interval(**fields)  # type: ignore[arg-type]


def test_times_are_kept_in_utc() -> None:
    moment = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert Once(moment).at == moment
    anchor = Every(Interval("hours", 5), moment).anchor
    assert (anchor.tzinfo, anchor.hour) == (UTC, 10)


def test_times_without_a_zone_are_refused() -> None:
    naive = datetime(2026, 1, 1)
    with pytest.raises(UsageError):
        Once(naive)
    with pytest.raises(UsageError):
        Every(Interval("hours", 5), naive)

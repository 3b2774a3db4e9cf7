"""Settings, and what they refuse."""

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from bcper.domain.errors import UsageError
from bcper.domain.model.settings import FOREVER, Settings, check_settings


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"parallel_stores": 1},
        {"parallel_stores": 16},
        {"battery_min": None},
        {"battery_min": 1},
        {"battery_min": 100},
        {"warn_after_days": 0},
        {"warn_after_days": 3650},
        {"paused_until": FOREVER},
        {"rclone_url": "https://mirror.example.org/rclone"},
        {"rclone_url": "http://127.0.0.1:8000"},
    ],
    ids=repr,
)
def test_what_makes_sense_is_taken(change: dict[str, Any]) -> None:
    settings = attrs.evolve(Settings(), **change)
    assert check_settings(settings) is settings


@pytest.mark.parametrize(
    "change",
    [
        {"parallel_stores": 0},
        {"parallel_stores": 17},
        {"battery_min": 0},
        {"battery_min": 101},
        {"warn_after_days": -1},
        {"warn_after_days": 3651},
        {"paused_until": datetime(2026, 1, 1)},
        {"rclone_url": "http://mirror.example.org/rclone"},
    ],
    ids=repr,
)
def test_what_makes_none_is_refused_by_its_name(change: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=next(iter(change))):
        check_settings(attrs.evolve(Settings(), **change))


def test_a_pause_ends_at_its_time() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert not Settings().paused(now)
    paused = Settings(paused_until=now)
    assert paused.paused(now - timedelta(microseconds=1))
    assert not paused.paused(now)
    assert Settings(paused_until=FOREVER).paused(now)
    assert FOREVER.astimezone()  # every zone can show it

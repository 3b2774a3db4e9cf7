"""Settings, the pause, and what jobs do around their runs, by request (ports.service)."""

from datetime import timedelta
from typing import Any

import attrs
import pytest

from bcper.domain.errors import UsageError
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.jobs import AS_SETTINGS, AddJob, EditJob, ListJobs
from bcper.domain.model.requests.settings import EditSettings, Pause, Resume, ShowSettings
from bcper.domain.model.settings import FOREVER, Settings
from helpers.service import Kit


def test_settings_are_the_defaults_at_first_and_showing_them_writes_nothing(kit: Kit) -> None:
    assert kit.ask(ShowSettings()) == Settings()
    assert kit.catalog.revision == 0


CHANGES: dict[str, Any] = {
    "parallel_stores": 3,
    "battery_min": 35,
    "on_metered": True,
    "warn_after_days": 0,
    "notify": False,
    "low_priority": False,
    "catch_up": False,
    "inhibit_sleep": False,
    "rclone_url": "https://mirror.example.org/rclone",
}


@pytest.mark.parametrize("name", CHANGES)
def test_one_setting_is_changed_and_the_others_stay(kit: Kit, name: str) -> None:
    changed = kit.ask(EditSettings(**{name: CHANGES[name]}))
    assert changed == attrs.evolve(Settings(), **{name: CHANGES[name]})
    assert kit.ask(ShowSettings()) == changed
    revision = kit.catalog.revision
    assert kit.ask(EditSettings()) == changed
    assert kit.catalog.revision == revision


def test_every_setting_but_the_pause_can_be_changed() -> None:
    assert {field.name for field in attrs.fields(EditSettings)} == set(CHANGES)
    assert {field.name for field in attrs.fields(Settings)} == {*CHANGES, "paused_until"}


def test_a_battery_of_0_is_none_to_wait_for(kit: Kit) -> None:
    assert kit.ask(EditSettings(battery_min=0)).battery_min is None
    assert kit.ask(EditSettings(notify=False)).battery_min is None
    assert kit.ask(EditSettings(battery_min=5)).battery_min == 5


def test_a_pause_ends_by_itself_or_when_somebody_says_so(kit: Kit) -> None:
    before = kit.container.clock().now()
    paused = kit.ask(Pause(1.5))
    after = kit.container.clock().now()
    assert paused.paused_until is not None
    assert before <= paused.paused_until - timedelta(hours=1.5) <= after
    assert paused.paused(after)
    assert kit.ask(ShowSettings()) == paused
    assert kit.ask(Pause()).paused_until == FOREVER
    assert kit.ask(EditSettings(notify=False)).paused_until == FOREVER
    assert kit.ask(Resume()) == Settings(notify=False)
    revision = kit.catalog.revision
    kit.ask(Resume())
    assert kit.catalog.revision == revision


@pytest.mark.parametrize(
    "request_",
    [
        EditSettings(parallel_stores=0),
        EditSettings(battery_min=101),
        EditSettings(battery_min=-1),
        EditSettings(warn_after_days=-1),
        Pause(0),
        Pause(-1),
        Pause(float("nan")),
        Pause(float("inf")),
        Pause(1e9),
    ],
    ids=repr,
)
def test_what_makes_no_sense_is_refused_and_nothing_changes(kit: Kit, request_: Request[Settings]) -> None:
    with pytest.raises(UsageError) as caught:
        kit.ask(request_)
    assert caught.value.hint
    assert kit.catalog.revision == 0


AROUND: dict[str, Any] = {
    "before": "mount /mnt/disk",
    "after": "sh -c 'umount /mnt/disk'",
    "hook_seconds": 60,
    "ping_url": "https://hc-ping.com/x",
    "warn_after_days": 2,
    "only_on_power": True,
}


def test_a_job_is_added_with_what_is_around_its_runs(kit: Kit) -> None:
    kit.item("docs")
    job = kit.job("docs", **AROUND).job
    assert {name: getattr(job, name) for name in AROUND} == AROUND
    (listed,) = kit.ask(ListJobs())
    assert listed.job == job


def test_what_is_around_is_edited_one_by_one_and_taken_away(kit: Kit) -> None:
    kit.item("docs")
    plain = kit.job("docs").job
    for name, value in AROUND.items():
        before = kit.catalog.jobs[plain.id]
        assert kit.ask(EditJob("nightly", **{name: value})).job == attrs.evolve(before, **{name: value})
    away = EditJob(
        "nightly",
        before="",
        after="",
        hook_seconds=600,
        ping_url="",
        warn_after_days=AS_SETTINGS,
        only_on_power=False,
    )
    assert kit.ask(away).job == plain


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("before", "echo 'a"),
        ("after", " "),
        ("hook_seconds", 0),
        ("ping_url", "ftp://x"),
        ("warn_after_days", -2),
    ],
)
def test_what_is_around_a_run_is_checked(kit: Kit, name: str, value: Any) -> None:
    kit.item("docs")
    kit.job("docs")
    before = kit.catalog
    for request in (
        AddJob("other", "item", "docs", "disk", "daily", **{name: value}),
        EditJob("nightly", **{name: value}),
    ):
        with pytest.raises(UsageError):
            kit.ask(request)
    assert kit.catalog == before

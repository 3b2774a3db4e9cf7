"""The file's text and the catalogue."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.adapters.config_json.converter import decode, encode
from bcper.adapters.config_json.problem import Problem
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.frequency import Cron, Every, Interval, Once
from bcper.domain.model.jobs import Job, Keep
from bcper.domain.model.settings import Settings
from bcper.domain.model.stores import Store
from bcper.domain.model.targets import Item, LeaveOut, Vault
from bcper.domain.policy.orphans import gaps, orphans
from bcper.domain.policy.whole import check_catalog
from helpers.catalog_strategies import catalogs
from helpers.examples import examples


@settings(max_examples=examples(50), deadline=None)
@given(catalogs)
def test_every_catalogue_comes_back_as_it_was(catalog: Catalog) -> None:
    text = encode(check_catalog(catalog))
    back = decode(text)
    assert back == catalog
    assert [list(section) for section in (back.items, back.jobs)] == [
        list(section) for section in (catalog.items, catalog.jobs)
    ]
    assert encode(back) == text


FULL: dict[str, Any] = {
    "version": 3,
    "revision": 7,
    "settings": {
        "parallel_stores": 3,
        "battery_min": None,
        "on_metered": True,
        "warn_after_days": 0,
        "notify": False,
        "low_priority": False,
        "catch_up": False,
        "inhibit_sleep": False,
        "rclone_url": "https://mirror.example.org/rclone",
        "paused_until": "2025-01-06T07:05:00Z",
    },
    "items": {
        "docs": {
            "paths": ["/home/me/docs", "/etc"],
            "ignore": ["*.tmp"],
            "leave_out": {
                "caches": True,
                "larger_than": 5,
                "other_file_systems": True,
                "ignore_files": True,
            },
            "has_password": True,
        }
    },
    "vaults": {"home": {"items": ["docs"], "ignore": ["x"], "has_password": True}},
    "stores": {
        "disk": {"type": "local", "path": "/mnt/disk", "volume_bytes": 0, "bandwidth": 9, "store_id": "s-1"},
        "cloud": {"type": "rclone", "remote": "gdrive", "path": "backups"},
    },
    "frequencies": {
        "daily": {"name": "Daily at 22:00", "schedule": {"cron": "@daily"}},
        "other": {
            "name": "Mon/2",
            "schedule": {
                "every": {"unit": "weeks", "count": 2, "at": "7:05", "weekday": "sunday"},
                "anchor": "2025-01-06T07:05:00+01:00",
            },
        },
        "now": {"name": "Now", "schedule": {"once": None}},
        "then": {"name": "Then", "schedule": {"once": "2025-01-06T07:05:00Z"}},
    },
    "jobs": {
        "1": {
            "name": "nightly",
            "target_type": "vault",
            "target_name": "home",
            "store_name": "disk",
            "frequency_id": "daily",
            "keep": {"last": 3, "daily": 7, "weekly": 4, "monthly": 12, "yearly": 5},
            "enabled": False,
            "created_at": "2025-01-06T07:05:00Z",
            "before": "sh -c 'mount /mnt/disk'",
            "after": "umount /mnt/disk",
            "hook_seconds": 60,
            "ping_url": "https://hc-ping.com/5f0c2c1e",
            "warn_after_days": 3,
            "only_on_power": True,
        }
    },
}


def test_a_file_by_hand_means_what_it_says() -> None:
    catalog = decode(json.dumps(FULL).encode())
    morning = datetime(2025, 1, 6, 7, 5, tzinfo=UTC)
    assert catalog.revision == 7
    assert catalog.items["docs"] == Item(
        "docs", ("/home/me/docs", "/etc"), ("*.tmp",), LeaveOut(True, 5, True, True), True
    )
    assert catalog.vaults["home"] == Vault("home", ("docs",), ("x",), True)
    assert catalog.stores["disk"] == Store("disk", "local", "/mnt/disk", "", "s-1", 0, 9)
    assert catalog.stores["cloud"] == Store("cloud", "rclone", "backups", "gdrive")
    schedules = {key: frequency.schedule for key, frequency in catalog.frequencies.items()}
    assert schedules == {
        "daily": Cron("0 0 * * *"),
        "other": Every(Interval("weeks", 2, 7, 5, weekday=6), morning.replace(hour=6)),
        "now": Once(),
        "then": Once(morning),
    }
    assert catalog.frequencies["other"].name == "Mon/2"
    assert catalog.jobs["1"] == Job(
        *("1", "nightly", "vault", "home", "disk", "daily", Keep(3, 7, 4, 12, 5), False, morning),
        *("sh -c 'mount /mnt/disk'", "umount /mnt/disk", 60, "https://hc-ping.com/5f0c2c1e", 3, True),
    )
    mirror = "https://mirror.example.org/rclone"
    assert catalog.settings == Settings(3, None, True, 0, False, False, False, False, morning, mirror)


def test_a_file_of_version_2_means_what_it_meant_and_is_written_as_version_3() -> None:
    new = {"before", "after", "hook_seconds", "ping_url", "warn_after_days", "only_on_power"}
    raw = {key: value for key, value in FULL.items() if key != "settings"}
    job = {key: value for key, value in FULL["jobs"]["1"].items() if key not in new}
    catalog = decode(json.dumps({**raw, "version": 2, "jobs": {"1": job}}).encode())
    assert catalog.settings == Settings()
    assert not catalog.jobs["1"].hooked
    assert catalog.jobs["1"].hook_seconds == 600
    written = json.loads(encode(catalog))
    assert written["version"] == 3
    assert written["settings"]["battery_min"] == 20
    assert decode(encode(catalog)) == catalog


def test_what_has_a_default_may_be_missing() -> None:
    catalog = decode(b'{"version": 2, "items": {"a": {"paths": ["/a"]}}}')
    assert catalog == Catalog(items={"a": Item("a", ("/a",))})


def test_all_keys_are_written_for_people_to_see() -> None:
    written = json.loads(encode(Catalog(items={"ü": Item("ü", ("/ü\udcff",))})))
    assert written["items"]["ü"] == {
        "paths": ["/ü\udcff"],
        "ignore": [],
        "leave_out": {
            "caches": False,
            "larger_than": None,
            "other_file_systems": False,
            "ignore_files": False,
        },
        "has_password": False,
    }
    text = encode(Catalog(items={"ü": Item("ü", ("/ü\udcff",))}))
    assert "ü" in text.decode()
    assert rb"\udcff" in text


def edited(path: tuple[str | int, ...], value: object) -> bytes:
    raw = json.loads(json.dumps(FULL))
    here = raw
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    return json.dumps(raw).encode()


WRONG: list[tuple[tuple[str | int, ...], object, str]] = [
    (("items",), [], "items is a list; it must be an object in braces"),
    (("items", "docs"), None, "items.docs is null; it must be an object in braces"),
    (("items", "docs", "paths"), "/a", "items.docs.paths is text; it must be a list of texts in brackets"),
    (("items", "docs", "paths", 1), 5, "items.docs.paths[1] is the number 5; it must be text in quotes"),
    (("items", "docs", "paths"), [], "items.docs is refused: The item 'docs' has no path"),
    (("items", "docs", "paths", 0), "docs", "items.docs is refused: 'docs' is not a full path"),
    (("items", "my docs"), 1, 'items["my docs"] is the number 1; it must be an object in braces'),
    (
        ("items", "docs", "name"),
        "x",
        "items.docs has the unknown key 'name'; allowed are 'paths', 'ignore', ",
    ),
    (("items", "docs", "leave_out"), {"cache": True}, "items.docs.leave_out has the unknown key 'cache'; al"),
    (("items", "docs", "leave_out", "caches"), 1, "items.docs.leave_out.caches is the number 1; it must be "),
    (
        ("items", "docs", "leave_out", "larger_than"),
        0,
        "items.docs.leave_out is refused: Files larger than 0",
    ),
    (
        ("items", "docs", "leave_out", "larger_than"),
        True,
        "items.docs.leave_out.larger_than is true; it must",
    ),
    (("stores", "disk", "type"), "locl", "stores.disk.type is 'locl'; it must be 'local' or 'rclone'"),
    (("stores", "disk", "kind"), "local", "stores.disk has the unknown key 'kind'; allowed are 'type', "),
    (("stores", "cloud", "remote"), "-x", "stores.cloud is refused: '-x' cannot be the name of an rclone"),
    (("stores", "new"), {"type": "local"}, "stores.new lacks 'path'; allowed are 'type', 'path', "),
    (("frequencies", "now", "schedule"), {}, "frequencies.now.schedule says no time; it must have 'cron', "),
    (
        ("frequencies", "now", "schedule", "cron"),
        "@daily",
        "frequencies.now.schedule has 'cron' and 'once' to",
    ),
    (
        ("frequencies", "now", "schedule"),
        "0 0 * * *",
        "frequencies.now.schedule is text; it must be an object",
    ),
    (
        ("frequencies", "now", "schedule", "once"),
        "soon",
        "frequencies.now.schedule.once is 'soon', which is no",
    ),
    (
        ("frequencies", "now", "schedule", "once"),
        "2025-01-01 10:00",
        "frequencies.now.schedule.once is '2025",
    ),
    (
        ("frequencies", "daily", "schedule", "cron"),
        "* * * * *",
        "frequencies.daily.schedule.cron is refused: ",
    ),
    (
        ("frequencies", "daily", "schedule", "cron"),
        "0 0 30 2 *",
        "frequencies.daily.schedule.cron is refused: ",
    ),
    (
        ("frequencies", "other", "schedule", "every", "at"),
        "24:00",
        "frequencies.other.schedule.every.at is '24",
    ),
    (
        ("frequencies", "other", "schedule", "every", "weekday"),
        "mon",
        "frequencies.other.schedule.every.weekda",
    ),
    (
        ("frequencies", "other", "schedule", "every", "count"),
        0,
        "frequencies.other.schedule.every is refused: ",
    ),
    (
        ("frequencies", "other", "schedule", "every", "day"),
        3,
        "frequencies.other.schedule.every is refused: An",
    ),
    (
        ("frequencies", "other", "schedule", "every", "hour"),
        3,
        "frequencies.other.schedule.every has the unkno",
    ),
    (
        ("frequencies", "other", "schedule", "anchor"),
        None,
        "frequencies.other.schedule.anchor is null; it must",
    ),
    (("jobs", "1", "keep", "last"), "3", "jobs.1.keep.last is text; it must be a whole number"),
    (("jobs", "1", "keep", "last"), 3.0, "jobs.1.keep.last is the number 3.0; it must be a whole number"),
    (("jobs", "1", "keep", "last"), -1, "jobs.1.keep is refused: Keeping -1 (last) makes no sense"),
    (
        ("jobs", "1", "keep_last"),
        3,
        "jobs.1 has the unknown key 'keep_last'; allowed are 'name', 'target_type",
    ),
    (("jobs", "1", "target_type"), "Vault", "jobs.1.target_type is 'Vault'; it must be 'item' or 'vault'"),
    (("jobs", "1", "enabled"), "yes", "jobs.1.enabled is text; it must be true or false"),
    (("jobs", "1", "name"), "ad-hoc", "jobs.1 is refused: A job cannot be called 'ad-hoc'"),
    (("jobs", "1", "before"), "echo 'a", 'jobs.1 is refused: The command "echo \'a" is not complete'),
    (("jobs", "1", "after"), " ", "jobs.1 is refused: A command of blanks names no program"),
    (("jobs", "1", "after"), ["a"], "jobs.1.after is a list; it must be text in quotes"),
    (("jobs", "1", "hook_seconds"), 0, "jobs.1 is refused: A time-out of 0 s (hook_seconds) makes no sense"),
    (("jobs", "1", "ping_url"), "file:///etc", "jobs.1 is refused: That cannot be an address to call"),
    (("jobs", "1", "warn_after_days"), -1, "jobs.1 is refused: A warning after -1 days"),
    (("jobs", "1", "only_on_power"), 1, "jobs.1.only_on_power is the number 1; it must be true or false"),
    (("settings",), None, "settings is null; it must be an object in braces"),
    (("settings", "battery"), 5, "settings has the unknown key 'battery'; allowed are 'parallel_stores', "),
    (("settings", "battery_min"), 0, "settings is refused: A battery of 0 % (battery_min) makes no sense"),
    (("settings", "battery_min"), "20", "settings.battery_min is text; it must be a whole number"),
    (("settings", "parallel_stores"), 0, "settings is refused: 0 stores side by side (parallel_stores)"),
    (("settings", "warn_after_days"), -1, "settings is refused: A warning after -1 days (warn_after_days)"),
    (("settings", "paused_until"), "soon", "settings.paused_until is 'soon', which is no time"),
    (("settings", "notify"), 1, "settings.notify is the number 1; it must be true or false"),
    (("version",), 1, "version is the number 1; it must be 2 or 3"),
    (("version",), True, "version is true; it must be 2 or 3"),
    (("version",), "2", "version is text; it must be 2 or 3"),
    (("version",), 4, "version is the number 4: a newer BCPER wrote this file, and this one knows version 3"),
    (("revision",), -1, "revision is the number -1; it must be 0 or more"),
    (("revison",), 1, "the file has the unknown key 'revison'; allowed are 'version', 'revision', 'settings"),
]


@pytest.mark.parametrize(("path", "value", "message"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_named_with_its_place_and_what_is_allowed(
    path: tuple[str | int, ...], value: object, message: str
) -> None:
    with pytest.raises(Problem) as caught:
        decode(edited(path, value))
    assert str(caught.value).startswith(message)


def test_a_text_in_the_wrong_place_is_not_shown() -> None:
    """It could be a password."""
    for path in [
        ("vaults", "home", "has_password"),
        ("vaults", "home", "password"),
        ("items", "docs", "paths"),
    ]:
        with pytest.raises(Problem) as caught:
            decode(edited(path, "hunter2"))
        assert "hunter2" not in f"{caught.value} {caught.value!r} {caught.value.hint}"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below, max_size=3),
    max_leaves=8,
)


def places(raw: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    steps = raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ()
    return [found for step, each in steps for found in ((*path, step), *places(each, (*path, step)))]


@settings(max_examples=examples(100), deadline=None)
@given(st.sampled_from(places(FULL)), json_values)
def test_anything_anywhere_is_read_or_refused(path: tuple[str | int, ...], value: object) -> None:
    try:
        catalog = decode(edited(path, value))
    except Problem as problem:
        assert str(problem).isprintable()
    else:
        assert decode(encode(check_catalog(catalog))) == catalog


def test_the_example_of_the_documentation_is_a_configuration() -> None:
    document = Path(__file__).parents[4] / "docs" / "reference" / "configuration.md"
    example = document.read_text().split("```json\n")[1].split("```")[0]
    catalog = decode(example.encode())
    assert all((catalog.items, catalog.vaults, catalog.stores, catalog.frequencies, catalog.jobs))
    assert orphans(catalog) == ()
    assert gaps(catalog) == ()

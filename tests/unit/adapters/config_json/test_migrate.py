"""A config.json of the original, taken over."""

import json
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.adapters.config_json.converter import decode, encode, is_original
from bcper.adapters.config_json.migrate import Migration, migrated
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.frequency import Cron, Frequency, Once
from bcper.domain.model.jobs import Job, Keep
from bcper.domain.model.stores import Store
from bcper.domain.model.targets import Item, Vault
from bcper.domain.policy.whole import check_catalog
from helpers.examples import examples

HOME = "/home/me"

OLD: dict[str, Any] = {
    "items": {
        "docs": {
            "key": "docs",
            "paths": ["/srv/docs", "~/Documents", "~"],
            "password": "hunter2",
            "bcpignore": ["*.log", "!keep.log"],
        },
        "plain": {"key": "plain", "paths": ["/p"], "password": None, "bcpignore": "*.tmp\n\n# a comment\n/x"},
    },
    "vaults": {
        "home": {"name": "home", "item_keys": ["docs", "plain"], "password": "swordfish", "bcpignore": []}
    },
    "frequencies": {
        "d": {"id": "d", "name": "Daily", "cron": "0 22 * * *"},
        "o": {"id": "o", "name": "Once", "cron": "once"},
    },
    "jobs": {
        "1": {
            "id": "1",
            "name": "nightly",
            "target_type": "vault",
            "target_name": "home",
            "store_name": "disk",
            "frequency_id": "d",
            "keep_last": 5,
            "enabled": False,
            "last_run": "2024-01-01T00:00:00",
            "next_run": None,
        }
    },
    "stores": {
        "disk": {"type": "local", "path": "~/backups", "remote": None},
        "cloud": {"type": "rclone", "path": "b", "remote": "gdrive"},
        "deep": {"type": "rclone", "path": "", "remote": "gdrive:a/b"},
    },
}


def test_all_of_it_is_taken_over() -> None:
    assert is_original(OLD)
    done = migrated(OLD, HOME)
    assert done.notes == ()
    assert done.passwords == {("item", "docs"): "hunter2", ("vault", "home"): "swordfish"}
    assert done.catalog == Catalog(
        items={
            "docs": Item(
                "docs",
                ("/srv/docs", "/home/me/Documents", "/home/me"),
                ("*.log", "!keep.log"),
                has_password=True,
            ),
            "plain": Item("plain", ("/p",), ("*.tmp", "# a comment", "/x")),
        },
        vaults={"home": Vault("home", ("docs", "plain"), has_password=True)},
        stores={
            "disk": Store("disk", "local", "/home/me/backups"),
            "cloud": Store("cloud", "rclone", "b", "gdrive"),
            "deep": Store("deep", "rclone", "a/b", "gdrive"),
        },
        frequencies={
            "d": Frequency("d", "Daily", Cron("0 22 * * *")),
            "o": Frequency("o", "Once", Once()),
        },
        jobs={"1": Job("1", "nightly", "vault", "home", "disk", "d", Keep(5), enabled=False)},
    )
    assert decode(encode(check_catalog(done.catalog))) == done.catalog


def test_no_repr_shows_a_password() -> None:
    shown = repr(migrated(OLD, HOME))
    assert "hunter2" not in shown
    assert "swordfish" not in shown


def with_(**sections: Any) -> Migration:
    done = migrated({**OLD, **sections}, HOME)
    check_catalog(done.catalog)
    assert "hunter2" not in " ".join(done.notes)
    return done


def test_a_path_that_cannot_be_used_is_left_out() -> None:
    paths = ["/a", "b", "~other/c", "", "/n\0", 5]
    done = with_(items={"x": {"paths": paths, "password": "hunter2"}})
    assert done.catalog.items["x"] == Item("x", ("/a",), has_password=True)
    assert len(done.notes) == 5
    assert all(note.startswith("In the item 'x', a path ") for note in done.notes)


def test_an_item_without_a_path_is_left_out_and_so_is_its_password() -> None:
    done = with_(items={"x": {"paths": ["b"], "password": "hunter2"}}, vaults={})
    assert done.catalog.items == {}
    assert done.passwords == {}
    assert done.notes[-1].startswith("The item 'x' is left out. ")


@pytest.mark.parametrize("cron", ["*/7 * * * *", "0 0 30 2 *", "@reboot", "", None, 5])
def test_a_cron_that_is_refused_is_left_out_and_its_job_stays(cron: object) -> None:
    done = with_(frequencies={"d": {"id": "d", "name": "Daily", "cron": cron}})
    assert done.catalog.frequencies == {}
    assert done.catalog.jobs["1"].frequency_id == "d"
    assert len(done.notes) == 1
    assert done.notes[0].startswith("The frequency 'd' is left out. ")


@pytest.mark.parametrize("name", ["../x", "a/b", "", "x\0"])
@pytest.mark.parametrize("section", ["items", "vaults", "stores", "frequencies", "jobs"])
def test_a_name_that_cannot_be_one_is_left_out(section: str, name: str) -> None:
    entry = next(iter(OLD[section].values()))
    done = with_(**{section: {name: entry, "good": entry}})
    assert list(getattr(done.catalog, section)) == ["good"]
    assert len(done.notes) == 1


@pytest.mark.parametrize("password", [5, ["hunter2"], "hunter2\udcff"])
def test_a_password_that_is_none_is_missed_and_not_forgotten(password: object) -> None:
    """Or the next backup would be in the clear."""
    done = with_(items={"x": {"paths": ["/x"], "password": password}}, vaults={})
    assert done.catalog.items["x"].has_password
    assert done.passwords == {}
    assert done.notes == ("The password of the item 'x' is no valid text; set it anew.",)


@pytest.mark.parametrize("keep", [-1, "3", 2.5, True, None])
def test_a_number_of_runs_that_is_none_keeps_all(keep: object) -> None:
    done = with_(jobs={"1": {**OLD["jobs"]["1"], "keep_last": keep}})
    assert done.catalog.jobs["1"].keep.everything
    assert len(done.notes) == 1


def test_a_job_that_has_run_once_is_not_run_again() -> None:
    once = {**OLD["jobs"]["1"], "frequency_id": "o", "enabled": True}
    done = with_(jobs={"1": once, "2": {**once, "last_run": None}})
    assert [job.enabled for job in done.catalog.jobs.values()] == [False, True]
    assert done.notes == ("The job 'nightly' has had its one run and is disabled.",)


def test_what_is_unknown_is_named_but_not_shown() -> None:
    done = with_(vaults={"v": {"item_keys": ["docs", "docs", "a/b", 7], "passwort": "hunter2"}})
    assert done.catalog.vaults["v"] == Vault("v", ("docs",))
    assert done.notes[0] == "In the vault 'v', what is unknown is left out: 'passwort'."
    assert len(done.notes) == 3


@pytest.mark.parametrize(
    ("store", "reason"),
    [
        ({"type": "ftp"}, "neither"),
        ({"type": "local", "path": "backups"}, "not a full path"),
        ({"type": "local"}, "not a full path"),
        ({"type": "rclone", "remote": ":sftp,host=x:", "path": ""}, "name of an rclone remote"),
        ({"type": "rclone"}, "remote"),
        ({}, "type"),
        ([], "a list"),
    ],
)
def test_a_store_that_cannot_be_used_is_left_out(store: object, reason: str) -> None:
    done = with_(stores={"s": store})
    assert done.catalog.stores == {}
    assert done.notes[0].startswith("The store 's' is left out. ")
    assert reason in done.notes[0]


def test_sections_may_be_missing_or_something_else() -> None:
    assert migrated({}, HOME) == Migration(Catalog(), {}, ())
    done = migrated({"items": 5, "jobs": None}, HOME)
    assert done.catalog == Catalog()
    assert len(done.notes) == 2


def test_a_newer_file_without_its_version_is_not_taken_for_an_old_one() -> None:
    raw = json.loads(encode(Catalog(items={"a": Item("a", ("/a",))})))
    assert not is_original(raw)
    del raw["version"]
    assert not is_original(raw)
    del raw["revision"]
    assert not is_original(raw)
    assert is_original({})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(), max_size=5) | st.just("once"),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=3), below, max_size=3),
    max_leaves=6,
)


@settings(max_examples=examples(60), deadline=None)
@given(st.data())
def test_whatever_is_in_it_the_rest_is_taken_over(data: st.DataObject) -> None:
    raw = json.loads(json.dumps(OLD))
    section = data.draw(st.sampled_from(sorted(raw)))
    entry = data.draw(st.sampled_from(sorted(raw[section])))
    key = data.draw(st.sampled_from([*sorted(raw[section][entry]), ""]))
    value = data.draw(json_values)
    if key:
        raw[section][entry][key] = value
    else:
        raw[section][entry] = value
    done = migrated(raw, HOME)
    check_catalog(done.catalog)
    assert decode(encode(done.catalog)) == done.catalog
    for name in attrs.asdict(done.catalog, recurse=False).keys() & OLD.keys() - {section}:
        assert getattr(done.catalog, name).keys() == OLD[name].keys()

"""Items, vaults, stores, frequencies and jobs by command, in real processes."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bcper.apps.cli.parser import parser
from helpers.cli import Cli

ORIGINAL = """
bcper-cli item list
bcper-cli item add my-item /path/to/data --ignore "*.log"
bcper-cli vault add my-vault --items my-item
bcper-cli store add local-store --type local --path ~/backups
bcper-cli frequency add daily-22 --name "Daily at 22:00" --cron "0 22 * * *"
bcper-cli job add --name nightly --target-type vault --target-name my-vault --store-name local-store --frequency-id daily-22
bcper-cli job list
"""  # noqa: E501
"""As the original's page has them."""

NOUNS = ("item", "vault", "store", "frequency", "job")


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path / "home")


def listed(cli: Cli, noun: str) -> Any:
    return json.loads(cli("--json", noun, "list").stdout)


@pytest.mark.parametrize("program", ["bcper-cli", "python -m bcper.cli"])
def test_the_originals_commands_work_as_they_are_written(cli: Cli, tmp_path: Path, program: str) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, arguments in (("bcper-cli", "-P -m bcper.cli"), ("python", "-P")):
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {arguments} "$@"\n')
        script.chmod(0o755)
    done = subprocess.run(
        ["bash", "-e"],
        input=ORIGINAL.replace("bcper-cli", program),
        env=cli.environment(PATH=f"{folder}:{os.environ['PATH']}"),
        capture_output=True,
        text=True,
        timeout=120,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stderr) == (0, "Warning: /path/to/data is not there now.\n")
    last = done.stdout.splitlines()[-1]
    for word in ("nightly", "vault my-vault", "local-store", "Every day at 22:00", "last 3", "Yes", "never"):
        assert word in last
    (item,) = listed(cli, "item")
    assert (item["item"]["paths"], item["item"]["ignore"]) == (["/path/to/data"], ["*.log"])
    (store,) = listed(cli, "store")
    assert store["store"]["path"] == str(cli.home / "backups")
    assert (cli.home / "backups" / ".bcper-store.json").is_file()
    (frequency,) = listed(cli, "frequency")
    assert frequency["frequency"]["name"] == "Daily at 22:00"


def test_json_of_every_list_show_and_add_has_its_keys(cli: Cli, tmp_path: Path) -> None:
    def said(*arguments: object) -> Any:
        done = cli("--json", *arguments)
        assert done.stderr == ""
        return json.loads(done.stdout)

    item = {"item", "vaults", "password_place"}
    vault = {"vault", "items", "missing", "password_place"}
    store = {"store", "jobs"}
    frequency = {"frequency", "words", "next", "jobs"}
    job = {"job", "when", "next", "last", "trouble", "waiting"}
    assert [said(noun, "list") for noun in NOUNS] == [[]] * 5
    added = {
        "item": said("item", "add", "docs", tmp_path, "--ignore", "*.log", "--exclude-larger-than", "5M"),
        "vault": said("vault", "add", "home", "--items", "docs"),
        "store": said("store", "add", "disk", "--type", "local", "--path", tmp_path / "disk"),
        "frequency": said("frequency", "add", "daily", "--every", "2 days at 22:00"),
        "job": said(
            *("job", "add", "--name", "nightly", "--target-type", "item", "--target-name", "docs"),
            *("--store-name", "disk", "--frequency-id", "daily", "--keep-last", "7", "--disabled"),
        ),
    }
    keys = {"item": item, "vault": vault, "store": store, "frequency": frequency, "job": job}
    assert {noun: set(view) for noun, view in added.items()} == keys
    assert {noun: [set(each) for each in said(noun, "list")] for noun in keys} == {
        noun: [names] for noun, names in keys.items()
    }
    assert (set(said("item", "show", "docs")), set(said("vault", "show", "home"))) == (item, vault)
    assert set(said("frequency", "next", "daily")) == frequency
    assert len(said("frequency", "next", "daily")["next"]) == 5
    said("frequency", "add", "weekdays", "--cron", "0 22 * * 1-5")
    said("frequency", "add", "xmas", "--once", "2099-12-24 18:00")
    schedules = [view["frequency"]["schedule"] for view in said("frequency", "list")]
    assert [(schedule.pop("kind"), set(schedule)) for schedule in schedules] == [
        ("every", {"interval", "anchor"}),
        ("cron", {"expression"}),
        ("once", {"at"}),
    ]
    assert set(said("store", "test", "disk")) == {"store", "store_id", "free_bytes", "runs"}
    assert set(cli.summary("store", "import", "disk")) == {
        "message_type",
        "location",
        "runs",
        "added",
        "unreadable",
        "marked",
    }
    assert set(said("item", "preview", "docs")) == {"kept", "kept_bytes", "left_out", "problems"}
    assert added["item"]["item"]["leave_out"]["larger_than"] == 5 << 20
    assert added["job"]["job"]["keep"]["last"] == 7
    assert (added["job"]["job"]["enabled"], added["job"]["next"]) == (False, None)
    assert said("job", "enable", "nightly")["job"]["enabled"] is True
    assert said("job", "edit", "nightly", "--keep-daily", 2)["job"]["keep"]["daily"] == 2
    assert set(said("job", "delete", "nightly")) == {"name", "jobs", "vaults_changed", "vaults_emptied"}
    assert said("item", "delete", "docs", "--cascade")["vaults_emptied"] == ["home"]
    assert said("job", "clean") == []


@pytest.mark.parametrize(
    "form",
    [
        ["--items", "a", "b"],
        ["--items", "a", "--items", "b"],
        ["--items", "a,b"],
        ["--items", "a,", "--items=b"],
    ],
    ids=" ".join,
)
def test_items_after_one_another_with_commas_and_one_each_are_the_same(cli: Cli, form: list[str]) -> None:
    for name in "ab":
        cli("item", "add", name, f"/{name}")
    cli("vault", "add", "v", *form)
    (vault,) = listed(cli, "vault")
    assert vault["vault"]["items"] == ["a", "b"]


def test_options_of_an_edit_replace_keep_and_take_away(cli: Cli, tmp_path: Path) -> None:
    cli("item", "add", "docs", "/a", "--ignore", "*.log", "--exclude-caches")
    cli("item", "edit", "docs", "--path", "/b", "--path", "/c")
    cli("item", "edit", "docs", "--one-file-system")
    (view,) = listed(cli, "item")
    assert (view["item"]["paths"], view["item"]["ignore"]) == (["/b", "/c"], ["*.log"])
    assert (view["item"]["leave_out"]["caches"], view["item"]["leave_out"]["other_file_systems"]) == (
        True,
        True,
    )
    cli("item", "edit", "docs", "--no-ignore", "--no-exclude-caches", "--new-name", "papers")
    (view,) = listed(cli, "item")
    assert (view["item"]["name"], view["item"]["ignore"]) == ("papers", [])
    assert view["item"]["leave_out"]["caches"] is False


def test_settings_are_shown_and_set(cli: Cli) -> None:
    first = json.loads(cli("--json", "settings", "show").stdout)
    assert set(first) == {
        *("parallel_stores", "battery_min", "on_metered", "warn_after_days", "notify", "low_priority"),
        *("catch_up", "inhibit_sleep", "paused_until"),
    }
    assert not (cli.home / ".config" / "bcper" / "config.json").exists()
    said = cli("settings", "set", "--battery-min", 30, "--no-notify", "--on-metered").stdout
    assert re.search(r"battery_min +30 %", said)
    assert re.search(r"notify +no", said)
    shown = json.loads(cli("--json", "settings", "show").stdout)
    assert shown == {**first, "battery_min": 30, "notify": False, "on_metered": True}
    assert json.loads(cli("--json", "settings", "set", "--battery-min", 0).stdout)["battery_min"] is None
    text = cli("settings", "show").stdout
    assert re.search(r"battery_min +never", text)
    assert re.search(r"paused_until +not paused", text)
    assert cli("-q", "settings", "set", "--notify").stdout == ""
    for wrong in (("settings", "set"), ("settings", "set", "--parallel-stores", 99)):
        assert "Hint: " in cli(*wrong, status=2).stderr


def test_what_a_job_does_around_its_runs_is_set_and_taken_away(cli: Cli, tmp_path: Path) -> None:
    cli("item", "add", "docs", tmp_path)
    cli("store", "add", "disk", "--type", "local", "--path", tmp_path / "disk")
    cli("frequency", "add", "daily", "--every", "day at 22:00")
    target = ("--target-type", "item", "--target-name", "docs", "--store-name", "disk")
    cli(
        *("job", "add", "--name", "nightly", *target, "--frequency-id", "daily"),
        *("--before", "mount '/my disk'", "--after", "umount /d", "--hook-timeout", "2h"),
        *("--ping-url", "https://hc-ping.com/x", "--warn-after-days", "3", "--only-on-power"),
    )

    def around() -> list[object]:
        (view,) = listed(cli, "job")
        names = ("before", "after", "hook_seconds", "ping_url", "warn_after_days", "only_on_power")
        return [view["job"][name] for name in names]

    assert around() == ["mount '/my disk'", "umount /d", 7200, "https://hc-ping.com/x", 3, True]
    cli("job", "edit", "nightly", "--before", "", "--hook-timeout", "90", "--warn-after-days", "default")
    assert around() == ["", "umount /d", 90, "https://hc-ping.com/x", None, True]
    cli("job", "edit", "nightly", "--after", "", "--ping-url", "", "--no-only-on-power")
    assert around() == ["", "", 90, "", None, False]
    for wrong in (
        ("--before", "echo 'a"),
        ("--hook-timeout", "0"),
        ("--ping-url", "ftp://x"),
        ("--hook-timeout", "10 years"),
    ):
        assert "Traceback" not in cli("job", "edit", "nightly", *wrong, status=2).stderr
    assert around() == ["", "", 90, "", None, False]


def test_what_is_due_at_once_is_not_said_to_be_never(cli: Cli) -> None:
    cli("frequency", "add", "now", "--once")
    for verb in (("list",), ("next", "now")):
        said = cli("frequency", *verb).stdout
        assert "as soon as possible" in said
        assert "never" not in said


def test_a_store_without_its_place_names_the_option_that_is_missing(cli: Cli) -> None:
    assert "Error: --path is missing." in cli("store", "add", "s", "--type", "local", status=2).stderr
    assert "Error: --remote is missing." in cli("store", "add", "s", "--type", "rclone", status=2).stderr


def test_a_path_that_is_not_there_now_is_warned_of(cli: Cli, tmp_path: Path) -> None:
    assert cli("item", "add", "here", tmp_path).stderr == ""
    missing = tmp_path / "missing"
    assert cli("item", "add", "x", missing).stderr == f"Warning: {missing} is not there now.\n"
    assert len(listed(cli, "item")) == 2


def test_an_import_of_what_is_no_store_is_not_advised_again(cli: Cli, tmp_path: Path) -> None:
    said = cli("store", "import", tmp_path, status=10).stderr
    assert "holds no runs" in said
    assert "store import" not in said


@pytest.mark.parametrize("noun", NOUNS)
def test_an_edit_without_a_change_is_wrong_usage(cli: Cli, noun: str) -> None:
    assert "Error: Say what to change." in cli(noun, "edit", "nobody", status=2).stderr


def verbs() -> list[tuple[str, str]]:
    def under(one: Any) -> dict[str, Any]:
        found = [action.choices for action in one._actions if isinstance(action.choices, dict)]
        return dict(found[0]) if found else {}  # status has no verbs

    return [(noun, verb) for noun, found in under(parser()).items() for verb in under(found)]


@pytest.mark.parametrize(("noun", "verb"), verbs())
def test_every_verb_has_help_with_an_example_that_parses(noun: str, verb: str, capsys: Any) -> None:
    with pytest.raises(SystemExit) as end:
        parser([noun]).parse_args([noun, verb, "--help"])
    assert end.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    example = re.search(rf"example: bcper-cli ({noun} {verb}.*)$", text)
    assert example, text
    args = parser().parse_args(shlex.split(example[1]))
    assert (args.noun, args.verb) == (noun, verb)


def test_help_comes_from_the_process_too(cli: Cli) -> None:
    assert "example: bcper-cli job list" in cli("job", "list", "--help").stdout


def test_a_size_that_is_none_is_2_and_no_trace(cli: Cli, tmp_path: Path) -> None:
    for size in ("5X", "1e999"):
        done = cli(
            *("store", "add", "d", "--type", "local", "--path", tmp_path / "d", "--volume-size", size),
            status=2,
        )
        assert "--volume-size" in done.stderr
    assert not (tmp_path / "d").exists()


def test_wrong_usage_is_2_with_what_to_do(cli: Cli, tmp_path: Path) -> None:
    cli("item", "add", "docs", tmp_path)
    cli("vault", "add", "home", "--items", "docs")
    for arguments, hint in (
        (("item", "show", "nobody"), "item list"),
        (("item", "edit", "nobody", "--no-ignore"), "item list"),
        (("item", "delete", "nobody"), "item list"),
        (("item", "delete", "docs"), "--cascade"),
        (("item", "add", "docs", "/x"), "item edit"),
        (("vault", "add", "v", "--items", "nobody"), "item list"),
        (("frequency", "add", "f", "--cron", "*/7 * * * *"), "5 minutes"),
        (("frequency", "add", "f", "--once", "yesterday"), "2026-12-24"),
        (("frequency", "next", "nobody"), "frequency list"),
        (("job", "run", "nobody"), "job list"),
        (("store", "test", "nobody"), "store list"),
    ):
        done = cli(*arguments, status=2)
        assert done.stdout == ""
        assert "Hint: " in done.stderr
        assert hint in done.stderr
    for wrong in (
        ("item", "add"),
        ("job", "add", "--name", "x"),
        ("frequency", "add", "f"),
        ("vault", "add", "v"),
    ):
        error, hint = cli(*wrong, status=2).stderr.splitlines()
        assert error.startswith("Error: ")
        assert hint == f"Hint: bcper-cli {wrong[0]} {wrong[1]} --help shows how."
        said = json.loads(cli(*wrong, "--json", status=2).stdout)
        assert said["message_type"] == "error"
        assert f"Error: {said['message']}" == error


def test_wrong_usage_is_said_in_one_sentence(cli: Cli) -> None:
    for arguments, sentence in (
        (("item", "add"), "NAME, PATH are missing."),
        (("item", "list", "--no-such"), "This is not known here: --no-such."),
        (("job", "edit", "x", "--keep-last", "y"), "'y' is no value for --keep-last."),
        (
            ("store", "add", "d", "--type", "local", "--volume-size", "5X"),
            "'5X' is no value for --volume-size.",
        ),
    ):
        assert cli(*arguments, status=2).stderr.splitlines()[0] == f"Error: {sentence}"
    assert "Error: " in cli(status=2).stderr
    assert "invalid choice" in cli("--json", "nobody", status=2).stdout


def test_a_configuration_that_cannot_be_understood_is_14_and_left_as_it_is(cli: Cli) -> None:
    config = cli.home / ".config" / "bcper" / "config.json"
    config.parent.mkdir(parents=True)
    config.write_text("{")
    for arguments in (*((noun, "list") for noun in NOUNS), ("item", "add", "a", "/a"), ("job", "run", "x")):
        assert "config.json" in cli(*arguments, status=14).stderr
    assert config.read_text() == "{"


@pytest.mark.parametrize(
    "arguments",
    [
        ("backup", "now", "/x", "--to", "/y", "--compression=--"),
        ("backup", "list", "--store=--"),
        ("item", "add", "a", "/x", "--ignore=--"),
        ("item", "add", "--exclude-larger-than=--", "a", "/x"),
        ("vault", "add", "v", "--items=--"),
        ("store", "add", "s", "--type", "local", "--path", "/x", "--volume-size=--"),
        ("job", "edit", "j", "--keep-last=--"),
        ("frequency", "add", "f", "--cron=--"),
        ("item", "list", "--config-dir=--"),
        ("--config-dir=--", "item", "list"),
    ],
    ids=" ".join,
)
def test_an_option_whose_value_is_two_dashes_is_wrong_usage(cli: Cli, arguments: tuple[str, ...]) -> None:
    """argparse takes them for the end of the options, and leaves no value."""
    done = cli(*arguments, status=2)
    (option,) = (argument.removesuffix("=--") for argument in arguments if argument.endswith("=--"))
    assert done.stdout == ""
    assert done.stderr.splitlines()[0] == f"Error: Argument {option}: '--' is no value."


def test_behind_two_dashes_everything_is_a_name(cli: Cli) -> None:
    cli("item", "add", "x", "--", "--of=--")
    assert [view["item"]["paths"] for view in listed(cli, "item")] == [[os.path.abspath("--of=--")]]

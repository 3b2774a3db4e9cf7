"""Jobs run by command, in real processes, and what another home makes of their store."""

import json
import os
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from helpers.cli import Cli
from helpers.hooked import hooked

SECRET = {"BCPER_PASSWORD": "correct horse"}

# At its first look at the file "docs.txt" the run starts another of the same job, which must be refused.
SECOND_RUN = """
import subprocess
EVENTS = ("open",)
seen = []
def at(event, arguments):
    if not seen and str(arguments[0]).strip("b'").endswith("docs.txt"):
        seen.append(1)
        more = [sys.executable, "-P", "-m", "bcper.cli", "--json", "job", "run", "nightly"]
        done = subprocess.run(more, capture_output=True, text=True)
        with open(os.environ["HOME"] + "/second", "w") as file:
            file.write(f"{done.returncode} {done.stdout}")
"""


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path / "home")


def set_up(cli: Cli, tmp_path: Path, *, env: dict[str, str] | None = None, keep: int = 2) -> Path:
    """A job "nightly" of the item "docs" into the store "disk", whose folder is returned."""
    source, store = tmp_path / "docs", tmp_path / "store"
    source.mkdir(exist_ok=True)
    (source / "docs.txt").write_text("words")
    (source / "noise.log").write_text("noise")
    cli("item", "add", "docs", source, "--ignore", "*.log", env=env)
    cli("store", "add", "disk", "--type", "local", "--path", store)
    cli("frequency", "add", "daily", "--cron", "0 22 * * *")
    cli(
        *("job", "add", "--name", "nightly", "--target-type", "item", "--target-name", "docs"),
        *("--store-name", "disk", "--frequency-id", "daily", "--keep-last", keep),
    )
    return store


def run(cli: Cli) -> Any:
    return cli.summary("job", "run", "nightly")


def listed(cli: Cli, *more: object) -> list[str]:
    return [each["run_id"] for each in json.loads(cli("--json", "backup", "list", *more).stdout)]


def files(target: Path) -> dict[str, str]:
    return {str(path.relative_to(target)): path.read_text() for path in target.rglob("*") if path.is_file()}


def test_a_job_run_three_times_keeps_two_and_gives_back_what_it_took(cli: Cli, tmp_path: Path) -> None:
    store = set_up(cli, tmp_path)
    made = [run(cli) for _ in range(3)]
    assert {each["status"] for each in made} == {"success"}
    assert {(each["job_name"], each["target_name"], each["store"]) for each in made} == {
        ("nightly", "docs", str(store))
    }
    wanted = [made[2]["run_id"], made[1]["run_id"]]
    assert listed(cli) == wanted
    assert sorted(path.name for path in (store / "nightly").iterdir()) == sorted(wanted)
    cli("backup", "verify", "--all")
    cli("backup", "restore", wanted[1], "--target-dir", tmp_path / "out")
    assert files(tmp_path / "out") == {"docs/docs.txt": "words"}
    (job,) = json.loads(cli("--json", "job", "list").stdout)
    assert (job["last"]["run_id"], job["last"]["status"]) == (wanted[0], "success")
    lines = cli.summary("job", "prune", "nightly", "--dry-run")["lines"]
    assert [(line["run"]["run_id"], line["kept"]) for line in lines] == [(each, True) for each in wanted]
    said = cli("job", "run", "nightly").stdout
    assert "is success: 2 entries" in said
    (tmp_path / "docs" / "docs.txt").write_text("")
    assert "Nothing was pruned" in cli("job", "run", "nightly").stdout


def test_a_job_whose_source_is_gone_is_1_and_keeps_what_there_is(cli: Cli, tmp_path: Path) -> None:
    store = set_up(cli, tmp_path, keep=1)
    good = run(cli)["run_id"]
    os.rename(tmp_path / "docs", tmp_path / "elsewhere")
    cli("job", "run", "nightly", status=1)
    assert [path.name for path in (store / "nightly").iterdir()] == [good]
    (tmp_path / "docs").mkdir()
    assert cli.summary("job", "run", "nightly", status=3)["hold"]
    assert (store / "nightly" / good).is_dir()


def test_another_home_restores_from_the_store_and_the_password_alone(cli: Cli, tmp_path: Path) -> None:
    store = set_up(cli, tmp_path, env=SECRET)
    made = run(cli)
    assert made["encrypted"]
    cli("backup", "restore", "latest", "--target-dir", tmp_path / "first")
    other = Cli(tmp_path / "another home")
    report = other.summary("store", "import", store)
    assert (report["runs"], report["added"], report["unreadable"]) == (1, 1, [])
    assert listed(other) == [made["run_id"]]
    out = tmp_path / "second"
    assert "'docs'" in other("backup", "restore", "latest", "--target-dir", out, status=12).stderr
    other("backup", "restore", "latest", "--target-dir", out, status=12, env={"BCPER_PASSWORD": "wrong"})
    assert not out.exists()
    other("backup", "restore", "latest", "--target-dir", out, env=SECRET)
    assert files(out) == files(tmp_path / "first") == {"docs/docs.txt": "words"}


def test_a_password_that_is_not_kept_any_more_is_12_and_stores_nothing(cli: Cli, tmp_path: Path) -> None:
    store = set_up(cli, tmp_path, env=SECRET)
    (cli.home / ".config" / "bcper" / "secrets.json").unlink()
    done = cli("job", "run", "nightly", status=12)
    assert "item edit docs --ask-password" in done.stderr
    assert not (store / "nightly").exists()


def test_row_51_a_store_without_its_marker_is_10_and_stays_untouched(cli: Cli, tmp_path: Path) -> None:
    store = set_up(cli, tmp_path)
    run(cli)
    (store / ".bcper-store.json").unlink()
    before = sorted(store.rglob("*"))
    for arguments in (("job", "run", "nightly"), ("job", "prune", "nightly"), ("store", "test", "disk")):
        cli(*arguments, status=10)
    cli("store", "import", "disk", status=10)
    assert sorted(store.rglob("*")) == before


@pytest.mark.parametrize("lost", ["database", "configuration folder"])
def test_row_40_a_list_that_is_gone_is_rebuilt_from_the_store(cli: Cli, tmp_path: Path, lost: str) -> None:
    store = set_up(cli, tmp_path)
    wanted = {run(cli)["run_id"], run(cli)["run_id"]}
    config = cli.home / ".config" / "bcper"
    if lost == "database":
        for file in config.glob("bcper.db*"):
            file.unlink()
    else:
        os.rename(config, config.with_name("set aside"))
    if lost == "database":
        # The settings know the stores: the first command that asks has the list made anew.
        assert "in the list of runs again" in cli("backup", "list").stderr
    else:
        assert listed(cli) == []
        report = cli.summary("store", "import", store)
        assert (report["runs"], report["added"]) == (2, 2)
    assert set(listed(cli)) == wanted
    cli("backup", "verify", "--all")
    if lost == "database":
        # Retention goes on where it was.
        newest = run(cli)["run_id"]
        assert newest in listed(cli)
        assert len(listed(cli)) == 2
    with sqlite3.connect(config / "bcper.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def test_a_run_is_shown_in_words(cli: Cli, tmp_path: Path) -> None:
    set_up(cli, tmp_path)
    made = run(cli)
    said = dict(
        re.split("  +", line, maxsplit=1) for line in cli("backup", "show", "latest").stdout.splitlines()
    )
    assert (said["Run"], said["Job"], said["Encrypted"], said["Pinned"]) == (
        made["run_id"],
        "nightly",
        "No",
        "No",
    )
    assert said["Size"].endswith("B")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", said["Started"])
    assert "Error" not in said


@pytest.mark.parametrize("first", [("status",), ("daemon", "status"), ("shell", "names", "job")])
def test_row_40_whatever_looks_first_at_a_list_that_is_gone_has_it_made_anew(
    cli: Cli, tmp_path: Path, first: tuple[str, ...]
) -> None:
    set_up(cli, tmp_path)
    wanted = run(cli)["run_id"]
    for file in (cli.home / ".config" / "bcper").glob("bcper.db*"):
        file.unlink()
    status = 16 if first[0] == "daemon" else 0
    assert "in the list of runs again" in cli(*first, status=status).stderr
    assert listed(cli) == [wanted]


def test_row_40_a_damaged_list_is_set_aside_and_made_anew(cli: Cli, tmp_path: Path) -> None:
    set_up(cli, tmp_path)
    wanted = {run(cli)["run_id"], run(cli)["run_id"]}
    config = cli.home / ".config" / "bcper"
    for file in config.glob("bcper.db-*"):
        file.unlink()
    (config / "bcper.db").write_bytes(b"no database at all" * 500)
    assert "damaged" in cli("backup", "list").stderr
    assert set(listed(cli)) == wanted
    (aside,) = config.glob("bcper.db.damaged-*")
    assert aside.read_bytes().startswith(b"no database")


def test_row_60_a_second_run_of_the_same_job_is_11_and_the_first_is_good(cli: Cli, tmp_path: Path) -> None:
    set_up(cli, tmp_path)
    hooked(cli, SECOND_RUN, "job", "run", "nightly")
    status, _, said = (cli.home / "second").read_text().partition(" ")
    assert status == "11", said
    assert json.loads(said.splitlines()[-1])["exit_status"] == 11
    assert len(listed(cli)) == 1
    cli("backup", "verify", "latest")
    assert run(cli)["status"] == "success"


def test_commands_are_run_around_a_job_and_see_no_password(cli: Cli, tmp_path: Path) -> None:
    set_up(cli, tmp_path, env=SECRET)
    log = tmp_path / "log"
    say = f"sh -c 'env >> {log}; echo end >> {log}'"
    cli("job", "edit", "nightly", "--before", say, "--after", say)
    made = cli.summary("job", "run", "nightly", env=SECRET)
    first, second, _ = log.read_text().split("end\n")
    assert "BCPER_PASSWORD" not in log.read_text()
    assert "correct horse" not in log.read_text()
    assert "BCPER_STATUS=running" in first
    assert {"BCPER_STATUS=success", f"BCPER_RUN_ID={made['run_id']}"} <= set(second.splitlines())


def test_a_command_before_fails_a_run_with_1_and_skips_it_with_0(cli: Cli, tmp_path: Path) -> None:
    store = set_up(cli, tmp_path)
    cli("job", "edit", "nightly", "--before", "sh -c 'echo no disk; exit 3'")
    failed = cli("job", "run", "nightly", status=1)
    assert "Error: The command before the run ended with status 3: no disk." in failed.stderr
    cli("job", "edit", "nightly", "--before", "sh -c 'echo not at home; exit 75'")
    assert "was skipped" in cli("job", "run", "nightly").stdout
    assert "was skipped" in cli.summary("job", "run", "nightly")["skipped"]
    assert not (store / "nightly").exists()
    (job,) = json.loads(cli("--json", "job", "list").stdout)
    assert (job["last"]["status"], "status 3" in job["last"]["error"]) == ("failed", True)

"""Passwords that a restore asks for on a terminal, one for each part that nothing opens."""

from pathlib import Path

import pytest

from helpers.cli import Cli
from helpers.terminal import converse

ITEM, VAULT = "Tr0ub4dor-of-the-item", "Tr0ub4dor-of-the-vault"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with a run of two parts, each with its own password."""
    cli = Cli(tmp_path / "first")
    for name in ("shared", "own"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.txt").write_text(name)
    cli("item", "add", "shared", tmp_path / "shared")
    cli("item", "add", "own", tmp_path / "own", env={"BCPER_PASSWORD": ITEM})
    cli("vault", "add", "home", "--items", "shared,own", env={"BCPER_PASSWORD": VAULT})
    cli("store", "add", "disk", "--type", "local", "--path", tmp_path / "store")
    cli("frequency", "add", "daily", "--name", "Daily", "--cron", "0 22 * * *")
    job = ("--name", "nightly", "--target-type", "vault", "--target-name", "home")
    cli("job", "add", *job, "--store-name", "disk", "--frequency-id", "daily")
    cli("job", "run", "nightly")
    return tmp_path / "store"


def restore(tmp_path: Path, store: Path, *answers: str) -> tuple[int, str]:
    cli = Cli(tmp_path / "second")
    more = ("--store", store, "--target-dir", tmp_path / "back")
    return converse(cli, "backup", "restore", "latest", *more, answers=list(answers))


def test_each_password_is_asked_for_once(tmp_path: Path, store: Path) -> None:
    status, shown = restore(tmp_path, store, VAULT, ITEM)
    assert status == 0, shown
    assert "Password of home in run" in shown
    assert "Password of home.own in run" in shown
    assert shown.count("Password of") == 2
    assert {path.name for path in (tmp_path / "back").rglob("*.txt")} == {"shared.txt", "own.txt"}


def test_a_wrong_password_is_asked_for_again_and_at_last_refused(tmp_path: Path, store: Path) -> None:
    status, shown = restore(tmp_path, store, "wrong", VAULT, ITEM)
    assert status == 0, shown
    assert shown.count("That does not open it.") == 1
    status, shown = restore(tmp_path, store, "one", "two", "three")
    assert status == 12, shown
    assert "None of the passwords opens 'home" in shown
    assert VAULT not in shown and ITEM not in shown


def test_several_passwords_are_given_without_a_terminal(tmp_path: Path, store: Path) -> None:
    cli, files = Cli(tmp_path / "second"), []
    for number, password in enumerate((VAULT, ITEM)):
        (tmp_path / f"password{number}").write_text(f"{password}\n")
        files += ["--password-file", tmp_path / f"password{number}"]
    more = ("latest", "--store", store)
    cli("backup", "restore", *more, "--target-dir", tmp_path / "back", *files)
    assert {path.name for path in (tmp_path / "back").rglob("*.txt")} == {"shared.txt", "own.txt"}
    mixed = (*files[:2], "--password-command", f"printf %s {ITEM}")
    assert "own.txt" in cli("backup", "ls", *more, *mixed).stdout
    assert "every byte" in cli("backup", "verify", *more, *mixed).stdout
    assert "own.txt" in cli("backup", "find", "own.txt", "--store", store, *files).stdout
    cli("backup", "diff", "latest", *more, *files)


def test_a_password_that_is_missing_names_its_part_and_its_run(tmp_path: Path, store: Path) -> None:
    cli = Cli(tmp_path / "second")
    (tmp_path / "password").write_text(VAULT)
    run = cli.summary("backup", "show", "latest", "--store", store)["run_id"][:8]
    refused = ("backup", "ls", "latest", "--store", store, "--password-file", tmp_path / "password")
    said = cli(*refused, status=12).stderr
    assert f"Error: The password does not open 'home.own' of run {run}." in said
    assert "Hint: " in said

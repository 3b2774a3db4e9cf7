"""Archives of the original BCPER, brought in from a folder that it made (FORMAT.md section 8; ADR 8)."""

import os
from pathlib import Path
from typing import Any

import pytest

from bcper.adapters.fs.blob_store import LocalBlobStore
from helpers.cli import Cli
from helpers.engine import files
from helpers.original import TIME, member, put, tree, zipped

SECRET = {"BCPER_PASSWORD": "correct horse"}
NOISE = os.urandom(300_000)


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path / "home")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    root = tmp_path / "source"
    (root / "sub" / "deep").mkdir(parents=True)
    (root / "hello.txt").write_text("world\n")
    (root / "sub" / "noise").write_bytes(NOISE)
    (root / "sub" / "deep" / "ü").write_text("umlaut")
    return root


@pytest.fixture
def store(tmp_path: Path, source: Path) -> Path:
    """A folder with a plain run of an item and an encrypted one of a vault."""
    folder = tmp_path / "backups"
    folder.mkdir()
    packed = tree([("", source)])
    put(LocalBlobStore(str(folder)), packed, name="docs")
    put(LocalBlobStore(str(folder)), packed, SECRET["BCPER_PASSWORD"], name="safe", kind="vault")
    return folder


def imported(cli: Cli, store: Path) -> dict[str, Any]:
    """The runs by target, brought in."""
    cli("store", "import", store)
    return {run["target_name"]: run for run in cli.summary("backup", "list")}


def archive(store: Path, name: str) -> Path:
    (path,) = store.glob(f"{name}_{TIME}.tar.gz*")
    return path


def test_a_folder_of_the_originals_is_brought_in_and_told_of(cli: Cli, store: Path) -> None:
    before = files(store)
    refused = cli("backup", "list", "--store", store, status=10)
    assert "store import" in refused.stderr and files(store) == before
    how = f"To use it as a store: bcper-cli store add NAME --type local --path {store}\n"
    first = cli("store", "import", store)
    assert first.stdout == (
        f"2 runs in {store}, 2 of them new in the list. "
        f"It was the original BCPER's and had no marker; now it has one.\n{how}"
    )
    assert first.stderr == ""
    after = files(store)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {".bcper-store.json", "README.txt", "restore.py"}
    again = cli("store", "import", store)
    assert again.stdout == f"2 runs in {store}, all known already.\n{how}"
    assert files(store) == after


@pytest.mark.parametrize("by_store", [False, True])
def test_they_are_listed_and_found(cli: Cli, store: Path, by_store: bool) -> None:
    runs = imported(cli, store)
    shown = cli("--json", "backup", "list", *(("--store", store) if by_store else ()))
    assert shown.stderr == "" and "unreadable" not in shown.stdout
    assert {name: run["encrypted"] for name, run in runs.items()} == {"docs": False, "safe": True}
    assert runs["safe"]["target_type"] == "vault" and runs["docs"]["target_type"] == "item"
    for run in runs.values():
        assert run["run_id"] in shown.stdout
        assert (run["status"], run["job_name"], run["folder"]) == ("success", "ad-hoc", "")
        assert run["stored_bytes"] == archive(store, run["target_name"]).stat().st_size
        assert cli.summary("backup", "show", run["run_id"][:9])["run_id"] == run["run_id"]
    assert cli.summary("backup", "show", "latest")["run_id"] in {run["run_id"] for run in runs.values()}


def test_they_stand_beside_ours(cli: Cli, store: Path, source: Path, tmp_path: Path) -> None:
    theirs = {run["run_id"] for run in imported(cli, store).values()}
    made = cli.summary("backup", "now", source, "--name", "safe", "--to", store, env=SECRET)["run_id"]
    shown = cli("--json", "backup", "list", "--store", store)
    assert shown.stderr == "" and all(run_id in shown.stdout for run_id in (made, *theirs))
    cli("backup", "verify", "--all", "--store", store, env=SECRET)
    cli("backup", "restore", made, "--target-dir", tmp_path / "out", env=SECRET)
    assert files(tmp_path / "out" / "source") == files(source)
    cli("backup", "delete", made, "--yes")
    assert {run["run_id"] for run in cli.summary("backup", "list", "--store", store)} == theirs


@pytest.mark.parametrize("name", ["docs", "safe"])
def test_they_are_verified_looked_into_and_restored(
    cli: Cli, store: Path, source: Path, tmp_path: Path, name: str
) -> None:
    before = files(store)
    run_id = imported(cli, store)[name]["run_id"]
    env = SECRET if name == "safe" else {}
    report = cli.summary("backup", "verify", run_id, env=env)
    assert (report["deep"], report["entries"], report["warnings"]) == (True, 5, [])
    assert report["bytes"] == sum(map(len, files(source).values()))
    assert "hello.txt" in cli("backup", "ls", run_id, env=env).stdout
    target = tmp_path / "out"
    done = cli.summary("backup", "restore", run_id, "--target-dir", target, env=env)
    assert files(target) == files(source)
    assert (done["written"], done["bytes"], done["problems"]) == (5, report["bytes"], [])
    cli("backup", "restore", run_id, "--target-dir", tmp_path / "some", "--include", "deep", env=env)
    assert list(files(tmp_path / "some")) == ["sub/deep/ü"]
    after = files(store)
    assert {name: after[name] for name in before} == before


def test_row_65_a_missing_or_wrong_password_is_12_and_writes_nothing(
    cli: Cli, store: Path, tmp_path: Path
) -> None:
    run_id = imported(cli, store)["safe"]["run_id"]
    for env in ({}, {"BCPER_PASSWORD": "Correct horse"}):
        cli("backup", "verify", run_id, status=12, env=env)
        cli("backup", "ls", run_id, status=12, env=env)
        cli("backup", "restore", run_id, "--target-dir", tmp_path / "out", status=12, env=env)
    assert not (tmp_path / "out").exists()


def test_all_are_verified_although_one_has_no_password(cli: Cli, store: Path) -> None:
    runs = imported(cli, store)
    done = cli("backup", "verify", "--all", status=12)
    assert f"Run {runs['docs']['run_id'][:8]} is whole" in done.stdout
    assert runs["safe"]["run_id"][:8] in done.stderr


def test_the_password_of_the_vault_is_found(cli: Cli, store: Path, source: Path) -> None:
    cli("item", "add", "docs", source)
    word = cli.home / "word"
    word.write_text("correct horse\n")
    word.chmod(0o600)
    cli("vault", "add", "safe", "--items", "docs", "--password-file", word)
    run_id = imported(cli, store)["safe"]["run_id"]
    assert cli.summary("backup", "verify", run_id)["deep"] is True


@pytest.mark.parametrize("name", ["docs", "safe"])
@pytest.mark.parametrize("harm", ["flip", "cut", "gone"])
def test_rows_62_and_63_damage_is_13_and_nothing_is_written(
    cli: Cli, store: Path, tmp_path: Path, name: str, harm: str
) -> None:
    run_id = imported(cli, store)[name]["run_id"]
    path = archive(store, name)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()
    if harm != "gone":
        path.write_bytes(data if harm == "flip" else data[:-1])
    env = SECRET if name == "safe" else {}
    cli("backup", "verify", run_id, status=13, env=env)
    cli("backup", "restore", run_id, "--target-dir", tmp_path / "out", status=13, env=env)
    assert not (tmp_path / "out").exists()


def test_row_68_a_lost_or_wrong_checksum_file_is_a_warning(cli: Cli, store: Path) -> None:
    run_id = imported(cli, store)["docs"]["run_id"]
    sums = store / f"docs_{TIME}.sha256"
    sums.write_text("0" * 64)
    assert "not what its run wrote" in cli("backup", "verify", run_id).stderr
    sums.unlink()
    assert "missing" in cli("backup", "verify", run_id).stderr


def test_a_description_that_is_damaged_is_told_and_hides_no_other(cli: Cli, store: Path) -> None:
    runs = imported(cli, store)
    (store / f"docs_{TIME}.meta.json").write_text("{")
    done = cli("store", "import", store)
    assert done.stderr.count("Warning") == 1 and f"docs_{TIME}.meta.json" in done.stderr
    assert done.stdout.startswith("1 run ")
    cli("backup", "verify", runs["docs"]["run_id"], status=13)


@pytest.mark.parametrize("name", ["docs", "safe"])
def test_deleting_one_removes_its_three_files_alone(cli: Cli, store: Path, name: str) -> None:
    other = "safe" if name == "docs" else "docs"
    (store / "notes.txt").write_text("somebody's")
    (store / f"{name}_{TIME}.tar.gz.bak").write_text("somebody's")
    runs = imported(cli, store)
    before = files(store)
    cli("backup", "delete", runs[name]["run_id"], "--yes")
    end = ".tar.gz" if name == "docs" else ".tar.gz.enc"
    assert set(before) - set(files(store)) == {f"{name}_{TIME}{e}" for e in (end, ".sha256", ".meta.json")}
    assert [run["target_name"] for run in cli.summary("backup", "list")] == [other]
    again = cli("store", "import", store).stdout
    assert again.startswith(f"1 run in {store}, all known already.\n")


def test_two_files_of_one_name_both_come_back_and_it_is_said(cli: Cli, tmp_path: Path) -> None:
    store = tmp_path / "backups"
    store.mkdir()
    put(LocalBlobStore(str(store)), zipped(member("a", b"one"), member("a", b"two"), member("b", b"three")))
    run_id = imported(cli, store)["home"]["run_id"]
    done = cli.summary("backup", "restore", run_id, "--target-dir", tmp_path / "out")
    assert files(tmp_path / "out") == {"a": b"one", "a~2": b"two", "b": b"three"}
    assert [problem["path"] for problem in done["problems"]] == ["a"]
    some = cli.summary("backup", "restore", run_id, "--target-dir", tmp_path / "some", "--include", "b")
    assert some["problems"] == []


def test_archives_that_were_moved_within_the_store_are_found_again(cli: Cli, store: Path) -> None:
    run_id = imported(cli, store)["docs"]["run_id"]
    (store / "old").mkdir()
    for path in store.glob("docs_*"):
        path.rename(store / "old" / path.name)
    cli("backup", "verify", run_id, status=10)
    cli("store", "import", store)
    cli("backup", "verify", run_id)
    assert cli.summary("backup", "show", run_id)["manifest"] == f"old/docs_{TIME}.meta.json"


def test_a_store_that_is_added_brings_them_in_by_its_name(cli: Cli, store: Path) -> None:
    cli("store", "add", "old", "--type", "local", "--path", store)
    assert cli.summary("store", "test", "old")["runs"] == 2
    assert cli("store", "import", "old").stdout == f"2 runs in {store}, 2 of them new in the list.\n"


def test_no_other_folder_becomes_a_store(cli: Cli, store: Path) -> None:
    (store.parent / "loose.meta.json").write_text("{}")
    before = files(store.parent)
    # Its runs lie below: the folder above is not what the original called a store.
    cli("store", "import", store.parent, status=10)
    cli("store", "import", store.parent / "nowhere", status=10)
    assert {k: v for k, v in files(store.parent).items() if not k.startswith("home/")} == {
        k: v for k, v in before.items() if not k.startswith("home/")
    }


def test_row_51_a_marker_that_went_missing_is_not_made_anew(cli: Cli, store: Path) -> None:
    run_id = imported(cli, store)["docs"]["run_id"]
    (store / ".bcper-store.json").unlink()
    cli("store", "import", store, status=10)
    cli("backup", "delete", run_id, "--yes", status=10)
    assert not (store / ".bcper-store.json").exists() and archive(store, "docs").exists()

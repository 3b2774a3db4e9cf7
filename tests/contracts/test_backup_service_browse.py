"""Runs listed, looked into, restored, verified and deleted by request (ports.service)."""

from pathlib import Path

import pytest

from bcper.domain.errors import Damaged, RunNotFound, StoreError, UsageError, WrongPassword
from bcper.domain.model.names import AD_HOC
from bcper.domain.model.owners import Owner
from bcper.domain.model.requests.jobs import RunJob
from bcper.domain.model.requests.runs import (
    BackUpNow,
    DeleteRun,
    DiffRuns,
    FindFiles,
    FindLocked,
    ListEntries,
    ListRuns,
    RestoreRun,
    ShowRun,
    VerifyRun,
    Which,
)
from bcper.domain.model.requests.stores import AddStore
from bcper.domain.model.requests.targets import AddVault
from bcper.domain.model.runs import Run, RunStatus
from helpers.service import PASSWORDS, Kit


def now(kit: Kit, *names: str, password: str | None = None, store: str | None = None) -> Run:
    kit.later()
    paths = tuple(kit.source(name) for name in names)
    return kit.ask(BackUpNow(paths, store or kit.place(), names[0], ignore=("*.tmp",), password=password))


def paths(kit: Kit, run: Run, **more: object) -> list[bytes]:
    return [entry.path for entry in kit.ask(ListEntries(Which(run.run_id), **more))]  # type: ignore[arg-type]


def test_paths_are_backed_up_at_once_into_a_folder_or_a_store_by_its_name(kit: Kit) -> None:
    (Path(kit.source("docs")) / "noise.tmp").write_text("noise")
    made = now(kit, "docs", "letters")
    assert (made.status, made.job_name, made.job_id, made.encrypted) == (
        RunStatus.SUCCESS,
        AD_HOC,
        None,
        False,
    )
    assert paths(kit, made) == [b"docs", b"docs/docs.txt", b"letters", b"letters/letters.txt"]
    kit.ask(AddStore("disk", "local", kit.place()))
    again = now(kit, "docs", store="disk")
    assert again.store == made.store == kit.place()


def test_runs_are_listed_newest_first_by_list_or_store_of_a_job_or_all(kit: Kit) -> None:
    assert kit.ask(ListRuns()).runs == ()
    kit.item("docs")
    kit.job("docs", last=1)
    made = now(kit, "letters")
    kit.later()
    first = kit.ask(RunJob("nightly"))
    kit.later()
    second = kit.ask(RunJob("nightly"))
    ids = [run.run_id for run in (second, made)]
    for store in (None, "disk", kit.place()):
        assert [run.run_id for run in kit.ask(ListRuns(store)).runs] == ids
        assert [run.run_id for run in kit.ask(ListRuns(store, "nightly")).runs] == ids[:1]
    history = kit.ask(ListRuns(history=True)).runs
    assert [run.run_id for run in history] == [second.run_id, first.run_id, made.run_id]
    assert kit.ask(ListRuns(kit.place())).unreadable == ()


def test_a_run_is_found_by_id_prefix_or_latest_of_a_job_or_store(kit: Kit) -> None:
    kit.item("docs")
    kit.job("docs")
    made = kit.ask(RunJob("nightly"))
    other = now(kit, "letters", store=kit.place("other"))
    assert kit.ask(ShowRun(Which(made.run_id[:8]))) == made
    assert kit.ask(ShowRun(Which("latest"))) == other
    assert kit.ask(ShowRun(Which("latest", job="nightly"))) == made
    assert kit.ask(ShowRun(Which("latest", store="disk"))).run_id == made.run_id
    assert kit.ask(ShowRun(Which(other.run_id.upper(), store=kit.place("other")))).run_id == other.run_id
    for which in (
        Which("nobody"),
        Which(""),
        Which("latest", job="weekly"),
        Which(made.run_id, store="other"),
    ):
        with pytest.raises((RunNotFound, StoreError)):
            kit.ask(ShowRun(which))


def test_what_is_in_a_run_is_listed_whole_or_below_a_path(kit: Kit) -> None:
    made = now(kit, "docs", "letters")
    assert paths(kit, made, below=b"letters") == [b"letters", b"letters/letters.txt"]
    assert paths(kit, made, below=b"docs/docs.txt") == [b"docs/docs.txt"]
    with pytest.raises(UsageError, match="holds no let"):
        paths(kit, made, below=b"let")
    with pytest.raises(RunNotFound):
        kit.ask(ListEntries(Which("nobody")))


def test_what_changed_between_two_runs(kit: Kit) -> None:
    old = now(kit, "docs")
    Path(kit.source("docs")).joinpath("new").write_text("new")
    new = now(kit, "docs")
    found = [(change.kind, change.path) for change in kit.ask(DiffRuns(Which(old.run_id), Which(new.run_id)))]
    assert ("added", b"docs/new") in found
    assert ("content", b"docs/docs.txt") not in found


def test_a_file_is_found_in_every_run_and_a_run_nobody_opens_says_so(kit: Kit) -> None:
    plain = now(kit, "docs")
    sealed = now(kit, "docs", password=PASSWORDS.item)
    found = list(kit.ask(FindFiles(("*.txt",))))
    assert [(each.run.run_id, each.entry and each.entry.path) for each in found] == [
        (sealed.run_id, None),
        (plain.run_id, b"docs/docs.txt"),
    ]
    assert "password" in found[0].trouble
    found = list(kit.ask(FindFiles(("*.txt",), passwords=(PASSWORDS.item,))))
    assert [each.run.run_id for each in found] == [sealed.run_id, plain.run_id]
    assert list(kit.ask(FindFiles(("*.txt",), job="nightly"))) == []


def test_each_part_that_nothing_opens_is_named_until_a_password_does(kit: Kit) -> None:
    kit.item("shared")
    kit.item("own", password=PASSWORDS.item)
    kit.ask(AddVault("home", ("shared", "own"), password=PASSWORDS.vault))
    kit.job("home", "vault")
    which = Which(kit.ask(RunJob("nightly")).run_id)
    assert kit.ask(FindLocked((which,))) == ()
    for owner in (Owner("item", "own"), Owner("vault", "home")):
        kit.container.secrets().forget(owner, earlier=True)

    def locked(*passwords: str) -> list[str]:
        return sorted(each.part for each in kit.ask(FindLocked((which,), passwords)))

    assert locked() == locked("wrong") == ["home", "home.own"]
    assert locked(PASSWORDS.vault) == ["home.own"]
    assert locked("wrong", PASSWORDS.item) == ["home"]
    both = ("wrong", PASSWORDS.vault, PASSWORDS.item)
    assert locked(*both) == []
    target = kit.base / "back"
    with pytest.raises(WrongPassword):
        kit.ask(RestoreRun(which, str(target), passwords=both[:2]))
    assert not target.exists()
    report = kit.ask(RestoreRun(which, str(target), passwords=both))
    assert not report.incomplete
    assert sorted(path.name for path in target.rglob("*.txt")) == ["own.txt", "shared.txt"]
    assert kit.ask(VerifyRun(which, both)).deep
    assert not kit.ask(VerifyRun(which)).deep


def test_some_of_a_run_is_restored_and_what_exists_is_kept_unless_told_otherwise(kit: Kit) -> None:
    made = now(kit, "docs", "letters")
    target = kit.base / "back"
    report = kit.ask(RestoreRun(Which(made.run_id), str(target), ("letters/",)))
    assert (report.run_id, report.target_dir, report.written) == (made.run_id, str(target), 2)
    assert [path.name for path in target.iterdir()] == ["letters"]
    file = target / "letters" / "letters.txt"
    file.write_text("mine")
    assert kit.ask(RestoreRun(Which("latest"), str(target))).kept == 1
    assert file.read_text() == "mine"
    kit.ask(RestoreRun(Which("latest"), str(target), overwrite="always"))
    assert file.read_text() == "content"
    with pytest.raises(RunNotFound, match="Nothing in the run matches"):
        kit.ask(RestoreRun(Which("latest"), str(kit.base / "none"), ("nothing",)))


def test_a_damaged_run_is_told_apart_from_a_whole_one(kit: Kit) -> None:
    made = now(kit, "docs")
    report = kit.ask(VerifyRun(Which(made.run_id)))
    assert (report.run, report.deep, report.entries, report.warnings) == (made, True, 2, ())
    store = kit.container.opener().open(kit.place(), create=False, writable=True)
    (volume,) = [name for name in kit.blobs() if name.endswith(".tar.gz")]
    data = bytearray(store.get(volume, 1 << 26))
    data[len(data) // 2] ^= 1
    store.delete(volume)
    store.put(volume, bytes(data))
    with pytest.raises(Damaged):
        kit.ask(VerifyRun(Which(made.run_id)))


def test_a_deleted_run_is_off_the_list_and_out_of_the_store(kit: Kit) -> None:
    first, second = now(kit, "docs"), now(kit, "docs")
    assert kit.ask(DeleteRun(Which(first.run_id[:13]))) == first
    assert kit.listed() == [second.run_id]
    assert {name.split("/")[1] for name in kit.blobs()} == {second.run_id}
    with pytest.raises(RunNotFound):
        kit.ask(DeleteRun(Which(first.run_id)))
    kit.ask(DeleteRun(Which(second.run_id, kit.place())))
    assert kit.blobs() == {}


def test_a_vaults_files_are_restored_without_the_folders_of_its_items(kit: Kit, tmp_path: Path) -> None:
    for name in ("docs", "music"):
        kit.item(name)
    folder = Path(kit.source("docs"))
    (folder / "again.txt").hardlink_to(folder / "docs.txt")
    (folder / "link").symlink_to("docs.txt")
    kit.ask(AddVault("all", ("docs", "music")))
    kit.job("all", "vault")
    made = kit.ask(RunJob("nightly"))
    target = tmp_path / "back"
    report = kit.ask(RestoreRun(Which(made.run_id), str(target), ("/docs",), strip=1))
    assert not report.problems
    assert sorted(str(each.relative_to(target)) for each in target.rglob("*")) == [
        "docs",
        "docs/again.txt",
        "docs/docs.txt",
        "docs/link",
    ]
    assert (target / "docs" / "again.txt").stat().st_ino == (target / "docs" / "docs.txt").stat().st_ino
    report = kit.ask(RestoreRun(Which(made.run_id), str(target), strip=2))
    assert report.written == 3 + 1
    assert {each.name for each in target.iterdir()} == {"docs", "docs.txt", "again.txt", "link", "music.txt"}
    with pytest.raises(UsageError):
        kit.ask(RestoreRun(Which(made.run_id), str(target), strip=-1))

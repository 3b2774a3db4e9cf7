"""The library: what a script can do with a user's backups."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bcper.apps.library import Library
from bcper.domain.errors import Cancelled, RunNotFound, WrongPassword
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.runs import ListRuns, VerifyRun, Which
from bcper.domain.model.requests.stores import AddStore, ListStores
from helpers.engine import files


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("BCPER_CONFIG_DIR", raising=False)
    monkeypatch.setenv("BCPER_SECRETS", "file")
    letters = tmp_path / "Documents" / "letters"
    letters.mkdir(parents=True)
    (letters / "anna.txt").write_bytes(b"Dear Anna,")
    (letters.parent / "report.txt").write_bytes(b"A report.")
    return tmp_path


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    with Library(str(home / "settings")) as made:
        yield made


def test_the_entries_of_a_run_are_read_one_by_one(library: Library, home: Path) -> None:
    run = library.back_up([home / "Documents"], home / "store", name="documents")
    everything = [os.fsdecode(entry.path) for entry in library.entries(run.run_id)]
    assert everything == [
        "Documents",
        "Documents/letters",
        "Documents/letters/anna.txt",
        "Documents/report.txt",
    ]
    below = library.entries("latest", store=home / "store", below="Documents/letters")
    assert [entry.size for entry in below if entry.type == "f"] == [10]
    with pytest.raises(RunNotFound):
        list(library.entries("abcdef"))


def test_the_entries_of_an_encrypted_run_want_its_password(library: Library, home: Path) -> None:
    run = library.back_up([home / "Documents"], home / "store", name="documents", password="secret")
    with pytest.raises(WrongPassword):
        list(library.entries(run.run_id, password="wrong"))
    assert len(list(library.entries(run.run_id, password="secret"))) == 4


def test_a_run_is_deleted(library: Library, home: Path) -> None:
    for _ in range(2):
        library.back_up([home / "Documents"], home / "store", name="documents")
    newest, oldest = library.runs()
    assert library.delete(oldest.run_id).run_id == oldest.run_id
    assert [run.run_id for run in library.runs()] == [newest.run_id]
    library.delete("latest", store=home / "store")
    assert list(library.runs()) == []
    assert not list((home / "store").rglob("*.tar.gz"))
    with pytest.raises(RunNotFound):
        library.delete("latest")


def test_paths_may_be_path_objects_and_a_store_that_is_one_is_a_folder(
    library: Library, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    library.ask(AddStore("disk", "local", str(home / "elsewhere")))
    library.back_up(["Documents"], "disk", name="documents")
    assert list((home / "elsewhere").rglob("*.tar.gz"))
    run = library.back_up([Path("Documents")], Path("disk"), name="documents")
    assert list((home / "disk").rglob("*.tar.gz"))
    assert [each.run_id for each in library.runs(Path("disk"))] == [run.run_id]
    library.verify(run.run_id, store=Path("disk"))
    archive, _ = library.archive_of(run)
    assert library.run_of(archive, Path("disk")) == run
    library.restore(run.run_id, Path("restored"), store=Path("disk"), include=["report.txt"])
    assert files(home / "restored") == {"Documents/report.txt": b"A report."}


def test_everything_else_is_a_request(library: Library, home: Path) -> None:
    assert library.ask(ListStores()) == ()
    library.ask(AddStore("disk", "local", str(home / "disk")))
    (view,) = library.ask(ListStores())
    assert view.store.location == str(home / "disk")
    assert library.ask(ListRuns(history=True)).runs == ()


def test_progress_goes_to_a_function_and_can_be_cancelled(home: Path) -> None:
    seen: list[Progress] = []
    with Library(str(home / "settings"), progress=seen.append) as library:
        library.back_up([home / "Documents"], home / "store", name="documents")
    assert seen[-1].done == seen[-1].total == 19

    def stop(progress: Progress) -> None:
        raise Cancelled

    with Library(str(home / "settings"), progress=stop) as library:
        with pytest.raises(Cancelled):
            library.back_up([home / "Documents"], home / "store", name="documents")
        assert [run.status for run in library.runs()] == ["success"]
    with Library(str(home / "settings")) as library:
        with pytest.raises(Cancelled):
            library.ask(VerifyRun(Which("latest")), progress=stop)

"""The snippet of the original's README, unchanged, in a process of its own and an empty home."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bcper.adapters.fs.blob_store import LocalBlobStore
from bcper.apps.library import Library
from bcper.domain.errors import RunNotFound, StoreError, WrongPassword
from bcper_core.engine import TarGzBackupEngine
from bcper_core.models import BCItem
from bcper_core.storage import LocalStore
from helpers.cli import Cli
from helpers.engine import files
from helpers.original import TIME, member, put, zipped
from helpers.seed import SNIPPET


def test_the_original_snippet_runs_and_leaves_no_folder_in_the_home(tmp_path: Path) -> None:
    home = Cli(tmp_path / "home")
    done = subprocess.run(
        [sys.executable, "-c", SNIPPET], capture_output=True, text=True, env=home.environment(), timeout=60
    )
    assert done.returncode == 0, done.stderr
    backup, restore, content = done.stdout.splitlines()
    assert "'success': True" in backup
    assert "'encrypted': False" in backup
    assert "'success': True" in restore
    assert "'warnings': []" in restore
    assert content == "world"
    assert list(home.home.iterdir()) == []


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalStore:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BCPER_CONFIG_DIR", str(tmp_path / "home"))
    monkeypatch.setenv("BCPER_SECRETS", "file")
    (tmp_path / "store").mkdir()
    return LocalStore(str(tmp_path / "store"))


@pytest.mark.parametrize("password", [None, "p\u00e4ss"], ids=["plain", "encrypted"])
@pytest.mark.parametrize("folder", ["", "old/"])
def test_an_archive_that_the_original_wrote_is_restored_by_its_name(
    store: LocalStore, tmp_path: Path, password: str | None, folder: str
) -> None:
    blobs = LocalBlobStore(store.path)
    for name in ("docs", "docs2"):
        put(blobs, zipped(member(f"{name}.txt", b"1")), password, name=name)
    if folder:
        packed = zipped(member("late.txt", b"2"))
        put(blobs, packed, password, name="docs", folder=folder, timestamp="20240101_120000")
    engine, name = TarGzBackupEngine(), f"{folder}docs_{TIME}.tar.gz{'.enc' if password else ''}"
    expected = {"late.txt": b"2"} if folder else {"docs.txt": b"1"}
    for number, archive in enumerate((name, os.path.join(store.path, name))):
        target = tmp_path / f"out{number}"
        done = engine.restore(archive, store, str(target), password)
        assert done == {"success": True, "warnings": [], "target_dir": str(target)}
        assert files(target) == expected
    if password:
        with pytest.raises(WrongPassword):
            engine.restore(name, store, str(tmp_path / "wrong"), "wrong")
    assert not (tmp_path / "home").exists()


def test_both_kinds_in_one_store_and_what_is_none(store: LocalStore, tmp_path: Path) -> None:
    engine = TarGzBackupEngine()
    with pytest.raises(StoreError):
        engine.restore(f"docs_{TIME}.tar.gz", store, str(tmp_path / "out"))
    assert os.listdir(store.path) == []
    put(LocalBlobStore(store.path), zipped(member("a", b"1")), name="docs")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "b").write_bytes(b"2")
    made = engine.backup(BCItem("docs", [str(tmp_path / "src")]), store)
    engine.restore(made["archive"], store, str(tmp_path / "out"))
    engine.restore(f"docs_{TIME}.tar.gz", store, str(tmp_path / "out"))
    assert files(tmp_path / "out") == {"src/b": b"2", "a": b"1"}
    for none in (f"docs_{TIME}.tar.gz.enc", f"dog_{TIME}.tar.gz", f"docs_{TIME}.meta.json", "", "../store"):
        with pytest.raises(RunNotFound):
            engine.restore(none, store, str(tmp_path / "none"))
    with Library(str(tmp_path / "settings")) as library:
        run = library.run_of(made["archive"], store.path)
        assert library.archive_of(run)[0] == made["archive"]


def test_a_description_that_is_damaged_is_named(store: LocalStore, tmp_path: Path) -> None:
    for name in ("good", "bad"):
        put(LocalBlobStore(store.path), zipped(member("a", b"1")), name=name)
    (tmp_path / "store" / f"bad_{TIME}.meta.json").write_bytes(b"{")
    with pytest.raises(RunNotFound) as caught:
        TarGzBackupEngine().restore(f"bad_{TIME}.tar.gz", store, str(tmp_path / "out"))
    assert f"bad_{TIME}.meta.json" in caught.value.hint

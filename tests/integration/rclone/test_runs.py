"""Runs in stores on remotes, from the first to the restore on an empty machine."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import bcper
from bcper.adapters.memory.progress import CancelAt, RecordingProgress
from bcper.domain.errors import Cancelled, StoreError, UsageError
from bcper.domain.model.requests.runs import ListRuns
from bcper.domain.model.requests.stores import AddStore, EditStore, ImportStore, TestStore
from bcper.domain.model.runs import RunStatus
from helpers.engine import Engine, Meddler, engine_at, files
from helpers.proxy import Fault
from helpers.remotes import KINDS, Remotes, rclone, until

MIB = 1 << 20
SOURCE = os.path.dirname(os.path.dirname(bcper.__file__))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    (root / "sub").mkdir(parents=True)
    (root / "long").write_bytes(os.urandom(12 * MIB + 5))
    for number in range(30):
        (root / "sub" / f"f{number:03d}").write_bytes(os.urandom(3000))
    return root


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, remotes: Remotes) -> str:
    return remotes.opener().resolve(remotes.place(request.param))


@pytest.fixture
def engine(tmp_path: Path, place: str, remotes: Remotes) -> Iterator[Engine]:
    with engine_at(tmp_path / "home", place, remotes.opener()) as engine:
        yield engine


@pytest.mark.parametrize("password", [None, "correct horse"], ids=["plain", "encrypted"])
def test_a_run_is_verified_and_restored_from_the_remote_alone(
    tmp_path: Path, tree: Path, engine: Engine, place: str, remotes: Remotes, password: str | None
) -> None:
    engine.back_up(tree, password=password)
    made = engine.back_up(tree, password=password, volume_bytes=MIB)
    assert made.store == place
    with engine_at(tmp_path / "empty", place, remotes.opener()) as other:
        assert other.service(ImportStore(place)).runs == 2
        assert made.run_id in [run.run_id for run in other.service(ListRuns(place)).runs]
        report = other.verify(made.run_id, password)
        assert report.deep
        assert report.warnings == ()
        other.restore(made.run_id, tmp_path / "out", password=password)
    assert files(tmp_path / "out" / "tree") == files(tree)


def test_a_store_on_a_remote_is_added_tested_and_used(
    tmp_path: Path, tree: Path, engine: Engine, place: str
) -> None:
    remote, _, path = place.partition(":")
    engine.service(AddStore("cloud", "rclone", path, remote))
    tested = engine.service(TestStore("cloud"))
    assert tested.runs == 0
    made = engine.back_up(tree)
    assert engine.service(TestStore("cloud")).runs == 1
    assert [run.run_id for run in engine.service(ListRuns("cloud")).runs] == [made.run_id]


@pytest.mark.parametrize("at", [2, 6, 9])
def test_a_run_that_is_cancelled_leaves_nothing(
    tree: Path, engine: Engine, place: str, remotes: Remotes, at: int
) -> None:
    engine.back_up(tree)
    before = files(remotes.folder(place))
    with pytest.raises(Cancelled):
        engine.back_up(tree, sink=CancelAt(at))
    assert files(remotes.folder(place)) == before
    assert engine.runs()[0].status is RunStatus.CANCELLED


def test_a_run_whose_rclone_is_killed_fails_without_a_manifest(
    tree: Path, engine: Engine, place: str, remotes: Remotes
) -> None:
    (tree / "longer").write_bytes(os.urandom(40 * MIB))

    def kill() -> None:
        pid = remotes.process.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    killer = Meddler(lambda progress: progress.done > 20 * MIB, kill)
    with pytest.raises(StoreError):
        engine.back_up(tree, sink=killer)
    assert killer.done
    (failed,) = engine.runs()
    assert failed.status is RunStatus.FAILED
    assert not [name for name in files(remotes.folder(place)) if name.endswith(".meta.json")]
    made = engine.back_up(tree)
    engine.verify(made.run_id)
    assert {name.split("/")[1] for name in files(remotes.folder(place)) if "/" in name} == {made.run_id}


def test_a_run_of_a_megabyte_is_eight_requests(tmp_path: Path, remotes: Remotes) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "file").write_bytes(os.urandom(MIB))
    place = remotes.place("s3")
    with remotes.behind("s3") as (proxy, opener):
        with engine_at(tmp_path / "home", place, opener) as engine:
            engine.back_up(tmp_path / "tree")
        # A program that is started anew each time knows no more than what is on the disk.
        with engine_at(tmp_path / "home", place, opener) as engine:
            proxy.forget()
            made = engine.back_up(tmp_path / "tree", sink=RecordingProgress())
            assert len(proxy.requests) <= 8, proxy.requests
            proxy.forget()
            engine.restore(made.run_id, tmp_path / "out")
            assert len(proxy.requests) <= 12, proxy.requests


def test_a_remote_that_has_become_read_only_costs_one_runs_reading(tmp_path: Path, remotes: Remotes) -> None:
    """Row 49."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "file").write_bytes(b"content")
    place = remotes.place("s3")
    with remotes.behind("s3") as (proxy, opener), engine_at(tmp_path / "home", place, opener) as engine:
        engine.back_up(tmp_path / "tree")
        proxy.rule = lambda method, _path: Fault(status=403) if method == "PUT" else None
        for steps in (True, False, False):
            sink = RecordingProgress()
            with pytest.raises(StoreError, match="does not allow"):
                engine.back_up(tmp_path / "tree", sink=sink)
            assert any(step.step == "Beginning" for step in sink.steps) is steps
        assert [run.status for run in engine.runs()] == [RunStatus.FAILED, RunStatus.SUCCESS]
        proxy.rule = lambda _method, _path: None
        engine.back_up(tmp_path / "tree")


@pytest.mark.parametrize("password", [None, "correct horse"], ids=["plain", "encrypted"])
def test_verifying_and_restoring_fetch_each_byte_once_and_wait_for_few_answers(
    tmp_path: Path, tree: Path, remotes: Remotes, password: str | None
) -> None:
    # Short files before and behind long ones.
    (tree / "long").write_bytes(os.urandom(18 * MIB))
    (tree / "longer").write_bytes(os.urandom(18 * MIB))
    for number in range(20):
        (tree / f"a{number}").write_bytes(os.urandom(100_000))
    place = remotes.place("s3")
    with remotes.behind("s3") as (proxy, opener), engine_at(tmp_path / "home", place, opener) as engine:
        made = engine.back_up(tree, password=password)
        proxy.forget()
        assert engine.verify(made.run_id, password).deep
        # The beginning and the end of a volume come when it is opened.
        assert made.stored_bytes <= proxy.sent < made.stored_bytes + 2 * MIB
        assert len(proxy.requests) <= 20, proxy.requests
        proxy.forget()
        engine.restore(made.run_id, tmp_path / "out", password=password)
        assert made.stored_bytes <= proxy.sent < made.stored_bytes + 2 * MIB
        assert len(proxy.requests) <= 16, proxy.requests


def test_the_program_finds_rclone_and_keeps_to_the_bandwidth(
    tmp_path: Path, tree: Path, place: str, remotes: Remotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RCLONE_CONFIG", str(remotes.config))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", os.path.dirname(rclone()), prepend=os.pathsep)
    remote, _, path = place.partition(":")
    with Engine(tmp_path / "home", Path(place)) as engine:
        opener = engine.container.opener()
        try:
            engine.service(AddStore("cloud", "rclone", path, remote, bandwidth=50 * MIB))
            made = engine.back_up(tree)
            assert engine.restore(made.run_id, tmp_path / "out").written == 33
            limit = opener.remote()._rclone.call("core/bwlimit")
            assert (limit["bytesPerSecondTx"], limit["bytesPerSecondRx"]) == (50 * MIB, -1)
            os.kill(opener.remote()._rclone.process.pid, signal.SIGKILL)
            until(lambda: opener.remote()._rclone.process.pid is None)
            engine.back_up(tree)
            assert opener.remote()._rclone.call("core/bwlimit")["bytesPerSecondTx"] == 50 * MIB
        finally:
            opener.remote().close()
    with pytest.raises(UsageError, match="already"):
        engine.service(AddStore("again", "rclone", f"{path}/", remote))


def is_quiet(folder: Path) -> bool:
    """Whether nothing changes there for a second."""
    before = files(folder)
    time.sleep(1.0)
    return files(folder) == before


def test_a_run_that_was_killed_is_interrupted_and_its_litter_goes(
    tmp_path: Path, tree: Path, remotes: Remotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RCLONE_CONFIG", str(remotes.config))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", os.path.dirname(rclone()), prepend=os.pathsep)
    place = remotes.place("openssh")
    with Engine(tmp_path / "home", Path(place)) as engine:
        opener = engine.container.opener()
        try:
            # Slow enough to be met at it.
            engine.service(AddStore("cloud", "rclone", place.partition(":")[2], "openssh", bandwidth=2 * MIB))
            child = subprocess.Popen(
                [
                    *(sys.executable, "-m", "bcper.cli", "--config-dir", str(tmp_path / "home")),
                    *("backup", "now", str(tree), "--to", "cloud", "--name", "target"),
                ],
                env={**os.environ, "PYTHONPATH": SOURCE},
                stdout=subprocess.DEVNULL,
            )
            until(lambda: any(name.endswith(".tar.gz") for name in files(remotes.folder(place))), 60)
            child.kill()
            child.wait()
            # The server has what was sent, and may still be writing that.
            until(lambda: is_quiet(remotes.folder(place)), 60)
            engine.service(EditStore("cloud", bandwidth=1 << 30))
            made = engine.back_up(tree)
            assert [run.status for run in engine.runs()] == [RunStatus.SUCCESS, RunStatus.INTERRUPTED]
            engine.verify(made.run_id)
        finally:
            opener.remote().close()
    folders = {name.split("/")[1] for name in files(remotes.folder(place)) if "/" in name}
    assert folders == {made.run_id}


def test_a_store_that_shows_another_marker_is_not_written_to(
    tmp_path: Path, tree: Path, engine: Engine, place: str, remotes: Remotes
) -> None:
    engine.back_up(tree)
    store = remotes.opener().open(place, create=False, writable=False)
    marker = store.get(".bcper-store.json", 1000)
    store.delete(".bcper-store.json")
    before = files(remotes.folder(place))
    with pytest.raises(StoreError, match="marker is missing"):
        engine.back_up(tree)
    assert files(remotes.folder(place)) == before
    store.put(".bcper-store.json", marker)
    engine.back_up(tree)

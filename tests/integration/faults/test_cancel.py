"""Row 61 of FAULTS.md: work that is told to stop at any of its steps stops, and leaves nothing half done."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bcper.adapters.memory.progress import CancelAt, RecordingProgress
from bcper.domain.errors import Cancelled
from bcper.domain.model.runs import Run, RunStatus
from helpers.cli import Cli
from helpers.engine import Engine, files
from helpers.stores import ROOT_FILES

MIB = 1 << 20
PASSWORDS = pytest.mark.parametrize("password", [None, "correct horse"], ids=["plain", "encrypted"])


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    (root / "sub" / "deep").mkdir(parents=True)
    (root / "long").write_bytes(os.urandom(3 * MIB + 5))
    with (root / "sparse").open("wb") as file:
        for at in range(4):
            file.seek(at << 26)
            file.write(os.urandom(MIB // 2))
    for number in range(150):
        (root / "sub" / f"f{number:03d}").write_bytes(os.urandom(3000))
    (root / "sub" / "deep" / "link").symlink_to("../f000")
    os.link(root / "long", root / "sub" / "hard")
    os.mkfifo(root / "fifo")
    return root


def steps_to_try(count: int) -> list[int]:
    """Each of the first and last steps, and every few between."""
    return sorted({*range(1, min(count, 12) + 1), *range(12, count, 3), *range(max(1, count - 8), count + 1)})


@PASSWORDS
def test_a_backup_cancelled_at_any_step_leaves_nothing_and_the_earlier_run_is_whole(
    tmp_path: Path, tree: Path, password: str | None
) -> None:
    with Engine(tmp_path / "home", tmp_path / "store") as engine:
        first = engine.back_up(tree, password=password)
        every = RecordingProgress()
        engine.back_up(tree, sink=every, password=password)
        before, rows = files(tmp_path / "store"), {run.run_id: run for run in engine.runs()}
        assert len(every.steps) >= 12
        assert {"Opening the store", "Backing up", "Writing the index", "Finishing"} <= {
            progress.step for progress in every.steps
        }
        cancelled: list[Run] = []
        for count in steps_to_try(len(every.steps)):
            sink = CancelAt(count)
            with pytest.raises(Cancelled) as caught:
                engine.back_up(tree, sink=sink, password=password)
            assert caught.value.exit_status == 130
            assert files(tmp_path / "store") == before, count
            # Who has said "stop" is not asked again, and again.
            assert len(sink.steps) <= count + 1
            cancelled = [run for run in engine.runs() if run.run_id not in rows]
            # At its first step a run has not begun.
            assert len(cancelled) <= (count > 1)
            for run in cancelled:
                assert (run.status, run.manifest, run.error) == (RunStatus.CANCELLED, None, "Cancelled.")
                assert run.completed_at is not None
                rows[run.run_id] = run
            if count > 1:
                assert cancelled
        engine.verify(first.run_id, password)
        again = engine.back_up(tree, password=password)
        engine.verify(again.run_id, password)
        assert {run.status for run in engine.runs()} == {RunStatus.SUCCESS, RunStatus.CANCELLED}
    folders = {path.name for path in (tmp_path / "store" / "ad-hoc").iterdir()}
    assert folders == {run.run_id for run in rows.values() if run.manifest} | {again.run_id}


@PASSWORDS
def test_a_first_backup_cancelled_at_any_step_leaves_an_empty_store(
    tmp_path: Path, tree: Path, password: str | None
) -> None:
    with Engine(tmp_path / "home", tmp_path / "store") as engine:
        for count in (1, 2, 3, 6, 9):
            with pytest.raises(Cancelled):
                engine.back_up(tree, sink=CancelAt(count), password=password)
            left = [path.name for path in (tmp_path / "store").rglob("*")]
            assert set(left) <= set(ROOT_FILES)
        assert engine.container.browse().list(str(tmp_path / "store"))[0].status is RunStatus.CANCELLED


def whole(path: Path, original: Path) -> bool:
    """Whether a restored thing is what it was: never a part of it, never under another kind or mode."""
    ours, theirs = os.lstat(path), os.lstat(original)
    if stat.S_IFMT(ours.st_mode) != stat.S_IFMT(theirs.st_mode):
        return False
    if not stat.S_ISREG(ours.st_mode):
        return True
    same = (ours.st_mode, ours.st_size, ours.st_mtime_ns) == (
        theirs.st_mode,
        theirs.st_size,
        theirs.st_mtime_ns,
    )
    return same and (ours.st_size > 16 * MIB or path.read_bytes() == original.read_bytes())


@PASSWORDS
def test_a_restore_cancelled_at_any_step_leaves_no_half_file_and_can_be_done_again(
    tmp_path: Path, tree: Path, password: str | None
) -> None:
    with Engine(tmp_path / "home", tmp_path / "store") as engine:
        run = engine.back_up(tree, password=password)
        before = files(tmp_path / "store")
        every = RecordingProgress()
        engine.restore(run.run_id, tmp_path / "all", every, password)
        for count in range(1, len(every.steps) + 1):
            target = tmp_path / f"out{count}"
            with pytest.raises(Cancelled):
                engine.restore(run.run_id, target, CancelAt(count), password)
            for path in target.rglob("*"):
                assert whole(path, tree.parent / path.relative_to(target)), (count, path)
            # Not "never": hard links go only to files that the same restore wrote (row 70).
            report = engine.restore(run.run_id, target, None, password, overwrite="always")
            assert not report.problems
            assert {p.relative_to(target) for p in target.rglob("*")} == {
                p.relative_to(tmp_path / "all") for p in (tmp_path / "all").rglob("*")
            }
            assert all(whole(p, tree.parent / p.relative_to(target)) for p in target.rglob("*"))
        assert files(tmp_path / "store") == before
        assert [row.status for row in engine.runs()] == [RunStatus.SUCCESS]


@PASSWORDS
def test_a_verification_cancelled_at_any_step_changes_nothing(
    tmp_path: Path, tree: Path, password: str | None
) -> None:
    with Engine(tmp_path / "home", tmp_path / "store") as engine:
        run = engine.back_up(tree, password=password)
        before = files(tmp_path / "store")
        every = RecordingProgress()
        engine.verify(run.run_id, password, sink=every)
        for count in range(1, len(every.steps) + 1):
            with pytest.raises(Cancelled):
                engine.verify(run.run_id, password, sink=CancelAt(count))
        assert files(tmp_path / "store") == before
        engine.verify(run.run_id, password)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle_of_one_long_file_is_130_and_leaves_nothing(
    tmp_path: Path, number: signal.Signals
) -> None:
    cli, store, tree = Cli(tmp_path / "home"), tmp_path / "store", tmp_path / "tree"
    tree.mkdir()
    (tree / "small").write_bytes(b"small")
    made = cli.summary("backup", "now", tree, "--to", store)
    with (tree / "long").open("wb") as file:
        for _ in range(32):
            file.write(os.urandom(4 * MIB))
    process = subprocess.Popen(
        [
            sys.executable,
            "-P",
            "-m",
            "bcper.cli",
            "backup",
            "now",
            tree,
            "--to",
            store,
            "--compression",
            "best",
        ],
        env=cli.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not list(store.rglob(".*.part")) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, (out[-500:], err)
    assert "Traceback" not in err
    assert {path.parent.name for path in store.glob("*/*/*")} == {made["run_id"]}
    assert not list(store.rglob("*.part"))
    runs = json.loads(cli("--json", "backup", "list").stdout)
    assert [run["status"] for run in runs] == ["cancelled", "success"]
    cli("backup", "verify", "--all")


def test_a_signal_in_the_middle_of_a_restore_is_130_and_leaves_no_half_file(tmp_path: Path) -> None:
    cli, store, tree = Cli(tmp_path / "home"), tmp_path / "store", tmp_path / "tree"
    tree.mkdir()
    for name in ("a", "b", "c"):
        with (tree / name).open("wb") as file:
            for _ in range(12):
                file.write(os.urandom(4 * MIB))
    cli("backup", "now", tree, "--to", store)
    process = subprocess.Popen(
        [
            sys.executable,
            "-P",
            "-m",
            "bcper.cli",
            "backup",
            "restore",
            "latest",
            "--target-dir",
            str(tmp_path / "out"),
        ],
        env=cli.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (tmp_path / "out").exists() and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, (out, err)
    assert "Traceback" not in err
    for path in (tmp_path / "out").rglob("*"):
        assert whole(path, tree.parent / path.relative_to(tmp_path / "out")), path

"""Restoring and verifying with helpers: real processes, a tree that is worth it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bcper.adapters.memory.progress import CancelAt, RecordingProgress
from bcper.domain.errors import BcperError, Cancelled, Damaged
from bcper.domain.model.progress import Progress
from helpers.cli import Cli
from helpers.engine import Engine

COUNT = 4500
PASSWORD = "a password to look for"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("source") / "tree"
    block = os.urandom(1 << 16)
    for number in range(COUNT):
        folder = root / f"{number // 100:02d}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"f{number}").write_bytes(block[number : number + number % 3000])
    (root / "long").write_bytes(os.urandom(9 << 20))
    os.link(root / "44" / "f4499", root / "hard")
    os.link(root / "long", root / "00" / "long too")
    (root / "sym").symlink_to("00/f1")
    (root / "01").chmod(0o755)
    return root


@pytest.fixture(scope="module")
def backed_up(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    with Engine(home, home / "store") as engine:
        engine.back_up(tree, password=PASSWORD)
    return home


def seen(root: Path) -> dict[str, tuple[object, ...]]:
    found: dict[str, tuple[object, ...]] = {}
    for path in [root, *root.rglob("*")]:
        status = path.lstat()
        content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        found[str(path.relative_to(root))] = (
            status.st_mode, status.st_mtime_ns, status.st_uid, status.st_nlink, content,
        )  # fmt: skip
    return found


def children(pid: int | str = "self") -> list[int]:
    """The processes that help; other tests of this process may have started servers."""
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with suppress(FileNotFoundError), open(f"/proc/{pid}/task/{task}/children") as names:
            found += [int(name) for name in names.read().split()]
    return [child for child in found if b"bcper.apps.helper" in command_of(child)]


def command_of(child: int) -> bytes:
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{child}/cmdline").read_bytes()
    return b""


class AtStep(RecordingProgress):
    """Does something once, at the first step of that name."""

    def __init__(self, name: str, act: Callable[[], None]) -> None:
        super().__init__()
        self.name, self.act, self.done = name, act, False

    def step(self, progress: Progress) -> None:
        super().step(progress)
        if progress.step == self.name and not self.done:
            self.done = True
            self.act()


needs_two = pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one processor: nobody helps")


@needs_two
def test_helpers_restore_what_was_backed_up_and_know_no_password(
    tree: Path, backed_up: Path, tmp_path: Path
) -> None:
    looked: list[bytes] = []

    def look() -> None:
        for child in children():
            for what in ("cmdline", "environ"):
                looked.append(Path(f"/proc/{child}/{what}").read_bytes())

    os.environ["BCPER_PASSWORD"] = PASSWORD
    try:
        with Engine(backed_up, backed_up / "store") as engine:
            report = engine.restore("latest", tmp_path, AtStep("Restoring", look), PASSWORD)
    finally:
        del os.environ["BCPER_PASSWORD"]
    assert not report.problems
    assert seen(tmp_path / "tree") == seen(tree)
    assert report.entries == len(list(tree.rglob("*"))) + 1
    assert any(b"bcper.apps.helper" in line for line in looked)
    assert not any(PASSWORD.encode() in line for line in looked)


@needs_two
def test_what_a_helper_keeps_gets_no_hard_link(tree: Path, backed_up: Path, tmp_path: Path) -> None:
    (tmp_path / "tree" / "44").mkdir(parents=True)
    (tmp_path / "tree" / "44" / "f4499").write_bytes(b"mine")
    with Engine(backed_up, backed_up / "store") as engine:
        report = engine.restore("latest", tmp_path, None, PASSWORD)
    assert (tmp_path / "tree" / "44" / "f4499").read_bytes() == b"mine"
    assert not (tmp_path / "tree" / "hard").exists()
    assert [problem.path for problem in report.problems] == [b"tree/hard"]
    assert report.kept == 1


@needs_two
def test_verify_with_helpers_counts_everything(tree: Path, backed_up: Path) -> None:
    with Engine(backed_up, backed_up / "store") as engine:
        report = engine.verify("latest", PASSWORD)
    assert report.deep
    assert report.entries == len(list(tree.rglob("*"))) + 1


@needs_two
@pytest.mark.parametrize("count", [1, 3, 10, 40])
def test_a_cancelled_restore_leaves_whole_files_and_no_process(
    tree: Path, backed_up: Path, tmp_path: Path, count: int
) -> None:
    before = children()
    with Engine(backed_up, backed_up / "store") as engine:
        with pytest.raises(Cancelled):
            engine.restore("latest", tmp_path, CancelAt(count), PASSWORD)
    assert children() == before
    for path in tmp_path.rglob("*"):
        if path.is_file() and not path.is_symlink():
            assert path.read_bytes() == (tree.parent / path.relative_to(tmp_path)).read_bytes()


@needs_two
def test_a_helper_that_is_killed_ends_the_work_with_a_sentence(
    tree: Path, backed_up: Path, tmp_path: Path
) -> None:
    def kill() -> None:
        for child in children():
            os.kill(child, signal.SIGKILL)

    with Engine(backed_up, backed_up / "store") as engine:
        # On a busy machine a helper may have done its share before it is killed: then nothing is missing.
        for number in range(20):
            target = tmp_path / str(number)
            target.mkdir()
            try:
                engine.restore("latest", target, AtStep("Restoring", kill), PASSWORD)
            except BcperError as error:
                assert "has ended" in str(error)
                return
            assert seen(target / "tree") == seen(tree)
    pytest.fail("No helper was killed in time.")


@needs_two
def test_damage_is_found_whoever_reads_it(tree: Path, tmp_path: Path) -> None:
    with Engine(tmp_path / "home", tmp_path / "store") as engine:
        run = engine.back_up(tree)
        (archive,) = (tmp_path / "store").rglob("*.tar.gz")
        size = archive.stat().st_size
        for at in (size // 10, size // 2, size - size // 10):
            data = bytearray(archive.read_bytes())
            data[at] ^= 1
            archive.write_bytes(data)
            with pytest.raises(Damaged):
                engine.verify(run.run_id)
            with pytest.raises(Damaged):
                engine.restore(run.run_id, tmp_path / f"out{at}")
            data[at] ^= 1
            archive.write_bytes(data)
        engine.verify(run.run_id)


@needs_two
def test_a_helper_goes_when_its_process_is_killed(tree: Path, backed_up: Path, tmp_path: Path) -> None:
    cli = Cli(backed_up / "user")
    command = [
        "backup",
        "restore",
        "latest",
        "--store",
        str(backed_up / "store"),
        "--target-dir",
        str(tmp_path),
    ]
    parent = subprocess.Popen(
        [sys.executable, "-P", "-m", "bcper.cli", "-q", *command],
        env=cli.environment(BCPER_PASSWORD=PASSWORD),
        stdout=subprocess.DEVNULL,
    )
    helpers: list[int] = []
    deadline = time.monotonic() + 60
    while not helpers and parent.poll() is None and time.monotonic() < deadline:
        helpers = children(parent.pid)
        time.sleep(0.001)
    parent.kill()
    parent.wait()
    assert helpers
    while any(os.path.exists(f"/proc/{pid}/cmdline") for pid in helpers):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    for path in tmp_path.rglob("f*"):
        # The process itself may have been killed in mid-write; all but one file are whole or not there.
        assert (tree.parent / path.relative_to(tmp_path)).is_file()

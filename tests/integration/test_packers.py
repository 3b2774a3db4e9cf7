"""Frames packed by real processes, and without them."""

import gzip
import hashlib
import os
import signal
import subprocess
import sys
from array import array
from contextlib import suppress
from pathlib import Path

import pytest

from bcper.adapters.archive import packers as packers_module
from bcper.adapters.archive.packers import SLOTS, Packers
from bcper.adapters.archive.packing import FRAME, ORDER, SLOT
from bcper.adapters.memory.progress import CancelAt, RecordingProgress
from bcper.domain.errors import BcperError, Cancelled
from bcper.domain.model.choices import Compression
from bcper.domain.model.progress import Progress
from bcper.domain.model.runs import RunStatus
from helpers.engine import Engine
from helpers.stores import ROOT_FILES

MIB = 1 << 20
PASSWORD = "a password to look for"


def children() -> list[int]:
    """The processes that pack; other tests of this process may have started servers."""
    found = []
    for task in os.listdir("/proc/self/task"):
        with suppress(FileNotFoundError), open(f"/proc/self/task/{task}/children") as names:
            found += [int(name) for name in names.read().split()]
    return [child for child in found if b"bcper.adapters.archive.packing" in command_of(child)]


def command_of(child: int) -> bytes:
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{child}/cmdline").read_bytes()
    return b""


@pytest.mark.parametrize("compression", ["fast", "balanced", "best"])
def test_processes_pack_as_one_alone_would(compression: Compression) -> None:
    packers = Packers(compression)
    packers.start()
    assert packers.started
    frames = [os.urandom(MIB // 2) + bytes(MIB // 2 - at) for at in range(2 * SLOTS)]
    spans = [array("I", [512, 1000, 2048, 2048, MIB // 2, len(frame)]) for frame in frames]
    made = []
    for number, frame in enumerate(frames):
        packers.memory(number)[: len(frame)] = frame
        packers.put(number, len(frame), spans[number])
        if number >= SLOTS - 1:
            at = number - SLOTS + 1
            packed = packers.get(at, 3)
            made.append((bytes(packed.member), packed.digests))
    for number in range(SLOTS + 1, 2 * SLOTS):
        packed = packers.get(number, 3)
        made.append((bytes(packed.member), packed.digests))
    packers.end()
    packers.close()
    assert len(made) == len(frames)
    for frame, (member, digests) in zip(frames, made, strict=True):
        assert gzip.decompress(member) == frame
        pairs = [(512, 1000), (2048, 2048), (MIB // 2, len(frame))]
        assert digests == [hashlib.sha256(frame[a:b]).hexdigest() for a, b in pairs]


def test_without_processes_a_backup_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(packers_module, "start_python", refuse)
    (tmp_path / "tree").mkdir()
    for number in range(40):
        (tmp_path / "tree" / f"f{number}").write_bytes(os.urandom(MIB // 2))
    with Engine(tmp_path / "home", tmp_path / "store") as engine:
        run = engine.back_up(tmp_path / "tree", password=PASSWORD)
        engine.verify(run.run_id, PASSWORD)
        engine.restore(run.run_id, tmp_path / "out", None, PASSWORD)
    for number in range(40):
        name = f"tree/f{number}"
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / name).read_bytes()


@pytest.mark.parametrize(("size", "starts"), [(MIB // 2, False), (MIB, True)])
def test_they_are_started_when_there_is_a_frame_of_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, starts: bool
) -> None:
    started: list[str] = []

    def refuse(module: str, *_: object, **__: object) -> None:
        started.append(module)
        raise OSError("no more processes")

    monkeypatch.setattr(packers_module, "start_python", refuse)
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "file").write_bytes(os.urandom(size))
    with Engine(tmp_path / "home", tmp_path / "store") as engine:
        engine.back_up(tmp_path / "tree")
    # Once refused, they are not asked for again.
    assert started == ["bcper.adapters.archive.packing"] * starts


def test_one_of_another_version_does_not_touch_the_memory() -> None:
    """It was replaced on the disk while the backup ran: what lies where may be another matter."""
    memory = os.memfd_create("frames")
    os.ftruncate(memory, SLOT)
    started = subprocess.run(
        [sys.executable, "-P", "-m", "bcper.adapters.archive.packing", str(memory), "fast", "0.0.1"],
        input=ORDER.pack(0, FRAME, 0),
        pass_fds=[memory],
        stdout=subprocess.PIPE,
        check=False,
    )
    assert (started.returncode, started.stdout) == (1, b"")
    assert os.pread(memory, SLOT, 0) == bytes(SLOT)
    os.close(memory)


class At(RecordingProgress):
    """Once, when ``count`` steps of a backup are done, looks at the processes or kills them."""

    def __init__(self, count: int, *, kill: bool) -> None:
        super().__init__()
        self.count, self.kill = count, kill
        self.found: list[bytes] = []

    def step(self, progress: Progress) -> None:
        super().step(progress)
        if len(self.steps) == self.count:
            for child in children():
                self.found += [Path(f"/proc/{child}/{what}").read_bytes() for what in ("cmdline", "environ")]
                if self.kill:
                    os.kill(child, signal.SIGKILL)


@pytest.fixture
def long_file(tmp_path: Path) -> Path:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "long").write_bytes(os.urandom(60 * MIB))
    return tmp_path / "tree"


def test_a_packing_process_that_is_killed_fails_the_run_and_leaves_nothing(
    tmp_path: Path, long_file: Path
) -> None:
    with Engine(tmp_path / "home", tmp_path / "store") as engine:
        with pytest.raises(BcperError, match="has ended"):
            engine.back_up(long_file, sink=At(12, kill=True))
        assert [run.status for run in engine.runs()] == [RunStatus.FAILED]
        left = [path.name for path in (tmp_path / "store").rglob("*") if path.is_file()]
        assert sorted(left) == ROOT_FILES
        assert children() == []
        engine.verify(engine.back_up(long_file).run_id)


def test_row_74_no_packing_process_knows_the_password(
    tmp_path: Path, long_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BCPER_PASSWORD", PASSWORD)
    monkeypatch.setenv("BCPER_PASSWORD_COMMAND", f"echo {PASSWORD}")
    watching = At(12, kill=False)
    with Engine(tmp_path / "home", tmp_path / "store") as engine:
        engine.back_up(long_file, sink=watching, password=PASSWORD)
    assert any(b"bcper.adapters.archive.packing" in line for line in watching.found)
    assert not any(PASSWORD.encode() in line for line in watching.found)


def test_a_cancelled_backup_leaves_no_process(tmp_path: Path, long_file: Path) -> None:
    with Engine(tmp_path / "home", tmp_path / "store") as engine:
        for count in (2, 5, 20, 50):
            with pytest.raises(Cancelled):
                engine.back_up(long_file, sink=CancelAt(count))
            assert children() == []

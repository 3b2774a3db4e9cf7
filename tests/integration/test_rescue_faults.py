"""restore.py against damaged stores (FAULTS.md rows 62 to 68)."""

import hashlib
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bcper.domain.model.runs import Run
from helpers.engine import Engine, pack_in_this_process
from helpers.rescue import blob, flip, listing, rescue

PASSWORD = "secret"


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    pack_in_this_process(monkeypatch)
    with Engine(tmp_path / "home", tmp_path / "store") as made:
        yield made


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    root.mkdir()
    (root / "hello").write_bytes(b"world\n")
    (root / "noise").write_bytes(os.urandom(3_000_000))
    (root / "zero").write_bytes(b"the last")
    return root


@pytest.fixture
def plain(engine: Engine, tree: Path) -> Run:
    return engine.back_up(tree)


@pytest.fixture
def sealed(engine: Engine, tree: Path) -> Run:
    return engine.back_up(tree, password=PASSWORD)


def resummed(data: bytes) -> bytes:
    return data[:64] + hashlib.sha256(data[:64]).digest()[:16] + data[80:]


def iterations(count: int) -> Callable[[bytes], bytes]:
    return lambda data: resummed(data[:12] + struct.pack(">I", count) + data[16:])


def version(at: int) -> Callable[[bytes], bytes]:
    return lambda data: resummed(data[:at] + b"\2" + data[at + 1 :])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: b"x" + data[1:], "is not a file that BCPER encrypted"),
        (lambda data: data[:111], "is too short"),
        (lambda data: b"", "is too short"),
        (lambda data: data[:70] + b"xx" + data[72:], "header is damaged"),
        (lambda data: data[:20] + b"xx" + data[22:], "header is damaged"),
        (version(8), "newer version"),
        (version(9), "newer version"),
        (version(11), "newer version"),
        (iterations(0), "asks for 0 iterations"),
        (iterations(99_999), "asks for 99,999 iterations"),
        (iterations(2**32 - 1), "asks for 4,294,967,295 iterations"),
        (lambda data: data[:90] + b"xx" + data[92:], "has another SHA-256"),
        (lambda data: data[:-1], "end is damaged or missing"),
        (lambda data: data[:150] + b"xx" + data[152:], "end is damaged or missing (chunk 0)"),
        (lambda data: data + b"x", "bytes and should have"),
    ],
)
def test_each_damage_of_an_encrypted_index_has_its_message_rows_62_to_66(
    engine: Engine, sealed: Run, tmp_path: Path, change: Callable[[bytes], bytes], said: str
) -> None:
    index = blob(engine.store, sealed, ".index.gz.enc")
    index.write_bytes(change(index.read_bytes()))
    done = rescue(engine.store, "latest", tmp_path / "out", password=PASSWORD, status=13)
    assert index.name in done.stderr
    assert said in done.stderr
    assert not (tmp_path / "out").exists()
    assert index.name in rescue(engine.store, "--verify", "latest", password=PASSWORD, status=13).stderr


def test_a_wrong_or_missing_password_is_12_and_writes_nothing_row_65(
    engine: Engine, sealed: Run, tmp_path: Path
) -> None:
    for password in ("wrong", None):
        done = rescue(engine.store, "latest", tmp_path / "out", password=password, sealed=True, status=12)
        assert "password" in done.stderr.lower()
        assert "wrong" not in done.stderr
    assert not (tmp_path / "out").exists()
    rescue(engine.store, "--verify", "latest", password="wrong", status=12)
    assert "Only checksums" in rescue(engine.store, "--verify", "latest", sealed=True, status=3).stderr
    assert "cryptography" in rescue(engine.store, "latest", tmp_path / "out", sealed=False, status=1).stderr
    rescue(engine.store, "latest", tmp_path / "out", password=PASSWORD)


@pytest.mark.parametrize("password", [None, PASSWORD], ids=["plain", "encrypted"])
def test_a_damaged_file_is_named_and_the_others_come_back_row_62(
    engine: Engine, tree: Path, tmp_path: Path, password: str | None
) -> None:
    run = engine.back_up(tree, password=password)
    volume = blob(engine.store, run, ".tar.gz.enc" if password else ".tar.gz")
    flip(volume, volume.stat().st_size // 2)
    done = rescue(engine.store, "latest", tmp_path / "out", password=password, status=13)
    assert "tree/noise is lost: " in done.stderr
    expected = listing(tree)
    del expected[b"/noise"]
    assert listing(tmp_path / "out" / "tree") == expected
    done = rescue(engine.store, "--verify", "latest", password=password, status=13)
    assert volume.name in done.stderr
    assert "tree/noise is lost: " in done.stderr


@pytest.mark.parametrize("password", [None, PASSWORD], ids=["plain", "encrypted"])
def test_what_is_before_a_cut_comes_back_row_63(
    engine: Engine, tree: Path, tmp_path: Path, password: str | None
) -> None:
    run = engine.back_up(tree, password=password)
    volume = blob(engine.store, run, ".tar.gz.enc" if password else ".tar.gz")
    volume.write_bytes(volume.read_bytes()[:2_000_000])
    done = rescue(engine.store, "latest", tmp_path / "out", password=password, status=13)
    assert "has 2,000,000 bytes and should have" in done.stderr
    assert sorted(os.listdir(tmp_path / "out" / "tree")) == ["hello"]
    volume.unlink()
    done = rescue(engine.store, "latest", tmp_path / "none", password=password, status=13)
    assert "tree/zero is lost: " in done.stderr
    assert os.listdir(tmp_path / "none" / "tree") == []


def test_blobs_swapped_between_runs_are_13_row_67(engine: Engine, tree: Path, tmp_path: Path) -> None:
    runs = [engine.back_up(tree, password=PASSWORD)]
    (tree / "hello").write_bytes(b"again\n")
    runs.append(engine.back_up(tree, password=PASSWORD))
    for ending, said in ((".index.gz.enc", ".index.gz.enc"), (".tar.gz.enc", "tree/hello is lost: ")):
        one, two = (blob(engine.store, run, ending) for run in runs)
        first, second = one.read_bytes(), two.read_bytes()
        one.write_bytes(second)
        two.write_bytes(first)
        done = rescue(engine.store, runs[1].run_id, tmp_path / ending, password=PASSWORD, status=13)
        assert said in done.stderr
        assert not (tmp_path / ending / "tree" / "hello").exists()
        one.write_bytes(first)
        two.write_bytes(second)
    manifest = engine.store / (runs[1].manifest or "")
    manifest.write_bytes((engine.store / (runs[0].manifest or "")).read_bytes())
    rescue(engine.store, runs[1].run_id, tmp_path / "out", password=PASSWORD, status=13)
    listed = rescue(engine.store, status=13)
    assert runs[0].run_id[:8] in listed.stdout
    assert manifest.name in listed.stderr


def test_a_fifo_or_a_symlink_for_a_blob_does_not_hang_it(engine: Engine, plain: Run, tmp_path: Path) -> None:
    volume = blob(engine.store, plain, ".tar.gz")
    volume.rename(tmp_path / "moved")
    for make in (os.mkfifo, lambda path: os.symlink(tmp_path / "moved", path)):
        make(volume)
        assert volume.name in rescue(engine.store, "latest", tmp_path / "out", status=13).stderr
        volume.unlink()

"""restore.py against stores that somebody made to do harm (FAULTS.md rows 69 to 72)."""

import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bcper.domain.model.runs import Run
from helpers.engine import Engine, pack_in_this_process
from helpers.rescue import Line, blob, forge, insert, listing, rescue

OWNER: Line = {"uid": os.geteuid(), "gid": os.getegid(), "mode": 0o600, "mtime_ns": 5}


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


def bad(path: str, **more: Any) -> Line:
    return {"path": path, "type": "f", **OWNER, "size": 0, "sha256": hashlib.sha256(b"").hexdigest(), **more}


ELSEWHERE = ["../victim/new", "/victim", "tree/../../victim/new", "tree/./x", "tree//x", "tree/a\0b"]


@pytest.mark.parametrize("path", [*ELSEWHERE, "tree/" + "n" * 256])
@pytest.mark.parametrize("kind", ["f", "d", "l", "p"])
def test_paths_that_lead_elsewhere_are_refused_row_69(
    engine: Engine, plain: Run, tree: Path, tmp_path: Path, path: str, kind: str
) -> None:
    (tmp_path / "victim").mkdir()
    before = listing(tmp_path / "victim")
    forge(engine.store, plain, lambda _, lines: insert(lines, bad(path, type=kind, link="hello")))
    done = rescue(engine.store, "latest", tmp_path / "out", status=3)
    assert ": refused: " in done.stderr
    assert listing(tmp_path / "out" / "tree") == listing(tree)
    assert os.listdir(tmp_path / "out") == ["tree"]
    assert listing(tmp_path / "victim") == before


def test_no_symlink_is_followed_row_70(engine: Engine, plain: Run, tree: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "file").write_bytes(b"innocent")
    before = listing(victim)
    lies = [
        bad("tree/out", type="l", link=str(victim)),
        bad("tree/out/file", mode=0o777),
        bad("tree/out/new"),
        bad("tree/there/file", mode=0o777),
        bad("tree/there/new"),
        bad("tree/u1", type="l", link=str(victim / "file")),
        bad("tree/u2", type="h", link="tree/u1"),
        bad("tree/u3", type="h", link="tree/mine"),
        bad("tree/u4", type="h", link="tree/there/file"),
        bad("tree/u5", type="h", link="../victim/file"),
    ]
    forge(engine.store, plain, lambda _, lines: insert(lines, *lies))
    target = tmp_path / "out" / "tree"
    target.mkdir(parents=True)
    (target / "there").symlink_to(victim)
    (target / "mine").symlink_to(victim / "file")
    done = rescue(engine.store, "latest", tmp_path / "out", status=3)
    assert listing(victim) == before
    # Symlinks come last, so what was to lie below one lies in a folder.
    assert sorted(os.listdir(target)) == ["hello", "mine", "noise", "out", "there", "u1", "zero"]
    assert sorted(os.listdir(target / "out")) == ["file", "new"]
    assert os.readlink(target / "u1") == str(victim / "file")
    for number in range(2, 6):
        assert f"tree/u{number}: the file it is a hard link to was not restored" in done.stderr


def manifest_says(**more: object) -> Callable[[Line, list[Line]], object]:
    return lambda said, _: said.update(more)


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        (lambda _, lines: lines[0].update(run="another"), "belongs to another run"),
        (lambda _, lines: lines[0].update(part="another"), "belongs to another run"),
        (lambda _, lines: lines[1].update(sha256="0" * 64), "disagree about"),
        (lambda _, lines: lines[1].update(blob="../../etc/passwd"), "not what it must be"),
        (lambda _, lines: lines.insert(3, lines[2]), "out of order"),
        (lambda _, lines: lines.reverse(), "not what it must be"),
        (lambda _, lines: lines[3].update(size=-1), "not what it must be"),
        (lambda _, lines: lines[3].update(mode=1 << 20), "not what it must be"),
        (lambda _, lines: lines[3].update(type="s"), "not what it must be"),
        (lambda _, lines: lines[3].update(mtime_ns=1.5), "not what it must be"),
        (lambda _, lines: lines[3].update(xattrs={"a": "?"}), "not what it must be"),
        (lambda _, lines: lines[3].update(path=[]), "not what it must be"),
        (lambda _, lines: lines.append({"end": True, "skipped": []}), "out of order|every entry|must be"),
        (manifest_says(run_id="x"), "manifest"),
        (manifest_says(parts=[]), "manifest"),
        (manifest_says(parts=[{}]), "manifest"),
    ],
)
def test_indexes_and_manifests_that_lie_are_13_before_anything_is_written(
    engine: Engine, plain: Run, tmp_path: Path, lie: Callable[[Line, list[Line]], object], said: str
) -> None:
    try:
        forge(engine.store, plain, lie)
    except (KeyError, IndexError):  # a manifest without parts cannot be mended
        raw = json.loads((engine.store / (plain.manifest or "")).read_bytes())
        lie(raw, [])
        (engine.store / (plain.manifest or "")).write_text(json.dumps(raw))
    done = rescue(engine.store, plain.run_id, tmp_path / "out", status=13)
    assert any(text in done.stderr for text in said.split("|")), done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "where", [{"vol": 7}, {"off": 1 << 60}, {"off": 1 << 40}, {"size": 1 << 50}, {"sparse": 5}]
)
def test_places_that_are_not_there_cost_one_file(
    engine: Engine, plain: Run, tree: Path, tmp_path: Path, where: Line
) -> None:
    forge(engine.store, plain, lambda _, lines: lines[3].update(where))
    done = rescue(engine.store, "latest", tmp_path / "out", status=13)
    assert "tree/hello is lost: " in done.stderr
    assert sorted(os.listdir(tmp_path / "out" / "tree")) == ["noise", "zero"]


@pytest.mark.parametrize(
    "area",
    [
        b"",
        b"x\n",
        b"1\n0\n",
        b"1\n-1\n5\n",
        b"2\n0\n9\n5\n9\n",
        b"1\n0\n9\n",
        b"99999999999999999999\n",
        b"1\n3\n50\n",
    ],
)
def test_maps_of_holes_that_lie_cost_one_file_row_72(
    engine: Engine, tree: Path, tmp_path: Path, area: bytes
) -> None:
    data = area.ljust(512, b"\0") + b"123456789"
    (tree / "hello").write_bytes(data)
    run = engine.back_up(tree)
    forge(engine.store, run, lambda _, lines: lines[3].update(size=40, sparse=len(data)))
    expect = 0 if area == b"1\n0\n9\n" else 13
    rescue(engine.store, "latest", tmp_path / "out", status=expect)
    assert (tmp_path / "out" / "tree" / "hello").exists() == (expect == 0)
    if expect == 0:
        assert (tmp_path / "out" / "tree" / "hello").read_bytes() == b"123456789".ljust(40, b"\0")


def test_bombs_are_stopped_row_72(engine: Engine, plain: Run, tmp_path: Path) -> None:
    volume = blob(engine.store, plain, ".tar.gz")
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (%d << 20, %d << 20))"
    squeezer = zlib.compressobj(1, wbits=31)
    bomb = b"".join(squeezer.compress(bytes(1 << 24)) for _ in range(40)) + squeezer.flush()
    good = volume.read_bytes()
    volume.write_bytes(bomb[: 1 << 20].ljust(len(good), b"\0"))
    done = rescue(engine.store, "latest", tmp_path / "out", status=13, code=limit % (200, 200))
    assert "frame 0 of" in done.stderr
    assert os.listdir(tmp_path / "out" / "tree") == []
    index = blob(engine.store, plain, ".index.gz")
    index.write_bytes(bomb)
    said = json.loads((engine.store / (plain.manifest or "")).read_bytes())
    said["parts"][0]["index"].update(bytes=len(bomb), sha256=hashlib.sha256(bomb).hexdigest())
    (engine.store / (plain.manifest or "")).write_text(json.dumps(said))
    rescue(engine.store, "latest", tmp_path / "again", status=13, code=limit % (1000, 1000))
    assert not (tmp_path / "again").exists()

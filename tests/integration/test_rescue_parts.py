"""restore.py and runs whose bytes lie in other runs, or under several passwords (FORMAT.md 1 and 6)."""

import json
import os
import pty
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bcper.domain.model.runs import Run
from helpers.engine import Engine
from helpers.rescue import Line, arguments, blob, forge, insert, install, listing, rescue


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with Engine(tmp_path / "home", tmp_path / "store") as made:
        yield made


def volume_and_entries(engine: Engine, run: Run, password: str | None) -> tuple[Line, Line, list[Line]]:
    """Of a run of one volume: its line in the manifest, its line in the index, and the entries."""
    found: list[Line] = []
    forge(engine.store, run, lambda _, lines: found.extend(lines), password)
    said = json.loads((engine.store / (run.manifest or "")).read_bytes())
    return said["parts"][0]["volumes"][0], found[1], found[2:-1]


@pytest.mark.parametrize("password", [None, "secret"], ids=["plain", "encrypted"])
def test_an_incremental_run_comes_back_whole(engine: Engine, tmp_path: Path, password: str | None) -> None:
    tree = tmp_path / "tree"
    (tree / "a").mkdir(parents=True)
    (tree / "a" / "old").write_bytes(os.urandom(1_500_000))
    (tree / "m").write_bytes(b"in the middle")
    shutil.copytree(tree, tmp_path / "kept" / "tree")
    parent = engine.back_up(tree, password=password)
    (tree / "a" / "old").unlink()
    (tree / "m").unlink()
    (tree / "new").write_bytes(b"new")
    (tmp_path / "kept" / "tree" / "new").write_bytes(b"new")
    run = engine.back_up(tree, password=password)
    in_manifest, in_index, entries = volume_and_entries(engine, parent, password)

    def refer(said: Line, lines: list[Line]) -> None:
        said.update(mode="incremental", parent=parent.run_id)
        said["parts"][0]["volumes"].append(in_manifest)
        lines[0]["parent"] = parent.run_id
        lines.insert(2, {**in_index, "volume": 1})
        insert(lines, *({**entry, "vol": 1} for entry in entries if entry["type"] == "f"))

    forge(engine.store, run, refer, password)
    rescue(engine.store, run.run_id, tmp_path / "out", password=password)
    assert files_of(tmp_path / "out" / "tree") == files_of(tmp_path / "kept" / "tree")
    assert " incremental " in rescue(engine.store).stdout
    # As retention leaves the parent: its volume alone.
    for path in (engine.store / parent.folder).iterdir():
        if ".tar.gz" not in path.name:
            path.unlink()
    rescue(engine.store, "latest", tmp_path / "again", password=password)
    assert files_of(tmp_path / "again" / "tree") == files_of(tmp_path / "kept" / "tree")
    rescue(engine.store, "--verify", "latest", password=password)
    blob(engine.store, parent, ".tar.gz.enc" if password else ".tar.gz").unlink()
    done = rescue(engine.store, "latest", tmp_path / "lost", password=password, status=13)
    assert "tree/a/old is lost: " in done.stderr
    assert (tmp_path / "lost" / "tree" / "new").read_bytes() == b"new"


def files_of(root: Path) -> dict[bytes, object]:
    return {path: seen[3] for path, seen in listing(root).items()}


@pytest.fixture
def vault(engine: Engine, tmp_path: Path) -> Run:
    """A run of three parts: without a password, and with two different ones."""
    runs = []
    for name, password in (("one", None), ("two", "second"), ("three", "third")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_bytes(name.encode())
        runs.append(engine.back_up(tmp_path / name, password=password))
    first, *others = runs
    manifest = engine.store / (first.manifest or "")
    whole = json.loads(manifest.read_bytes())
    for number, (run, password) in enumerate(zip(others, ("second", "third"), strict=True), 2):

        def adopt(said: Line, lines: list[Line], name: str = f"vault.{number}") -> None:
            lines[0].update(run=first.run_id, part=name)
            said["parts"][0]["name"] = name

        forge(engine.store, run, adopt, password)
        path = engine.store / (run.manifest or "")
        whole["parts"] += json.loads(path.read_bytes())["parts"]
        path.unlink()
    manifest.write_text(json.dumps(whole))
    return first


def test_parts_with_several_passwords(engine: Engine, vault: Run, tmp_path: Path) -> None:
    (tmp_path / "other").write_text("third\n")
    rescue(engine.store, "--password-file", tmp_path / "other", "latest", tmp_path / "all", password="second")
    for name in ("one", "two", "three"):
        assert (tmp_path / "all" / name / "file").read_text() == name
    assert "no+yes" in rescue(engine.store).stdout
    done = rescue(engine.store, "latest", tmp_path / "some", password="second", status=3)
    assert 'part "vault.3"' in done.stderr
    assert "left out" in done.stderr
    assert sorted(os.listdir(tmp_path / "some")) == ["one", "two"]
    done = rescue(engine.store, "latest", tmp_path / "plain", status=3)
    assert 'needs its package "cryptography"' in done.stderr
    assert os.listdir(tmp_path / "plain") == ["one"]
    rescue(engine.store, "--verify", "latest", password="third", status=3)


def test_passwords_are_asked_for_part_by_part(engine: Engine, vault: Run, tmp_path: Path) -> None:
    install(engine.store)
    command = arguments(engine.store, "latest", tmp_path / "out", sealed=True)
    terminal, theirs = pty.openpty()
    # In a session of its own it has no other terminal to ask on.
    with subprocess.Popen(
        command, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stderr is not None
        said = b""
        for answer in (b"wrong\n", b"second\n", b"\n"):
            asked = said.count(b"leave it out): ")
            while said.count(b"leave it out): ") == asked:
                piece = os.read(process.stderr.fileno(), 1000)
                assert piece, said
                said += piece
            os.write(terminal, answer)
        said += process.stderr.read()
    os.close(terminal)
    os.close(theirs)
    assert process.returncode == 3, said
    assert b'No password given so far opens part "vault.2"' in said
    assert b'No password was given for part "vault.3"' in said
    assert b"wrong" not in said
    assert sorted(os.listdir(tmp_path / "out")) == ["one", "two"]

"""Rows 19, 49 and 50 of FAULTS.md: a store that fails, is read-only or fills up, under a whole run."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bcper.adapters.memory.faulty_blob_store import Fault, FaultyBlobStore
from bcper.domain.errors import BcperError, NoSpace, StoreError
from bcper.domain.model.runs import RunStatus
from bcper.ports.blob_store import BlobStore
from helpers.cli import Cli
from helpers.engine import Engine, files
from helpers.namespace import run_on_small_disk
from helpers.stores import ROOT_FILES

MIB = 1 << 20
WRITING = frozenset(("create", "write", "commit", "put"))

# Runs on the small disk: the whole command line in this process, again and again, and what it left behind.
HEAD = """
import contextlib, io, json, os, sys
from bcper.apps.cli.main import main
said = {}
def cli(*words):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(["backup", *words])
    return status, out.getvalue(), err.getvalue()
def there(folder):
    return {os.path.relpath(os.path.join(top, name), folder): os.path.getsize(os.path.join(top, name))
            for top, _, names in os.walk(folder) for name in names}
def folders(folder):
    return sorted(os.path.relpath(os.path.join(top, name), folder)
                  for top, names, _ in os.walk(folder) for name in names)
"""
TAIL = "\nprint(json.dumps(said))\n"


def on_disk(
    tmp_path: Path, code: str, *, size: int, setup: str = "", read_only: bool = False, **env: str
) -> dict[str, Any]:
    disk, cli = tmp_path / "disk", Cli(tmp_path / "home")
    where = f"DISK, TREE = {str(disk)!r}, {str(tmp_path / 'tree')!r}\n{HEAD}"
    done = run_on_small_disk(
        where + code + TAIL,
        folder=disk,
        size=size,
        setup=[where + setup] if setup else [],
        read_only=read_only,
        env=cli.environment(**env),
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert os.listdir(disk) == []
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    root.mkdir()
    (root / "file").write_bytes(os.urandom(1000))
    return root


def test_row_49_a_read_only_store_is_10_before_any_source_is_read(tmp_path: Path, tree: Path) -> None:
    said = on_disk(
        tmp_path,
        """
touched = []
def hook(event, arguments):
    if event in ("open", "os.scandir", "os.listdir") and str(TREE) in str(arguments[0]):
        touched.append(str(arguments))
sys.addaudithook(hook)
before = there(DISK)
said["result"] = cli("now", TREE, "--to", DISK)
said["new"] = cli("now", TREE, "--to", DISK + "/new")
said["same"] = there(DISK) == before
said["touched"] = touched
said["verified"] = cli("verify", "--all")[0]
said["runs"] = cli("list")[1]
""",
        size=MIB,
        setup="assert cli('now', TREE, '--to', DISK)[0] == 0",
        read_only=True,
    )
    for what in ("result", "new"):
        status, out, err = said[what]
        assert (status, out) == (10, "")
        assert "read-only" in err
    assert said["same"]
    assert said["touched"] == []
    assert said["verified"] == 0
    assert "failed" not in said["runs"]


FULL = """
FIRST = "FIRST_MODE" == "first"
def ballast(free):
    path = DISK + "/ballast"
    if os.path.exists(path):
        os.unlink(path)
    room = os.statvfs(DISK)
    with open(path, "wb") as file:
        file.write(bytes(max(0, room.f_bavail * room.f_frsize - free)))
store = DISK + "/store"
said["first"] = cli("now", TREE, "--to", store)[0]
before, before_folders = there(store), folders(store)
said["steps"] = []
with open(TREE + "/file", "wb") as file:
    file.write(os.urandom(1_800_000))
with open(TREE + "/more", "wb") as file:
    file.write(os.urandom(300_000))
for step in range(0, 45):
    ballast(step * 65536)
    status, out, err = cli("now", TREE, "--to", store)
    if status == 0:
        break
    said["steps"].append([status, err, there(store) == before and folders(store) == before_folders])
    if step % 8 == 0:
        said["steps"][-1].append(cli("verify", "--all")[0])
said["last"] = status
os.unlink(DISK + "/ballast")
said["verified"] = cli("verify", "--all")[0]
said["parts"] = [name for name in there(store) if name.endswith(".part")]
import sqlite3
said["statuses"] = [row[0] for row in sqlite3.connect(os.path.expanduser("~/.config/bcper/bcper.db")).execute(
    "select status from runs order by started_at")]
"""


@pytest.mark.parametrize("env", [{}, {"BCPER_PASSWORD": "correct horse"}], ids=["plain", "encrypted"])
def test_row_50_a_store_that_is_full_at_any_64_kib_of_a_run_is_15_and_keeps_nothing_of_it(
    tmp_path: Path, tree: Path, env: dict[str, str]
) -> None:
    said = on_disk(tmp_path, FULL, size=8 * MIB, setup="", read_only=False, **env)
    assert (said["first"], said["last"], said["verified"], said["parts"]) == (0, 0, 0, [])
    assert len(said["steps"]) >= 30
    for status, err, same, *verified in said["steps"]:
        assert (status, same) == (15, True), err
        assert err.startswith("Error: The store ")
        assert "Hint: " in err
        assert verified in ([], [0])
    assert said["statuses"][0] == said["statuses"][-1] == "success"
    assert set(said["statuses"][1:-1]) == {"failed"}


def test_row_50_a_first_run_into_a_full_store_is_15_and_the_next_one_is_good(
    tmp_path: Path, tree: Path
) -> None:
    (tree / "file").write_bytes(os.urandom(3 * MIB))
    said = on_disk(
        tmp_path,
        """
said["full"] = cli("now", TREE, "--to", DISK + "/store")
said["left"] = sorted(there(DISK))
os.unlink(TREE + "/file")
open(TREE + "/file", "wb").close()
said["next"] = cli("now", TREE, "--to", DISK + "/store")[0]
said["verified"] = cli("verify", "--all")[0]
""",
        size=MIB,
    )
    assert said["full"][0] == 15
    assert said["left"] == [f"store/{name}" for name in ROOT_FILES]
    assert (said["next"], said["verified"]) == (0, 0)


def test_row_50_a_full_temporary_folder_is_15_and_no_bug(tmp_path: Path, tree: Path) -> None:
    # The index waits outside the store until its volumes are known; what does not fit into memory is
    # written to the temporary folder, which may be full, too.
    said = on_disk(
        tmp_path,
        """
import secrets
from bcper.adapters.archive.index_writer import IndexWriter
from bcper.adapters.archive.compression import compressor
from bcper.domain.errors import BcperError
from bcper.ports.archive import PartPlan
index = IndexWriter(PartPlan("id", "name", (), "job/run/base", {}, ""), compressor("fast"))
try:
    for _ in range(32):
        index.add(secrets.token_hex(1 << 19) + "\\n", 1)
    said["error"] = None
except Exception as error:
    said["error"] = type(error).__name__
    said["status"] = getattr(error, "exit_status", None)
index.close()
""",
        size=MIB,
        TMPDIR=str(tmp_path / "disk"),
    )
    assert (said["error"], said["status"]) == ("NoSpace", 15)


# Row 19: the store fails; never mistaken for a source


def eio() -> BcperError:
    return StoreError("The store cannot be used: Input/output error.")


class FaultyEngine:
    """An engine whose store is faulty; ``fault`` may be set once the store has been opened."""

    def __init__(self, tmp_path: Path) -> None:
        self.stores: list[FaultyBlobStore] = []
        self.fault: Fault | None = None
        self.engine = Engine(tmp_path / "home", tmp_path / "store", wrap=self._wrap)

    def _wrap(self, inner: BlobStore) -> BlobStore:
        # The use case opens its store twice: to look at it, and to try whether it can be written.
        self.stores.append(FaultyBlobStore(inner, self.fault))
        return self.stores[-1]


def test_row_19_an_error_of_the_store_at_any_step_is_10_and_leaves_nothing_of_the_run(
    tmp_path: Path, tree: Path
) -> None:
    (tree / "long").write_bytes(os.urandom(3 * MIB))
    faulty = FaultyEngine(tmp_path)
    with faulty.engine as engine:
        first = engine.back_up(tree)
        before = files(tmp_path / "store")
        faulty.stores.clear()
        engine.back_up(tree)
        steps = sum(operation in WRITING for operation, _ in faulty.stores[0].operations)
        assert steps >= 8
        known = {run.run_id for run in engine.runs()}
        after = files(tmp_path / "store")
        for at in range(1, steps + 1):
            for late in (False, True):
                faulty.fault = Fault(at, eio, WRITING, after=late)
                with pytest.raises(StoreError) as caught:
                    engine.back_up(tree)
                assert caught.value.exit_status == 10
                assert files(tmp_path / "store") == after, (at, late)
                (row,) = [run for run in engine.runs() if run.run_id not in known]
                assert row.status is RunStatus.FAILED
                assert "Input/output error" in row.error
                assert row.manifest is None
                known.add(row.run_id)
        faulty.fault = None
        engine.verify(first.run_id)
        assert set(before) <= set(files(tmp_path / "store"))


def test_row_19_the_command_line_says_10_and_lists_the_run_as_failed(tmp_path: Path, tree: Path) -> None:
    # A disk that is taken away in the middle, by the process itself at the second new file of the run.
    said = on_disk(
        tmp_path,
        """
import subprocess
made = 0
def hook(event, arguments):
    global made
    if event == "open" and str(arguments[0]).endswith(".part") and arguments[2] & os.O_CREAT:
        made += 1
        if made == 5:
            subprocess.run(["umount", "--lazy", DISK], check=True)
sys.addaudithook(hook)
said["result"] = cli("now", TREE, "--to", DISK)
said["left"] = there(DISK)
said["runs"] = cli("list")[1]
""",
        size=4 * MIB,
    )
    status, out, err = said["result"]
    assert (status, out) == (10, "")
    assert "not the folder" in err
    assert said["left"] == {}
    assert "failed" in said["runs"]


@pytest.mark.parametrize("error", [eio, lambda: NoSpace("The store is full.")], ids=["EIO", "full"])
def test_row_19_what_a_store_that_is_gone_kept_of_a_run_is_swept_by_the_next_one(
    tmp_path: Path, tree: Path, error: Callable[[], BcperError]
) -> None:
    faulty = FaultyEngine(tmp_path)
    with faulty.engine as engine:
        engine.back_up(tree)
        faulty.stores.clear()
        engine.back_up(tree)
        operations = [operation for operation, _ in faulty.stores[0].operations]
        before = files(tmp_path / "store")
        # From the manifest on, the store answers nothing: volumes, index and checksums are there.
        faulty.fault = Fault(len(operations), error, lasting=True)
        assert operations[-1] == "put"
        with pytest.raises((StoreError, NoSpace)):
            engine.back_up(tree)
        faulty.fault = None
        made = engine.back_up(tree)
        now = set(files(tmp_path / "store"))
        assert {name for name in now - set(before) if made.run_id not in name} == set()
        engine.verify(made.run_id)

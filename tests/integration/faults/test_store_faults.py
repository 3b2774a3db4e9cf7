"""Rows 49, 50 and 52 of FAULTS.md for a local store, on real file systems: read-only, full, taken away."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from helpers.namespace import run_on_small_disk

SMALL = 256 << 10

SETUP = """
from bcper.adapters.fs.store_opener import LocalStoreOpener
import sys
store = LocalStoreOpener().open(FOLDER, create=False, writable=True)
store.put("job/old/x", b"old")
"""

HEAD = """
import json, os, subprocess
from bcper.adapters.fs.blob_store import LocalBlobStore
from bcper.adapters.fs.store_opener import LocalStoreOpener
from bcper.domain.errors import BcperError
opener, said = LocalStoreOpener(), {}
def tell(what, work):
    try:
        work()
        said[what] = None
    except BcperError as error:
        said[what] = [type(error).__name__, str(error), error.hint, type(error.__cause__).__name__]
def tree(folder):
    return sorted(os.path.relpath(os.path.join(top, name), folder)
                  for top, folders, files in os.walk(folder) for name in folders + files)
"""
TAIL = "\nprint(json.dumps(said))\n"


def on_disk(folder: Path, code: str, *, read_only: bool = False) -> dict[str, Any]:
    where = f"FOLDER = {str(folder)!r}\n"
    done = run_on_small_disk(
        where + HEAD + code + TAIL,
        folder=folder,
        size=SMALL,
        setup=[where + SETUP],
        read_only=read_only,
    )
    assert done.returncode == 0, done.stderr
    assert os.listdir(folder) == []
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_row_49_a_read_only_store_is_told_when_it_is_opened_for_writing_and_reads_on(tmp_path: Path) -> None:
    said = on_disk(
        tmp_path / "disk",
        """
before = tree(FOLDER)
tell("writable", lambda: opener.open(FOLDER, create=False, writable=True))
tell("new", lambda: opener.open(FOLDER + "/new", create=True, writable=True))
store = opener.open(FOLDER, create=False, writable=False)
tell("put", lambda: store.put("job/new/y", b""))
tell("replace", lambda: store.put("job/old/y", b""))
tell("delete", lambda: store.delete("job/old/x"))
tell("sweep", lambda: store.sweep("job/old"))
said["content"] = store.get("job/old/x", 10).decode()
said["same"] = tree(FOLDER) == before
""",
        read_only=True,
    )
    assert (said["content"], said["same"], said["sweep"]) == ("old", True, None)
    for what in ("writable", "new", "put", "replace", "delete"):
        kind, message, hint, cause = said[what]
        assert (kind, cause) == ("StoreError", "OSError")
        assert "is read-only" in message
        assert hint


@pytest.mark.parametrize("piece", [4096, 65536, 1 << 20])
def test_row_50_a_full_store_is_no_space_and_keeps_no_part(tmp_path: Path, piece: int) -> None:
    said = on_disk(
        tmp_path / "disk",
        f"""
store = opener.open(FOLDER, create=False, writable=True)
free, before = store.free_bytes(), tree(FOLDER)
def fill():
    with store.create("job/new/big") as blob:
        for _ in range((1 << 20) // {piece}):
            blob.write(bytes({piece}))
        blob.commit()
tell("fill", fill)
said["whole again"] = store.free_bytes() == free and tree(FOLDER) == before
said["names"] = [blob.name for blob in store.list()]
said["content"] = store.get("job/old/x", 10).decode()
tell("small", lambda: store.put("job/new/small", bytes(4096)))
""",
    )
    kind, message, hint, cause = said["fill"]
    assert (kind, cause) == ("NoSpace", "OSError")
    assert "is full" in message
    assert hint
    assert said["whole again"]
    assert said["names"] == ["job/old/x"]
    assert said["content"] == "old"
    assert said["small"] is None


def test_row_50_a_store_without_room_for_a_folder_is_told_when_it_is_opened(tmp_path: Path) -> None:
    said = on_disk(
        tmp_path / "disk",
        """
store = opener.open(FOLDER, create=False, writable=True)
number = 0
try:
    while True:  # until neither a byte nor a file has room
        number += 1
        with open(f"{FOLDER}/{number}", "wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
except OSError:
    pass
before = tree(FOLDER)
tell("open", lambda: opener.open(FOLDER, create=False, writable=True))
tell("put", lambda: store.put("job/new/y", b"1"))
said["same"] = tree(FOLDER) == before
store.delete("job/old/x")
said["gone"] = "job" not in tree(FOLDER)
""",
    )
    assert said["open"][0] == said["put"][0] == "NoSpace"
    assert said["same"]
    assert said["gone"]


def test_row_52_a_disk_that_is_taken_away_leaves_its_mount_point_empty(tmp_path: Path) -> None:
    said = on_disk(
        tmp_path / "disk",
        """
store = opener.open(FOLDER, create=False, writable=True)
def write():
    with store.create("job/new/big") as blob:
        blob.write(bytes(4096))
        subprocess.run(["umount", "--lazy", FOLDER], check=True)
        blob.write(bytes(4096))
        blob.commit()
tell("commit", write)
tell("create", lambda: store.create("job/new/y"))
tell("list", lambda: list(store.list("job")))
tell("get", lambda: store.get("job/old/x", 10))
tell("delete", lambda: store.delete("job/old/x"))
tell("sweep", lambda: store.sweep("job/new"))
said["tree"] = tree(FOLDER)
""",
    )
    assert said.pop("tree") == []
    assert {kind for kind, *_ in said.values()} == {"StoreError"}
    assert all("not the folder" in message for _, message, *_ in said.values())

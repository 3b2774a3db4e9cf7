"""What a real rclone says of its remotes, if there is one, and a broken one; and the real thing fetched."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bcper.adapters.memory.rclone import MemoryRcloneFinder
from bcper.adapters.rclone.download import RcloneDownload
from bcper.adapters.rclone.locator import RcloneLocator
from bcper.adapters.rclone.program import problem
from bcper.adapters.rclone.remotes import RcloneRemotes
from bcper.domain.errors import StoreError
from bcper.domain.model.remotes import Remote
from helpers.rclone import AMD64, Mirror, program, release, script, served

_BESIDE = os.path.join(os.path.dirname(sys.executable), "rclone")
REAL = _BESIDE if os.access(_BESIDE, os.X_OK) else shutil.which("rclone")
needs_rclone = pytest.mark.skipif(REAL is None, reason="rclone is missing")

CONFIGURED = """
[gdrive]
type = drive
description = photos: all

[my box 2]
type = s3
provider = Minio
"""


def real() -> RcloneRemotes:
    assert REAL is not None
    return RcloneRemotes(MemoryRcloneFinder(path=REAL), seconds=60.0)


def said_by(tmp_path: Path, body: str, seconds: float = 30.0) -> RcloneRemotes:
    return RcloneRemotes(MemoryRcloneFinder(path=program(tmp_path, f"#!/bin/sh\n{body}\n".encode())), seconds)


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("RCLONE_")]:
        monkeypatch.delenv(name)
    path = tmp_path / "rclone.conf"
    path.write_text(CONFIGURED)
    monkeypatch.setenv("RCLONE_CONFIG", str(path))
    return path


@needs_rclone
def test_a_real_one_lists_what_its_file_and_the_environment_have(
    configured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RCLONE_CONFIG_ENVY_TYPE", "sftp")
    assert real().list() == (Remote("envy", "sftp"), Remote("gdrive", "drive"), Remote("my box 2", "s3"))


@needs_rclone
def test_without_a_file_there_are_none(configured: Path) -> None:
    configured.unlink()
    assert real().list() == ()


@needs_rclone
def test_an_encrypted_file_is_refused_and_nobody_is_asked(configured: Path) -> None:
    """Row 57."""
    assert REAL is not None
    locked = [REAL, "config", "encryption", "set", "--password-command", "echo secret"]
    if subprocess.run(locked, capture_output=True, input=b"y\n").returncode != 0:
        pytest.skip("this rclone cannot encrypt without a terminal")
    with pytest.raises(StoreError, match="encrypted") as caught:
        real().list()
    assert "RCLONE_CONFIG_PASS" in caught.value.hint


@needs_rclone
def test_a_damaged_file_is_a_sentence(configured: Path) -> None:
    configured.write_text("nonsense[[\n")
    with pytest.raises(StoreError, match=r"cannot be read: .*could not parse"):
        real().list()


@needs_rclone
def test_a_real_one_is_fetched_and_works(configured: Path, tmp_path: Path) -> None:
    assert REAL is not None
    own = str(tmp_path / "data" / "rclone")
    with served(Mirror(release(Path(REAL).read_bytes(), stored=True))) as mirror:
        fetch = RcloneDownload(own, lambda: mirror.url, "t", machine=lambda: AMD64)
        path = os.environ["PATH"]
        try:
            os.environ["PATH"] = ""
            finder = RcloneLocator(own, fetch, seconds=60.0)
            assert finder.find() == own
        finally:
            os.environ["PATH"] = path
    assert problem(own, 60.0) == ""
    assert len(RcloneRemotes(finder, 60.0).list()) == 2


def test_one_that_hangs_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="did not answer within 1 seconds"):
        said_by(tmp_path, "sleep 1000", seconds=1.0).list()


def test_one_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file"):
        RcloneRemotes(MemoryRcloneFinder(path=str(tmp_path / "gone"))).list()


def test_what_it_says_cannot_play_with_the_terminal(tmp_path: Path) -> None:
    some = said_by(tmp_path, "printf '2026/11/24 18:54:53 CRITICAL: a \\033[31mred\\n' >&2; exit 1")
    with pytest.raises(StoreError, match=r"a .x1b.31mred") as caught:
        some.list()
    assert "2026" not in str(caught.value)
    with pytest.raises(StoreError, match="does not say why"):
        said_by(tmp_path / "other", "exit 3").list()


def test_lines_that_are_no_remotes_are_left_out(tmp_path: Path) -> None:
    some = said_by(tmp_path, "printf 'b:    s3\\n\\nnonsense\\n: x\\na: drive it: is\\nold:\\n'")
    assert some.list() == (Remote("a", "drive"), Remote("b", "s3"), Remote("old", ""))


def test_its_own_script_is_one(tmp_path: Path) -> None:
    assert problem(program(tmp_path, script()), 30.0) == ""

"""Folders of one's own, whoever makes them and whatever the umask (FAULTS.md row 76)."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bcper.adapters.private_folders import make_folders

ROOT = os.geteuid() == 0
NOBODY = 65534


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def somebody(umask: int) -> Iterator[None]:
    """Without root's powers, which make every mode as good as another."""
    before = os.umask(umask)
    try:
        if ROOT:
            os.seteuid(NOBODY)
        yield
    finally:
        if ROOT:
            os.seteuid(0)
        os.umask(before)


@pytest.mark.parametrize("umask", [0, 0o077, 0o277, 0o777])
def test_they_are_the_users_alone_whatever_the_umask(
    tmp_path: Path, umask: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir(0o755)
    if ROOT:
        os.chown(home, NOBODY, NOBODY)
    # From there, for what is above it is not theirs to enter.
    monkeypatch.chdir(home)
    with somebody(umask):
        make_folders("./a/b/c")
        make_folders("./a/b/c")
    assert [mode(home / name) for name in ("a", "a/b", "a/b/c")] == [0o700] * 3
    assert mode(home) == 0o755


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(0o755)
    (tmp_path / "link").symlink_to("a")
    make_folders(str(tmp_path / "a"))
    make_folders(str(tmp_path / "link" / "b"))
    assert (mode(tmp_path / "a"), mode(tmp_path / "a" / "b")) == (0o755, 0o700)


def test_below_a_file_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        make_folders(str(tmp_path / "file" / "a"))
    assert (tmp_path / "file").is_file()


@pytest.mark.skipif(not ROOT, reason="only root makes folders for others")
@pytest.mark.parametrize("as_parent", [True, False])
def test_after_sudo_they_are_the_user_s_if_that_is_wanted(tmp_path: Path, as_parent: bool) -> None:
    os.chown(tmp_path, NOBODY, NOBODY)
    make_folders(str(tmp_path / "a" / "b"), as_parent=as_parent)
    wanted = NOBODY if as_parent else 0
    assert [(tmp_path / name).stat().st_uid for name in ("a", "a/b")] == [wanted] * 2

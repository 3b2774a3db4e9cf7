"""Passwords in a file (FAULTS.md rows 34 to 38, 75 and 76)."""

import json
import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

import bcper
from bcper.adapters.secrets import file as file_module
from bcper.adapters.secrets import locking
from bcper.adapters.secrets.file import FileSecrets
from bcper.domain.errors import ConfigurationError, Locked, UsageError
from bcper.domain.model.owners import Owner
from bcper.domain.model.passwords import Kept

ITEM = Owner("item", "Home")
SECRET = "hunter2"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "above" / "config"


@pytest.fixture
def secrets(folder: Path) -> FileSecrets:
    return FileSecrets(str(folder))


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize("umask", [0, 0o777], ids=oct)
def test_row_76_folder_and_files_are_the_users_alone_whatever_the_umask(
    folder: Path, secrets: FileSecrets, umask: int
) -> None:
    before = os.umask(umask)
    try:
        for password in ("one", "two"):
            secrets.set(ITEM, password)
    finally:
        os.umask(before)
    assert [mode(folder.parent), mode(folder)] == [0o700, 0o700]
    assert {path.name: mode(path) for path in folder.iterdir()} == {
        "secrets.json": 0o600,
        "secrets.lock": 0o600,
    }


def test_a_file_that_was_opened_to_others_is_closed_again(folder: Path, secrets: FileSecrets) -> None:
    secrets.set(ITEM, SECRET)
    (folder / "secrets.json").chmod(0o644)
    assert secrets.get(ITEM) == SECRET
    assert mode(folder / "secrets.json") == 0o600


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    FileSecrets(str(tmp_path)).set(ITEM, SECRET)
    assert mode(tmp_path) == 0o755


def test_reading_makes_nothing(folder: Path, secrets: FileSecrets) -> None:
    assert secrets.get(ITEM) is None
    assert not secrets
    assert not folder.parent.exists()


GOOD = {"kind": "item", "name": "Home", "current": SECRET, "earlier": []}
WRONG: dict[str, object] = {
    "empty": b"",
    "cut": b'{"format": 1, "secrets": [{"kind": "item", "name": "Home", "current": "hunter2"',
    "mark": b"\xef\xbb\xbf{}",
    "bytes": b'{"hunter2": "\xff\xfe"}',
    "array": ["hunter2"],
    "text": "hunter2",
    "no format": {"secrets": []},
    "odd format": {"format": True, "secrets": []},
    "no list": {"format": 1, "secrets": {"hunter2": 1}},
    "more": {"format": 1, "secrets": [], "hunter2": 1},
    "kind": {"format": 1, "secrets": [{**GOOD, "kind": "hunter2"}]},
    "name": {"format": 1, "secrets": [{**GOOD, "name": 1}]},
    "number": {"format": 1, "secrets": [{**GOOD, "current": 2}]},
    "nan": b'{"format": 1, "secrets": [{"kind": "item", "name": "a", "current": NaN, "earlier": []}]}',
    "no password": {"format": 1, "secrets": [{**GOOD, "current": ""}]},
    "surrogate": {"format": 1, "secrets": [{**GOOD, "current": "hunter2\udcff"}]},
    "twice": {"format": 1, "secrets": [GOOD, GOOD]},
    "double key": b'{"format": 1, "format": 1, "secrets": []}',
    "earlier": {"format": 1, "secrets": [{**GOOD, "earlier": "hunter2"}]},
    "same": {"format": 1, "secrets": [{**GOOD, "earlier": [SECRET]}]},
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("what", WRONG)
def test_a_damaged_file_is_named_not_quoted_and_left_alone(
    folder: Path, secrets: FileSecrets, what: str
) -> None:
    content = WRONG[what]
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    folder.mkdir(parents=True)
    path = folder / "secrets.json"
    path.write_bytes(data)
    for act in (
        lambda: secrets.get(ITEM),
        lambda: secrets.set(ITEM, "new"),
        lambda: secrets.forget(ITEM, earlier=True),
        lambda: secrets.copy(ITEM, Owner("vault", "x")),
        lambda: secrets.read(ITEM),
        lambda: secrets.restore(ITEM, Kept("new")),
    ):
        with pytest.raises(ConfigurationError) as caught:
            act()
        assert str(path) in str(caught.value)
        assert_nothing_of_it(caught.value)
    assert path.read_bytes() == data


def assert_nothing_of_it(error: BaseException) -> None:
    """No password in what is printed, and no other error at hand that would hold the file."""
    text = "".join(traceback.format_exception(error))
    assert SECRET not in text + repr(error) + repr(vars(error))
    assert error.__context__ is None and error.__cause__ is None


def test_row_35_a_newer_file_is_never_written(folder: Path, secrets: FileSecrets) -> None:
    folder.mkdir(parents=True)
    data = json.dumps({"format": 2, "hunter2": []})
    (folder / "secrets.json").write_text(data)
    with pytest.raises(ConfigurationError, match="newer") as caught:
        secrets.set(ITEM, "new")
    assert_nothing_of_it(caught.value)
    assert (folder / "secrets.json").read_text() == data


def test_row_36_a_link_stays_a_link(folder: Path, secrets: FileSecrets, tmp_path: Path) -> None:
    folder.mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (folder / "secrets.json").symlink_to(tmp_path / "elsewhere" / "mine.json")
    secrets.set(ITEM, SECRET)
    assert (folder / "secrets.json").is_symlink()
    assert mode(tmp_path / "elsewhere" / "mine.json") == 0o600
    assert secrets.get(ITEM) == SECRET


def test_a_fifo_does_not_hang(folder: Path, secrets: FileSecrets) -> None:
    folder.mkdir(parents=True)
    os.mkfifo(folder / "secrets.json")
    with pytest.raises(ConfigurationError):
        secrets.get(ITEM)


def test_row_37_stopped_in_the_middle_of_a_write_the_old_file_is_there(
    folder: Path, secrets: FileSecrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets.set(ITEM, "one")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(file_module.os, "rename", stop)
        with pytest.raises(KeyboardInterrupt):
            secrets.set(ITEM, "two")
    assert secrets.get(ITEM) == "one"
    assert sorted(path.name for path in folder.iterdir()) == ["secrets.json", "secrets.lock"]
    # Killed, it leaves its new file; the next write takes its place.
    (folder / "secrets.json.tmp").write_text("litter")
    secrets.set(ITEM, "three")
    assert sorted(path.name for path in folder.iterdir()) == ["secrets.json", "secrets.lock"]


def test_row_38_two_processes_lose_nothing(folder: Path, secrets: FileSecrets) -> None:
    code = (
        "import sys\n"
        "from bcper.adapters.secrets.file import FileSecrets\n"
        "from bcper.domain.model.owners import Owner\n"
        "for n in range(20):\n"
        "    FileSecrets(sys.argv[1]).set(Owner('item', 'Home'), f'{sys.argv[2]}{n}')\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(bcper.__file__))}
    children = [
        subprocess.Popen([sys.executable, "-c", code, str(folder), name], env=environment) for name in "ab"
    ]
    assert [child.wait() for child in children] == [0, 0]
    assert {secrets.get(ITEM), *secrets.earlier(ITEM)} == {f"{a}{n}" for a in "ab" for n in range(20)}


def test_a_lock_that_stays_taken_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(folder / "secrets.lock")
    with locking.locked(path):
        with pytest.raises(Locked):
            with locking.locked(path, 0.05):
                pytest.fail("held twice")
    assert os.path.exists(path)


def test_a_folder_that_cannot_be_used_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for folder in (tmp_path / "file", tmp_path / "file" / "config"):
        secrets = FileSecrets(str(folder))
        with pytest.raises(ConfigurationError, match="cannot be used"):
            secrets.get(ITEM)
        with pytest.raises(ConfigurationError, match="cannot be used"):
            secrets.set(ITEM, SECRET)


def test_the_place_is_told_from_the_home_folder_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    secrets = FileSecrets(str(tmp_path / ".config" / "bcper"))
    assert secrets.place == "a file only you can read: ~/.config/bcper/secrets.json"


def test_a_refused_password_changes_nothing(folder: Path, secrets: FileSecrets) -> None:
    with pytest.raises(UsageError):
        secrets.set(ITEM, "")
    assert not folder.exists()

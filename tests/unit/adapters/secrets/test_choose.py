"""Which place it is, and that nothing is lost when it changes (FAULTS.md row 77)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from keyring.backends import fail

import bcper
from bcper.adapters.secrets.choose import choose
from bcper.adapters.secrets.file import FileSecrets
from bcper.domain.errors import ConfigurationError, SecretsUnavailable
from bcper.domain.model.owners import Owner
from bcper.domain.model.passwords import Kept
from bcper.ports.secrets import Secrets
from helpers.keyrings import DictKeyring, using

ITEM, VAULT = Owner("item", "Home"), Owner("vault", "Home")


@pytest.fixture(autouse=True)
def no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BCPER_SECRETS", raising=False)


def told(secrets: Secrets, owner: Owner) -> tuple[str | None, list[str]]:
    return secrets.get(owner), list(secrets.earlier(owner))


def test_row_77_without_a_keyring_it_is_a_file_and_the_place_says_so(tmp_path: Path) -> None:
    with using(fail.Keyring()):
        secrets = choose(str(tmp_path))
        secrets.set(ITEM, "one")
        assert secrets.place == f"a file only you can read: {tmp_path}/secrets.json"
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert FileSecrets(str(tmp_path)).get(ITEM) == "one"


def test_with_a_keyring_no_password_is_in_a_file(tmp_path: Path) -> None:
    backend = DictKeyring()
    with using(backend):
        secrets = choose(str(tmp_path))
        secrets.set(ITEM, "one")
        assert secrets.place == "the keyring (DictKeyring)"
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.lock"]
    assert list(backend.entries) == [("bcper", "item:Home")]


def test_a_setting_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with using(DictKeyring()):
        monkeypatch.setenv("BCPER_SECRETS", "file")
        assert choose(str(tmp_path)).place.startswith("a file")
        monkeypatch.setenv("BCPER_SECRETS", "keyring")
        assert choose(str(tmp_path)).place.startswith("the keyring")
        monkeypatch.setenv("BCPER_SECRETS", "paper")
        with pytest.raises(ConfigurationError, match="paper"):
            choose(str(tmp_path)).get(ITEM)
        assert choose(str(tmp_path)).place.startswith("nowhere")


def test_a_keyring_that_was_asked_for_and_is_not_there_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BCPER_SECRETS", "keyring")
    with using(fail.Keyring()):
        with pytest.raises(SecretsUnavailable):
            choose(str(tmp_path)).set(ITEM, "one")
    assert list(tmp_path.iterdir()) == []


def test_a_keyring_that_appears_hides_nothing_and_takes_over(tmp_path: Path) -> None:
    file = FileSecrets(str(tmp_path))
    for owner in (ITEM, VAULT):
        for password in ("one", "two"):
            file.set(owner, password)
    with using(DictKeyring()):
        secrets = choose(str(tmp_path))
        assert told(secrets, ITEM) == told(secrets, VAULT) == ("two", ["one"])
        assert secrets.place == (
            f"the keyring (DictKeyring), and some still in a file only you can read: {tmp_path}/secrets.json"
        )
        secrets.set(ITEM, "three")
        assert told(secrets, ITEM) == ("three", ["two", "one"])
        assert told(file, ITEM) == (None, [])
        secrets.copy(VAULT, ITEM)
        assert told(secrets, ITEM) == ("two", ["one", "three"])
        secrets.restore(VAULT, Kept())
        assert told(secrets, VAULT) == (None, [])
        assert not file
        assert secrets.place == "the keyring (DictKeyring)"
        secrets.forget(ITEM, earlier=True)
        assert told(secrets, ITEM) == (None, [])


def test_what_was_set_while_the_keyring_was_away_counts(tmp_path: Path) -> None:
    file = FileSecrets(str(tmp_path))
    with using(DictKeyring()):
        secrets = choose(str(tmp_path))
        secrets.set(ITEM, "one")
        file.set(ITEM, "two")
        assert told(secrets, ITEM) == ("two", ["one"])
        secrets.set(ITEM, "three")
        assert told(secrets, ITEM) == ("three", ["two", "one"])


def test_a_move_that_was_cut_short_is_ended_by_the_next_change(tmp_path: Path) -> None:
    backend = DictKeyring()
    file = FileSecrets(str(tmp_path))
    file.set(ITEM, "one")
    before = (tmp_path / "secrets.json").read_bytes()
    with using(backend):
        secrets = choose(str(tmp_path))
        secrets.set(ITEM, "two")
        (tmp_path / "secrets.json").write_bytes(before)  # as if killed before the file was written
        assert told(secrets, ITEM) == ("two", ["one"])
        secrets.forget(ITEM)
        (tmp_path / "secrets.json").write_bytes(before)
        assert told(secrets, ITEM) == (None, ["two", "one"])
        secrets.set(ITEM, "three")
        assert not file
        assert told(secrets, ITEM) == ("three", ["two", "one"])


def test_a_damaged_file_is_told_by_the_place_too(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_bytes(b"{")
    with using(DictKeyring()):
        assert choose(str(tmp_path)).place.endswith("cannot be read")


def test_who_asks_for_no_password_does_not_load_keyring(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from bcper.adapters.secrets.choose import choose\n"
        "secrets = choose(sys.argv[1])\n"
        "assert 'keyring' not in sys.modules and 'jeepney' not in sys.modules\n"
        "print(secrets.place)\n"
        "assert ('keyring' in sys.modules) == (len(sys.argv) == 2)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(bcper.__file__))}
    environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    environment["XDG_RUNTIME_DIR"] = ""
    for setting, more in (("", []), ("file", ["file"])):
        environment["BCPER_SECRETS"] = setting
        command = [sys.executable, "-c", code, str(tmp_path), *more]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.startswith("a file only you can read")

"""What every Secrets promises (ports.secrets): a file, a keyring, both, whichever is chosen, and a fake."""

import pickle
import sys
import threading
import traceback
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bcper.adapters.memory.secrets import MemorySecrets
from bcper.adapters.secrets.choose import choose
from bcper.adapters.secrets.file import FileSecrets
from bcper.adapters.secrets.keyring import KeyringSecrets
from bcper.adapters.secrets.layered import LayeredSecrets
from bcper.domain.errors import UsageError
from bcper.domain.model.owners import Owner
from bcper.ports.secrets import Secrets
from helpers.examples import examples
from helpers.keyrings import DictKeyring, using

ITEM, VAULT, OTHER = Owner("item", "Home"), Owner("vault", "Home"), Owner("item", "é/\n☃ x")
NFC = unicodedata.normalize("NFC", "pässwört")
NFD = unicodedata.normalize("NFD", "pässwört")


def made(kind: str, folder: Path) -> Secrets:
    lock = str(folder / "secrets.lock")
    if kind == "memory":
        return MemorySecrets()
    if kind == "file":
        return FileSecrets(str(folder))
    if kind == "keyring":
        return KeyringSecrets(DictKeyring(), lock)
    if kind == "layered":
        return LayeredSecrets(KeyringSecrets(DictKeyring(), lock), "here", FileSecrets(str(folder)))
    return choose(str(folder))


KINDS = ["memory", "file", "keyring", "layered", "chosen keyring", "chosen file"]


@pytest.fixture(params=KINDS)
def secrets(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Secrets]:
    monkeypatch.delenv("BCPER_SECRETS", raising=False)
    if request.param == "chosen file":
        monkeypatch.setenv("BCPER_SECRETS", "file")
    with using(DictKeyring()):
        yield made(request.param, tmp_path / "config")


def test_nobody_has_a_password_at_first(secrets: Secrets) -> None:
    assert secrets.get(ITEM) is None
    assert list(secrets.earlier(ITEM)) == []
    secrets.forget(ITEM)
    secrets.forget(ITEM, earlier=True)
    secrets.copy(ITEM, OTHER)
    secrets.restore(ITEM, secrets.read(ITEM))
    assert [secrets.get(owner) for owner in (ITEM, OTHER)] == [None, None]


def test_items_and_vaults_are_told_apart(secrets: Secrets) -> None:
    for number, owner in enumerate((ITEM, VAULT, OTHER)):
        secrets.set(owner, f"password {number}")
    assert [secrets.get(owner) for owner in (ITEM, VAULT, OTHER)] == [f"password {n}" for n in range(3)]


def test_what_was_set_before_is_remembered_newest_first_and_once(secrets: Secrets) -> None:
    for password in ("one", "two", "two", "three", "one", "four"):
        secrets.set(ITEM, password)
    assert secrets.get(ITEM) == "four"
    assert list(secrets.earlier(ITEM)) == ["one", "three", "two"]
    secrets.set(ITEM, "two")
    assert (secrets.get(ITEM), list(secrets.earlier(ITEM))) == ("two", ["four", "one", "three"])


def test_forgetting_keeps_old_runs_readable_unless_told_otherwise(secrets: Secrets) -> None:
    secrets.set(VAULT, "other")
    secrets.set(ITEM, "one")
    secrets.set(ITEM, "two")
    for _ in range(2):
        secrets.forget(ITEM)
        assert (secrets.get(ITEM), list(secrets.earlier(ITEM))) == (None, ["two", "one"])
    secrets.forget(ITEM, earlier=True)
    assert (secrets.get(ITEM), list(secrets.earlier(ITEM))) == (None, [])
    assert secrets.get(VAULT) == "other"


def test_a_copy_has_all_passwords_and_loses_none(secrets: Secrets) -> None:
    secrets.set(OTHER, "old one's")
    secrets.set(ITEM, "one")
    secrets.set(ITEM, "two")
    for owner, new_owner in ((ITEM, OTHER), (ITEM, OTHER), (OTHER, OTHER)):  # again, as after a crash
        secrets.copy(owner, new_owner)
        assert (secrets.get(ITEM), list(secrets.earlier(ITEM))) == ("two", ["one"])
        assert (secrets.get(OTHER), list(secrets.earlier(OTHER))) == ("two", ["one", "old one's"])


def test_what_was_read_is_restored_and_nothing_else_is_left(secrets: Secrets) -> None:
    secrets.set(VAULT, "other")
    nothing = secrets.read(ITEM)
    assert not nothing
    secrets.set(ITEM, "one")
    secrets.set(ITEM, "two")
    both = secrets.read(ITEM)
    assert (both.current, both.earlier) == ("two", ("one",))
    secrets.set(ITEM, "three")
    secrets.forget(ITEM)
    secrets.restore(ITEM, both)
    assert (secrets.get(ITEM), list(secrets.earlier(ITEM))) == ("two", ["one"])
    assert secrets.read(ITEM) == both
    secrets.restore(ITEM, nothing)
    assert (secrets.get(ITEM), list(secrets.earlier(ITEM))) == (None, [])
    assert not secrets.read(ITEM)
    assert secrets.get(VAULT) == "other"


def test_a_copy_of_an_owner_without_a_password_has_none(secrets: Secrets) -> None:
    secrets.set(OTHER, "somebody else's")
    secrets.set(ITEM, "one")
    secrets.forget(ITEM)
    secrets.copy(ITEM, OTHER)
    assert (secrets.get(OTHER), list(secrets.earlier(OTHER))) == (None, ["one", "somebody else's"])


def test_row_78_empty_composed_and_long_passwords(secrets: Secrets) -> None:
    with pytest.raises(UsageError):
        secrets.set(ITEM, "")
    with pytest.raises(UsageError):
        secrets.set(ITEM, "caf\udce9")
    assert secrets.get(ITEM) is None
    secrets.set(ITEM, NFD)
    secrets.set(ITEM, NFC)
    assert NFC != NFD
    assert (secrets.get(ITEM), list(secrets.earlier(ITEM))) == (NFC, [])
    long = "☃" * 341 + "x"
    assert len(long.encode()) == 1024
    secrets.set(ITEM, long)
    assert (secrets.get(ITEM), list(secrets.earlier(ITEM))) == (long, [NFC])


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50))
def test_any_text_comes_back(secrets: Secrets, password: str) -> None:
    secrets.set(ITEM, password)
    assert secrets.get(ITEM) == unicodedata.normalize("NFC", password)


def test_changes_from_several_threads_are_all_kept(secrets: Secrets) -> None:
    def work(name: str) -> None:
        for number in range(5):
            secrets.set(ITEM, f"{name}{number}")

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = {secrets.get(ITEM), *secrets.earlier(ITEM)}
    assert found == {f"{name}{number}" for name in "abcd" for number in range(5)}


def test_row_75_no_password_in_repr_errors_or_pickles(secrets: Secrets) -> None:
    secrets.set(ITEM, "hunter2")
    shown = [repr(secrets), str(secrets), secrets.place]
    try:
        shown.append(repr(pickle.dumps(secrets)))
    except TypeError as error:
        shown.append("".join(traceback.format_exception(error)))
    for bad in ("", "hunter2\udcff"):
        try:
            secrets.set(ITEM, bad)
        except UsageError:
            shown.append("".join(traceback.TracebackException(*sys.exc_info()).format()))  # type: ignore[arg-type]
    assert len(shown) == 6
    assert not [text for text in shown if "hunter2" in text]


def test_the_place_is_one_line(secrets: Secrets) -> None:
    assert secrets.place
    assert secrets.place.isprintable()

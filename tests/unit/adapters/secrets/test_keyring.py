"""Passwords in a keyring: which one is real, and what its failures become (FAULTS.md rows 75 and 77)."""

import json
import traceback
from pathlib import Path
from typing import ClassVar

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.errors import InitError, KeyringLocked

from bcper.adapters.secrets.keyring import KeyringSecrets, find_backend
from bcper.domain.errors import ConfigurationError, SecretsUnavailable
from bcper.domain.model.owners import Owner
from helpers.keyrings import (
    ChattyKeyring,
    CuttingKeyring,
    DictKeyring,
    FailingKeyring,
    WaitingKeyring,
    WeakKeyring,
    using,
)

ITEM, VAULT = Owner("item", "Home"), Owner("vault", "Home")
SECRET = "hunter2"


def secrets_in(backend: KeyringBackend, folder: Path, patience: float = 60.0) -> KeyringSecrets:
    return KeyringSecrets(backend, str(folder / "secrets.lock"), patience)


def test_an_owner_is_one_entry_and_none_when_all_is_forgotten(tmp_path: Path) -> None:
    backend = DictKeyring()
    secrets = secrets_in(backend, tmp_path)
    secrets.set(ITEM, "one")
    secrets.set(ITEM, "two")
    secrets.set(VAULT, "three")
    assert {key: json.loads(value) for key, value in backend.entries.items()} == {
        ("bcper", "item:Home"): {"current": "two", "earlier": ["one"]},
        ("bcper", "vault:Home"): {"current": "three", "earlier": []},
    }
    secrets.copy(ITEM, Owner("item", "New"))
    secrets.forget(ITEM, earlier=True)
    secrets.forget(VAULT, earlier=True)
    assert list(backend.entries) == [("bcper", "item:New")]


def test_the_place_names_the_keyring(tmp_path: Path) -> None:
    assert secrets_in(DictKeyring(), tmp_path).place == "the keyring (DictKeyring)"


@pytest.mark.parametrize(
    "text", ["hunter2", '{"current": "hunter2"}', '{"current": "hunter2", "earlier": [1]}']
)
def test_an_entry_of_somebody_elses_is_named_not_quoted_and_left_alone(tmp_path: Path, text: str) -> None:
    backend = DictKeyring()
    backend.entries["bcper", "item:Home"] = text
    for act in (lambda s: s.get(ITEM), lambda s: s.set(ITEM, "new"), lambda s: s.forget(ITEM, earlier=True)):
        with pytest.raises(ConfigurationError, match="item:Home") as caught:
            act(secrets_in(backend, tmp_path))
        assert "hunter2" not in "".join(traceback.format_exception(caught.value))
        assert caught.value.__context__ is None
    assert backend.entries == {("bcper", "item:Home"): text}


def test_a_keyring_that_cuts_what_it_is_given_is_found_out(tmp_path: Path) -> None:
    with pytest.raises((SecretsUnavailable, ConfigurationError)):
        secrets_in(CuttingKeyring(), tmp_path).set(ITEM, "correct horse battery staple")


def test_row_75_what_a_backend_says_goes_no_further(tmp_path: Path) -> None:
    with pytest.raises(SecretsUnavailable, match="RuntimeError") as caught:
        secrets_in(ChattyKeyring(), tmp_path).set(ITEM, SECRET)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None and caught.value.__cause__ is None


@pytest.mark.parametrize(
    "error", [KeyringLocked("x"), InitError("x"), OSError("x"), UnicodeError("x")], ids=repr
)
def test_failures_of_a_backend_are_a_sentence(tmp_path: Path, error: Exception) -> None:
    secrets = secrets_in(FailingKeyring(error), tmp_path)
    for act in (secrets.get, secrets.earlier):
        with pytest.raises(
            SecretsUnavailable, match="locked" if isinstance(error, KeyringLocked) else "failed"
        ):
            act(ITEM)


def test_a_keyring_that_waits_for_the_person_is_given_up_and_asked_once(tmp_path: Path) -> None:
    backend = WaitingKeyring()
    secrets = secrets_in(backend, tmp_path, 0.05)
    try:
        for _ in range(3):
            with pytest.raises(SecretsUnavailable, match="did not answer"):
                secrets.get(ITEM)
        assert backend.asked == 1
    finally:
        backend.answered.set()
    assert secrets_in(backend, tmp_path).get(ITEM) is None


def test_a_real_keyring_is_found() -> None:
    backend = DictKeyring()
    with using(backend):
        assert find_backend() is backend


@pytest.mark.parametrize("backend", [fail.Keyring(), null.Keyring()], ids=["fail", "null"])
def test_what_keeps_nothing_is_no_keyring(backend: KeyringBackend) -> None:
    with using(backend):
        assert find_backend() is None
        assert find_backend(any_priority=True) is None


def test_a_weak_keyring_is_used_only_when_asked_for() -> None:
    backend = WeakKeyring()
    with using(backend):
        assert find_backend() is None
        assert find_backend(any_priority=True) is backend


def test_a_chain_is_as_real_as_what_it_stands_before(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Chain(chainer.ChainerBackend):
        backends: ClassVar[list[KeyringBackend]] = []

    first, second, chain = DictKeyring(), DictKeyring(), Chain()
    with using(chain):
        assert find_backend() is None
        monkeypatch.setattr(Chain, "backends", [WeakKeyring()])
        assert find_backend() is None
        monkeypatch.setattr(Chain, "backends", [first, second])
        assert find_backend() is chain
    second.entries["bcper", "item:Home"] = '{"current": "old", "earlier": []}'
    secrets = secrets_in(chain, tmp_path)
    assert secrets.place == "the keyring (DictKeyring)"
    assert secrets.get(ITEM) == "old"
    secrets.copy(ITEM, VAULT)
    secrets.forget(ITEM, earlier=True)
    assert [secrets.get(owner) for owner in (ITEM, VAULT)] == [None, "old"]
    assert ("bcper", "vault:Home") in first.entries


def test_one_that_does_not_run_here_is_none() -> None:
    class Broken(DictKeyring):
        @property
        def priority(self) -> float:  # type: ignore[override]
            raise RuntimeError("no D-Bus")

    with using(Broken()):
        assert find_backend() is None

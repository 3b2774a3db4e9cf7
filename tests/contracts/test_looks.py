"""What looking promises (ports.looks): the same as using, and nothing is changed by it."""

import json
import os
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bcper.adapters.config_json.converter import encode
from bcper.adapters.config_json.look import JsonCatalogLook
from bcper.adapters.memory.looks import (
    MemoryCatalogLook,
    MemoryLedgerLook,
    MemoryRcloneLook,
    MemorySecretsLook,
)
from bcper.adapters.rclone.look import SystemRcloneLook
from bcper.adapters.secrets import look as secrets_look
from bcper.adapters.secrets.file import FileSecrets
from bcper.adapters.secrets.look import ChosenSecretsLook
from bcper.adapters.sqlite.look import SqliteLedgerLook
from bcper.adapters.sqlite.run_ledger import SqliteRunLedger
from bcper.domain.errors import ConfigurationError, LedgerDamaged, SecretsUnavailable
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.checkup import RcloneSeen, SecretsSeen
from bcper.domain.model.owners import Owner
from bcper.domain.model.targets import Item
from bcper.ports.looks import CatalogLook, LedgerLook, RcloneLook, SecretsLook
from helpers.keyrings import DictKeyring
from helpers.rclone import program, script
from helpers.runs import a_run

CATALOG = Catalog(items={"docs": Item("docs", ("/home/me/docs",))})
RUN = a_run("1", datetime(2026, 1, 1, tzinfo=UTC))
State = dict[str, tuple[int, int, bytes]]


def state(folder: Path) -> State:
    return {
        str(path): (
            path.stat().st_mode,
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in folder.rglob("*")
    }


@pytest.fixture(params=["json", "memory"])
def catalogs(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Catalog | None], CatalogLook]:
    def make(catalog: Catalog | None) -> CatalogLook:
        if request.param == "memory":
            return MemoryCatalogLook() if catalog else MemoryCatalogLook(kept=None)
        if catalog is not None:
            (tmp_path / "config.json").write_bytes(encode(catalog))
        return JsonCatalogLook(str(tmp_path / "config.json"))

    return make


def test_a_configuration_is_read_and_its_version_told(
    catalogs: Callable[[Catalog | None], CatalogLook], tmp_path: Path
) -> None:
    assert catalogs(None).version() is None
    assert catalogs(None).load() == Catalog()
    before = state(tmp_path)
    assert catalogs(Catalog()).version() == 3
    assert before == {} or state(tmp_path) == before
    assert not list(tmp_path.glob("*.lock"))


def test_the_originals_is_looked_at_and_not_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"items": {"docs": {"name": "docs", "paths": ["/d"], "ignore_patterns": []}}}))
    before = state(tmp_path)
    look = JsonCatalogLook(str(path))
    assert look.version() == 0
    assert look.load().items["docs"].paths == ("/d",)
    assert state(tmp_path) == before


def test_a_damaged_one_is_an_error_and_nothing_is_ever_changed(tmp_path: Path) -> None:
    look = JsonCatalogLook(str(tmp_path / "config.json"))
    with pytest.raises(ConfigurationError):
        look.change(lambda catalog: catalog)
    for text in ("{", "[]", '{"version": 99}', '{"version": 3, "jobs": 1}'):
        (tmp_path / "config.json").write_text(text)
        for ask in (look.load, look.version):
            with pytest.raises(ConfigurationError):
                ask()
    with pytest.raises(ConfigurationError):
        MemoryCatalogLook(error=ConfigurationError("No.")).version()


@pytest.fixture(params=["sqlite", "memory"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> LedgerLook:
    """One that has a run, and knows a store."""
    look: LedgerLook = MemoryLedgerLook()
    if request.param == "sqlite":
        look = SqliteLedgerLook(str(tmp_path / "bcper.db"))
    kept = look if request.param == "memory" else SqliteRunLedger(str(tmp_path / "bcper.db"))
    kept.add(RUN)
    kept.remember_store("/mnt/disk", "s")
    kept.close()
    return look


def test_runs_are_seen_as_the_ledger_has_them(ledger: LedgerLook, tmp_path: Path) -> None:
    before = state(tmp_path)
    assert list(ledger.list(history=True)) == [RUN]
    assert ledger.store_id("/mnt/disk") == "s"
    assert ledger.unsound() == ""
    assert state(tmp_path) == before


def test_no_list_is_an_empty_one_and_none_is_made(tmp_path: Path) -> None:
    look = SqliteLedgerLook(str(tmp_path / "not" / "there" / "bcper.db"))
    assert list(look.list()) == []
    assert look.store_id("/mnt/disk") is None
    assert look.unsound() == ""
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_in_use_is_seen_with_what_was_written_last(tmp_path: Path) -> None:
    used = SqliteRunLedger(str(tmp_path / "bcper.db"))
    used.add(RUN)
    assert (tmp_path / "bcper.db-wal").stat().st_size
    before = {name: facts[::2] for name, facts in state(tmp_path).items() if not name.endswith("-shm")}
    assert list(SqliteLedgerLook(str(tmp_path / "bcper.db")).list()) == [RUN]
    after = {name: facts[::2] for name, facts in state(tmp_path).items() if not name.endswith("-shm")}
    assert after == before
    used.add(a_run("2", datetime(2026, 1, 2, tzinfo=UTC)))
    used.close()


def test_one_whose_process_was_killed_is_seen_whole_and_left_so(tmp_path: Path) -> None:
    used = SqliteRunLedger(str(tmp_path / "used.db"))
    used.add(RUN)
    for suffix in ("", "-wal"):
        (tmp_path / f"bcper.db{suffix}").write_bytes((tmp_path / f"used.db{suffix}").read_bytes())
    used.close()
    before = state(tmp_path)
    assert list(SqliteLedgerLook(str(tmp_path / "bcper.db")).list()) == [RUN]
    assert state(tmp_path) == before


def test_an_older_list_is_understood_and_stays_old(tmp_path: Path) -> None:
    path = tmp_path / "bcper.db"
    kept = SqliteRunLedger(str(path))
    kept.list()
    kept.close()
    database = sqlite3.connect(path)
    database.executescript("DROP TABLE proofs; PRAGMA user_version = 3; PRAGMA journal_mode = DELETE")
    database.close()
    before = state(tmp_path)
    assert list(SqliteLedgerLook(str(path)).list()) == []
    assert state(tmp_path) == before


def test_a_damaged_list_is_told_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "bcper.db"
    path.write_bytes(os.urandom(1 << 14))
    before = state(tmp_path)
    with pytest.raises(LedgerDamaged):
        SqliteLedgerLook(str(path)).list()
    assert state(tmp_path) == before
    path.unlink()
    kept = SqliteRunLedger(str(path))
    for number in range(500):
        kept.add(a_run(str(number), datetime(2026, 1, 1, tzinfo=UTC)))
    kept.close()
    data = bytearray(path.read_bytes())
    data[3 * 4096 : 3 * 4096 + 400] = os.urandom(400)
    path.write_bytes(data)
    look = SqliteLedgerLook(str(path))
    try:
        wrong = look.unsound()
    except LedgerDamaged:
        wrong = "damaged"
    assert wrong
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE mine (a)")
    other.close()
    with pytest.raises(ConfigurationError, match="not a list of runs"):
        SqliteLedgerLook(str(tmp_path / "other.db")).list()


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BCPER_SECRETS", raising=False)
    monkeypatch.setattr(secrets_look, "look_for_backend", lambda **_: (None, True))


@pytest.mark.usefixtures("no_keyring")
def test_passwords_in_a_file_are_looked_at_and_its_permissions_stay(tmp_path: Path) -> None:
    looks: list[SecretsLook] = [
        ChosenSecretsLook(str(tmp_path), lambda: None),
        MemorySecretsLook(SecretsSeen("a file", False, False)),
    ]
    for look in looks:
        assert (look.look().keyring, look.look().locked, look.look().problem) == (False, False, "")
    assert list(tmp_path.iterdir()) == []
    FileSecrets(str(tmp_path)).set(Owner("item", "docs"), "Tr0ub4dor")
    path = tmp_path / "secrets.json"
    path.chmod(0o644)
    before = state(tmp_path)
    found = looks[0].look()
    assert found.problem == ""
    assert "Tr0ub4dor" not in repr(found)
    assert state(tmp_path) == before
    for text, word in (("Tr0ub4dor", "damaged"), ('{"format": 99, "secrets": []}', "newer")):
        path.write_text(text)
        problem = looks[0].look().problem
        assert word in problem
        assert "Tr0ub4dor" not in problem


def test_a_keyring_is_named_and_never_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BCPER_SECRETS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))

    class SecretService(DictKeyring):
        def get_password(self, service: str, username: str) -> str | None:
            raise AssertionError("It would ask the person.")

    kinds = {"yes": SecretService, "unknown": DictKeyring}
    for name, kind in kinds.items():
        monkeypatch.setattr(secrets_look, "look_for_backend", lambda kind=kind, **_: (kind(), True))
        found = ChosenSecretsLook(str(tmp_path), lambda: True).look()
        assert (found.keyring, found.locked) == (True, True if name == "yes" else None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("no_keyring")
def test_a_setting_that_cannot_be_followed_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    look = ChosenSecretsLook(str(tmp_path), lambda: None)
    for value, error in (("keyring", SecretsUnavailable), ("vault", ConfigurationError)):
        monkeypatch.setenv("BCPER_SECRETS", value)
        with pytest.raises(error):
            look.look()
    with pytest.raises(SecretsUnavailable):
        MemorySecretsLook(error=SecretsUnavailable("No.")).look()


def test_rclone_is_found_as_it_would_be_used_and_nothing_is_fetched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = tmp_path / "data" / "rclone"

    def look() -> RcloneSeen:
        return SystemRcloneLook(str(own), 5).look()

    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert look() == RcloneSeen("")
    assert list(tmp_path.iterdir()) == []
    old = program(tmp_path / "bin", script("1.50.0"))
    assert look().path == ""
    assert look().refused[0][0] == old
    assert "older" in look().refused[0][1]
    program(own.parent)
    own.parent.chmod(0o700)
    found = look()
    assert (found.path, found.own, len(found.refused)) == (str(own), True, 1)
    own.chmod(0o777)
    assert "others could change it" in look().refused[-1][1]
    good = program(tmp_path / "bin")
    assert (look().path, look().own) == (good, False)
    assert look().version.startswith("1.")
    assert not (tmp_path / ".cache").exists()
    fake: RcloneLook = MemoryRcloneLook()
    assert fake.look().path

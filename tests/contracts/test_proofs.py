"""What every Proofs promises (ports.proofs), in the ledger's file and on the fake; and who writes them."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bcper.adapters.memory.proofs import MemoryProofs
from bcper.adapters.sqlite.proofs import SqliteProofs
from bcper.adapters.sqlite.run_ledger import SqliteRunLedger
from bcper.domain.errors import LedgerDamaged
from bcper.domain.model.proofs import Proof
from bcper.domain.model.requests.runs import BackUpNow, LastProof, RestoreRun, VerifyRun, Which
from bcper.ports.proofs import Proofs
from helpers.runs import a_run
from helpers.service import PASSWORDS, Kit

NOW = datetime(2026, 3, 29, 1, 2, 3, 4, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteRunLedger]:
    made = SqliteRunLedger(str(tmp_path / "bcper.db"))
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "memory"])
def proofs(request: pytest.FixtureRequest) -> Proofs:
    return SqliteProofs(request.getfixturevalue("ledger")) if request.param == "sqlite" else MemoryProofs()


def test_the_newest_of_all_is_the_last(proofs: Proofs) -> None:
    assert proofs.last() is None
    elsewhere = timezone(timedelta(hours=9))
    proofs.put(Proof("a \udcff", "verify", NOW, 5, 1 << 40))
    assert proofs.last() == Proof("a \udcff", "verify", NOW, 5, 1 << 40)
    proofs.put(Proof("b", "restore", (NOW - DAY).astimezone(elsewhere), 1, 1))
    assert proofs.last() == Proof("a \udcff", "verify", NOW, 5, 1 << 40)
    proofs.put(Proof("b", "restore", (NOW + DAY).astimezone(elsewhere), 2, 3))
    assert proofs.last() == Proof("b", "restore", NOW + DAY, 2, 3)


def test_another_proof_of_a_run_and_kind_replaces_the_one_before(proofs: Proofs) -> None:
    proofs.put(Proof("a", "verify", NOW, 5, 5))
    proofs.put(Proof("a", "verify", NOW - DAY, 6, 6))
    assert proofs.last() == Proof("a", "verify", NOW - DAY, 6, 6)
    proofs.put(Proof("a", "restore", NOW, 7, 7))
    assert proofs.last() == Proof("a", "restore", NOW, 7, 7)


def test_a_database_of_version_3_gets_the_table_and_keeps_its_runs(
    ledger: SqliteRunLedger, tmp_path: Path
) -> None:
    run = a_run("1", NOW)
    ledger.add(run)
    ledger.close()
    database = sqlite3.connect(tmp_path / "bcper.db")
    database.execute("DROP TABLE proofs")
    database.execute("PRAGMA user_version = 3")
    database.commit()
    database.close()
    proof = Proof("1", "verify", NOW, 1, 1)
    SqliteProofs(ledger).put(proof)
    assert SqliteProofs(ledger).last() == proof
    assert ledger.list() == (run,)


@pytest.mark.parametrize(
    "change", ["at = 'odd'", "at = '2026-01-01T00:00:00'", "kind = 'x'", "entries = 'x'", "run_id = x'00'"]
)
def test_a_value_that_nobody_wrote_is_damage(ledger: SqliteRunLedger, tmp_path: Path, change: str) -> None:
    proofs = SqliteProofs(ledger)
    proofs.put(Proof("a", "verify", NOW, 1, 1))
    database = sqlite3.connect(tmp_path / "bcper.db")
    database.execute(f"UPDATE proofs SET {change}")
    database.commit()
    database.close()
    with pytest.raises(LedgerDamaged):
        proofs.last()


def test_a_whole_restore_and_a_deep_verification_are_proofs(kit: Kit) -> None:
    made = kit.ask(BackUpNow((kit.source("docs"),), kit.place(), "docs", password=PASSWORDS.item))
    assert kit.ask(LastProof()) is None
    kit.ask(VerifyRun(Which(made.run_id)))  # by its checksums only
    include = ("docs.txt",)
    some = RestoreRun(
        Which(made.run_id), str(kit.base / "some"), include=include, passwords=(PASSWORDS.item,)
    )
    kit.ask(some)
    assert kit.ask(LastProof()) is None
    kit.ask(VerifyRun(Which(made.run_id), passwords=(PASSWORDS.item,)))
    proof = kit.ask(LastProof())
    assert proof is not None
    assert (proof.run_id, proof.kind, proof.entries, proof.bytes) == (made.run_id, "verify", 2, 7)
    kit.later()
    kit.restore(made, PASSWORDS.item)
    proof = kit.ask(LastProof())
    assert proof is not None
    assert (proof.run_id, proof.kind) == (made.run_id, "restore")
    before = proof
    kit.later()
    kit.restore(made, PASSWORDS.item)  # what is there already is left alone, and read by nobody
    assert kit.ask(LastProof()) == before

"""What every Slots promises (ports.slots), in the ledger's file and on the fake."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bcper.adapters.memory.slots import MemorySlots
from bcper.adapters.sqlite.run_ledger import SqliteRunLedger
from bcper.adapters.sqlite.slots import SqliteSlots
from bcper.domain.errors import LedgerDamaged
from bcper.ports.slots import Slots
from helpers.runs import a_run

SLOT = datetime(2026, 3, 29, 1, 2, 3, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteRunLedger]:
    made = SqliteRunLedger(str(tmp_path / "bcper.db"))
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "memory"])
def slots(request: pytest.FixtureRequest) -> Slots:
    return SqliteSlots(request.getfixturevalue("ledger")) if request.param == "sqlite" else MemorySlots()


def recorded(slots: Slots, job_id: str = "a") -> list[datetime]:
    return list(slots.recorded().get(job_id, ()))


def test_a_slot_is_used_once_job_by_job(slots: Slots) -> None:
    assert slots.recorded() == {}
    assert slots.record("a \udcff", SLOT)
    assert not slots.record("a \udcff", SLOT)
    assert slots.record("b", SLOT)
    assert slots.record("a \udcff", SLOT + MINUTE)
    assert recorded(slots, "a \udcff") == [SLOT + MINUTE, SLOT]
    assert recorded(slots, "b") == [SLOT]


def test_a_slot_is_the_same_in_every_zone_and_told_in_utc(slots: Slots) -> None:
    tokyo = SLOT.astimezone(timezone(timedelta(hours=9)))
    assert slots.record("a", tokyo)
    assert not slots.record("a", SLOT)
    (told,) = recorded(slots)
    assert told == SLOT
    assert told.utcoffset() == timedelta(0)


def test_the_newest_comes_first_whatever_the_order_they_were_used_in(slots: Slots) -> None:
    moments = [SLOT + each * MINUTE for each in (3, 0, -500_000, 7, 2)]
    moments.append(datetime(2036, 1, 1, tzinfo=UTC))
    for moment in moments:
        assert slots.record("a", moment)
    assert recorded(slots) == sorted(moments, reverse=True)


def test_the_last_64_of_each_job_are_kept(slots: Slots) -> None:
    slots.record("b", SLOT - 1000 * MINUTE)
    moments = [SLOT + each * timedelta(days=1) for each in range(70)]
    for moment in moments:
        assert slots.record("a", moment)
    assert recorded(slots) == moments[:-65:-1]
    assert recorded(slots, "b") == [SLOT - 1000 * MINUTE]


def test_row_31_a_clock_put_back_a_day_comes_by_no_slot_that_was_forgotten(slots: Slots) -> None:
    often = [SLOT + 10 * each * MINUTE for each in range(3 * 144)]
    for moment in often:
        assert slots.record("a", moment)
    for moment in often[-144:]:
        assert not slots.record("a", moment)
    assert len(recorded(slots)) <= 2 * 144 + 1


def test_row_31_a_slot_is_kept_though_64_were_used_while_the_clock_was_ahead(slots: Slots) -> None:
    """Or it would be due again as soon as its run has ended, for ever."""
    for each in range(70):
        slots.record("a", SLOT + timedelta(days=3650) + each * MINUTE)
    assert slots.record("a", SLOT)
    assert not slots.record("a", SLOT)
    assert recorded(slots)[-1] == SLOT
    assert len(recorded(slots)) == 64


def test_a_job_that_is_gone_is_forgotten(slots: Slots) -> None:
    slots.record("a", SLOT)
    slots.record("b", SLOT)
    slots.forget("a")
    slots.forget("never")
    assert list(slots.recorded()) == ["b"]
    assert slots.record("a", SLOT)


def test_of_threads_that_use_a_slot_at_once_one_has_it(slots: Slots) -> None:
    start = threading.Barrier(8)
    won: list[int] = []

    def use(number: int) -> None:
        start.wait()
        won.extend(number for each in range(20) if slots.record("a", SLOT + each * MINUTE))

    threads = [threading.Thread(target=use, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 20


_USE = """
import sys
from datetime import datetime, timedelta, UTC
from bcper.adapters.sqlite.run_ledger import SqliteRunLedger
from bcper.adapters.sqlite.slots import SqliteSlots
ledger = SqliteRunLedger(sys.argv[1])
slots = SqliteSlots(ledger)
print("ready", flush=True)
sys.stdin.readline()
start = datetime(2026, 1, 1, tzinfo=UTC)
print(sum(slots.record("a", start + timedelta(minutes=each)) for each in range(20)))
ledger.close()
"""


def test_of_processes_that_use_a_slot_at_once_one_has_it(ledger: SqliteRunLedger, tmp_path: Path) -> None:
    children = [
        subprocess.Popen(
            [sys.executable, "-c", _USE, str(tmp_path / "bcper.db")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for _ in range(3)
    ]
    for child in children:
        assert child.stdout is not None and child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    won = [int(child.communicate(timeout=60)[0]) for child in children]
    assert sum(won) == 20
    assert len(recorded(SqliteSlots(ledger))) == 20


def test_what_was_used_outlives_the_object(ledger: SqliteRunLedger, tmp_path: Path) -> None:
    SqliteSlots(ledger).record("a", SLOT)
    other = SqliteRunLedger(str(tmp_path / "bcper.db"))
    assert recorded(SqliteSlots(other)) == [SLOT]
    assert not SqliteSlots(other).record("a", SLOT)
    other.close()


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_database_gets_the_table_and_keeps_its_runs(
    ledger: SqliteRunLedger, tmp_path: Path, version: int
) -> None:
    run = a_run("1", SLOT)
    ledger.add(run)
    ledger.close()
    database = sqlite3.connect(tmp_path / "bcper.db")
    for table in ("notices", "slots", "proofs"):
        database.execute(f"DROP TABLE {table}")
    for column in ("pinned", "pruned_at") if version == 1 else ():
        database.execute(f"ALTER TABLE runs DROP COLUMN {column}")
    database.execute(f"PRAGMA user_version = {version}")
    database.commit()
    database.close()
    slots = SqliteSlots(ledger)
    assert slots.record("a", SLOT)
    assert recorded(slots) == [SLOT]
    assert ledger.list() == (run,)


@pytest.mark.parametrize(
    "change",
    [
        "slot = 'odd'",
        "slot = '2026-01-01T00:00:00'",
        "slot = x'00'",
        "slot = 7",
        r"job_id = 'a\x'",
        "job_id = x'5c'",
    ],
)
def test_a_value_that_nobody_wrote_is_damage(ledger: SqliteRunLedger, tmp_path: Path, change: str) -> None:
    slots = SqliteSlots(ledger)
    slots.record("a", SLOT)
    database = sqlite3.connect(tmp_path / "bcper.db")
    database.execute(f"UPDATE slots SET {change}")
    database.commit()
    database.close()
    with pytest.raises(LedgerDamaged):
        slots.recorded()

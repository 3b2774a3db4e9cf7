"""What every Notices promises (ports.notices), in the ledger's file and on the fake."""

import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bcper.adapters.memory.notices import MemoryNotices
from bcper.adapters.sqlite.notices import SqliteNotices
from bcper.adapters.sqlite.run_ledger import SqliteRunLedger
from bcper.domain.errors import LedgerDamaged
from bcper.domain.model.notices import Told
from bcper.ports.notices import Notices
from helpers.runs import a_run

NOW = datetime(2026, 3, 29, 1, 2, 3, 4, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteRunLedger]:
    made = SqliteRunLedger(str(tmp_path / "bcper.db"))
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "memory"])
def notices(request: pytest.FixtureRequest) -> Notices:
    return SqliteNotices(request.getfixturevalue("ledger")) if request.param == "sqlite" else MemoryNotices()


@pytest.mark.parametrize(
    "told",
    [
        Told(NOW),
        Told(None, NOW),
        Told(NOW, NOW + timedelta(days=1)),
        Told(NOW.astimezone(timezone(timedelta(hours=9)))),
    ],
    ids=repr,
)
def test_what_was_told_is_remembered_job_by_job(notices: Notices, told: Told) -> None:
    assert notices.get("a \udcff") == Told()
    notices.put("a \udcff", told)
    notices.put("b", Told(NOW - timedelta(1)))
    assert notices.get("a \udcff") == told
    assert notices.get("a") == Told()


def test_the_newest_word_counts_and_nothing_at_all_is_forgotten(notices: Notices) -> None:
    notices.put("a", Told(NOW, NOW))
    notices.put("a", Told(None, NOW))
    assert notices.get("a") == Told(None, NOW)
    notices.put("a", Told())
    notices.put("never", Told())
    assert notices.get("a") == Told()


def test_threads_may_share_it(notices: Notices) -> None:
    threads = [threading.Thread(target=notices.put, args=(str(n), Told(NOW))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [notices.get(str(n)) for n in range(8)] == [Told(NOW)] * 8


def test_another_process_s_ledger_sees_it(ledger: SqliteRunLedger, tmp_path: Path) -> None:
    SqliteNotices(ledger).put("a", Told(NOW))
    other = SqliteRunLedger(str(tmp_path / "bcper.db"))
    assert SqliteNotices(other).get("a") == Told(NOW)
    other.close()


def test_a_database_of_version_2_gets_the_table_and_keeps_its_runs(
    ledger: SqliteRunLedger, tmp_path: Path
) -> None:
    run = a_run("1", NOW)
    ledger.add(run)
    ledger.close()
    database = sqlite3.connect(tmp_path / "bcper.db")
    for table in ("notices", "slots", "proofs"):
        database.execute(f"DROP TABLE {table}")
    database.execute("PRAGMA user_version = 2")
    database.commit()
    database.close()
    SqliteNotices(ledger).put("a", Told(NOW))
    assert SqliteNotices(ledger).get("a") == Told(NOW)
    assert ledger.list() == (run,)


@pytest.mark.parametrize("value", ["'odd'", "'2026-01-01T00:00:00'", "x'00'", "7"])
def test_a_value_that_nobody_wrote_is_damage(ledger: SqliteRunLedger, tmp_path: Path, value: str) -> None:
    notices = SqliteNotices(ledger)
    notices.put("a", Told(NOW))
    database = sqlite3.connect(tmp_path / "bcper.db")
    database.execute(f"UPDATE notices SET overdue = {value}")
    database.commit()
    database.close()
    with pytest.raises(LedgerDamaged):
        notices.get("a")

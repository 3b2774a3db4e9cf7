"""What every RunLedger promises (ports.run_ledger), on SQLite and on the fake."""

import inspect
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import attrs
import pytest

import bcper
from bcper.adapters.memory.run_ledger import MemoryRunLedger
from bcper.adapters.sqlite.run_ledger import SqliteRunLedger
from bcper.domain.errors import BcperError, ConfigurationError, Damaged, LedgerDamaged, Locked, RunNotFound
from bcper.domain.model.runs import Run, RunStatus, newest_last
from bcper.ports.run_ledger import RunLedger

START = datetime(2025, 3, 30, 1, 2, 4, tzinfo=UTC)


def run(run_id: str = "a1", minutes: float = 0, store: str = "/mnt/a", job: str = "docs") -> Run:
    return Run(
        run_id, job, "item", "Docs", store, "s-1", f"{job}/{run_id}", START + timedelta(minutes=minutes)
    )


FULL = Run(
    run_id="0b1f",
    job_name="Bücher \udcff",
    target_type="vault",
    target_name="\"q\" \\ 'x' \0 😀",
    store="/mnt/\udce9t\udce9",
    store_id="s-2",
    folder="d/0b1f",
    started_at=START + timedelta(microseconds=7),
    status=RunStatus.PARTIAL,
    job_id="j-1",
    mode="incremental",
    parent="0a",
    encrypted=True,
    completed_at=START + timedelta(hours=1),
    manifest="m.json",
    entries=3,
    source_bytes=2**62,
    stored_bytes=5,
    warnings=("a\udc80b", "ünï\n", ""),
    error="no \udcfe",
    hold="why \udc81",
)


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "config" / "bcper.db")


@pytest.fixture
def sqlite(path: str) -> Iterator[SqliteRunLedger]:
    ledger = SqliteRunLedger(path)
    yield ledger
    ledger.close()


@pytest.fixture(params=["sqlite", "memory"])
def ledger(request: pytest.FixtureRequest) -> RunLedger:
    return request.getfixturevalue("sqlite") if request.param == "sqlite" else MemoryRunLedger()


@pytest.mark.parametrize("one", [run(), FULL], ids=["defaults", "every field, surrogates too"])
def test_a_run_comes_back_as_it_was_added(ledger: RunLedger, one: Run) -> None:
    ledger.add(one)
    assert ledger.get(one.run_id) == one
    assert list(ledger.list(store=one.store, job=one.job_name)) == [one]
    assert isinstance(ledger.get(one.run_id).status, RunStatus)


def test_an_id_is_added_once(ledger: RunLedger) -> None:
    ledger.add(run())
    with pytest.raises(BcperError, match="a1"):
        ledger.add(run(minutes=9))
    assert ledger.get("a1") == run()


def test_an_update_replaces_the_row(ledger: RunLedger) -> None:
    ledger.add(run())
    ledger.add(run("b2"))
    changed = attrs.evolve(FULL, run_id="a1")
    ledger.update(changed)
    assert (ledger.get("a1"), ledger.get("b2")) == (changed, run("b2"))


def test_unknown_runs_are_not_found_and_not_made(ledger: RunLedger) -> None:
    ledger.add(run("abc"))
    for call in (lambda: ledger.get("ab"), lambda: ledger.get("ABC"), lambda: ledger.update(run("ab"))):
        with pytest.raises(RunNotFound):
            call()
    assert [one.run_id for one in ledger.list()] == ["abc"]


def test_the_list_is_newest_first_by_start_then_id(ledger: RunLedger) -> None:
    east = datetime(2025, 3, 30, 9, 0, tzinfo=timezone(timedelta(hours=9)))  # 00:00 UTC: the oldest
    for one in (
        run("b", 1),
        run("c", 0),
        run("a", 1),
        run("d", 1.000001),
        attrs.evolve(run("e"), started_at=east),
    ):
        ledger.add(one)
    assert [one.run_id for one in ledger.list()] == ["d", "b", "a", "c", "e"]
    assert ledger.get("e").started_at == east


def test_runs_of_one_start_come_by_their_end_those_without_one_first(ledger: RunLedger) -> None:
    """As they do from manifests, which tell whole seconds."""
    ends = {"c": 2, "e": 61, "b": 60.5, "f": 60, "d": 60, "a": None, "g": 1e-6}
    for run_id, end in ends.items():
        completed = None if end is None else START + timedelta(seconds=end)
        ledger.add(attrs.evolve(run(run_id), completed_at=completed))
    assert [one.run_id for one in ledger.list()] == ["a", "e", "b", "f", "d", "c", "g"]
    assert list(ledger.list()) == sorted(ledger.list(), key=newest_last, reverse=True)


def test_the_list_is_of_one_store_or_job_if_given(ledger: RunLedger) -> None:
    for one in (run("1"), run("2", store="/mnt/b"), run("3", job="mail"), run("4", job="")):
        ledger.add(one)
    assert {one.run_id for one in ledger.list(store="/mnt/a")} == {"1", "3", "4"}
    assert {one.run_id for one in ledger.list(job="docs")} == {"1", "2"}
    assert {one.run_id for one in ledger.list(store="/mnt/a", job="docs")} == {"1"}
    assert {one.run_id for one in ledger.list(job="")} == {"4"}
    assert not ledger.list(store="/mnt")


def test_a_prefix_has_no_wildcards_and_minds_case(ledger: RunLedger) -> None:
    for name in ("ab1", "ab2", "b_1", "b%1", "bx1"):
        ledger.add(run(name))
    assert [one.run_id for one in ledger.find("ab")] == ["ab2", "ab1"]
    assert [one.run_id for one in ledger.find("b_")] == ["b_1"]
    assert [one.run_id for one in ledger.find("b%")] == ["b%1"]
    for nothing in ("AB", "%", "_", "b1", "ab11", "*", "\udcff", "ab\0"):
        assert not ledger.find(nothing)


def test_a_prefix_finds_the_ten_newest_at_most(ledger: RunLedger) -> None:
    for number in range(12):
        ledger.add(run(f"a{number:02}", number))
    assert [one.run_id for one in ledger.find("")] == [f"a{number:02}" for number in range(11, 1, -1)]


def test_deleting_twice_is_no_error(ledger: RunLedger) -> None:
    ledger.add(run("a"))
    ledger.add(run("ab"))
    ledger.delete("a")
    ledger.delete("a")
    assert [one.run_id for one in ledger.list()] == ["ab"]


def test_a_store_is_remembered_by_its_last_id(ledger: RunLedger) -> None:
    assert ledger.store_id("/mnt/\udcff") is None
    ledger.remember_store("/mnt/\udcff", "one")
    ledger.remember_store("/mnt/\udcff", "two")
    assert (ledger.store_id("/mnt/\udcff"), ledger.store_id("/mnt")) == ("two", None)


def test_threads_may_share_a_ledger(ledger: RunLedger) -> None:
    threads = [threading.Thread(target=ledger.add, args=(run(f"{number}"),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ledger.list()) == 8


def test_nothing_is_made_before_the_first_use(sqlite: SqliteRunLedger, path: str) -> None:
    assert not os.path.exists(os.path.dirname(path))
    assert not sqlite.list()
    assert os.path.exists(path)


@pytest.mark.parametrize("umask", [0, 0o777])
def test_only_the_user_may_read_it_whatever_the_umask(sqlite: SqliteRunLedger, path: str, umask: int) -> None:
    before = os.umask(umask)
    try:
        sqlite.add(run())
    finally:
        os.umask(before)
    folder = os.path.dirname(path)
    assert os.stat(folder).st_mode & 0o777 == 0o700
    modes = {name: os.stat(os.path.join(folder, name)).st_mode & 0o777 for name in os.listdir(folder)}
    assert modes == dict.fromkeys(("bcper.db", "bcper.db-wal", "bcper.db-shm"), 0o600)


def test_another_ledger_sees_what_one_wrote(sqlite: SqliteRunLedger, path: str) -> None:
    other = SqliteRunLedger(path)
    try:
        sqlite.add(FULL)
        assert other.get(FULL.run_id) == FULL
        other.delete(FULL.run_id)
        assert not sqlite.list()
    finally:
        other.close()
    sqlite.add(run())
    sqlite.close()
    assert sqlite.get("a1") == run()


def test_processes_that_open_a_new_file_at_once_all_succeed(sqlite: SqliteRunLedger, path: str) -> None:
    code = (
        "import sys\n"
        "from bcper.adapters.sqlite.run_ledger import SqliteRunLedger\n"
        "ledger = SqliteRunLedger(sys.argv[1])\n"
        "print(flush=True); sys.stdin.readline()\n"
        "for n in range(10): ledger.remember_store(f'{sys.argv[2]}/{n}', 'x')\n"
        "import os; os._exit(0)\n"  # as abrupt an end as there is
    )
    source = os.path.dirname(os.path.dirname(bcper.__file__))
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, path, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": source},
        )
        for number in range(4)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == b"\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write(b"\n")
        child.stdin.flush()
    for child in children:
        child.communicate()
    assert [child.returncode for child in children] == [0] * 4
    assert all(sqlite.store_id(f"{child}/{n}") == "x" for child in range(4) for n in range(10))


def database(path: str, statement: str) -> bytes:
    os.makedirs(os.path.dirname(path))
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()
    return Path(path).read_bytes()


@pytest.mark.parametrize("statement", ["PRAGMA user_version = 5", "CREATE TABLE runs (id)"])
def test_a_newer_or_foreign_database_is_left_untouched(
    sqlite: SqliteRunLedger, path: str, statement: str
) -> None:
    before = database(path, statement)
    with pytest.raises(ConfigurationError):
        sqlite.add(run())
    assert Path(path).read_bytes() == before
    assert os.listdir(os.path.dirname(path)) == ["bcper.db"]


def test_what_is_no_database_is_damaged_and_says_what_to_do(sqlite: SqliteRunLedger, path: str) -> None:
    os.makedirs(os.path.dirname(path))
    Path(path).write_bytes(b"no database" * 1000)
    with pytest.raises(Damaged) as caught:
        sqlite.list()
    assert "aside" in caught.value.hint
    assert Path(path).read_bytes() == b"no database" * 1000


def test_a_cut_or_garbled_database_is_damaged(sqlite: SqliteRunLedger, path: str) -> None:
    for number in range(200):
        sqlite.add(run(f"{number}"))
    sqlite.close()
    whole = Path(path).read_bytes()
    for broken in (whole[:4096] + b"\xa5" * (len(whole) - 4096), whole[:8192]):
        Path(path).write_bytes(broken)
        with pytest.raises(Damaged):
            sqlite.list()
        sqlite.close()


@pytest.mark.parametrize(
    "change", ["status = 'odd'", "started_at = 'odd'", "warnings = '['", "error = x'00'"]
)
def test_a_value_that_nobody_wrote_is_damage(sqlite: SqliteRunLedger, path: str, change: str) -> None:
    sqlite.add(run())
    connection = sqlite3.connect(path)
    connection.execute(f"UPDATE runs SET {change}")
    connection.commit()
    connection.close()
    with pytest.raises(Damaged):
        sqlite.get("a1")


def test_every_commit_is_synced_through_a_write_ahead_log(sqlite: SqliteRunLedger, path: str) -> None:
    sqlite.add(run())
    assert sqlite._open is not None
    pragmas = ("journal_mode", "synchronous", "user_version", "busy_timeout")
    values = [sqlite._open.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]
    assert values == ["wal", 2, 4, 10_000]


def test_a_path_that_cannot_be_opened_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "bcper.db", tmp_path / "folder"):
        with pytest.raises(BcperError, match="cannot be used"):
            SqliteRunLedger(str(path)).list()


@pytest.mark.parametrize("names", [("bcper.db",), ("bcper.db", "bcper.db-wal", "bcper.db-shm")])
def test_a_file_that_was_deleted_while_it_was_open_is_made_anew(
    sqlite: SqliteRunLedger, path: str, names: tuple[str, ...]
) -> None:
    sqlite.add(run("old"))
    for name in names:
        os.unlink(os.path.join(os.path.dirname(path), name))
    assert not sqlite.list()
    sqlite.add(run("new"))
    other = SqliteRunLedger(path)
    try:
        assert [one.run_id for one in other.list()] == ["new"]
    finally:
        other.close()


def test_folders_that_are_made_are_the_users_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        ledger = SqliteRunLedger(str(tmp_path / "a" / "b" / "bcper.db"))
        ledger.remember_store("/mnt/a", "1")
        ledger.close()
    finally:
        os.umask(before)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("a", "a/b")] == [0o700, 0o700]


def state(run: Run, number: int) -> Run:
    """The run after its ``number``-th update: whole states differ in many columns, and are long."""
    status = RunStatus.FAILED if number % 2 else RunStatus.SUCCESS
    warnings = (str(number),) * 2000
    return attrs.evolve(run, entries=number, stored_bytes=number, warnings=warnings, status=status)


def writer(path: str, code: str) -> "subprocess.Popen[bytes]":
    before = (
        "import sys, itertools, attrs\n"
        "from bcper.adapters.sqlite.run_ledger import SqliteRunLedger\n"
        "from bcper.domain.model.runs import Run, RunStatus\n"
        f"{inspect.getsource(state)}\n"
        "ledger = SqliteRunLedger(sys.argv[1])\n"
        "run = ledger.get('a1')\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", before + code, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(bcper.__file__))},
    )


def test_row_37_a_writer_that_is_killed_leaves_the_old_row_or_the_new_one(
    sqlite: SqliteRunLedger, path: str
) -> None:
    sqlite.add(run())
    sqlite.close()
    written = 0
    for lines in (1, 2, 5, 9):
        child = writer(
            path,
            f"for number in itertools.count({written} + 1):\n"
            "    print(number, flush=True); ledger.update(state(run, number))\n",
        )
        assert child.stdout is not None
        for _ in range(lines):
            begun = int(child.stdout.readline())
        child.kill()  # somewhere in an update
        rest = child.stdout.read().split()
        child.communicate()
        found = sqlite.get("a1")
        sqlite.close()
        written = found.entries
        # What came before the last one that was begun has returned, and so is durable.
        assert written >= int(rest[-1] if rest else begun) - 1
        if written:
            assert found == state(run(), written)


def test_row_37_a_writer_that_is_killed_within_a_transaction_leaves_nothing_and_blocks_nobody(
    sqlite: SqliteRunLedger, path: str
) -> None:
    sqlite.add(run())
    child = writer(
        path,
        "ledger._open.execute('BEGIN IMMEDIATE')\nledger._open.execute('PRAGMA cache_size = 1')\n"
        "for number in range(50): ledger.update(state(run, number + 1))\n"
        "print(flush=True); sys.stdin.readline()\n",
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"\n"
    assert sqlite.get("a1") == run()  # readers do not wait for it
    child.kill()
    child.communicate()
    assert sqlite.get("a1") == run()
    sqlite.update(run(minutes=1))
    assert sqlite.get("a1") == run(minutes=1)


def test_row_40_a_lock_that_is_let_go_in_time_is_waited_for(sqlite: SqliteRunLedger, path: str) -> None:
    sqlite.add(run())
    child = writer(
        path,
        "ledger._open.execute('BEGIN IMMEDIATE')\n"
        "print(flush=True); sys.stdin.readline()\n"
        "ledger._open.execute('COMMIT')\nprint(flush=True)\n",
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline() == b"\n"
    waiting = threading.Thread(target=sqlite.add, args=(run("b2"),))
    waiting.start()
    waiting.join(0.2)
    assert waiting.is_alive()
    child.communicate(b"\n")
    waiting.join()
    assert {one.run_id for one in sqlite.list()} == {"a1", "b2"}


def test_row_40_a_lock_that_is_not_let_go_is_locked(path: str) -> None:
    sqlite = SqliteRunLedger(path, wait_seconds=0.05)
    sqlite.add(run())
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(Locked) as caught:
            sqlite.add(run("b2"))
        assert isinstance(caught.value.__cause__, sqlite3.OperationalError)
        assert [one.run_id for one in sqlite.list()] == ["a1"]
        other.rollback()
        sqlite.add(run("b2"))
    finally:
        other.close()
        sqlite.close()


def test_two_writers_at_once_lose_nothing(sqlite: SqliteRunLedger, path: str) -> None:
    sqlite.add(run())
    children = [
        writer(
            path,
            "print(flush=True); sys.stdin.readline()\n"
            f"for number in range(40): ledger.add(attrs.evolve(run, run_id=f'{mark}-{{number}}'))\n",
        )
        for mark in "bc"
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == b"\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write(b"\n")
        child.stdin.flush()
    for child in children:
        child.communicate()
    assert {one.run_id for one in sqlite.list()} == {
        "a1",
        *(f"{mark}-{number}" for mark in "bc" for number in range(40)),
    }


def test_a_database_of_version_1_learns_what_came_later_and_loses_nothing(
    sqlite: SqliteRunLedger, path: str
) -> None:
    old = run()
    sqlite.add(old)
    sqlite.close()
    connection = sqlite3.connect(path)
    for column in ("pinned", "pruned_at"):
        connection.execute(f"ALTER TABLE runs DROP COLUMN {column}")
    for table in ("notices", "slots", "proofs"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()
    assert sqlite.list() == (old,)
    sqlite.update(attrs.evolve(old, pinned=True))
    sqlite.close()
    assert sqlite.get(old.run_id).pinned
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (4,)
    connection.close()


def test_row_40_a_damaged_list_is_set_aside_and_a_new_one_begun(sqlite: SqliteRunLedger, path: str) -> None:
    os.makedirs(os.path.dirname(path))
    Path(path).write_bytes(b"no database" * 1000)
    with pytest.raises(LedgerDamaged):
        sqlite.list()
    aside = sqlite.set_aside()
    assert Path(aside).read_bytes() == b"no database" * 1000
    assert sqlite.list() == ()


def test_pruned_runs_are_history_only(ledger: RunLedger) -> None:
    kept, pruned = run(), attrs.evolve(run(), run_id="p" * 8, pruned_at=datetime(2026, 1, 1, tzinfo=UTC))
    ledger.add(kept)
    ledger.add(pruned)
    assert ledger.list() == (kept,)
    assert set(ledger.list(history=True)) == {kept, pruned}
    assert ledger.find("p") == ()
    assert ledger.get(pruned.run_id) == pruned

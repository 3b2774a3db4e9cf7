"""The ledger of runs in one SQLite file (https://sqlite.org/wal.html, https://sqlite.org/pragma.html)."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime

from bcper.adapters.private_folders import make_folders
from bcper.adapters.sqlite.schema import (
    INSERT,
    SCHEMA,
    SELECT,
    UPDATE,
    VERSION,
    escaped,
    migration,
    plain,
    row_of,
    run_of,
)
from bcper.domain.errors import BcperError, ConfigurationError, LedgerDamaged, Locked, NoSpace, RunNotFound
from bcper.domain.model.runs import Run

# As newest_last (domain.model.runs) says.
_NEWEST_FIRST = "ORDER BY started_at DESC, completed_at IS NULL DESC, completed_at DESC, run_id DESC"


class SqliteRunLedger:
    """See :class:`~bcper.ports.run_ledger.RunLedger`. The file at ``path`` is opened, or made, at first use.

    Any thread may call. Beside the errors of the port, every call may raise ConfigurationError (the file is
    a newer BCPER's, or another program's), Damaged (it is no sound database), Locked (another process has
    been writing for ``wait_seconds``), NoSpace, or BcperError (it cannot be used for any other reason).
    """

    def __init__(self, path: str, wait_seconds: float = 10.0) -> None:
        self._path = os.path.abspath(path)
        self._wait = wait_seconds
        self._lock = threading.Lock()
        self._open: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    def add(self, run: Run) -> None:
        """See the port."""
        with self._database() as database:
            try:
                database.execute(INSERT, row_of(run))
            except sqlite3.IntegrityError as error:
                raise BcperError(f"The run {run.run_id} is on the list already.") from error

    def update(self, run: Run) -> None:
        """See the port."""
        with self._database() as database:
            if not database.execute(UPDATE, (*row_of(run), escaped(run.run_id))).rowcount:
                raise _unknown(run.run_id)

    def get(self, run_id: str) -> Run:
        """See the port."""
        runs = self._select("WHERE run_id = ?", escaped(run_id))
        if not runs:
            raise _unknown(run_id)
        return runs[0]

    def find(self, prefix: str) -> Sequence[Run]:
        """See the port."""
        # Not LIKE: it has wildcards, and takes upper case for lower.
        start = escaped(prefix)
        where = "WHERE deleted_at IS NULL AND pruned_at IS NULL AND substr(run_id, 1, length(?)) = ?"
        return self._select(f"{where} {_NEWEST_FIRST} LIMIT 10", start, start)

    def list(
        self,
        *,
        store: str | None = None,
        job: str | None = None,
        deleted: bool = False,
        history: bool = False,
    ) -> Sequence[Run]:
        """See the port."""
        wanted = {"store": store, "job_name": job}
        given = {name: escaped(value) for name, value in wanted.items() if value is not None}
        marked = [f"deleted_at IS {'NOT ' if deleted else ''}NULL"]
        if not deleted and not history:
            marked.append("pruned_at IS NULL")
        where = "WHERE " + " AND ".join((*marked, *(f"{name} = ?" for name in given)))
        return self._select(f"{where} {_NEWEST_FIRST}", *given.values())

    def delete(self, run_id: str) -> None:
        """See the port."""
        with self._database() as database:
            database.execute("DELETE FROM runs WHERE run_id = ?", (escaped(run_id),))

    def store_id(self, location: str) -> str | None:
        """See the port."""
        with self._database() as database:
            found = database.execute("SELECT store_id FROM stores WHERE location = ?", (escaped(location),))
            row = found.fetchone()
        try:
            return None if row is None else plain(row[0])
        except (ValueError, TypeError) as error:
            raise self._damaged() from error

    def remember_store(self, location: str, store_id: str) -> None:
        """See the port."""
        with self._database() as database:
            database.execute("REPLACE INTO stores VALUES (?, ?)", (escaped(location), escaped(store_id)))

    def set_aside(self) -> str:
        """See the port."""
        with self._lock:
            self._close()
            aside = f"{self._path}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}"
            for suffix in ("", "-wal", "-shm"):
                with suppress(FileNotFoundError):
                    os.rename(self._path + suffix, aside + suffix)
        return aside

    def close(self) -> None:
        """Let go of the file; the next call opens it again."""
        with self._lock:
            self._close()

    def database(self) -> AbstractContextManager[sqlite3.Connection]:
        """The database itself, for what else is kept in it: one caller at a time, errors translated."""
        return self._database()

    def damaged(self) -> LedgerDamaged:
        """The error for a value in it that nobody has written."""
        return self._damaged()

    def _select(self, rest: str, *values: str) -> tuple[Run, ...]:
        with self._database() as database:
            rows = database.execute(f"{SELECT} {rest}", values).fetchall()
        try:
            return tuple(map(run_of, rows))
        except (ValueError, TypeError) as error:  # a value that no version of ours has written
            raise self._damaged() from error

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                if self._open is not None and self._identity() != self._file:
                    self._close()  # deleted or moved aside: what is written there, nobody would find (row 40)
                if self._open is None:
                    self._open = self._connect()
                    self._file = self._identity()
                yield self._open
            except sqlite3.Error as error:
                raise self._translated(error) from error
            except OSError as error:
                reason = os.strerror(error.errno or 0)
                raise BcperError(f"The list of runs, {self._path}, cannot be used: {reason}.") from error

    def _identity(self) -> tuple[int, int] | None:
        try:
            status = os.stat(self._path)
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino

    def _close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _connect(self) -> sqlite3.Connection:
        self._make()
        # No implicit transactions: each statement commits by itself, and is on disk when it returns.
        database = sqlite3.connect(
            self._path, timeout=self._wait, isolation_level=None, check_same_thread=False
        )
        try:
            self._prepare(database)
        except BaseException:
            database.close()
            raise
        return database

    def _make(self) -> None:
        make_folders(os.path.dirname(self._path))
        try:
            # Only ever a new file: closing a descriptor of a database that is in use would drop the locks
            # that this process holds on it (https://sqlite.org/howtocorrupt.html, section 2.2).
            fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            return
        try:
            os.fchmod(fd, 0o600)
        finally:
            os.close(fd)

    def _prepare(self, database: sqlite3.Connection) -> None:
        # Nothing is written before the version is known: a newer BCPER's file stays as it is.
        if self._version(database) < VERSION:
            self._create(database)
        os.chmod(self._path, 0o600)
        self._set_wal(database)
        database.execute("PRAGMA synchronous = FULL")

    def _version(self, database: sqlite3.Connection) -> int:
        version = int(database.execute("PRAGMA user_version").fetchone()[0])
        if not 0 <= version <= VERSION:
            raise ConfigurationError(
                f"The list of runs, {self._path}, was written by a newer BCPER.",
                "Use that version, or a newer one.",
            )
        return version

    def _create(self, database: sqlite3.Connection) -> None:
        database.execute("BEGIN IMMEDIATE")
        try:
            version = self._version(database)  # another process may have been faster
            if version == 0 and database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise ConfigurationError(
                    f"The database {self._path} is not a list of runs of BCPER's.",
                    "Move it aside, and try again.",
                )
            for statement in SCHEMA if version == 0 else migration(version) if version < VERSION else ():
                database.execute(statement)
            database.execute("COMMIT")
        finally:
            if database.in_transaction:
                database.execute("ROLLBACK")

    def _set_wal(self, database: sqlite3.Connection) -> None:
        # SQLite does not always wait for its lock here, so two processes that both open a new file would
        # collide: wait ourselves, and only ourselves.
        database.execute("PRAGMA busy_timeout = 0")
        pause = threading.Event()
        for last in (*(False,) * 200, True):
            try:
                database.execute("PRAGMA journal_mode = WAL")
                break
            except sqlite3.OperationalError as error:
                if last or _code(error) != sqlite3.SQLITE_BUSY:
                    raise
            pause.wait(self._wait / 200)
        database.execute(f"PRAGMA busy_timeout = {int(self._wait * 1000)}")

    def _damaged(self) -> LedgerDamaged:
        return LedgerDamaged(
            f"The list of runs, {self._path}, is damaged.",
            "Move the file aside; importing the stores brings their runs back.",
        )

    def _translated(self, error: sqlite3.Error) -> BcperError:
        code = _code(error)
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            return self._damaged()
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return Locked(f"Another process keeps the list of runs, {self._path}, busy.", "Try again later.")
        if code == sqlite3.SQLITE_FULL:
            return NoSpace(f"There is no space left for the list of runs, {self._path}.")
        return BcperError(f"The list of runs, {self._path}, cannot be used: {error}.")


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF  # without the extended part


def _unknown(run_id: str) -> RunNotFound:
    return RunNotFound(f"There is no run {run_id}.")

"""The ledger of runs, looked at: a copy in memory, and nothing of the file is changed."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import quote

from bcper.adapters.sqlite.run_ledger import SqliteRunLedger
from bcper.adapters.sqlite.schema import SCHEMA, VERSION, migration
from bcper.domain.errors import ConfigurationError

_SECONDS = 3.0


class SqliteLedgerLook(SqliteRunLedger):
    """See :class:`~bcper.ports.looks.LedgerLook`, and for what is raised, what it is made of."""

    def unsound(self) -> str:
        """See the port (https://sqlite.org/pragma.html#pragma_quick_check)."""
        with self._database() as database:
            said = [str(row[0]) for row in database.execute("PRAGMA quick_check(3)")]
        return "" if said == ["ok"] else " ".join(said)

    def _identity(self) -> tuple[int, int] | None:
        """Always the same: it was copied once."""
        return None

    def _connect(self) -> sqlite3.Connection:
        copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        try:
            if os.path.exists(self._path):
                with _readable(self._path) as path, closing(_opened(path)) as database:
                    database.backup(copy)
                copy.execute("PRAGMA journal_mode = MEMORY")
                version = self._version(copy)
                if version == 0:
                    raise ConfigurationError(
                        f"The database {self._path} is not a list of runs of BCPER's.",
                        "Move it aside, and try again.",
                    )
                statements: tuple[str, ...] = migration(version) if version < VERSION else ()
            else:
                statements = SCHEMA
            for statement in statements:
                copy.execute(statement)
        except BaseException:
            copy.close()
            raise
        return copy


@contextmanager
def _readable(path: str) -> Iterator[str]:
    """``path``, or, where to read it would make a file beside it, that of a copy."""
    if _bytes(f"{path}-wal") and not os.path.exists(f"{path}-shm"):
        import tempfile

        # Nobody has it open: there would be that file.
        with tempfile.TemporaryDirectory(prefix="bcper-look-") as folder:
            for suffix in ("", "-wal"):
                shutil.copyfile(path + suffix, f"{folder}/runs.db{suffix}")
            yield f"{folder}/runs.db"
    else:
        yield path


def _opened(path: str) -> sqlite3.Connection:
    # Without a log beside it nobody writes, and "immutable" makes none (https://sqlite.org/uri.html).
    more = "" if _bytes(f"{path}-wal") else "&immutable=1"
    return sqlite3.connect(f"file:{quote(os.fsencode(path))}?mode=ro{more}", timeout=_SECONDS, uri=True)


def _bytes(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0

"""Used slots, in a table of the ledger's database."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bcper.adapters.sqlite.run_ledger import SqliteRunLedger
from bcper.adapters.sqlite.schema import escaped, plain

KEPT = 64
NEAR = timedelta(days=2)

# By when they were used (a rowid is larger than those before it), and not by the slots themselves: of a clock
# that was ahead there may be many, and the slot of today must not fall behind them (FAULTS.md row 31). What
# is near it stays: a clock that was put back a day comes by there again.
_TRIM = """
DELETE FROM slots WHERE job_id = ?1 AND slot NOT BETWEEN ?3 AND ?4 AND rowid NOT IN (
    SELECT rowid FROM slots WHERE job_id = ?1 ORDER BY rowid DESC LIMIT ?2
)
"""


class SqliteSlots:
    """See :class:`~bcper.ports.slots.Slots`. Raises what the ledger raises whose file this is in."""

    def __init__(self, ledger: SqliteRunLedger) -> None:
        self._ledger = ledger

    def record(self, job_id: str, slot: datetime) -> bool:
        """See the port."""
        # Of one width, so that texts sort as times do.
        stored = _stored(slot)
        near = (_stored(slot - NEAR), _stored(slot + NEAR))
        with self._ledger.database() as database:
            made = database.execute("INSERT OR IGNORE INTO slots VALUES (?, ?)", (escaped(job_id), stored))
            database.execute(_TRIM, (escaped(job_id), KEPT, *near))
            return made.rowcount == 1

    def recorded(self) -> Mapping[str, Sequence[datetime]]:
        """See the port."""
        with self._ledger.database() as database:
            rows = database.execute("SELECT job_id, slot FROM slots ORDER BY slot DESC").fetchall()
        used: dict[str, list[datetime]] = {}
        try:
            for job_id, slot in rows:
                moment = datetime.fromisoformat(slot)
                if moment.utcoffset() is None:
                    raise ValueError("a time without a zone")
                used.setdefault(plain(job_id), []).append(moment)
        except (ValueError, TypeError) as error:  # a value that no version of ours has written
            raise self._ledger.damaged() from error
        return used

    def forget(self, job_id: str) -> None:
        """See the port."""
        with self._ledger.database() as database:
            database.execute("DELETE FROM slots WHERE job_id = ?", (escaped(job_id),))


def _stored(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")

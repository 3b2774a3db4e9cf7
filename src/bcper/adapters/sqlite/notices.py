"""What a person was told, in a table of the ledger's database."""

from datetime import UTC, datetime

from bcper.adapters.sqlite.run_ledger import SqliteRunLedger
from bcper.adapters.sqlite.schema import escaped
from bcper.domain.model.notices import Told


class SqliteNotices:
    """See :class:`~bcper.ports.notices.Notices`. Raises what the ledger raises whose file this is in."""

    def __init__(self, ledger: SqliteRunLedger) -> None:
        self._ledger = ledger

    def get(self, job_id: str) -> Told:
        """See the port."""
        with self._ledger.database() as database:
            found = database.execute(
                "SELECT failure, overdue FROM notices WHERE job_id = ?", (escaped(job_id),)
            )
            row = found.fetchone()
        try:
            return Told() if row is None else Told(*map(_loaded, row))
        except (ValueError, TypeError) as error:  # a value that no version of ours has written
            raise self._ledger.damaged() from error

    def put(self, job_id: str, told: Told) -> None:
        """See the port."""
        with self._ledger.database() as database:
            if told == Told():
                database.execute("DELETE FROM notices WHERE job_id = ?", (escaped(job_id),))
            else:
                values = (escaped(job_id), _stored(told.failure), _stored(told.overdue))
                database.execute("REPLACE INTO notices VALUES (?, ?, ?)", values)


def _stored(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="microseconds")


def _loaded(value: str | None) -> datetime | None:
    moment = None if value is None else datetime.fromisoformat(value)
    if moment is not None and moment.utcoffset() is None:
        raise ValueError("a time without a zone")
    return moment

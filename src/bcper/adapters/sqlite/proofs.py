"""Proofs, in a table of the ledger's database."""

from datetime import UTC, datetime
from typing import Literal

from bcper.adapters.sqlite.run_ledger import SqliteRunLedger
from bcper.adapters.sqlite.schema import escaped, plain
from bcper.domain.model.proofs import Proof


class SqliteProofs:
    """See :class:`~bcper.ports.proofs.Proofs`. Raises what the ledger raises whose file this is in."""

    def __init__(self, ledger: SqliteRunLedger) -> None:
        self._ledger = ledger

    def put(self, proof: Proof) -> None:
        """See the port."""
        at = proof.at.astimezone(UTC).isoformat(timespec="microseconds")
        values = (escaped(proof.run_id), proof.kind, at, proof.entries, proof.bytes)
        with self._ledger.database() as database:
            database.execute("REPLACE INTO proofs VALUES (?, ?, ?, ?, ?)", values)

    def last(self) -> Proof | None:
        """See the port."""
        with self._ledger.database() as database:
            found = database.execute(
                "SELECT run_id, kind, at, entries, bytes FROM proofs ORDER BY at DESC LIMIT 1"
            )
            row = found.fetchone()
        try:
            return None if row is None else _loaded(*row)
        except (ValueError, TypeError) as error:  # a value that no version of ours has written
            raise self._ledger.damaged() from error


def _loaded(run_id: str, kind: str, at: str, entries: int, size: int) -> Proof:
    moment = datetime.fromisoformat(at)
    if moment.utcoffset() is None:
        raise ValueError("a time without a zone")
    kinds: dict[str, Literal["verify", "restore"]] = {"verify": "verify", "restore": "restore"}
    if kind not in kinds:
        raise ValueError("a kind that nobody knows")
    return Proof(plain(run_id), kinds[kind], moment, int(entries), int(size))

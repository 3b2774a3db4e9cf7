"""Backups as rows of a table."""

from collections.abc import Iterable, Sequence

from bcper.apps.gui.presenters.backups import BackupRow
from bcper.apps.gui.widgets.columns import Column
from bcper.apps.gui.widgets.rows import Row

COLUMNS = (
    Column("job", "Job", 120),
    Column("started", "Started", 120),
    Column("target", "Target", 80, most=240),
    Column("store", "Store", 70, most=240),
    Column("status", "Status", 80),
    Column("size", "Size", 70, "right"),
    Column("changed", "Changed", 80, "right"),
    Column("duration", "Duration", 80, "right"),
    Column("encrypted", "Encrypted", 80, "center"),
    Column("run", "Run id", 80, stretch=True),
)
"""All that is known of a backup at a glance; keys are the presenter's."""


class BackupRows:
    """Makes rows, and makes none again that is still right: ten thousand are compared by identity then."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[BackupRow, str, Row]] = {}

    def of(self, rows: Iterable[BackupRow], progress: Sequence[tuple[str, str]]) -> list[Row]:
        """``progress`` has the percents of what is at work, by run id: they stand in the place of sizes."""
        percents = dict(progress)
        made, out = self._made, []
        for row in rows:
            run_id = row.run.run_id
            percent = percents.get(run_id, "") if percents else ""
            known = made.get(run_id)
            if known is None or known[0] is not row or known[1] != percent:
                known = made[run_id] = row, percent, _row(row, percent)
            out.append(known[2])
        return out


def _row(row: BackupRow, percent: str) -> Row:
    cells = (
        row.job,
        row.started,
        row.target,
        row.store,
        row.status,
        percent or row.size,
        row.changed,
        row.duration,
        row.encrypted,
        row.short_id,
    )
    return Row(row.id, cells, row.mark, "running" if row.mark == "running" else "")

"""What happened lately: runs, and what retention took away."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import attrs

from bcper.domain.model.runs import Run


@attrs.frozen
class Happening:
    """A run, or several that retention took out of their store at once; ``at`` is when it ended.

    ``at`` of a run that goes on is its start. ``freed`` are bytes in the store.
    """

    kind: Literal["run", "pruned"]
    at: datetime
    runs: tuple[Run, ...]

    @property
    def freed(self) -> int:
        """Bytes that the store does not hold any more."""
        return sum(run.stored_bytes for run in self.runs) if self.kind == "pruned" else 0


def recent(runs: Iterable[Run], count: int) -> tuple[Happening, ...]:
    """The newest ``count`` happenings among ``runs`` (in any order, pruned ones too), the newest first.

    Runs of one job that were taken out within the same minute are one happening.
    """
    found: list[Happening] = []
    pruned: dict[tuple[str, datetime], list[Run]] = {}
    for run in runs:
        found.append(Happening("run", run.completed_at or run.started_at, (run,)))
        if run.pruned_at is not None:
            minute = run.pruned_at.replace(second=0, microsecond=0)
            pruned.setdefault((run.job_name, minute), []).append(run)
    for group in pruned.values():
        when = max(run.pruned_at for run in group if run.pruned_at is not None)
        found.append(Happening("pruned", when, tuple(group)))
    found.sort(key=lambda each: (each.at, each.kind), reverse=True)
    return tuple(found[:count])

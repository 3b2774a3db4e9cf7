"""Whether a store on a remote is tried before a run (FAULTS.md row 49): a trial costs four requests."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bcper.domain.model.runs import Run, RunStatus

_LONG = timedelta(days=7)
_SAYS_NOTHING = (RunStatus.RUNNING, RunStatus.CANCELLED)


def took_data_lately(runs: Sequence[Run], now: datetime) -> bool:
    """Whether the last of ``runs``, all of one store and newest first, that says anything came to a good end.

    And did so in the last seven days: a right to write that is taken away later than that costs one run's
    reading, and not each one's.
    """
    last = next((run for run in runs if run.status not in _SAYS_NOTHING), None)
    return (
        last is not None and last.status.restorable and now - (last.completed_at or last.started_at) <= _LONG
    )

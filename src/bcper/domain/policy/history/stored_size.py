"""How much the stores held, day by day, and when one is full."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo

from bcper.domain.model.runs import Run

DAYS = 90
_FEWEST = 7
_FURTHEST = 3650


def stored_by_day(runs: Iterable[Run], now: datetime, zone: tzinfo, days: int = DAYS) -> tuple[int, ...]:
    """Bytes of good runs that were there at the end of each of the last ``days`` days, today (``now``) last.

    ``runs`` are in any order, with those that retention took out since (``pruned_at``).
    """
    today = now.astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    steps = [0] * (days + 1)

    def at(moment: datetime) -> int:
        return max(0, (_day(moment, zone) - first).days)

    for run in runs:
        if not run.status.restorable:
            continue
        begin = at(run.completed_at or run.started_at)
        end = days if run.pruned_at is None else at(run.pruned_at)
        if begin < min(end, days):
            steps[begin] += run.stored_bytes
            steps[min(end, days)] -= run.stored_bytes
    sizes, held = [], 0
    for step in steps[:days]:
        held += step
        sizes.append(held)
    return tuple(sizes)


def days_until_full(sizes: Sequence[int], free: int) -> int | None:
    """Days until ``free`` bytes more are used, at the rate of ``sizes`` (one a day, the newest last).

    ``None`` where it does not grow, where a week of history is not there yet, and beyond ten years. The rate
    is that of the line through the days since there was something (least squares): one big run is no trend.
    """
    begun = next((number for number, size in enumerate(sizes) if size), len(sizes))
    known = sizes[begun:]
    count = len(known)
    if count < _FEWEST:
        return None
    middle, mean = (count - 1) / 2, sum(known) / count
    spread = sum((number - middle) ** 2 for number in range(count))
    slope = sum((number - middle) * (size - mean) for number, size in enumerate(known)) / spread
    # Float's own noise is no growth.
    if slope * count <= 1e-9 * max(known):
        return None
    days = max(0, free) / slope
    return int(days) if days <= _FURTHEST else None


def _day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()

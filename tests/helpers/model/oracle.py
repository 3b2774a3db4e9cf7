"""What is kept and what is held, decided as tiny as can be and without BCPER's own code."""

from collections.abc import Callable, Iterable
from datetime import datetime

import attrs

from bcper.domain.model.jobs import Keep
from helpers.model.trees import Tree


@attrs.define
class Made:
    """A run as the model remembers it. ``living``: the sources that held something."""

    run_id: str
    job_id: str
    job: str
    kind: str
    target: str
    place: str
    started_at: datetime
    tree: Tree = attrs.field(factory=dict)
    size: int = 0
    passwords: tuple[str | None, ...] = ()
    living: frozenset[str] = frozenset()
    partial: bool = False
    held: bool = False
    pinned: bool = False

    @property
    def age(self) -> tuple[datetime, str]:
        """By which runs are ordered."""
        return self.started_at, self.run_id

    @property
    def folder(self) -> str:
        """Where its blobs are."""
        return f"{self.job}/{self.run_id}"


PERIODS: dict[str, Callable[[datetime], object]] = {
    "daily": lambda when: when.date(),
    "weekly": lambda when: when.isocalendar()[:2],
    "monthly": lambda when: (when.year, when.month),
    "yearly": lambda when: when.year,
}


def kept(runs: Iterable[Made], keep: Keep, now: datetime) -> set[str]:
    """The ids of those of one job's good ``runs`` of one target that retention leaves in their store."""
    newest_first = sorted(runs, key=lambda run: run.age, reverse=True)
    past = [run for run in newest_first if run.started_at <= now]
    stays = {run.run_id for run in newest_first if run.started_at > now or run.pinned}
    if not past or keep.everything or past[0].held:
        return {run.run_id for run in newest_first}
    stays.add(next((run for run in past if not run.partial), past[0]).run_id)
    ruled = [run for run in past if not run.pinned]
    stays.update(run.run_id for run in ruled[: keep.last])
    for rule, period in PERIODS.items():
        newest: dict[object, str] = {}
        for run in ruled:
            newest.setdefault(period(run.started_at), run.run_id)
        stays.update(list(newest.values())[: getattr(keep, rule)])
    return stays


def trusted(runs: Iterable[Made], run: Made) -> Made | None:
    """The last of ``runs`` before ``run`` whose word is taken."""
    before = [
        each
        for each in runs
        if (each.place, each.kind, each.target) == (run.place, run.kind, run.target)
        and (each.job_id == run.job_id or each.job == run.job)
        and each.started_at <= run.started_at
        and not each.held
        and each.run_id != run.run_id
    ]
    return max(before, key=lambda each: each.age, default=None)


def is_held(run: Made, before: Made | None) -> bool:
    """Whether nothing may be pruned on the word of ``run``."""
    return run.partial or not run.size or (before is not None and run.size * 2 < before.size)

"""What would be lost if the disk with the sources died now."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import attrs

from bcper.domain.model.jobs import Job
from bcper.domain.model.requests.daemon import JobState


@attrs.frozen
class Exposure:
    """``worst`` is the age of the oldest "last good backup", of ``job``; ``newest`` that of the newest one.

    ``never`` are jobs of whose target there is no good backup at all: all of it would be lost.
    """

    worst: timedelta | None = None
    job: Job | None = None
    newest: timedelta | None = None
    never: tuple[Job, ...] = ()


def exposure(states: Iterable[JobState], now: datetime) -> Exposure:
    """How old the work is that no good backup has, target by target; of enabled jobs only.

    Of a target that several jobs back up, the newest backup counts. What changed while a run was reading may
    not be in it, so ages count from its start; one from after ``now`` (a clock that was ahead) is 0 old.
    """
    found: dict[tuple[str, str], tuple[timedelta | None, Job]] = {}
    for state in states:
        if not state.job.enabled:
            continue
        good = state.last_good
        age = None if good is None else max(now - good.started_at, timedelta(0))
        key = (state.job.target_type, state.job.target_name)
        before = found.get(key)
        if before is None or (age is not None and (before[0] is None or age < before[0])):
            found[key] = (age, state.job)
    aged = [(age, job) for age, job in found.values() if age is not None]
    never = tuple(job for age, job in found.values() if age is None)
    if not aged:
        return Exposure(never=never)
    worst = max(aged, key=lambda each: each[0])
    return Exposure(worst[0], worst[1], min(age for age, _ in aged), never)

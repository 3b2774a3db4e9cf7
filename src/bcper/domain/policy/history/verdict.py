"""One verdict over all jobs, naming those that need attention."""

from collections.abc import Iterable
from typing import Literal

import attrs

from bcper.domain.model.jobs import Job
from bcper.domain.model.names import printable
from bcper.domain.model.requests.daemon import JobState
from bcper.domain.model.runs import RunStatus

Level = Literal["none", "good", "warning", "bad"]

_BAD = (RunStatus.FAILED, RunStatus.INTERRUPTED)


@attrs.frozen
class Concern:
    """A job that needs attention, and why, in a few words."""

    job: Job
    level: Literal["warning", "bad"]
    text: str


@attrs.frozen
class Verdict:
    """``level`` is that of the worst concern, ``none`` where no job is enabled; ``jobs`` counts those."""

    level: Level
    jobs: int
    concerns: tuple[Concern, ...] = ()

    @property
    def words(self) -> str:
        """One sentence."""
        if not self.jobs:
            return "Nothing is backed up yet"
        if not self.concerns:
            return "All is well" if self.jobs == 1 else f"All {self.jobs} jobs are well"
        need = "needs" if len(self.concerns) == 1 else "need"
        return (
            f"{len(self.concerns)} of {self.jobs} jobs {need} attention"
            if self.jobs > 1
            else ("Your job needs attention")
        )


def verdict(states: Iterable[JobState]) -> Verdict:
    """The verdict over all jobs; disabled ones are nobody's worry. The worst come first, else as given."""
    enabled = [state for state in states if state.job.enabled]
    concerns = [found for state in enabled if (found := concern(state)) is not None]
    concerns.sort(key=lambda each: each.level != "bad")
    if not enabled:
        return Verdict("none", 0)
    return Verdict(concerns[0].level if concerns else "good", len(enabled), tuple(concerns))


def concern(state: JobState) -> Concern | None:
    """What is wrong with one job, the worst of it: it cannot run, failed, has nothing good, or holes."""
    last = state.last
    if state.trouble:
        return Concern(state.job, "bad", state.trouble)
    if last is not None and last.status in _BAD:
        why = printable(last.error.strip().rstrip("."))
        return Concern(state.job, "bad", f"{last.status}: {why}" if why else f"last run {last.status}")
    if state.worry:
        return Concern(state.job, "warning", state.worry.rstrip("."))
    if state.last_good is None and (last is None or last.status is not RunStatus.RUNNING):
        return Concern(state.job, "warning", "has not run yet" if last is None else "no good backup yet")
    if last is not None and last.status is RunStatus.PARTIAL:
        return Concern(state.job, "warning", "some sources could not be read")
    return None

"""Frequencies and jobs."""

from datetime import datetime
from typing import Literal

import attrs

from bcper.domain.model.frequency import Frequency, Interval
from bcper.domain.model.jobs import Job, Keep
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.targets import Removed
from bcper.domain.model.runs import Run


@attrs.frozen
class FrequencyView:
    """A frequency as it is shown: in words, its next firings (UTC), and the jobs (names) that use it."""

    frequency: Frequency
    words: str
    next: tuple[datetime, ...]
    jobs: tuple[str, ...]


@attrs.frozen
class When:
    """A schedule as a person gives it; exactly one is given.

    ``cron`` is five fields (or "once", as the original had it), ``every`` the friendly builder's words,
    ``once`` an aware time, or ``None`` in ``at`` for as soon as possible.
    """

    cron: str | None = None
    every: str | None = None
    once: bool = False
    at: datetime | None = None


@attrs.frozen
class ListFrequencies(Request[tuple[FrequencyView, ...]]):
    """Every frequency, by id."""

    count: int = 1


@attrs.frozen
class AddFrequency(Request[FrequencyView]):
    """Add a frequency."""

    id: str
    name: str
    when: When


@attrs.frozen
class EditFrequency(Request[FrequencyView]):
    """Change what is given (not ``None``) of the frequency ``id``."""

    id: str
    name: str | None = None
    when: When | None = None


@attrs.frozen
class ScheduleCheck:
    """What a schedule would be: in words, as cron if cron says it, its next firings (UTC).

    ``interval`` are the builder's fields for it, ``None`` where they cannot say it. A schedule that is
    refused has ``error``, a sentence, and ``hint``, and nothing else.
    """

    words: str = ""
    cron: str | None = None
    interval: Interval | None = None
    next: tuple[datetime, ...] = ()
    error: str = ""
    hint: str = ""


@attrs.frozen
class CheckSchedule(Request[ScheduleCheck]):
    """What ``when`` means, without saving it; a refusal is an answer too."""

    when: When
    count: int = 5


@attrs.frozen
class DeleteFrequency(Request[Removed]):
    """Delete a frequency; with ``cascade`` the jobs that use it too."""

    id: str
    cascade: bool = False


@attrs.frozen
class JobView:
    """A job as it is shown: when it runs next (UTC), its last run, and what is wrong with it, if anything.

    ``waiting`` is why the daemon does not run it although its time has come.
    """

    job: Job
    when: str
    next: datetime | None
    last: Run | None
    trouble: str = ""
    waiting: str = ""


@attrs.frozen
class ListJobs(Request[tuple[JobView, ...]]):
    """Every job, by name."""


@attrs.frozen
class AddJob(Request[JobView]):
    """Add a job; target, store and frequency exist. The last fields are the job's own."""

    name: str
    target_type: Literal["item", "vault"]
    target_name: str
    store_name: str
    frequency_id: str
    keep: Keep = attrs.field(factory=Keep)
    enabled: bool = True
    before: str = ""
    after: str = ""
    hook_seconds: int = 600
    ping_url: str = ""
    warn_after_days: int | None = None
    only_on_power: bool = False


AS_SETTINGS = -1
"""Days of :class:`EditJob`: what the settings say, and no number of the job's own."""


@attrs.frozen
class EditJob(Request[JobView]):
    """Change what is given (not ``None``) of the job ``name`` (or its id).

    Empty text takes a command or an address away; ``warn_after_days`` :data:`AS_SETTINGS` is the settings'
    own.
    """

    name: str
    new_name: str | None = None
    target_type: Literal["item", "vault"] | None = None
    target_name: str | None = None
    store_name: str | None = None
    frequency_id: str | None = None
    keep: Keep | None = None
    enabled: bool | None = None
    before: str | None = None
    after: str | None = None
    hook_seconds: int | None = None
    ping_url: str | None = None
    warn_after_days: int | None = None
    only_on_power: bool | None = None


@attrs.frozen
class DeleteJob(Request[Removed]):
    """Delete a job. Its runs stay in their store and in the list."""

    name: str


@attrs.frozen
class RunJob(Request[Run]):
    """Run a job now with its commands and its address (docs/guide/hooks.md), and prune after it.

    The command before may have it skipped: :class:`~bcper.domain.errors.Skipped` is raised then.
    """

    name: str
    slot: datetime | None = None


@attrs.frozen
class PruneLine:
    """One run and what retention says of it."""

    run: Run
    kept: bool
    reasons: tuple[str, ...]


@attrs.frozen
class PruneJob(Request[tuple[PruneLine, ...]]):
    """Take surplus runs of a job out of its store; ``dry_run`` only says which. The answer: newest first."""

    name: str
    dry_run: bool = False


@attrs.frozen
class OrphanLine:
    """A job (name) or vault that names something that is gone."""

    kind: Literal["job", "vault"]
    name: str
    reason: str


@attrs.frozen
class CleanOrphans(Request[tuple[OrphanLine, ...]]):
    """Find jobs whose target, store or frequency is gone, and remove them unless ``dry_run``."""

    dry_run: bool = False


@attrs.frozen
class PinRun(Request[Run]):
    """Keep a run whatever retention says, or no longer."""

    run: str
    pinned: bool = True

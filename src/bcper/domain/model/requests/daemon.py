"""What goes on: asked of the daemon, or of BCPER in this process where none runs."""

from datetime import datetime

import attrs

from bcper.domain.model.events import Activity
from bcper.domain.model.jobs import Job
from bcper.domain.model.requests.base import Request
from bcper.domain.model.runs import Run


@attrs.frozen
class DaemonInfo:
    """The daemon that answers. ``started_at`` is in UTC."""

    pid: int
    version: str
    started_at: datetime


@attrs.frozen
class JobState:
    """How a job stands.

    ``next`` (UTC) is when it runs next; ``waiting`` why it does not although its time has come;
    ``last_good`` the newest run that can be restored, ``last`` the newest of all; ``trouble`` is what it
    refers to and is gone. ``worry`` is a sentence if there is no backup for too long.
    """

    job: Job
    next: datetime | None
    waiting: str
    last: Run | None
    last_good: Run | None
    trouble: str
    worry: str


@attrs.frozen
class Status:
    """``daemon`` is ``None`` where none runs: then nothing happens by itself."""

    daemon: DaemonInfo | None
    paused_until: datetime | None
    jobs: tuple[JobState, ...]
    activities: tuple[Activity, ...]
    notes: tuple[str, ...] = ()


@attrs.frozen
class ShowStatus(Request[Status]):
    """What goes on, and how every job stands."""


@attrs.frozen
class CancelRun(Request[tuple[Activity, ...]]):
    """Cancel work of the daemon: by a run's id or its beginning, an activity's id, or a job's name."""

    run: str


@attrs.frozen
class StopDaemon(Request[bool]):
    """End in order: no new runs, those at work are cancelled. True when the end has begun."""

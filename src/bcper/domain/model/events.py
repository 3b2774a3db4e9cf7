"""What the daemon tells those who watch it."""

from datetime import datetime
from typing import Literal, get_args

import attrs

from bcper.domain.model.progress import Progress

ActivityKind = Literal["backup", "restore", "verify", "delete", "prune", "import", "preview"]
ActivityState = Literal["waiting", "running", "finished", "failed", "cancelled"]
Topic = Literal["catalog", "runs", "daemon"]

TOPICS: tuple[Topic, ...] = get_args(Topic)
"""What :class:`Changed` can be about."""


@attrs.frozen
class Activity:
    """Where one piece of the daemon's work stands: every event of one ``id`` replaces those before it.

    ``about`` is for a person: the job, the target or the run (its first eight characters). ``run_id`` is set
    once there is a run. ``bytes_per_second`` and ``seconds_left`` are of the step at hand; ``None`` where
    nobody knows. ``started_at`` is aware and in UTC, ``None`` while waiting. ``error`` is one sentence, for
    ``failed`` only.
    """

    id: str
    kind: ActivityKind
    about: str
    run_id: str | None
    state: ActivityState
    progress: Progress | None
    bytes_per_second: int
    seconds_left: int | None
    started_at: datetime | None
    error: str = ""


@attrs.frozen
class Changed:
    """Something is not as it was: who shows it asks anew."""

    topic: Topic


Event = Activity | Changed

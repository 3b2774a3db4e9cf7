"""Work that goes on, in words."""

from collections.abc import Iterable

import attrs

from bcper.apps.words import duration, size
from bcper.domain.model.events import Activity, ActivityKind
from bcper.domain.model.names import printable
from bcper.domain.model.progress import Progress

_VERBS: dict[ActivityKind, str] = {
    "backup": "Backing up",
    "restore": "Restoring",
    "verify": "Verifying",
    "delete": "Deleting",
    "prune": "Pruning",
    "import": "Importing",
    "preview": "Looking at",
}


@attrs.frozen
class WorkRow:
    """One piece of work. ``fraction`` is 0 to 1, ``None`` while nobody knows; ``details`` is one line.

    ``percent`` is empty without a fraction. ``id`` is what cancels it.
    """

    id: str
    kind: ActivityKind
    title: str
    about: str
    run_id: str | None
    waiting: bool
    fraction: float | None
    percent: str
    details: str


def work_row(activity: Activity) -> WorkRow:
    """How an activity is shown."""
    waiting = activity.state == "waiting"
    progress = None if waiting else activity.progress
    fraction = None if progress is None else progress.fraction
    about = printable(activity.about)
    if activity.kind != "backup" and activity.kind != "prune" and len(about) == 36:
        about = about[:8]  # a run's id
    return WorkRow(
        activity.id,
        activity.kind,
        f"{_VERBS[activity.kind]} {about}",
        about,
        activity.run_id,
        waiting,
        fraction,
        "" if fraction is None else f"{100 * fraction:.0f} %",
        "Waits for its turn"
        if waiting
        else progress_words(progress, activity.bytes_per_second, activity.seconds_left),
    )


def at_work(activities: Iterable[Activity]) -> tuple[WorkRow, ...]:
    """The rows of what has not ended, those at work before those that wait; previews are nobody's news."""
    rows = [
        work_row(activity)
        for activity in activities
        if activity.state in ("waiting", "running") and activity.kind != "preview"
    ]
    return tuple(sorted(rows, key=lambda row: row.waiting))


def progress_words(progress: Progress | None, speed: int = 0, left: int | None = None) -> str:
    """Step, percent, bytes done of total, bytes uploaded, speed, time left: what is known of it."""
    if progress is None:
        return ""
    parts = [progress.step]
    if progress.fraction is not None:
        parts.append(f"{'about ' if progress.estimated else ''}{100 * progress.fraction:.0f} %")
    if progress.total:
        parts.append(f"{size(progress.done)} of {size(progress.total)}")
    elif progress.done:
        parts.append(size(progress.done))
    if progress.sent is not None and progress.sent != progress.done:
        parts.append(f"{size(progress.sent)} uploaded")
    if speed:
        parts.append(f"{size(speed)}/s")
    if left is not None:
        parts.append(f"about {duration(left)} left")
    return " · ".join(parts)

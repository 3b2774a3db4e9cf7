"""The line above the pages, and the two ends of the status line: in words."""

from datetime import datetime, timedelta, tzinfo
from typing import Literal

import attrs

from bcper.apps.gui.presenters.work import WorkRow
from bcper.apps.words import coming, counted, listed, span
from bcper.domain.model.names import printable
from bcper.domain.model.requests.daemon import Status
from bcper.domain.model.settings import FOREVER

EVERY = 3.0
"""Seconds between two looks at the daemon."""

PauseLength = Literal["hour", "tomorrow", "resumed"]
PAUSES: tuple[tuple[PauseLength, str], ...] = (
    ("hour", "For one hour"),
    ("tomorrow", "Until tomorrow"),
    ("resumed", "Until resumed"),
)
"""How long jobs can be paused, and its label."""


@attrs.frozen
class Banner:
    """The line above the pages. ``blue`` while something runs, ``red`` where no daemon answers.

    ``action`` is what its button does, ``busy`` says that it is being done. With ``work`` it has a bar.
    """

    colour: Literal["blue", "red"]
    title: str
    text: str
    action: Literal["Cancel", "Start Daemon"]
    work: tuple[WorkRow, ...] = ()
    busy: bool = False

    @property
    def fraction(self) -> float | None:
        """Of the only piece of work; of several the bar says nothing."""
        return self.work[0].fraction if len(self.work) == 1 else None


def banner_of(work: tuple[WorkRow, ...], *, runs: bool, answers: bool, busy: bool) -> Banner | None:
    """What is at work; else that the daemon does not run, or does not answer; else nothing."""
    if work:
        if len(work) == 1:
            return Banner("blue", work[0].title, work[0].details, "Cancel", work)
        names = listed([row.title for row in work[:3]])
        more = f" and {len(work) - 3} more" if len(work) > 3 else ""
        return Banner("blue", counted(len(work), "task") + " at work", names + more, "Cancel", work)
    if runs:
        return None
    title = "The backup daemon is not running" if answers else "The backup daemon does not answer"
    return Banner(
        "red", title, "Scheduled backups will not run until it is started.", "Start Daemon", busy=busy
    )


def daemon_line(status: Status | None, now: datetime) -> str:
    """What there is to say of a daemon that runs."""
    if status is None or status.daemon is None:
        return ""
    return f"Daemon running · pid {status.daemon.pid} · up {span(now - status.daemon.started_at)}"


def offline_line(seen: datetime | None, zone: tzinfo, *, answers: bool) -> str:
    """What there is to say of one that does not; ``seen`` is when it ran last."""
    last = "" if seen is None else f" · last seen {seen.astimezone(zone):%H:%M}"
    return f"Daemon {'offline' if answers else 'does not answer'}{last} · looking every {EVERY:.0f} s"


def pause_words(until: datetime | None, now: datetime, zone: tzinfo) -> str:
    """``Paused until tomorrow 00:00``; nothing where jobs run by themselves."""
    if until is None or until <= now:
        return ""
    return "Paused until resumed" if until >= FOREVER else f"Paused until {coming(until, now, zone)}"


def next_line(status: Status, now: datetime, zone: tzinfo) -> str:
    """The pause, else what runs next."""
    paused = pause_words(status.paused_until, now, zone)
    times = [(state.next, state.job.name) for state in status.jobs if state.next is not None]
    if paused or not times:
        return paused
    when, name = min(times)
    return f"Next: {printable(name)} {coming(when, now, zone)}"


def pause_hours(length: PauseLength, now: datetime, zone: tzinfo) -> float | None:
    """The hours from ``now``; ``None`` until resumed. Tomorrow begins at midnight, local time."""
    if length == "resumed":
        return None
    if length == "hour":
        return 1.0
    there = now.astimezone(zone)
    midnight = datetime.combine(there.date() + timedelta(days=1), datetime.min.time(), zone)
    return (midnight.timestamp() - now.timestamp()) / 3600

"""What goes on, in the daemon or in the window's own process, told live to whoever listens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import attrs
import trio

from bcper.apps.pace import Pace
from bcper.domain.errors import BcperError, Cancelled, Skipped
from bcper.domain.model.events import Activity, ActivityKind, Changed, Event
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request
from bcper.ports.clock import Clock

_INTERVAL = 0.1
"""Seconds between two messages about one activity, unless its step changes."""

_ABOUT_RUNS = ("restore", "verify", "delete")

KINDS: dict[str, tuple[ActivityKind, str]] = {
    "BackUpNow": ("backup", "name"),
    "RestoreRun": ("restore", "which"),
    "VerifyRun": ("verify", "which"),
    "DeleteRun": ("delete", "which"),
    "PruneJob": ("prune", "name"),
    "PreviewItem": ("preview", "name"),
    "PreviewPaths": ("preview", "name"),
    "ImportStore": ("import", "name"),
}
"""Of each piece of work, by its request, what it is, and which field of the request says what it is about.

RunJob is not among them: the daemon gives it a turn.
"""


def about(request: Request[Any], field: str) -> str:
    """What ``request`` is about, by the field that says so: a name, or the run that it names."""
    value = getattr(request, field)
    return str(getattr(value, "run", value))


class Live:
    """One activity; only for trio's own thread."""

    def __init__(self, activity: Activity, clock: Clock, tell: Callable[[Activity], None]) -> None:
        self.activity = activity
        self.scope = trio.CancelScope()
        self._clock = clock
        self._tell = tell
        self._pace = Pace()
        self._next = 0.0

    def begin(self) -> None:
        """It is its turn."""
        self._change(state="running", started_at=self._clock.now())

    def report(self, progress: Progress) -> None:
        """Take note of how far it is, and tell it, at most ten times a second."""
        now = trio.current_time()
        if self._pace.report(progress, now):
            self._next = now
        run_id = progress.run_id or self.activity.run_id
        if now < self._next and run_id == self.activity.run_id:
            return
        self._next = now + _INTERVAL
        speed, left = round(self._pace.speed), self._pace.left
        left = None if left is None else round(left)
        self._change(progress=progress, run_id=run_id, bytes_per_second=speed, seconds_left=left)

    def end(self, error: BaseException | None) -> None:
        """It is over."""
        if error is None or isinstance(error, Skipped):
            self._change(state="finished")
        elif isinstance(error, Cancelled | trio.Cancelled):
            self._change(state="cancelled")
        else:
            said = str(error) if isinstance(error, BcperError) else "This is a bug; the log has its trace."
            self._change(state="failed", error=said)

    def _change(self, **fields: Any) -> None:
        self.activity = attrs.evolve(self.activity, **fields)
        self._tell(self.activity)


class Activities:
    """All of them."""

    def __init__(self, clock: Clock, publish: Callable[[Event], None]) -> None:
        self._clock = clock
        self._publish = publish
        self._live: dict[str, Live] = {}

    @contextmanager
    def one(self, kind: ActivityKind, about: str) -> Iterator[Live]:
        """An activity while the context lasts: first it waits for its turn.

        Cancelling its scope ends what is done within, and is told as Cancelled of ours.
        """
        made = Activity(self._clock.new_id(), kind, about, None, "waiting", None, 0, None, None)
        live = Live(made, self._clock, self._publish)
        self._live[made.id] = live
        self._publish(made)
        try:
            with live.scope:
                yield live
            if live.scope.cancelled_caught:
                raise Cancelled
        except BaseException as error:
            live.end(error)
            raise
        else:
            live.end(None)
        finally:
            del self._live[made.id]
            self._publish(Changed("runs"))

    def now(self) -> tuple[Activity, ...]:
        """All that go on, the oldest first."""
        return tuple(live.activity for live in self._live.values())

    def cancel(self, name: str) -> tuple[Activity, ...]:
        """Cancel those that are meant: by what they are about, or else by an id or its beginning.

        Names first: one may be the beginning of an id, which is none of its business.
        """
        everything = list(self._live.values())
        meant = [live for live in everything if live.activity.about == name]
        meant = meant or [live for live in everything if _has_id(live.activity, name.lower())]
        for live in meant:
            live.scope.cancel()
        return tuple(live.activity for live in meant)


def _has_id(activity: Activity, start: str) -> bool:
    ids = [activity.id, activity.run_id or ""]
    if activity.kind in _ABOUT_RUNS:
        ids.append(activity.about)
    return start != "" and any(each.startswith(start) for each in ids)

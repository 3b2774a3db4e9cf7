"""What is around the pages: the sidebar, the banner, the daemon's state, the status line."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import datetime
from typing import Any, Literal, Protocol, cast

import attrs
import trio

from bcper.apps.daemon_care import end_daemon
from bcper.apps.gui.presenters.banner import (
    EVERY,
    Banner,
    PauseLength,
    banner_of,
    daemon_line,
    next_line,
    offline_line,
    pause_hours,
    pause_words,
)
from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble, trouble_of
from bcper.apps.gui.presenters.work import WorkRow, at_work
from bcper.domain.errors import BcperError
from bcper.domain.model.events import Activity, Changed, Event, Topic
from bcper.domain.model.requests.daemon import CancelRun, JobState, ShowStatus, Status, StopDaemon
from bcper.domain.model.requests.jobs import RunJob
from bcper.domain.model.requests.settings import Pause, Resume
from bcper.domain.policy.history.verdict import concern
from bcper.ports.daemon_control import DaemonControl

PageName = Literal["Items", "Vaults", "Stores", "Backups", "Frequencies", "Jobs", "Status"]
PAGES: tuple[PageName, ...] = ("Items", "Vaults", "Stores", "Backups", "Frequencies", "Jobs", "Status")

_PATIENCE = 10.0
_OVER = ("finished", "failed", "cancelled")


class Feed(Protocol):
    """Where events come from (``WindowService``)."""

    @property
    def online(self) -> bool: ...

    @property
    def local_work(self) -> tuple[Activity, ...]: ...

    def leave(self) -> None:
        """What the daemon is at goes on when the window ends."""
        ...

    def events(self) -> AsyncIterator[Event]:
        """What happens, for ever."""
        ...


@attrs.frozen
class ShellView:
    """``daemon`` and ``next`` are the two ends of the status line; ``level`` is the daemon's.

    ``paused`` says until when no job runs by itself, and is empty while they do. ``closing`` names work that
    would end with the window, and is empty otherwise.
    """

    page: PageName = "Status"
    banner: Banner | None = None
    level: Literal["unknown", "good", "bad"] = "unknown"
    daemon: str = "Looking for the daemon"
    next: str = ""
    paused: str = ""
    work: tuple[WorkRow, ...] = ()
    status: Status | None = None
    busy: bool = False
    trouble: Trouble | None = None
    closing: tuple[str, ...] = ()


class ShellPresenter(Presenter[ShellView]):
    """Looks at the daemon every 3 seconds, listens to what it tells, and passes that on.

    ``run`` is a task of its own. ``heard`` are called with every topic that changed, and ``worked`` with
    every change of what goes on: each page hears what it shows.
    """

    def __init__(self, tools: Tools, show: Show[ShellView], feed: Feed, control: DaemonControl) -> None:
        self._feed = feed
        self._control = control
        self._activities: dict[str, Activity] = {}
        self._seen: datetime | None = None
        self._failed: Trouble | None = None
        self.heard: list[Callable[[Topic], None]] = []
        self.worked: list[Callable[[tuple[Activity, ...]], None]] = []
        super().__init__(tools, show, ShellView())

    async def run(self) -> None:
        """Watch, for ever."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._listen)
            while True:
                await self.look()
                await trio.sleep(EVERY)

    async def look(self) -> None:
        """Ask how things stand, once."""
        status: Status | None = None
        with trio.move_on_after(_PATIENCE):
            try:
                status = await self._tools.ask(ShowStatus())
            except BcperError as error:
                self._failed = trouble_of(error)
                self._set(trouble=self._failed)
        if status is None:
            self._show_all(None, answers=False)
            return
        was, self._activities = self._activities, {each.id: each for each in status.activities}
        if status.daemon is not None:
            self._seen = self._tools.clock.now()
        if self._state.trouble == self._failed or status.daemon is not None:
            # Why it could not be started stays to be read, until it runs.
            self._set(trouble=None)
        self._show_all(status, answers=True)
        if was != self._activities:
            self._tell_work()

    def go(self, page: PageName) -> None:
        """Show another page."""
        self._set(page=page)

    async def start_daemon(self) -> None:
        """Start it, if it does not run."""
        await self._care(self._control.start)

    async def restart_daemon(self) -> None:
        """End it in order, and start it."""
        await self._care(self._restart)

    async def cancel(self, activity_id: str | None = None) -> None:
        """Cancel one piece of work, or with ``None`` all that the banner names."""
        for row in self._state.work:
            if activity_id in (None, row.id):
                with self._telling():
                    await self._tools.ask(CancelRun(row.id))

    async def run_due(self) -> None:
        """Run every job whose time has come and that has not run: it waits, is overdue, failed, never ran."""
        status = self._state.status
        due = [state.job.id for state in status.jobs if is_due(state)] if status is not None else []
        async with trio.open_nursery() as nursery:
            for job_id in due:
                nursery.start_soon(self._run_job, job_id)

    async def pause(self, length: PauseLength) -> None:
        """Let no job run by itself for that long; the last word counts."""
        now, zone = self._tools.clock.now(), self._tools.clock.local_zone()
        await self._change(Pause(pause_hours(length, now, zone)))

    async def resume(self) -> None:
        """Jobs run by themselves again."""
        await self._change(Resume())

    async def _change(self, request: Pause | Resume) -> None:
        try:
            await self._tools.ask(request)
        except BcperError as error:
            self._fail(error)
        else:
            await self.look()

    async def _run_job(self, job_id: str) -> None:
        with self._telling():
            await self._tools.ask(RunJob(job_id))

    def close(self, *, anyway: bool = False) -> bool:
        """Whether the window may close: not while work of this very process goes on, which is asked about.

        With ``anyway`` that work ends. What the daemon is at goes on either way.
        """
        names = tuple(row.title for row in at_work(self._feed.local_work))
        if names and not anyway:
            self._set(closing=names)
            return False
        self._set(closing=())
        self._feed.leave()
        return True

    def stay(self) -> None:
        """The window stays open after all."""
        self._set(closing=())

    async def _care(self, do: Callable[[], object]) -> None:
        if self._state.busy:
            return
        self._set(busy=True)
        self._show_all(self._state.status, answers=self._state.level == "good")
        try:
            with self._telling():
                await self._tools.in_thread(do)
        finally:
            self._set(busy=False)
            await self.look()

    def _restart(self) -> None:
        control = self._control
        if not control.ended(0.0):
            end_daemon(self._ask_to_end, control, control.process())
        control.start()

    def _ask_to_end(self) -> None:
        # From a thread: the service is trio's.
        trio.from_thread.run(cast("Any", self._tools.ask), StopDaemon())

    async def _listen(self) -> None:
        async with aclosing(cast("Any", self._feed.events())) as events:
            async for event in events:
                self._hear(event)

    def _hear(self, event: Event) -> None:
        if isinstance(event, Changed):
            for tell in self.heard:
                tell(event.topic)
            return
        if event.state in _OVER:
            self._activities.pop(event.id, None)
        else:
            self._activities[event.id] = event
        self._show_all(self._state.status, answers=self._state.level != "bad")
        self._tell_work()

    def _tell_work(self) -> None:
        going = tuple(self._activities.values())
        for tell in self.worked:
            tell(going)

    def _show_all(self, status: Status | None, *, answers: bool) -> None:
        work = at_work(self._activities.values())
        runs = answers and status is not None and status.daemon is not None
        now, zone, busy = self._tools.clock.now(), self._tools.clock.local_zone(), self._state.busy
        offline = "Starting the daemon" if busy else offline_line(self._seen, zone, answers=answers)
        self._set(
            work=work,
            level="good" if runs else "bad",
            daemon=daemon_line(status, now) if runs else offline,
            banner=banner_of(work, runs=runs, answers=answers, busy=busy),
        )
        if status is not None:
            paused = pause_words(status.paused_until, now, zone)
            self._set(status=status, next=next_line(status, now, zone), paused=paused)


def is_due(state: JobState) -> bool:
    """Whether "Run all due now" means this job."""
    if not state.job.enabled or state.trouble:
        return False
    return bool(state.waiting) or state.last is None or concern(state) is not None

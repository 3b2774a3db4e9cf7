"""What is around the pages: the sidebar, the banner, the daemon's state, the status line."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import datetime
from typing import Any, Literal, Protocol, cast

import attrs
import trio

from bcper.apps.daemon_care import end_daemon
from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble, trouble_of
from bcper.apps.gui.presenters.work import WorkRow, at_work
from bcper.apps.words import coming, counted, listed, span
from bcper.domain.errors import BcperError
from bcper.domain.model.events import Activity, Changed, Event, Topic
from bcper.domain.model.names import printable
from bcper.domain.model.requests.daemon import CancelRun, JobState, ShowStatus, Status, StopDaemon
from bcper.domain.model.requests.jobs import RunJob
from bcper.domain.model.settings import FOREVER
from bcper.domain.policy.history.verdict import concern
from bcper.ports.daemon_control import DaemonControl

PageName = Literal["Items", "Vaults", "Stores", "Backups", "Frequencies", "Jobs", "Status"]
PAGES: tuple[PageName, ...] = ("Items", "Vaults", "Stores", "Backups", "Frequencies", "Jobs", "Status")

EVERY = 3.0
"""Seconds between two looks at the daemon."""

_PATIENCE = 10.0
_OVER = ("finished", "failed", "cancelled")


class Feed(Protocol):
    """Where events come from (``WindowService``)."""

    @property
    def online(self) -> bool: ...

    @property
    def local_work(self) -> tuple[Activity, ...]: ...

    def events(self) -> AsyncIterator[Event]:
        """What happens, for ever."""
        ...


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


@attrs.frozen
class ShellView:
    """``daemon`` and ``next`` are the two ends of the status line; ``level`` is the daemon's.

    ``first_start`` asks for the three steps: nothing is configured yet. ``closing`` names work that would end
    with the window, and is empty otherwise.
    """

    page: PageName = "Status"
    banner: Banner | None = None
    level: Literal["unknown", "good", "bad"] = "unknown"
    daemon: str = "Looking for the daemon"
    next: str = ""
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

    async def _run_job(self, job_id: str) -> None:
        with self._telling():
            await self._tools.ask(RunJob(job_id))

    def close(self) -> bool:
        """Whether the window may close: not while work of this very process goes on, which is asked about."""
        names = tuple(row.title for row in at_work(self._feed.local_work))
        self._set(closing=names)
        return not names

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
        self._set(
            work=work,
            status=status if status is not None else self._state.status,
            level="good" if runs else "bad",
            daemon=self._daemon_line(status) if runs else self._offline_line(answers),
            next=self._next_line(status),
            banner=self._banner(work, runs=runs, answers=answers),
        )

    def _banner(self, work: tuple[WorkRow, ...], *, runs: bool, answers: bool) -> Banner | None:
        busy = self._state.busy
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

    def _daemon_line(self, status: Status | None) -> str:
        if status is None or status.daemon is None:
            return ""
        daemon, now = status.daemon, self._tools.clock.now()
        return f"Daemon running · pid {daemon.pid} · up {span(now - daemon.started_at)}"

    def _offline_line(self, answers: bool) -> str:
        if self._state.busy:
            return "Starting the daemon"
        seen = ""
        if self._seen is not None:
            seen = f" · last seen {self._seen.astimezone(self._tools.clock.local_zone()):%H:%M}"
        return f"Daemon {'offline' if answers else 'does not answer'}{seen} · looking every {EVERY:.0f} s"

    def _next_line(self, status: Status | None) -> str:
        if status is None:
            return self._state.next
        now, zone = self._tools.clock.now(), self._tools.clock.local_zone()
        if status.paused_until is not None:
            until = status.paused_until
            return "Paused" if until >= FOREVER else f"Paused until {coming(until, now, zone)}"
        times = [(state.next, state.job.name) for state in status.jobs if state.next is not None]
        if not times:
            return ""
        when, name = min(times)
        return f"Next: {printable(name)} {coming(when, now, zone)}"


def is_due(state: JobState) -> bool:
    """Whether "Run all due now" means this job."""
    if not state.job.enabled or state.trouble:
        return False
    return bool(state.waiting) or state.last is None or concern(state) is not None

"""When: the friendly builder and raw cron, checked while a person types."""

from datetime import datetime, tzinfo
from typing import Any, Literal

import attrs

from bcper.apps.gui.presenters.base import Tools
from bcper.apps.words import coming
from bcper.domain.errors import BcperError
from bcper.domain.model.frequency import Cron, Every, Interval, Schedule
from bcper.domain.model.names import printable
from bcper.domain.model.requests.jobs import CheckSchedule, When
from bcper.domain.policy.frequency_builder import to_builder

Mode = Literal["hours", "days", "weeks", "months", "once", "cron"]
MODES: tuple[tuple[Mode, str], ...] = (
    ("hours", "Hourly"),
    ("days", "Daily"),
    ("weeks", "Weekly"),
    ("months", "Monthly"),
    ("once", "Once"),
    ("cron", "Cron"),
)
"""What can be chosen, and its label."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@attrs.frozen
class ScheduleForm:
    """Fields as typed, and what they mean.

    ``count``, ``hour``, ``minute`` and ``day`` are numbers as text, ``weekday`` is 0 for Monday. ``once`` is
    a local time as ``2026-12-24 18:00``, empty for as soon as possible. ``words``, ``as_cron`` and ``next``
    are what came of it; with ``error`` it is refused.
    """

    mode: Mode = "days"
    count: str = "1"
    hour: str = "22"
    minute: str = "00"
    weekday: int = 0
    day: str = "1"
    once: str = ""
    cron: str = "0 22 * * *"
    words: str = ""
    as_cron: str = ""
    next: tuple[str, ...] = ()
    error: str = ""
    checked: bool = False

    @property
    def good(self) -> bool:
        """Whether it can be saved."""
        return self.checked and not self.error


def when_of(form: ScheduleForm, zone: tzinfo) -> When:
    """The schedule as it is asked for. Raises BcperError for a time that is none."""
    at = f"{form.hour.strip() or '0'}:{form.minute.strip().rjust(2, '0')}"
    match form.mode:
        case "cron":
            return When(cron=form.cron)
        case "once":
            return When(once=True, at=_moment(form.once, zone))
        case "hours":
            return When(every=f"{form.count} hours from {at}")
        case "days":
            return When(every=f"{form.count} days at {at}")
        case "weeks":
            return When(every=f"{form.count} weeks on {WEEKDAYS[form.weekday]} at {at}")
        case "months":
            return When(every=f"{form.count} months on day {form.day} at {at}")


def form_of(schedule: Schedule, zone: tzinfo) -> ScheduleForm:
    """The fields that say ``schedule``."""
    interval = to_builder(schedule)
    if interval is not None:
        form = _by_interval(interval)
        return attrs.evolve(form, cron=schedule.expression) if isinstance(schedule, Cron) else form
    if isinstance(schedule, Cron):
        return ScheduleForm("cron", cron=schedule.expression)
    if isinstance(schedule, Every):
        return _by_interval(schedule.interval)
    once = "" if schedule.at is None else f"{schedule.at.astimezone(zone):%Y-%m-%d %H:%M}"
    return ScheduleForm("once", once=once)


class ScheduleChecker:
    """Asks what a form means; of answers that overtake each other the newest question's counts."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._serial = 0

    def changed(self, form: ScheduleForm, **fields: Any) -> ScheduleForm:
        """The form with other fields: not checked any more. In cron a builder's schedule is taken over."""
        if fields.get("mode") == "cron" and form.mode != "cron" and form.as_cron:
            fields = {"cron": form.as_cron, **fields}
        return attrs.evolve(form, checked=False, **fields)

    async def check(self, form: ScheduleForm) -> ScheduleForm | None:
        """The form with what it means, ``None`` if one asked about later came first. Raises BcperError."""
        self._serial += 1
        serial = self._serial
        zone = self._tools.clock.local_zone()
        try:
            when = when_of(form, zone)
        except BcperError as error:
            return _refused(form, f"{error} {error.hint}")
        found = await self._tools.ask(CheckSchedule(when))
        if serial != self._serial:
            return None
        if found.error:
            return _refused(form, f"{found.error} {found.hint if '--' not in found.hint else ''}")
        now = self._tools.clock.now()
        firings = tuple(coming(moment, now, zone) for moment in found.next)
        return attrs.evolve(
            form, words=found.words, as_cron=found.cron or "", next=firings, error="", checked=True
        )


def _refused(form: ScheduleForm, text: str) -> ScheduleForm:
    said = printable(text.strip())
    return attrs.evolve(form, words="", as_cron="", next=(), error=said, checked=True)


def _by_interval(interval: Interval) -> ScheduleForm:
    return ScheduleForm(
        interval.kind,
        str(interval.count),
        str(interval.hour),
        f"{interval.minute:02d}",
        interval.weekday or 0,
        str(interval.day or 1),
    )


def _moment(text: str, zone: tzinfo) -> datetime | None:
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=zone)
    except ValueError:
        raise BcperError(f"{text!r} is no time.", 'Write it as "2026-12-24 18:00".') from None

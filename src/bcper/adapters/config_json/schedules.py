"""Schedules as tagged objects: ``{"cron": ...}``, ``{"every": ..., "anchor": ...}`` or ``{"once": ...}``."""

import re
from typing import Any, cast

from bcper.adapters.config_json.problem import Problem, found, listed, quoted
from bcper.adapters.config_json.values import (
    below,
    read_choice,
    read_moment,
    read_object,
    read_text,
    read_whole,
    refused,
    write_moment,
)
from bcper.domain.errors import UsageError
from bcper.domain.model.frequency import Cron, Every, Interval, Once, Schedule, Unit
from bcper.domain.policy.cron import parse_cron

_UNITS = ("hours", "days", "weeks", "months")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def read_schedule(raw: object) -> Schedule:
    """The schedule that ``raw`` says, a cron normalised. Raises :class:`Problem`."""
    if not isinstance(raw, dict):
        raise Problem(f"is {found(raw)}; it must be an object in braces")
    kinds = [key for key in ("cron", "every", "once") if key in raw]
    if len(kinds) != 1:
        had = f"has {listed(kinds)} together" if kinds else "says no time"
        raise Problem(f"{had}; it must have 'cron', 'every' (with 'anchor') or 'once'")
    if kinds == ["cron"]:
        return below(("cron",), _cron, read_object(raw, ["cron"])["cron"])
    if kinds == ["once"]:
        at = read_object(raw, ["once"])["once"]
        return Once(None if at is None else below(("once",), read_moment, at))
    read_object(raw, ["every", "anchor"])
    return Every(below(("every",), _interval, raw["every"]), below(("anchor",), read_moment, raw["anchor"]))


def write_schedule(schedule: Schedule) -> dict[str, Any]:
    """As :func:`read_schedule` reads it."""
    if isinstance(schedule, Cron):
        return {"cron": schedule.expression}
    if isinstance(schedule, Once):
        return {"once": None if schedule.at is None else write_moment(schedule.at)}
    interval = schedule.interval
    every: dict[str, Any] = {"unit": interval.kind, "count": interval.count}
    if interval.weekday is not None:
        every["weekday"] = _WEEKDAYS[interval.weekday]
    if interval.day is not None:
        every["day"] = interval.day
    every["at"] = f"{interval.hour:02d}:{interval.minute:02d}"
    return {"every": every, "anchor": write_moment(schedule.anchor)}


def _cron(raw: object) -> Cron:
    text = read_text(raw)
    try:
        return parse_cron(text)
    except UsageError as error:
        raise refused(error) from error


def _interval(raw: object) -> Interval:
    given = read_object(raw, ["unit"], ["count", "at", "weekday", "day"])
    unit = below(("unit",), lambda value: read_choice(value, _UNITS), given["unit"])
    count = below(("count",), read_whole, given.get("count", 1))
    hour, minute = below(("at",), _clock, given.get("at", "00:00"))
    weekday = day = None
    if "weekday" in given:
        name = below(("weekday",), lambda value: read_choice(value, _WEEKDAYS), given["weekday"])
        weekday = _WEEKDAYS.index(name)
    if "day" in given:
        day = below(("day",), read_whole, given["day"])
    try:
        return Interval(cast(Unit, unit), count, hour, minute, weekday, day)
    except UsageError as error:
        raise refused(error) from error


def _clock(raw: object) -> tuple[int, int]:
    match = _CLOCK.fullmatch(read_text(raw))
    if match is None:
        raise Problem(f"is {quoted(str(raw))}; it must be a time of day such as '22:00'")
    return int(match[1]), int(match[2])

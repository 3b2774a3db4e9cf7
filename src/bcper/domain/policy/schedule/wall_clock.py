"""Slots on the wall clock turned into instants, each slot once (FAULTS.md row 30)."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

_TICK = timedelta(seconds=1)


class WallSlots(Protocol):
    """Slots as naive local times, in order."""

    def following(self, wall: datetime) -> datetime | None:
        """The first slot later than ``wall``, or None."""

    def preceding(self, wall: datetime) -> datetime | None:
        """The last slot at or before ``wall``, or None."""


def exists(wall: datetime, zone: tzinfo) -> bool:
    """Whether the clock of ``zone`` ever shows ``wall``."""
    return _local(wall.replace(tzinfo=zone, fold=0).astimezone(UTC), zone) == wall


def instant(wall: datetime, zone: tzinfo) -> datetime:
    """When the clock of ``zone`` first shows ``wall`` (naive), or jumps over it: aware, UTC.

    So the order of slots is the order of instants, and slots inside one gap share an instant.
    """
    moment = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _local(moment, zone) == wall:
        return moment
    # Inside a gap: fold=1 reads with the offset after the jump (PEP 495), and so lands before the jump.
    return _jump(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), moment, zone)


def next_on_wall(slots: WallSlots, after: datetime, zone: tzinfo) -> datetime | None:
    """The first instant of a slot later than ``after`` (UTC), or None."""
    wall: datetime | None = _local(after, zone)
    while wall is not None and (wall := slots.following(wall)) is not None:
        moment = instant(wall, zone)
        if moment > after:
            return moment
    return None


def last_on_wall(slots: WallSlots, at: datetime, zone: tzinfo) -> datetime | None:
    """The last instant of a slot at or before ``at`` (UTC), or None."""
    # In the second pass of an hour shown twice, slots later in that hour are past already: begin as if the
    # clock had not been put back.
    offset = at.astimezone(zone).replace(fold=0).utcoffset() or timedelta()
    wall = slots.preceding(at.replace(tzinfo=None) + offset)
    while wall is not None:
        moment = instant(wall, zone)
        if moment <= at:
            return moment
        wall = slots.preceding(wall - _TICK)
    return None


def _local(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _jump(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The first second with the offset that holds at ``after``, by bisection."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > _TICK:
        middle = before + (after - before) // (2 * _TICK) * _TICK
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after

"""Intervals of days, weeks and months as slots on the wall clock, and of hours as instants."""

from datetime import MAXYEAR, MINYEAR, datetime, timedelta

import attrs

from bcper.domain.model.frequency import Every, Interval

_SLACK = {"days": timedelta(hours=12), "weeks": timedelta(days=3, hours=12), "months": timedelta(days=14)}


@attrs.frozen
class IntervalSlots:
    """The slots of an interval of days, weeks or months, without end in both directions.

    ``anchor`` is naive local time: the slot nearest to it is a firing, so that neither a change of the
    clocks nor a move to another time zone shifts the phase by a whole day or month.
    """

    interval: Interval
    anchor: datetime

    def following(self, wall: datetime) -> datetime | None:
        """The first slot later than ``wall``."""
        index = self._near(wall)
        while (slot := self._slot(index)) <= wall:
            index += 1
        return slot

    def preceding(self, wall: datetime) -> datetime | None:
        """The last slot at or before ``wall``."""
        index = self._near(wall) + 1
        while (slot := self._slot(index)) > wall:
            index -= 1
        return slot

    def _near(self, wall: datetime) -> int:
        """The number of a slot at or before ``wall``, the last one or its neighbour."""
        base = self._base()
        if self.interval.kind == "months":
            return (_months(wall) - _months(base)) // self.interval.count - 1
        return (wall - base) // self._period() - 1

    def _slot(self, index: int) -> datetime:
        base = self._base()
        if self.interval.kind == "months":
            return _in_month(self.interval, _months(base) + index * self.interval.count)
        return base + index * self._period()

    def _period(self) -> timedelta:
        return timedelta(days=self.interval.count * (7 if self.interval.kind == "weeks" else 1))

    def _base(self) -> datetime:
        interval, earliest = self.interval, self.anchor - _SLACK[self.interval.kind]
        if interval.kind == "months":
            slot = _in_month(interval, _months(earliest))
            return slot if slot >= earliest else _in_month(interval, _months(earliest) + 1)
        slot = earliest.replace(hour=interval.hour, minute=interval.minute, second=0, microsecond=0)
        if interval.weekday is not None:
            slot += timedelta(days=(interval.weekday - slot.weekday()) % 7)
        return slot if slot >= earliest else slot + timedelta(days=1 if interval.weekday is None else 7)


def next_by_hours(every: Every, after: datetime) -> datetime:
    """The first firing later than ``after``: a whole number of periods from the anchor."""
    period = timedelta(hours=every.interval.count)
    return every.anchor + ((after - every.anchor) // period + 1) * period


def last_by_hours(every: Every, at: datetime) -> datetime:
    """The last firing at or before ``at``."""
    period = timedelta(hours=every.interval.count)
    return every.anchor + (at - every.anchor) // period * period


def _months(wall: datetime) -> int:
    return 12 * wall.year + wall.month - 1


def _in_month(interval: Interval, month: int) -> datetime:
    """The slot of that month, counted from year 0; in a short month its last day stands in for the day."""
    year, index = divmod(month, 12)
    if not MINYEAR < year < MAXYEAR:
        raise OverflowError("beyond the calendar")
    last = (datetime(year + index // 11, (index + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return datetime(year, index + 1, min(interval.day or 1, last), interval.hour, interval.minute)

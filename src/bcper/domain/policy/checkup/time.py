"""The clock and the zone that schedules go by."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo

from bcper.domain.model.checkup import Finding, State
from bcper.domain.model.names import printable

TIME = "Time"

_MADE = datetime(2026, 1, 1, tzinfo=UTC)
"""Before this BCPER was written."""

_DAY = timedelta(days=1)
_SET = "Set it by the system's settings, or: sudo timedatectl set-timezone AREA/CITY"


def time_findings(
    now: datetime, name: str, zone: tzinfo, newest: datetime | None, *, is_set: bool
) -> Iterator[Finding]:
    """``newest`` is the beginning of the newest run; times are aware."""
    here = now.astimezone(zone)
    said = f"It is {here:%Y-%m-%d %H:%M} here, {printable(name)} ({_offset(here)}{_saving(now, zone)})."
    if now < _MADE:
        yield Finding(
            TIME, State.PROBLEM, f"The clock is wrong. {said}", "Set the clock: schedules go by it."
        )
    elif newest is not None and newest > now + _DAY:
        what = (
            f"There is a run of {newest.astimezone(zone):%Y-%m-%d}, which is yet to come: the clock is wrong"
        )
        yield Finding(
            TIME, State.HINT, f"{what} or was. {said}", "Look whether the clock is right: schedules go by it."
        )
    else:
        yield Finding(TIME, State.OK, said)
    if not is_set:
        yield Finding(TIME, State.HINT, "This machine has no time zone: schedules go by UTC.", f"{_SET}.")
    elif "/" not in name and name != "UTC":
        what = (
            f"The zone has no name of the time zone database ({printable(name)}): runs are shown by it, and"
        )
        yield Finding(TIME, State.HINT, f"{what} a change to daylight saving time may be missed.", f"{_SET}.")


def _offset(here: datetime) -> str:
    told = f"{here:%z}"
    return f"UTC{told[:3]}:{told[3:5]}"


def _saving(now: datetime, zone: tzinfo) -> str:
    """Whether there is such a thing in this zone, and whether it is on."""
    year = now.year
    offsets = {datetime(year, month, 1, tzinfo=zone).utcoffset() for month in range(1, 13)}
    if len(offsets) < 2:
        return ""
    return ", daylight saving time" if now.astimezone(zone).dst() else ", no daylight saving time now"

"""Sizes, times and counts in words, and sizes as people type them: for the command line and the window."""

from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bcper.domain.model.jobs import Keep

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_SPANS = (("day", 86400), ("hour", 3600), ("minute", 60))
_RULES = ("last", "daily", "weekly", "monthly", "yearly")


def size(count: float) -> str:
    """Bytes in IEC units."""
    step = min(max(0, int(abs(count)).bit_length() - 1) // 10, len(_UNITS) - 1)
    return f"{count / (1 << 10 * step):.1f} {_UNITS[step]}" if step else f"{count:.0f} B"


def duration(seconds: float) -> str:
    """Seconds as ``12 s``, ``3:05 min`` or ``2:10 h``."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    return (
        f"{whole // 60}:{whole % 60:02d} min" if whole < 3600 else f"{whole // 3600}:{whole // 60 % 60:02d} h"
    )


def local(when: datetime | None, zone: tzinfo | None = None) -> str:
    """A time in ``zone``, else in this machine's; nothing for none."""
    return "" if when is None else f"{when.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def ago(when: datetime, now: datetime) -> str:
    """``2 hours ago``, of a time that may lie ahead by a clock that is wrong: then it is just now."""
    seconds = max(0.0, (now - when).total_seconds())
    for unit, length in _SPANS:
        if seconds >= 2 * length:
            return f"{int(seconds // length)} {unit}s ago"
    return "just now" if seconds < 60 else "1 minute ago"


def span(length: timedelta) -> str:
    """A length of time as two units at most: ``2 h 10 min``, ``3 days``, ``26 h``."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes and hours < 24 else f"{hours} h"
    return f"{hours // 24} days"


def coming(when: datetime, now: datetime, zone: tzinfo) -> str:
    """A time to come, as short as it is clear: ``today 22:00``, ``Sun 03:00``, ``24 Dec 18:00``."""
    there, here = when.astimezone(zone), now.astimezone(zone)
    days = (there.date() - here.date()).days
    if days in (0, 1):
        return f"{'tomorrow' if days else 'today'} {there:%H:%M}"
    if 1 < days < 7:
        return f"{there:%a %H:%M}"
    return f"{there.day} {there:%b %H:%M}" if there.year == here.year else f"{there:%Y-%m-%d %H:%M}"


def counted(count: int, one: str, many: str = "") -> str:
    """``1 backup``, ``3 backups``, ``10,000 backups``."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def listed(words: list[str] | tuple[str, ...]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def kept(keep: "Keep") -> str:
    """What retention keeps: ``last 3, daily 7``, or ``everything``."""
    rules = [f"{rule} {value}" for rule in _RULES if (value := getattr(keep, rule))]
    return ", ".join(rules) or "everything"


def number_of_bytes(text: str) -> int:
    """``100``, ``64K``, ``256M``, ``1.5G``, also with ``iB``. Raises ValueError."""
    units = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
    number = text.strip().upper().removesuffix("IB").removesuffix("B")
    unit = number[-1:] if number[-1:].isalpha() else ""
    if unit not in units:
        raise ValueError(text)
    try:
        return int(float(number.removesuffix(unit)) * units[unit])
    except OverflowError as error:
        raise ValueError(text) from error  # argparse knows no other

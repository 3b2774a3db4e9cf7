"""The grammar of ``--every``.

    [every] [N] hours [at | from HH:MM]
    [every] [N] days [at HH:MM]
    [every] [N] weeks on WEEKDAY [at HH:MM]
    [every] [N] months on [day] D [at HH:MM]

Case, plural and spaces do not matter, weekdays may be cut to three letters, without a number it is one and
without a time it is midnight. A day 29 to 31 means the last day in the months that are shorter.
"""

import re

from bcper.domain.errors import UsageError
from bcper.domain.model.frequency import Interval, Unit
from bcper.domain.model.names import printable

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_HINT = (
    "Say '6 hours', '2 days at 22:00', 'week on monday at 08:00' or '3 months on day 15 at 06:30'; "
    "anything else can be said in cron."
)
_GRAMMAR = re.compile(
    r"(?:every\s+)?(?:(?P<count>-?\d+|an?|one)\s+)?(?P<unit>[a-z]+)"
    r"(?:\s+on\s+(?P<on>.+?))??(?:\s+(?:at|from)\s+(?P<at>\S+))?"
)
_DAY = re.compile(r"(?:the\s+)?(?:day\s+)?(\d+)(?:st|nd|rd|th)?(?:\s+\(or the last\))?")
_TIME = re.compile(r"(\d{1,2})(?::(\d{2}))?")
_UNITS: dict[str, Unit] = {"hour": "hours", "day": "days", "week": "weeks", "month": "months"}


def parse_interval(text: str) -> Interval:
    """The interval that ``text`` says; raises :class:`UsageError` with what is wrong or missing in it."""
    match = _GRAMMAR.fullmatch(text.strip().lower())
    unit = _UNITS.get(match["unit"].removesuffix("s")) if match else None
    shown = printable(text.strip()[:60])
    if match is None or unit is None:
        raise UsageError(f"{shown!r} is no interval.", _HINT)
    count = 1 if match["count"] in (None, "a", "an", "one") else int(match["count"][:9])
    hour, minute = _time(match["at"] or "0:00", shown)
    if unit == "hours" and count > 0 and 24 % count == 0:
        hour %= count  # the first firing of a day, whichever of them was named
    on = match["on"]
    if on is None and unit in ("weeks", "months"):
        example = "'week on monday at 08:00'" if unit == "weeks" else "'month on day 1 at 06:30'"
        raise UsageError(f"{shown!r} does not say on which day.", f"Say {example}.")
    if on is not None and unit in ("hours", "days"):
        raise UsageError(f"{shown!r}: an interval of {unit} falls on no fixed day.", _HINT)
    return Interval(
        unit,
        count,
        hour,
        minute,
        weekday=_weekday(on, shown) if unit == "weeks" else None,
        day=_day(on, shown) if unit == "months" else None,
    )


def _time(word: str, shown: str) -> tuple[int, int]:
    match = _TIME.fullmatch(word)
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        raise UsageError(f"{shown!r}: {printable(word)!r} is no time of day.", "Say 00:00 to 23:59.")
    return int(match[1]), int(match[2] or 0)


def _weekday(word: str, shown: str) -> int:
    name = word.removesuffix("s") if word.endswith("days") else word
    found = [index for index, day in enumerate(WEEKDAYS) if len(name) > 2 and day.lower().startswith(name)]
    if not found:
        raise UsageError(f"{shown!r}: {printable(word)!r} is no weekday.", "Say 'on monday'.")
    return found[0]


def _day(word: str, shown: str) -> int:
    match = _DAY.fullmatch(word)
    if match is None:
        raise UsageError(f"{shown!r}: {printable(word)!r} is no day of the month.", "Say 'on day 15'.")
    return int(match[1][:9])

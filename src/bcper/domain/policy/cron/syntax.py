"""Cron text to pattern and back (crontab(5), POSIX crontab; FAULTS.md rows 28 and 29)."""

import re

import attrs

from bcper.domain.errors import UsageError
from bcper.domain.model.names import printable
from bcper.domain.policy.cron.pattern import CronPattern

_NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_PART = re.compile(
    r"(?:(?P<star>\*)|(?P<low>[A-Za-z0-9]+)(?:-(?P<high>[A-Za-z0-9]+))?)(?:/(?P<step>[0-9]+))?"
)
_STRANGERS = {
    "?": "'?' belongs to other schedulers; write '*'",
    "#": "'#' (the n-th weekday of a month) is no plain cron",
    "R": "'R' (a random value) is no plain cron",
    "H": "'H' (a hashed value) is no plain cron",
    "L": "'L' (the last one) is no plain cron",
    "W": "'W' (the nearest working day) is no plain cron",
}


@attrs.frozen
class _Field:
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    @property
    def full(self) -> frozenset[int]:
        """Every value, Sunday being 0 only."""
        return frozenset(range(self.low, min(self.high, 6) + 1 if self is _WEEKDAY else self.high + 1))


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAY = _Field("day of the week", 0, 7, ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))
_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _WEEKDAY,
)


def read_pattern(text: str) -> CronPattern:
    """Five fields or a nickname such as ``@daily``; raises :class:`UsageError` for anything else."""
    words = _NICKNAMES.get(text.strip().lower(), text).split()
    _refuse_other_forms(words, printable(text.strip()))
    values = [_values(word, field) for word, field in zip(words, _FIELDS, strict=True)]
    every_day = values[2] == _FIELDS[2].full or values[4] == _WEEKDAY.full
    if every_day and not _starred(words[2]) and not _starred(words[4]):
        # Both are restricted, so either matches; one of them names every day, so every day it is.
        values[2], values[4] = _FIELDS[2].full, _WEEKDAY.full
    return CronPattern(*(tuple(sorted(each)) for each in values))


def spell(pattern: CronPattern) -> str:
    """The one expression for ``pattern``: ``*``, ``*/n``, ranges and lists of numbers."""
    values = (pattern.minutes, pattern.hours, pattern.days, pattern.months, pattern.weekdays)
    return " ".join(_spelt(each, field) for each, field in zip(values, _FIELDS, strict=True))


def _refuse_other_forms(words: list[str], shown: str) -> None:
    first = words[0].lower() if words else ""
    if not words:
        raise UsageError("The cron expression is empty.", "Write five fields, such as '0 22 * * *'.")
    if first == "@reboot":
        raise UsageError(
            "'@reboot' is an event and not a time.",
            "Runs that were missed are caught up after a start anyway.",
        )
    if first == "@every":
        raise UsageError(
            f"{shown!r} is no cron.", "Use --every '2 hours' or five fields such as '*/30 * * * *'."
        )
    if first.startswith("@"):
        raise UsageError(f"{shown!r} is no known nickname.", "Known are " + ", ".join(_NICKNAMES) + ".")
    if len(words) != 5:
        more = " Seconds and years are not supported." if len(words) in (6, 7) else ""
        raise UsageError(
            f"{shown!r} has {len(words)} field{'s' * (len(words) != 1)} instead of five.{more}",
            "Write minute, hour, day of the month, month, day of the week: '0 22 * * *'.",
        )


def _starred(word: str) -> bool:
    return any(part in ("*", "*/1") for part in word.split(","))


def _values(word: str, field: _Field) -> frozenset[int]:
    found: set[int] = set()
    for part in word.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise _refusal(part, word, field)
        low, high = field.low, max(field.full)
        if match["star"] is None:
            low = _number(match["low"], word, field)
            high = _number(match["high"], word, field) if match["high"] else low
            if high == 0 < low and field is _WEEKDAY:
                high = 7
        step = int((match["step"] or "1")[:9])
        if match["step"] and match["star"] is None and match["high"] is None:
            raise _wrong(word, field, f"a step needs a range: {low}-{max(field.full)}/{step}")
        if high < low:
            raise _wrong(word, field, "its range runs backwards; write it as two, with a comma")
        if not 1 <= step <= field.high:
            raise _wrong(word, field, f"a step must be from 1 to {field.high}")
        found.update(range(low, high + 1, step))
    return frozenset(value % 7 for value in found) if field is _WEEKDAY else frozenset(found)


def _number(token: str, word: str, field: _Field) -> int:
    if token.upper() in field.names:
        return field.names.index(token.upper()) + field.low
    if not token.isdecimal():
        raise _refusal(token, word, field)
    if len(token) > 9 or not field.low <= int(token) <= field.high:
        raise _wrong(word, field, f"{token[:20]} is not from {field.low} to {field.high}")
    return int(token)


def _refusal(token: str, word: str, field: _Field) -> UsageError:
    for sign, reason in _STRANGERS.items():
        if sign in token.upper() and not re.search(r"[A-Z]{2}", token.upper()):
            return _wrong(word, field, reason)
    return _wrong(word, field, f"{printable(token[:20])!r} is not understood")


def _wrong(word: str, field: _Field, reason: str) -> UsageError:
    return UsageError(
        f"The field for the {field.name}, {printable(word[:40])!r}, cannot be used: {reason}.",
        "A field is '*', a number, a range, a list or a step: '*/15', '1-5', '8,20'.",
    )


def _spelt(values: tuple[int, ...], field: _Field) -> str:
    every = sorted(field.full)
    if len(values) == len(every):
        return "*"
    for step in range(2, len(every)):
        if values == tuple(every[::step]) and len(values) > 1 and (len(every) % step == 0 or len(values) > 4):
            return f"*/{step}"
    runs: list[list[int]] = []
    for value in values:
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return ",".join(
        f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(str(value) for value in run) for run in runs
    )

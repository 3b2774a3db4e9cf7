"""What the ledger's database looks like, and how a run becomes a row of it and a run again."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs

from bcper.domain.model.runs import Run, RunStatus

VERSION = 4
"""Kept in SQLite's ``user_version``; 0 is a database that holds nothing yet."""

_FIELDS = tuple(field.name for field in attrs.fields(Run))
_INTEGERS = frozenset(("encrypted", "pinned", "entries", "source_bytes", "stored_bytes"))
_OPTIONAL = frozenset(("job_id", "parent", "completed_at", "manifest", "deleted_at", "pruned_at"))
_FLAGS = frozenset(("encrypted", "pinned"))
_LISTS = frozenset(("roots", "warnings"))
_TIMES = frozenset(("started_at", "completed_at", "deleted_at", "pruned_at"))
_MARKS = ", ".join("?" * len(_FIELDS))


def _column(name: str) -> str:
    kind = "INTEGER" if name in _INTEGERS else "TEXT"
    rule = "PRIMARY KEY NOT NULL" if name == "run_id" else "" if name in _OPTIONAL else "NOT NULL"
    return f"{name} {kind} {rule}".rstrip()


_NOTICES = "CREATE TABLE notices (job_id TEXT PRIMARY KEY NOT NULL, failure TEXT, overdue TEXT)"
_SLOTS = "CREATE TABLE slots (job_id TEXT NOT NULL, slot TEXT NOT NULL, PRIMARY KEY (job_id, slot))"
_PROOFS = (
    "CREATE TABLE proofs (run_id TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, "
    "entries INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (run_id, kind))"
)

SCHEMA = (
    f"CREATE TABLE runs ({', '.join(map(_column, _FIELDS))})",
    "CREATE INDEX runs_started_at ON runs (started_at)",
    "CREATE TABLE stores (location TEXT PRIMARY KEY NOT NULL, store_id TEXT NOT NULL)",
    _NOTICES,
    _SLOTS,
    _PROOFS,
    f"PRAGMA user_version = {VERSION}",
)
"""The statements that make a database of :data:`VERSION`, for one transaction."""

ADDED = {1: ("pinned", "pruned_at")}
"""Columns that came after a version, for databases that have it."""

MADE = {2: (_NOTICES, _SLOTS), 3: (_PROOFS,)}
"""Tables that came after a version, for databases that have it."""


def migration(version: int) -> tuple[str, ...]:
    """The statements that make a database of ``version``, 1 or more, one of :data:`VERSION`."""
    added = [name for before, names in ADDED.items() if before >= version for name in names]
    columns = [f"{_column(name)} DEFAULT 0" if name in _INTEGERS else _column(name) for name in added]
    made = [table for before, tables in MADE.items() if before >= version for table in tables]
    return (
        *made,
        *(f"ALTER TABLE runs ADD COLUMN {column}" for column in columns),
        f"PRAGMA user_version = {VERSION}",
    )


# Every piece of these statements is a constant of this module; values are always bound.
SELECT = f"SELECT {', '.join(_FIELDS)} FROM runs"  # noqa: S608
"""All columns of runs; a condition and an order may follow."""
INSERT = f"INSERT INTO runs ({', '.join(_FIELDS)}) VALUES ({_MARKS})"  # noqa: S608
"""Takes the values of :func:`row_of`."""
UPDATE = f"UPDATE runs SET {', '.join(f'{name} = ?' for name in _FIELDS)} WHERE run_id = ?"  # noqa: S608
"""Takes the values of :func:`row_of`, and the id once more."""


def escaped(text: str) -> str:
    """``text`` as it is stored: JSON's ASCII, without the quotes.

    SQLite takes no lone surrogates, and file names have them. What begins alike still does, and equal
    stays equal.
    """
    return json.dumps(text)[1:-1]


def plain(text: str) -> str:
    """The text that :func:`escaped` was given. Raises ValueError or TypeError for what is no such text."""
    return str(json.loads(f'"{text}"')) if "\\" in text else text  # hardly ever: lists are long


def row_of(run: Run) -> tuple[str | int | None, ...]:
    """The values of a row, in the order of the columns; times in UTC with microseconds (RFC 3339)."""
    return tuple(_stored(name, getattr(run, name)) for name in _FIELDS)


def run_of(row: tuple[Any, ...]) -> Run:
    """The run of a row. Raises ValueError or TypeError for values that :func:`row_of` never gives."""
    values: list[Any] = [
        None if value is None else load(value) for load, value in zip(_LOADERS, row, strict=True)
    ]
    return Run(*values)


def _stored(name: str, value: Any) -> str | int | None:
    if value is None:
        return None
    if name in _INTEGERS:
        return int(value)
    if name in _TIMES:  # of one width, so that texts sort as times do
        return str(value.astimezone(UTC).isoformat(timespec="microseconds"))
    return json.dumps(value) if name in _LISTS else escaped(value)


def _list(value: str) -> tuple[Any, ...]:
    return () if value == "[]" else tuple(json.loads(value))


def _loader(name: str) -> Callable[[Any], Any]:
    if name in _INTEGERS:
        return bool if name in _FLAGS else int
    if name in _TIMES:
        return datetime.fromisoformat
    if name in _LISTS:
        return _list
    return RunStatus if name == "status" else plain


# In the order of the columns, and of Run's own fields: the window reads ten thousand runs at once.
_LOADERS = tuple(map(_loader, _FIELDS))

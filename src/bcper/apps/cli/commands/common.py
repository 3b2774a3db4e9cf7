"""What commands share: JSON of models, names of runs and stores, saying what was done."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from bcper.apps.cli.passwords import ask, password_of, passwords_of
from bcper.apps.cli.render import duration, size
from bcper.apps.edge import place
from bcper.apps.exit_statuses import INCOMPLETE
from bcper.apps.words import counted
from bcper.domain.errors import UsageError
from bcper.domain.model.frequency import Cron, Every, Once
from bcper.domain.model.names import printable

if TYPE_CHECKING:
    from bcper.domain.model.requests.runs import Which
    from bcper.domain.model.requests.targets import PasswordChange, Removed
    from bcper.domain.model.runs import Run
    from bcper.ports.service import BackupService

V = TypeVar("V")

_TRIES = 3


_SCHEDULES = {Cron: "cron", Every: "every", Once: "once"}


def raw(value: object) -> Any:
    """A model as JSON has it: attributes by name, times in RFC 3339, bytes of names as text.

    A schedule says its ``kind`` too, by the word that asks for it.
    """
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return os.fsdecode(value)
    if attrs.has(kind := type(value)):
        said = {"kind": _SCHEDULES[kind]} if kind in _SCHEDULES else {}
        return said | {field.name: raw(getattr(value, field.name)) for field in attrs.fields(kind)}
    if isinstance(value, Mapping):
        return {str(key): raw(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [raw(item) for item in value]
    return value


def tell(args: argparse.Namespace, value: object, text: str) -> int:
    """Say what was done, as JSON or in words; the exit status is 0."""
    if args.json:
        print(json.dumps(raw(value)))
    elif not args.quiet:
        print(text)
    return 0


def delete_each(
    args: argparse.Namespace,
    kind: str,
    known: "Callable[[], Collection[str]]",
    delete: "Callable[[str], Removed]",
) -> int:
    """Delete ``args.names``, one after the other; of several a slip in one name keeps all of them.

    ``known`` are names that there are. With JSON one is an object, several are a list of those that are gone.
    """
    names = list(dict.fromkeys(args.names))
    if len(names) > 1:
        there = known()
        for name in names:
            if name not in there:
                raise UsageError(f"There is no {kind} {name!r}: nothing was deleted.", _shows(kind))
    gone = []
    try:
        for name in names:
            removed = delete(name)
            gone.append(removed)
            if not args.json and not args.quiet:
                print(_removed_words(kind, removed))
    finally:
        if args.json and gone:
            print(json.dumps(raw(gone if len(names) > 1 else gone[0])))
    return 0


def found(
    args: argparse.Namespace, kind: str, views: "Iterable[V]", names: "Callable[[V], Collection[str]]"
) -> "V":
    """The view that ``args.name`` names. Raises UsageError."""
    for view in views:
        if args.name in names(view):
            return view
    raise UsageError(f"There is no {kind} {args.name!r}.", _shows(kind))


def _shows(kind: str) -> str:
    many = "frequencies" if kind == "frequency" else f"{kind}s"
    return f"bcper-cli {kind} list shows the {many}."


def _removed_words(kind: str, removed: "Removed") -> str:
    lines = [f"Deleted the {kind} {printable(removed.name)}."]
    if removed.jobs:
        lines.append(f"With it: {', '.join(f'the job {printable(name)}' for name in removed.jobs)}.")
    if removed.vaults_changed:
        lines.append(f"Taken out of: {', '.join(map(printable, removed.vaults_changed))}.")
    if removed.vaults_emptied:
        lines.append(f"Nothing is left in: {', '.join(map(printable, removed.vaults_emptied))}.")
    return "\n".join(lines)


def which(args: argparse.Namespace, service: "BackupService", run: str) -> "Which":
    """A run as it was named, with the options that say where to look for it."""
    from bcper.domain.model.requests.runs import Which

    return Which(run, place(service, args.store), args.job)


def passwords_for(
    args: argparse.Namespace, service: "BackupService", runs: "Sequence[Which]"
) -> tuple[str, ...]:
    """What the options give; on a terminal each password that is still missing is asked for."""
    found = passwords_of(args)
    if not sys.stdin.isatty():
        return found
    from bcper.domain.model.requests.runs import FindLocked

    tried: dict[tuple[str, str], int] = {}
    while locked := service(FindLocked(tuple(runs), found)):
        part = (locked[0].run.run_id, locked[0].part)
        tried[part] = tried.get(part, 0) + 1
        if tried[part] > _TRIES:
            break  # The work itself says that it cannot be opened.
        again = "" if tried[part] == 1 else "That does not open it. "
        found += (ask(f"{again}Password of {printable(part[1])} in run {part[0][:8]}: "),)
    return found


def made_run(args: argparse.Namespace, made: "Run") -> int:
    """Say what a run made; returns the exit status."""
    from bcper.domain.model.runs import RunStatus

    if args.json:
        for warning in made.warnings:
            print(json.dumps({"message_type": "warning", "message": warning}))
        print(json.dumps({"message_type": "summary", **raw(made)}))
    else:
        for warning in made.warnings:
            print(f"Warning: {printable(warning)}", file=sys.stderr)
    if not args.json and not args.quiet:
        sealed = ", encrypted" if made.encrypted else ""
        seconds = (made.completed_at - made.started_at).total_seconds() if made.completed_at else 0
        print(
            f"Run {made.run_id} is {made.status}: {counted(made.entries, 'entry', 'entries')}, "
            f"{size(made.source_bytes)}, stored in {size(made.stored_bytes)}{sealed}, in {duration(seconds)}."
        )
    return INCOMPLETE if made.status is RunStatus.PARTIAL else 0


def check_changes(args: argparse.Namespace) -> None:
    """Raises UsageError for an edit without anything to change."""
    about = {"noun", "verb", "json", "quiet", "verbose", "config_dir"}
    about.add("id" if args.noun == "frequency" else "name")
    if all(value is None or value is False for key, value in vars(args).items() if key not in about):
        raise UsageError("Say what to change.", f"bcper-cli {args.noun} edit --help shows the options.")


def changed_password(args: argparse.Namespace) -> "PasswordChange | None":
    """What the options say about a password of something that exists. Raises UsageError."""
    from bcper.domain.model.requests.targets import PasswordChange

    given = args.ask_password or args.password_file or args.password_command or args.password is not None
    if args.no_password:
        if given:
            raise UsageError("A password and none at all cannot both be meant.")
        return PasswordChange(None)
    # The environment's is for opening archives, and no wish to change anything.
    return PasswordChange(password_of(args, twice=True)) if given else None


def new_password(args: argparse.Namespace) -> str | None:
    """The password for something new, by options or the environment."""
    return password_of(args, twice=True)

"""What commands share: JSON of models, saying what was done."""

import argparse
import json
import os
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from bcper.apps.cli.passwords import password_of
from bcper.domain.model.frequency import Cron, Every, Once

if TYPE_CHECKING:
    from bcper.domain.model.requests.targets import PasswordChange, Removed


_SCHEDULES = {Cron: "cron", Every: "every", Once: "once"}


def raw(value: object) -> object:
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


def tell_removed(args: argparse.Namespace, kind: str, removed: "Removed") -> int:
    """Say what a deletion took along."""
    lines = [f"Deleted the {kind} {removed.name}."]
    if removed.jobs:
        lines.append(f"With it: {', '.join(f'the job {name}' for name in removed.jobs)}.")
    if removed.vaults_changed:
        lines.append(f"Taken out of: {', '.join(removed.vaults_changed)}.")
    if removed.vaults_emptied:
        lines.append(f"Nothing is left in: {', '.join(removed.vaults_emptied)}.")
    return tell(args, removed, "\n".join(lines))


def absolute(path: str) -> str:
    """A path as typed, ``~`` expanded, relative to the current folder; symlinks stay what they are."""
    return os.path.abspath(os.path.expanduser(path))


def changed_password(args: argparse.Namespace) -> "PasswordChange | None":
    """What the options say about a password of something that exists. Raises UsageError."""
    from bcper.domain.errors import UsageError
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

"""``bcper-cli settings …``."""

import argparse
from collections.abc import Callable

import attrs

from bcper.apps.cli.commands.common import raw
from bcper.apps.cli.render import local, show_json, table
from bcper.domain.errors import UsageError
from bcper.domain.model.requests.settings import EditSettings, ShowSettings
from bcper.domain.model.settings import FOREVER, Settings
from bcper.ports.service import BackupService

_ABOUT = {
    "battery_min": "on battery below this jobs wait",
    "on_metered": "jobs use remote stores on a metered connection",
    "catch_up": "missed runs are made up for",
    "parallel_stores": "stores that are backed up to side by side",
    "low_priority": "runs leave processor and disk to others",
    "inhibit_sleep": "the machine stays awake during a run",
    "warn_after_days": "days without a backup, then you are told",
    "notify": "notifications are shown on the desktop",
    "rclone_url": "where rclone is fetched from",
    "paused_until": "before this nothing runs by itself",
}
_NONE = {"battery_min": "never", "paused_until": "not paused"}


def run(args: argparse.Namespace, service: BackupService) -> int:
    """Do the verb; returns the exit status."""
    return _VERBS[args.verb](args, service)


def _show(args: argparse.Namespace, service: BackupService) -> int:
    return _tell(args, service(ShowSettings()))


def _set(args: argparse.Namespace, service: BackupService) -> int:
    given = {field.name: getattr(args, field.name) for field in attrs.fields(EditSettings)}
    if all(value is None for value in given.values()):
        raise UsageError("Say what to change.", "bcper-cli settings set --help shows the options.")
    return _tell(args, service(EditSettings(**given)), quiet=args.quiet)


def _tell(args: argparse.Namespace, settings: Settings, *, quiet: bool = False) -> int:
    if args.json:
        show_json(raw(settings))
    elif not quiet:
        rows = [[name, _word(name, settings), about] for name, about in _ABOUT.items()]
        table(["Setting", "Value", "Meaning"], rows)
    return 0


def _word(name: str, settings: Settings) -> str:
    value = getattr(settings, name)
    if value is None or (name == "warn_after_days" and value == 0):
        return _NONE.get(name, "never")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "paused_until":
        return "you resume" if value >= FOREVER else local(value)
    if name == "rclone_url":
        return value or "rclone.org"
    return f"{value} %" if name == "battery_min" else str(value)


_VERBS: dict[str, Callable[[argparse.Namespace, BackupService], int]] = {"show": _show, "set": _set}

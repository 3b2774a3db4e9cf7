"""``bcper-cli backup …``: which room each verb is in, imported when it is asked for."""

import argparse
from collections.abc import Callable
from importlib import import_module

from bcper.ports.service import BackupService

Command = Callable[[argparse.Namespace, BackupService], int]

_ROOMS = {
    "now": "runs",
    "list": "runs",
    "show": "runs",
    "delete": "runs",
    "pin": "runs",
    "unpin": "runs",
    "cancel": "runs",
    "ls": "contents",
    "diff": "contents",
    "find": "contents",
    "restore": "restore",
    "verify": "restore",
}


def run(args: argparse.Namespace, service: BackupService) -> int:
    """Do the verb; returns the exit status."""
    module = import_module(f"bcper.apps.cli.commands.{_ROOMS[args.verb]}")
    command: Command = module.VERBS[args.verb]
    return command(args, service)

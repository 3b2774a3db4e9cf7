"""``bcper-cli store …``: what has to do with rclone's remotes."""

import argparse
import os
import sys

from bcper.apps.cli.commands.common import raw
from bcper.apps.cli.render import show_json, table
from bcper.apps.container import Container
from bcper.domain.errors import StoreError, UsageError
from bcper.domain.model.names import printable
from bcper.domain.model.requests.stores import ListRemotes
from bcper.ports.service import BackupService


def list_remotes(args: argparse.Namespace, service: BackupService) -> int:
    """List them, for choosing."""
    remotes = service(ListRemotes())
    if args.json:
        show_json(raw(remotes))
    elif not remotes:
        print("rclone knows no remotes yet. Add one: bcper-cli store rclone-config")
    else:
        table(["Remote", "Type"], [[remote.name, remote.kind] for remote in remotes])
    return 0


def warn_of_remote(name: str, service: BackupService) -> None:
    """A store may be there before its remote is, and so this is no error; but mostly it is a slip."""
    if not name:
        return
    try:
        known = [remote.name for remote in service(ListRemotes())]
    except StoreError:
        return  # nobody can say
    if name not in known:
        there = f"It knows {', '.join(map(printable, known))}." if known else "It knows none yet."
        print(
            f"Warning: rclone knows no remote {printable(name)!r}. {there} "
            "To add one: bcper-cli store rclone-config",
            file=sys.stderr,
        )


def configure(args: argparse.Namespace, container: Container) -> int:
    """Become rclone's own configuration."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "rclone's configuration asks questions, and this is no terminal.",
            "Run it in a terminal: bcper-cli store rclone-config",
        )
    from bcper.apps.cli.progress import CliProgress

    with CliProgress(as_json=False, quiet=args.quiet) as progress:
        command = container.remotes().configuration(progress)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("BCPER_PASSWORD")}
    try:
        os.execve(command[0], command, kept)  # noqa: S606 - it takes our place
    except OSError as error:
        raise StoreError(f"{printable(command[0])} cannot be run ({error.strerror}).") from error

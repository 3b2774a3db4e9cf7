"""The command line, from arguments to exit status."""

import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module

from bcper.apps.cli.parser import parser


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns DESIGN.md's exit status."""
    from bcper.apps.limits import raise_file_limit

    args = parser(arguments).parse_args(arguments)
    raise_file_limit()
    try:
        status = _run(args)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader went away (``… | head``): ended as SIGPIPE ends others, so that nobody takes it for done.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except (Exception, KeyboardInterrupt) as error:
        return _report(error, as_json=args.json, verbose=args.verbose)
    return status


def _run(args: "object") -> int:
    from argparse import Namespace

    if not isinstance(args, Namespace):
        raise TypeError("Parsed arguments are wanted.")
    if args.noun == "shell":
        return _completion(args.shell)
    from dependency_injector import providers

    from bcper.apps.container import Container
    from bcper.apps.paths import places

    container = Container(places=providers.Object(places(args.config_dir)))
    try:
        commands = import_module(f"bcper.apps.cli.commands.{args.noun}")
        # Runs are still asked for past the service; the daemon's issue brings them behind it.
        status: int = commands.run(args, container if args.noun == "backup" else container.service())
        return status
    finally:
        container.ledger().close()


def _completion(shell: str) -> int:
    import shtab

    print(shtab.complete(parser(), shell=shell))
    return 0


def _report(error: BaseException, *, as_json: bool, verbose: bool) -> int:
    from bcper.apps.cli.render import tell_failure

    failure = tell_failure(error, as_json=as_json)
    if failure.bug and verbose:
        import traceback

        traceback.print_exception(error)
    return failure.exit_status

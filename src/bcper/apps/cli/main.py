"""The command line, from arguments to exit status."""

import json
import os
import sys
from collections.abc import Sequence

from bcper.apps.cli.parser import parser


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns DESIGN.md's exit status."""
    args = parser().parse_args(arguments)
    try:
        status = _run(args)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader went away (``… | head``): no news, and nothing more to write to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
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

    from bcper.apps.cli.commands import backup
    from bcper.apps.container import Container
    from bcper.apps.paths import places

    container = Container(places=providers.Object(places(args.config_dir)))
    try:
        return backup.run(args, container)
    finally:
        container.ledger().close()


def _completion(shell: str) -> int:
    import shtab

    print(shtab.complete(parser(), shell=shell))
    return 0


def _report(error: BaseException, *, as_json: bool, verbose: bool) -> int:
    from bcper.apps.failures import explain

    failure = explain(error)
    if as_json:
        print(
            json.dumps(
                {
                    "message_type": "error",
                    "message": failure.message,
                    "hint": failure.hint,
                    "exit_status": failure.exit_status,
                }
            )
        )
    else:
        print(f"Error: {failure.message}", file=sys.stderr)
        if failure.hint:
            print(f"Hint: {failure.hint}", file=sys.stderr)
    if failure.bug and verbose:
        import traceback

        traceback.print_exception(error)
    return failure.exit_status

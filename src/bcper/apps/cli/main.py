"""The command line, from arguments to exit status."""

import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from bcper.apps.cli.parser import parsed, parser, wants_json
from bcper.domain.errors import LedgerDamaged, UsageError
from bcper.domain.model.names import printable

if TYPE_CHECKING:
    from argparse import Namespace

    from bcper.apps.container import Container

_ABOUT_RUNS = ("backup", "job", "store", "status", ("daemon", "status"), ("shell", "names"))
"""Nouns, or single verbs of them, that look at the list of runs. To look makes it, empty if it was lost."""


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns DESIGN.md's exit status."""
    from bcper.apps.limits import raise_file_limit

    try:
        args = parsed(arguments)
    except UsageError as error:
        return _report(error, as_json=wants_json(arguments), verbose=False)
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
    if (args.noun, args.verb) == ("shell", "completion"):
        from bcper.apps.cli.commands.shell import completion

        return completion(args, parser())
    if (args.noun, args.verb) == ("shell", "aliases"):
        from bcper.apps.cli.commands.aliases import aliases

        return aliases(args, _container(args).set_aliases)
    if args.noun == "doctor":
        from bcper.apps.cli.commands.doctor import doctor

        return doctor(args, _container(args).check_up)
    from bcper.apps import bindings
    from bcper.apps.connect import Connected

    container = _container(args)
    try:
        if args.noun in _ABOUT_RUNS or (args.noun, getattr(args, "verb", "")) in _ABOUT_RUNS:
            _ensure_list(container, args)
        commands = import_module(f"bcper.apps.cli.commands.{args.noun}")
        service = Connected(bindings.daemon_client(container.places(), "bcper-cli"), container.service)
        more = (container,) if args.noun in ("daemon", "store") else ()
        try:
            status: int = commands.run(args, service, *more)
        except LedgerDamaged:
            _make_list(container, args, damaged=True)
            status = commands.run(args, service, *more)
        return status
    finally:
        # A command that never asked for the list of runs need not import it to close it.
        if "bcper.adapters.sqlite.run_ledger" in sys.modules:
            container.ledger().close()


def _container(args: "Namespace") -> "Container":
    from dependency_injector import providers

    from bcper.apps.container import Container
    from bcper.apps.paths import places

    return Container(places=providers.Object(places(args.config_dir)))


def _ensure_list(container: "Container", args: "Namespace") -> None:
    """Make the list of runs anew if it was lost, and the settings were not (FAULTS.md row 40)."""
    places = container.places()
    if os.path.exists(places.configuration) and not os.path.exists(places.database):
        _make_list(container, args, damaged=False)


def _make_list(container: "Container", args: "Namespace", *, damaged: bool) -> None:
    from bcper.apps.cli.progress import CliProgress

    # It is not what was asked for: on a terminal it is seen, and no JSON tells of it.
    with CliProgress(as_json=False, quiet=args.quiet or args.json) as sink:
        container.rebuild_list()(_note, sink, damaged=damaged)


def _note(text: str) -> None:
    print(f"Note: {printable(text)}", file=sys.stderr)


def _report(error: BaseException, *, as_json: bool, verbose: bool) -> int:
    from bcper.apps.cli.render import tell_failure

    failure = tell_failure(error, as_json=as_json)
    if failure.bug and verbose:
        import traceback

        traceback.print_exception(error)
    return failure.exit_status

"""The grammar of the command line (DESIGN.md), put together."""

import argparse
from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import takewhile

from bcper import __version__
from bcper.apps.cli.grammar.base import Parser, common
from bcper.apps.exit_statuses import EXIT_STATUSES

_NOUNS = {
    "item": "what is backed up: named paths with patterns and a password",
    "vault": "items that are backed up together",
    "store": "where backups are kept",
    "frequency": "when jobs run",
    "job": "what is backed up where, when, and how much of it is kept",
    "backup": "runs: make, list, look into, restore, verify, delete",
    "daemon": "the program that runs jobs when they are due",
    "status": "how every job stands, and what goes on",
    "settings": "how jobs behave: battery, networks, warnings, priority",
    "doctor": "whether all is well with this installation, and what to do",
    "shell": "aliases and completion for your shell",
}
"""Every noun, and the module of ``bcper.apps.cli.grammar`` that knows its verbs."""

_ABOUT = """\
Back folders up and get them back. Every archive is a plain .tar.gz that any tar
opens, or one in an encrypted container if it has a password. Each GROUP has verbs
of its own: bcper-cli GROUP --help."""
_EXAMPLES = (
    "backup now ~/Documents --to ~/backups",
    "backup list",
    "backup restore latest --target-dir ~/restored",
    "status",
)


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """What ``arguments`` say. Raises UsageError; ends the process when help was all that was wanted."""
    made = parser(arguments)
    for argument in _options(arguments):
        name, _, value = argument.partition("=")
        if name.startswith("--") and value == "--":
            # Some versions of argparse drop that, and give an option a list without anything in it.
            made.error(f"argument {name}: '--' is no value")
    return made.parse_args(arguments)


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether ``arguments`` ask for JSON, however wrong they are otherwise."""
    return "--json" in _options(arguments)


def _options(arguments: Sequence[str]) -> Iterator[str]:
    return takewhile(lambda each: each != "--", arguments)


def parser(arguments: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """The parser for ``arguments``; without them, of everything (for completion).

    A noun that is not among ``arguments`` is there for the help, without its verbs: start-up is a feature.
    """
    top = Parser(
        prog="bcper-cli",
        description=_ABOUT,
        epilog=_ending(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"bcper-cli {__version__}")
    common(top, suppress=False)
    nouns = top.add_subparsers(dest="noun", metavar="GROUP", required=True)
    for name, what in _NOUNS.items():
        noun = nouns.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
        if arguments is None or name in arguments:
            import_module(f"bcper.apps.cli.grammar.{name}").add(noun)
    return top


def _ending() -> str:
    examples = "".join(f"  bcper-cli {each}\n" for each in _EXAMPLES)
    statuses = "".join(f"  {status:<4} {name}\n" for status, (name, _) in EXIT_STATUSES.items())
    return f"examples:\n{examples}\nexit status:\n{statuses}"

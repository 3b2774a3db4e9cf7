"""The grammar of the command line (DESIGN.md), put together."""

import argparse
from collections.abc import Sequence
from importlib import import_module

from bcper import __version__
from bcper.apps.cli.grammar.base import common

_NOUNS = {
    "item": "what is backed up: named paths with patterns and a password",
    "vault": "items that are backed up together",
    "store": "where backups are kept",
    "frequency": "when jobs run",
    "job": "what is backed up where, when, and how much of it is kept",
    "backup": "runs: make, list, look into, restore, verify, delete",
    "settings": "how jobs behave: battery, networks, warnings, priority",
    "shell": "completion for your shell",
}
"""Every noun, and the module of ``bcper.apps.cli.grammar`` that knows its verbs."""


def parser(arguments: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """The parser for ``arguments``; without them, of everything (for completion).

    A noun that is not among ``arguments`` is there for the help, without its verbs: start-up is a feature.
    """
    top = argparse.ArgumentParser(prog="bcper-cli", description="Back folders up and get them back.")
    top.add_argument("--version", action="version", version=f"bcper-cli {__version__}")
    common(top, suppress=False)
    nouns = top.add_subparsers(dest="noun", metavar="GROUP", required=True)
    for name, what in _NOUNS.items():
        noun = nouns.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
        if arguments is None or name in arguments:
            import_module(f"bcper.apps.cli.grammar.{name}").add(noun)
    return top

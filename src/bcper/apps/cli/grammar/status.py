"""``bcper-cli status``, which has no verbs."""

import argparse

from bcper.apps.cli.grammar.base import common


def add(noun: argparse.ArgumentParser) -> None:
    """Its options."""
    noun.epilog = "example: bcper-cli status"
    noun.set_defaults(verb="show")
    common(noun, suppress=True)

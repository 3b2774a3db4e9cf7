"""``bcper-cli status``, which has no verbs."""

import argparse

from bcper.apps.cli.grammar.base import common, more


def add(noun: argparse.ArgumentParser) -> None:
    """Its options."""
    more(
        noun,
        "When each job had its last good backup, when it runs next, and why it waits or cannot. Without a"
        " daemon the exit status is 0, too.",
    )
    noun.epilog = "example: bcper-cli status"
    noun.set_defaults(verb="show")
    common(noun, suppress=True)

"""``bcper-cli doctor``, which has no verbs."""

import argparse

from bcper.apps.cli.grammar.base import common, more


def add(noun: argparse.ArgumentParser) -> None:
    """Its options."""
    more(
        noun,
        "It looks at Python, Tk, the keyring, rclone, permissions, disk, clock, daemon, settings, the list of"
        " runs, stores and jobs, and changes nothing. Each finding is ok, a hint, a problem or not checked."
        " The exit status is 0 when nothing is a problem, and 1 when something is. With --json it is one"
        " document for a report of a bug, without passwords, addresses and accounts.",
    )
    noun.epilog = "example: bcper-cli doctor --no-stores"
    noun.set_defaults(verb="show")
    noun.add_argument("--no-stores", action="store_true", help="leave stores alone: nothing is tried in them")
    common(noun, suppress=True)

"""``bcper-cli shell …``: its verbs."""

import argparse

from bcper.apps.cli.grammar.base import more, verb, verbs_of
from bcper.domain.model.shell import SHELLS


def add(noun: argparse.ArgumentParser) -> None:
    """Its verbs."""
    more(noun, "What is written into a profile stands between two marks, and can be taken out again.")
    verbs = verbs_of(noun)
    aliases = verb(verbs, "aliases", "have bcper, bcperd and bcper-cli in your shell", "shell aliases")
    aliases.add_argument(
        "--shell",
        action="append",
        default=[],
        choices=SHELLS,
        help="for this shell (default: yours, and those that have a profile already)",
    )
    which = aliases.add_mutually_exclusive_group()
    which.add_argument("--remove", action="store_true", help="take them out again")
    which.add_argument("--print", action="store_true", help="print the lines, change nothing")
    which.add_argument("--force", action="store_true", help="also where they are on PATH already")

    completion = verb(
        verbs,
        "completion",
        "print a completion script",
        "shell completion bash",
        "Names of items, stores, jobs and so on are completed too.",
    )
    completion.add_argument("shell", choices=["bash", "zsh", "fish"], help="the shell that is to read it")

    names = verb(verbs, "names", "print names, for completion", "shell names item")
    names.add_argument(
        "kind", choices=["item", "vault", "store", "remote", "frequency", "job"], help="names of what"
    )

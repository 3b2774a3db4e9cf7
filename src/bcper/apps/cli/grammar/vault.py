"""``bcper-cli vault …``: its verbs."""

import argparse

from bcper.apps.cli.grammar.base import (
    change_password,
    delete,
    ignore,
    items,
    more,
    names_of,
    password,
    verb,
    verbs_of,
)


def add(noun: argparse.ArgumentParser) -> None:
    """Its verbs."""
    more(
        noun,
        "A vault's patterns hold for all its items, and its password for those that have none of their own.",
    )
    verbs = verbs_of(noun)
    verb(verbs, "list", "list vaults", "vault list")

    show = verb(verbs, "show", "all about one vault, and where each setting comes from", "vault show home")
    names_of(show.add_argument("name", metavar="NAME", help="the vault's name"), "vault")

    new = verb(verbs, "add", "add a vault", "vault add home --items documents letters")
    new.add_argument("name", metavar="NAME", help="its name")
    items(new, required=True)
    ignore(new)
    password(new)

    edit = verb(verbs, "edit", "change a vault", "vault edit home --items documents letters pictures")
    names_of(edit.add_argument("name", metavar="NAME", help="the vault's name"), "vault")
    edit.add_argument("--new-name", metavar="NAME", help="its name from now on")
    items(edit, required=False)
    ignore(edit, anew=True)
    change_password(edit)

    delete(verbs, "vault", "delete vaults; their items and runs stay", "the jobs that use them too")

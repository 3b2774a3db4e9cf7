"""``bcper-cli item …``: its verbs."""

import argparse

from bcper.apps.cli.grammar.base import (
    change_password,
    delete,
    ignore,
    leave_out,
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
        "An item is a name for one or more paths, with patterns that say what is left out, and with a"
        " password if it is to be encrypted. An item's settings win over those of a vault that has it.",
    )
    verbs = verbs_of(noun)
    verb(verbs, "list", "list items", "item list")

    show = verb(verbs, "show", "all about one item", "item show documents")
    names_of(show.add_argument("name", metavar="NAME", help="the item's name"), "item")

    new = verb(
        verbs,
        "add",
        "add an item",
        'item add documents ~/Documents --ignore "*.tmp"',
        "Without a password its archives are not encrypted. Nothing is backed up yet: a job does that.",
    )
    new.add_argument("name", metavar="NAME", help="its name")
    new.add_argument("paths", nargs="+", metavar="PATH", help="a file or a folder")
    ignore(new)
    leave_out(new)
    password(new)

    edit = verb(verbs, "edit", "change an item", "item edit documents --path ~/Documents --path ~/Letters")
    names_of(edit.add_argument("name", metavar="NAME", help="the item's name"), "item")
    edit.add_argument("--new-name", metavar="NAME", help="its name from now on")
    edit.add_argument(
        "--path", action="append", dest="paths", metavar="PATH", help="all paths anew, one each time"
    )
    ignore(edit, anew=True)
    leave_out(edit)
    change_password(edit)

    preview = verb(
        verbs, "preview", "what a backup would keep and leave out, and why", "item preview documents"
    )
    names_of(preview.add_argument("name", metavar="NAME", help="the item's name"), "item")
    preview.add_argument("--vault", metavar="NAME", help="with the patterns of this vault too")

    delete(verbs, "item", "delete items; their runs stay", "the jobs that use them too, and out of vaults")

"""``bcper-cli item …``: its verbs."""

import argparse

from bcper.apps.cli.grammar.base import (
    change_password,
    delete,
    ignore,
    leave_out,
    names_of,
    password,
    verb,
    verbs_of,
)


def add(noun: argparse.ArgumentParser) -> None:
    """Its verbs."""
    verbs = verbs_of(noun)
    verb(verbs, "list", "list items", "item list")

    show = verb(verbs, "show", "all about one item", "item show documents")
    names_of(show.add_argument("name", metavar="NAME"), "item")

    new = verb(verbs, "add", "add an item", 'item add documents ~/Documents --ignore "*.tmp"')
    new.add_argument("name", metavar="NAME")
    new.add_argument("paths", nargs="+", metavar="PATH")
    ignore(new)
    leave_out(new)
    password(new)

    edit = verb(verbs, "edit", "change an item", "item edit documents --path ~/Documents --path ~/Letters")
    names_of(edit.add_argument("name", metavar="NAME"), "item")
    edit.add_argument("--new-name", metavar="NAME")
    edit.add_argument(
        "--path", action="append", dest="paths", metavar="PATH", help="all paths anew, one each time"
    )
    ignore(edit, anew=True)
    leave_out(edit)
    change_password(edit)

    preview = verb(
        verbs, "preview", "what a backup would keep and leave out, and why", "item preview documents"
    )
    names_of(preview.add_argument("name", metavar="NAME"), "item")
    preview.add_argument("--vault", metavar="NAME", help="with the patterns of this vault too")

    delete(verbs, "item", "delete items; their runs stay", "the jobs that use them too, and out of vaults")

"""``bcper-cli frequency …``: its verbs."""

import argparse

from bcper.apps.cli.grammar.base import delete, more, names_of, verb, verbs_of


def add(noun: argparse.ArgumentParser) -> None:
    """Its verbs."""
    more(noun, "Times are local. Several jobs may have the same frequency.")
    verbs = verbs_of(noun)
    verb(verbs, "list", "list frequencies", "frequency list")

    show = verb(verbs, "show", "all about one frequency", "frequency show nightly")
    names_of(show.add_argument("name", metavar="ID", help="the frequency's id"), "frequency")

    new = verb(
        verbs, "add", "add a frequency", 'frequency add nightly --name "Every night" --every "day at 22:00"'
    )
    new.add_argument("id", metavar="ID", help="what jobs call it")
    new.add_argument("--name", help="for people (default: the id)")
    _when(new, required=True)

    edit = verb(verbs, "edit", "change a frequency", 'frequency edit nightly --every "2 days at 22:00"')
    names_of(edit.add_argument("id", metavar="ID", help="the frequency's id"), "frequency")
    edit.add_argument("--name", help="for people")
    _when(edit, required=False)

    delete(verbs, "frequency", "delete frequencies", "the jobs that use them too")

    following = verb(verbs, "next", "the next five firings", "frequency next nightly")
    names_of(following.add_argument("id", metavar="ID", help="the frequency's id"), "frequency")


def _when(parser: argparse.ArgumentParser, *, required: bool) -> None:
    one = parser.add_mutually_exclusive_group(required=required)
    one.add_argument("--cron", metavar="FIELDS", help='five fields: "0 22 * * *"')
    one.add_argument(
        "--every",
        metavar="WORDS",
        help='"6 hours", "2 days at 22:00", "week on monday at 08:00", "3 months on day 1 at 06:30"',
    )
    one.add_argument(
        "--once", nargs="?", const="", metavar="TIME", help='one time: now, or at "2026-12-24 18:00"'
    )

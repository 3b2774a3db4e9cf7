"""``bcper-cli job …``: its verbs."""

import argparse

from bcper.apps.cli.grammar.base import names_of, verb, verbs_of


def add(noun: argparse.ArgumentParser) -> None:
    """Its verbs."""
    verbs = verbs_of(noun)
    verb(verbs, "list", "list jobs", "job list")

    new = verb(
        verbs,
        "add",
        "add a job",
        "job add --name nightly --target-type vault --target-name home --store-name disk"
        " --frequency-id nightly",
    )
    new.add_argument("--name", required=True)
    _fields(new, required=True)
    new.add_argument("--disabled", action="store_true", help="do not run it by itself yet")

    edit = verb(verbs, "edit", "change a job", "job edit nightly --keep-last 7 --keep-weekly 4")
    _name(edit)
    edit.add_argument("--new-name", metavar="NAME")
    _fields(edit, required=False)

    for name, what in (("enable", "let a job run by itself"), ("disable", "let a job rest")):
        _name(verb(verbs, name, what, f"job {name} nightly"))

    _name(verb(verbs, "run", "run a job now", "job run nightly"))

    prune = verb(verbs, "prune", "take surplus runs out of the store", "job prune nightly --dry-run")
    _name(prune)
    prune.add_argument("--dry-run", action="store_true", help="only say which, and why")

    clean = verb(verbs, "clean", "remove jobs that refer to something that is gone", "job clean --dry-run")
    clean.add_argument("--dry-run", action="store_true", help="only say which, and why")

    _name(verb(verbs, "delete", "delete a job; its runs stay", "job delete nightly"))


def _name(parser: argparse.ArgumentParser) -> None:
    names_of(parser.add_argument("name", metavar="NAME"), "job")


def _fields(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--target-type", choices=["item", "vault"], required=required)
    parser.add_argument("--target-name", metavar="NAME", required=required)
    names_of(parser.add_argument("--store-name", metavar="NAME", required=required), "store")
    names_of(parser.add_argument("--frequency-id", metavar="ID", required=required), "frequency")
    group = parser.add_argument_group("how many runs to keep", "a run stays if any rule wants it")
    group.add_argument("--keep-last", type=int, metavar="N", help="the newest (default 3)")
    for rule in ("daily", "weekly", "monthly", "yearly"):
        group.add_argument(f"--keep-{rule}", type=int, metavar="N")

"""``bcper-cli job …``: its verbs."""

import argparse

from bcper.apps.cli.grammar.base import delete, more, names_of, number_of_seconds, verb, verbs_of


def add(noun: argparse.ArgumentParser) -> None:
    """Its verbs."""
    more(
        noun,
        "A job backs an item or a vault up into a store at the times of a frequency, and then deletes the"
        " backups that none of its rules keeps. The daemon runs it; without the daemon, job run does.",
    )
    verbs = verbs_of(noun)
    verb(verbs, "list", "list jobs", "job list")
    _name(verb(verbs, "show", "all about one job", "job show nightly"))

    new = verb(
        verbs,
        "add",
        "add a job",
        "job add --name nightly --target-type vault --target-name home --store-name disk"
        " --frequency-id nightly",
    )
    new.add_argument("--name", required=True, help="its name")
    _fields(new, required=True)
    new.add_argument("--disabled", action="store_true", help="do not run it by itself yet")

    edit = verb(
        verbs,
        "edit",
        "change a job",
        "job edit nightly --keep-last 7 --before 'mount /mnt/disk' --after 'umount /mnt/disk'",
    )
    _name(edit)
    edit.add_argument("--new-name", metavar="NAME", help="its name from now on; its runs stay with it")
    _fields(edit, required=False)

    for name, what in (("enable", "let a job run by itself"), ("disable", "let a job rest")):
        _name(verb(verbs, name, what, f"job {name} nightly"))

    _name(verb(verbs, "run", "run a job now", "job run nightly", "Ctrl-C cancels it."))

    prune = verb(
        verbs,
        "prune",
        "take surplus runs out of the store",
        "job prune nightly --dry-run",
        "Each run of the job does this at its end. Pinned runs stay; all stay where a run looks wrong.",
    )
    _name(prune)
    prune.add_argument("--dry-run", action="store_true", help="only say which, and why")

    clean = verb(verbs, "clean", "remove jobs that refer to something that is gone", "job clean --dry-run")
    clean.add_argument("--dry-run", action="store_true", help="only say which, and why")

    delete(verbs, "job", "delete jobs; their runs stay")


def _name(parser: argparse.ArgumentParser) -> None:
    names_of(parser.add_argument("name", metavar="NAME", help="the job's name"), "job")


def _fields(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument(
        "--target-type", choices=["item", "vault"], required=required, help="what is backed up"
    )
    parser.add_argument(
        "--target-name", metavar="NAME", required=required, help="the name of the item or vault"
    )
    names_of(parser.add_argument("--store-name", metavar="NAME", required=required, help="where to"), "store")
    names_of(parser.add_argument("--frequency-id", metavar="ID", required=required, help="when"), "frequency")
    group = parser.add_argument_group("how many runs to keep", "a run stays if any rule wants it")
    group.add_argument("--keep-last", type=int, metavar="N", help="the newest (default 3)")
    for rule, time in (("daily", "day"), ("weekly", "week"), ("monthly", "month"), ("yearly", "year")):
        group.add_argument(f"--keep-{rule}", type=int, metavar="N", help=f"the newest of each of N {time}s")
    _around(parser, edits=not required)


def _around(parser: argparse.ArgumentParser, *, edits: bool) -> None:
    """What is done around a run, and when it waits."""
    none = ", '' for none" if edits else ""
    group = parser.add_argument_group("around a run", "docs/guide/hooks.md has the variables of the commands")
    group.add_argument(
        "--before", metavar="COMMAND", help=f"run it first; if it fails, so does the run (75: skip it){none}"
    )
    group.add_argument("--after", metavar="COMMAND", help=f"run it afterwards, however the run ended{none}")
    group.add_argument(
        "--hook-timeout", type=number_of_seconds, metavar="TIME", help="time for each (10m; default 10m)"
    )
    group.add_argument("--ping-url", metavar="URL", help=f"call it at the start, success, failure{none}")
    group = parser.add_argument_group("attention")
    words = ", or default for the settings' own" if edits else " (default: as the settings say)"
    group.add_argument(
        "--warn-after-days",
        type=_days if edits else int,
        metavar="N",
        help=f"warn after so many days without a backup, 0 for never{words}",
    )
    group.add_argument("--only-on-power", action=argparse.BooleanOptionalAction, help="wait while on battery")


def _days(text: str) -> int:
    return -1 if text == "default" else int(text)

"""``bcper-cli store …``: its verbs."""

import argparse

from bcper.apps.cli.grammar.base import delete, names_of, number_of_bytes, verb, verbs_of


def add(noun: argparse.ArgumentParser) -> None:
    """Its verbs."""
    verbs = verbs_of(noun)
    verb(verbs, "list", "list stores", "store list")

    show = verb(verbs, "show", "all about one store", "store show disk")
    names_of(show.add_argument("name", metavar="NAME"), "store")

    new = verb(verbs, "add", "add a store", "store add disk --type local --path /mnt/disk/backups")
    new.add_argument("name", metavar="NAME")
    new.add_argument("--type", required=True, choices=["local", "rclone"], dest="kind")
    new.add_argument("--path", default="", help="a folder, or the place on the remote")
    names_of(new.add_argument("--remote", default="", help="the rclone remote's name"), "remote")
    _limits(new)

    edit = verb(verbs, "edit", "change a store", "store edit disk --path /mnt/other/backups")
    names_of(edit.add_argument("name", metavar="NAME"), "store")
    edit.add_argument("--new-name", metavar="NAME")
    edit.add_argument("--path")
    names_of(edit.add_argument("--remote"), "remote")
    _limits(edit)

    delete(verbs, "store", "forget stores; what is in them stays", "the jobs that use them too")

    test = verb(verbs, "test", "write, read and delete in a store", "store test disk")
    names_of(test.add_argument("name", metavar="NAME"), "store")

    bring = verb(verbs, "import", "list every run that a store holds", "store import /mnt/disk/backups")
    bring.add_argument("name", metavar="NAME_OR_PATH")

    verb(verbs, "remotes", "list the remotes that rclone knows", "store remotes")
    verb(verbs, "rclone-config", "open rclone's own configuration in this terminal", "store rclone-config")


def _limits(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--volume-size",
        type=number_of_bytes,
        metavar="SIZE",
        help="close a volume after so much (256M), 0 for one archive a run",
    )
    parser.add_argument("--bandwidth", type=number_of_bytes, metavar="SIZE", help="at most so much a second")

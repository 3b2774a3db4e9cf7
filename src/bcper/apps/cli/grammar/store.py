"""``bcper-cli store …``: its verbs."""

import argparse

from bcper.apps.cli.grammar.base import delete, more, names_of, number_of_bytes, verb, verbs_of


def add(noun: argparse.ArgumentParser) -> None:
    """Its verbs."""
    more(
        noun,
        "A store is a folder on a disk, or a place on anything that rclone can reach. Wherever a store is"
        " named, a folder or REMOTE:PATH may stand instead.",
    )
    verbs = verbs_of(noun)
    verb(verbs, "list", "list stores", "store list")

    show = verb(verbs, "show", "all about one store", "store show disk")
    names_of(show.add_argument("name", metavar="NAME", help="the store's name"), "store")

    new = verb(
        verbs,
        "add",
        "add a store",
        "store add disk --type local --path /mnt/disk/backups",
        "A local folder is made if it is missing. A remote that rclone does not know yet is warned of.",
    )
    new.add_argument("name", metavar="NAME", help="its name")
    new.add_argument(
        "--type",
        required=True,
        choices=["local", "rclone"],
        dest="kind",
        help="a folder, or a remote of rclone's",
    )
    new.add_argument("--path", default="", help="a folder, or the place on the remote")
    names_of(new.add_argument("--remote", default="", help="the rclone remote's name"), "remote")
    _limits(new)

    edit = verb(verbs, "edit", "change a store", "store edit disk --path /mnt/other/backups")
    names_of(edit.add_argument("name", metavar="NAME", help="the store's name"), "store")
    edit.add_argument("--new-name", metavar="NAME", help="its name from now on; jobs follow")
    edit.add_argument(
        "--path", help="another folder, or place on the remote; what is at the old one stays there"
    )
    names_of(edit.add_argument("--remote", help="another rclone remote"), "remote")
    _limits(edit)

    delete(verbs, "store", "forget stores; what is in them stays", "the jobs that use them too")

    test = verb(
        verbs,
        "test",
        "write, read and delete in a store",
        "store test disk",
        "It says what went wrong, and leaves nothing.",
    )
    names_of(test.add_argument("name", metavar="NAME", help="the store's name"), "store")

    bring = verb(
        verbs,
        "import",
        "list every run that a store holds",
        "store import /mnt/disk/backups",
        "This is how backups are found again on a new machine, with the disk or the remote alone.",
    )
    bring.add_argument("name", metavar="NAME_OR_PATH", help="a store's name, a folder, or REMOTE:PATH")

    verb(verbs, "remotes", "list the remotes that rclone knows", "store remotes")
    verb(verbs, "rclone-config", "open rclone's own configuration in this terminal", "store rclone-config")


def _limits(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--volume-size",
        type=number_of_bytes,
        metavar="SIZE",
        help="close a volume after so much (256M), 0 for one archive a run, not on remotes",
    )
    parser.add_argument("--bandwidth", type=number_of_bytes, metavar="SIZE", help="at most so much a second")

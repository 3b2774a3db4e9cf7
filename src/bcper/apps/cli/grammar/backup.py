"""``bcper-cli backup …``: its verbs."""

import argparse

from bcper.apps.cli.grammar.base import more, names_of, password, passwords, run, verb, verbs_of, where


def add(noun: argparse.ArgumentParser) -> None:
    """Its verbs."""
    more(
        noun,
        "A run is named by its id, by a beginning of the id that no other has, or by latest: the newest of"
        " all, of one job (--job) or of one store (--store).",
    )
    verbs = verbs_of(noun)

    now = verb(
        verbs,
        "now",
        "back paths up at once",
        "backup now ~/Documents --to ~/backups",
        "No item, store or job is needed. It says how to get the files back.",
    )
    now.add_argument("paths", nargs="+", metavar="PATH", help="a file or a folder")
    names_of(
        now.add_argument(
            "--to", required=True, metavar="STORE", help="a store, or a folder, made if it is missing"
        ),
        "store",
    )
    now.add_argument(
        "--ignore", action="append", default=[], metavar="PATTERN", help="leave out, as .gitignore does"
    )
    now.add_argument("--name", help="the target's name (default: the last part of the first path)")
    now.add_argument(
        "--compression", choices=["fast", "balanced", "best"], default="fast", help="default: fast"
    )
    password(now)

    listing = verb(verbs, "list", "list runs, newest first", "backup list --store ~/backups")
    where(listing)
    listing.add_argument("--history", action="store_true", help="runs that were pruned, too")

    show = verb(verbs, "show", "all about one run", "backup show latest")
    run(show)

    ls = verb(verbs, "ls", "list what is in a run", "backup ls latest Documents/letters")
    run(ls)
    ls.add_argument("path", nargs="?", metavar="PATH", help="only what is below it")
    passwords(ls)

    restore = verb(
        verbs,
        "restore",
        "get files back",
        "backup restore latest --target-dir ~/restored",
        "Files that are there already stay as they are, unless --overwrite says otherwise.",
    )
    restore.add_argument("runs", nargs="+", metavar="RUN", help="a run's id, a prefix of it, or latest")
    restore.add_argument("--target-dir", required=True, metavar="DIR", help="the folder to restore into")
    restore.add_argument(
        "--include", action="append", default=[], metavar="PATTERN", help="only what matches"
    )
    restore.add_argument(
        "--overwrite",
        choices=["never", "if-newer", "always"],
        default="never",
        help="files that are there (default: never)",
    )
    restore.add_argument("--special", action="store_true", help="device nodes and set-user-ID bits too")
    where(restore)
    passwords(restore)

    verify = verb(
        verbs,
        "verify",
        "check that a run is whole",
        "backup verify --all",
        "Everything of it is read, decrypted, decompressed and compared with its checksums.",
    )
    verify.add_argument("runs", nargs="*", metavar="RUN", help="a run's id, a prefix of it, or latest")
    verify.add_argument("--all", action="store_true", help="every good run")
    where(verify)
    passwords(verify)

    diff = verb(verbs, "diff", "what changed between two runs", "backup diff 3f2a latest")
    diff.add_argument("old", metavar="OLD", help="a run's id, a prefix of it, or latest")
    diff.add_argument("new", metavar="NEW", help="likewise")
    diff.add_argument("--metadata", action="store_true", help="changes of modes, owners and times, too")
    where(diff)
    passwords(diff)

    find = verb(verbs, "find", "which runs hold a file", 'backup find "*.odt" --job nightly')
    find.add_argument("pattern", metavar="PATTERN", help="as in .gitignore")
    where(find)
    passwords(find)

    for name, what in (("pin", "keep runs whatever retention says"), ("unpin", "leave runs to retention")):
        pin = verb(verbs, name, what, f"backup {name} 3f2a")
        pin.add_argument("runs", nargs="+", metavar="RUN", help="a run's id, a prefix of it, or latest")

    cancel = verb(verbs, "cancel", "cancel what the daemon does", "backup cancel 3f2a")
    cancel.add_argument("run", metavar="RUN", help="a run's id or its beginning, or a job's name")

    delete = verb(verbs, "delete", "delete runs from their store", "backup delete 3f2a --yes")
    delete.add_argument("runs", nargs="+", metavar="RUN", help="a run's id, a prefix of it, or latest")
    delete.add_argument("--yes", action="store_true", help="do not ask")
    where(delete)

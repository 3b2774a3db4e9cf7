"""The grammar of the command line (DESIGN.md)."""

import argparse
from collections.abc import Sequence
from typing import Any

from bcper import __version__


def parser() -> argparse.ArgumentParser:
    """All nouns and verbs that there are so far."""
    top = argparse.ArgumentParser(prog="bcper-cli", description="Back folders up and get them back.")
    top.add_argument("--version", action="version", version=f"bcper-cli {__version__}")
    _common(top, suppress=False)
    nouns = top.add_subparsers(dest="noun", metavar="GROUP", required=True)
    _backup(nouns.add_parser("backup", help="runs: make, list, look into, restore, verify, delete"))
    shell = nouns.add_parser("shell", help="completion for your shell")
    verbs = shell.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=_Verb)
    completion = _verb(verbs, "completion", "print a completion script", "shell completion bash")
    completion.add_argument("shell", choices=["bash", "zsh", "fish"])
    return top


class _Verb(argparse.ArgumentParser):
    """Takes options between positional arguments: ``ls latest --password-file F Documents``."""

    _within = False

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        if self._within:
            return super().parse_known_args(args, namespace)
        self._within = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._within = False


def _common(parser: argparse.ArgumentParser, *, suppress: bool) -> None:
    """The options that every command has, before its name or after; after it, only what is given counts."""
    group = parser.add_argument_group("output and settings") if suppress else parser
    flag: Any = {"action": "store_true", "default": argparse.SUPPRESS if suppress else False}
    group.add_argument("--json", help="one JSON document, or JSON lines where there is progress", **flag)
    group.add_argument("-q", "--quiet", help="say nothing but errors", **flag)
    group.add_argument("-v", "--verbose", help="show the trace of a bug", **flag)
    group.add_argument(
        "--config-dir",
        metavar="DIR",
        help="settings and the list of runs (default ~/.config/bcper)",
        default=argparse.SUPPRESS if suppress else None,
    )


def _backup(noun: argparse.ArgumentParser) -> None:
    verbs = noun.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=_Verb)

    now = _verb(verbs, "now", "back paths up at once", "backup now ~/Documents --to ~/backups")
    now.add_argument("paths", nargs="+", metavar="PATH")
    now.add_argument("--to", required=True, metavar="DIR", help="the store: a folder, made if it is missing")
    now.add_argument(
        "--ignore", action="append", default=[], metavar="PATTERN", help="leave out, as .gitignore does"
    )
    now.add_argument("--name", help="the target's name (default: the last part of the first path)")
    now.add_argument("--compression", choices=["fast", "balanced", "best"], default="fast")
    _password(now)

    listing = _verb(verbs, "list", "list runs, newest first", "backup list --store ~/backups")
    _store(listing)

    show = _verb(verbs, "show", "all about one run", "backup show latest")
    _run(show)

    ls = _verb(verbs, "ls", "list what is in a run", "backup ls latest Documents/letters")
    _run(ls)
    ls.add_argument("path", nargs="?", metavar="PATH")
    _password(ls)

    restore = _verb(verbs, "restore", "get files back", "backup restore latest --target-dir ~/restored")
    restore.add_argument("runs", nargs="+", metavar="RUN", help="a run's id, a prefix of it, or latest")
    restore.add_argument("--target-dir", required=True, metavar="DIR")
    restore.add_argument(
        "--include", action="append", default=[], metavar="PATTERN", help="only what matches"
    )
    restore.add_argument("--overwrite", choices=["never", "if-newer", "always"], default="never")
    restore.add_argument("--special", action="store_true", help="device nodes and set-user-ID bits too")
    _store(restore)
    _password(restore)

    verify = _verb(verbs, "verify", "check that a run is whole", "backup verify --all")
    verify.add_argument("runs", nargs="*", metavar="RUN")
    verify.add_argument("--all", action="store_true", help="every good run")
    _store(verify)
    _password(verify)

    delete = _verb(verbs, "delete", "delete runs from their store", "backup delete 3f2a --yes")
    delete.add_argument("runs", nargs="+", metavar="RUN")
    delete.add_argument("--yes", action="store_true", help="do not ask")
    _store(delete)


def _verb(
    verbs: "argparse._SubParsersAction[_Verb]", name: str, what: str, example: str
) -> argparse.ArgumentParser:
    verb = verbs.add_parser(
        name, help=what, description=f"{what[0].upper()}{what[1:]}.", epilog=f"example: bcper-cli {example}"
    )
    _common(verb, suppress=True)
    return verb


def _run(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("run", metavar="RUN", help="a run's id, a unique prefix of it, or latest")
    _store(verb)


def _store(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--store", metavar="DIR", help="look into this store instead of the list of runs")


def _password(verb: argparse.ArgumentParser) -> None:
    group = verb.add_argument_group(
        "password", "also BCPER_PASSWORD, BCPER_PASSWORD_FILE, BCPER_PASSWORD_COMMAND"
    )
    one = group.add_mutually_exclusive_group()
    one.add_argument("--ask-password", action="store_true", help="ask for it on the terminal")
    one.add_argument("--password-file", metavar="FILE", help="the first line of a file")
    one.add_argument("--password-command", metavar="COMMAND", help="the first line that a command prints")
    one.add_argument("--password", metavar="VALUE", help="insecure: other users can see it")

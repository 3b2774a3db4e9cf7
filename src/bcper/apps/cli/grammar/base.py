"""What the verbs of all nouns share: options, passwords, help with an example."""

import argparse
import re
from collections.abc import Sequence
from typing import Any, NoReturn, TypeAlias

from bcper.apps.words import number_of_bytes as number_of_bytes
from bcper.domain.errors import UsageError

_REQUIRED, _UNKNOWN = "the following arguments are required: ", "unrecognized arguments: "


class Parser(argparse.ArgumentParser):
    """Says what is wrong as everything else does, in one sentence and a hint: raises UsageError."""

    def error(self, message: str) -> NoReturn:
        """See argparse."""
        raise UsageError(_sentence(message), f"{self.prog} --help shows how.")


def _sentence(message: str) -> str:
    """What argparse says, for people; names of functions are none of their business."""
    if message.startswith(_REQUIRED):
        names = message.removeprefix(_REQUIRED)
        return f"{names} {'are' if ', ' in names else 'is'} missing."
    if message.startswith(_UNKNOWN):
        return f"This is not known here: {message.removeprefix(_UNKNOWN)}."
    if found := re.fullmatch(r"argument (\S+): invalid \w+ value: (.*)", message, re.DOTALL):
        return f"{found[2]} is no value for {found[1]}."
    return f"{message[:1].upper()}{message[1:]}."


class Verb(Parser):
    """Takes options between positional arguments: ``ls latest --password-file F Documents``."""

    _within = False

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        if self._within:
            return super().parse_known_args(args, namespace)
        self._within = True
        try:
            found, unknown = self.parse_known_intermixed_args(args, namespace)
        finally:
            self._within = False
        if unknown:
            # Said here and not at the top, for the hint to be about this verb.
            self.error(f"{_UNKNOWN}{' '.join(unknown)}")
        return found, unknown


Verbs: TypeAlias = "argparse._SubParsersAction[Verb]"  # noqa: SLF001 - argparse names it so


def common(parser: argparse.ArgumentParser, *, suppress: bool) -> None:
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


def verbs_of(noun: argparse.ArgumentParser) -> "Verbs":
    """The place for a noun's verbs."""
    return noun.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Verb)


def verb(verbs: "Verbs", name: str, what: str, example: str, more: str = "") -> argparse.ArgumentParser:
    """A verb with its help and an example; ``what`` begins with a small letter, ``more`` are sentences."""
    made = verbs.add_parser(
        name,
        help=what,
        description=f"{what[0].upper()}{what[1:]}. {more}".rstrip(),
        epilog=f"example: bcper-cli {example}",
    )
    common(made, suppress=True)
    return made


def more(noun: argparse.ArgumentParser, sentences: str) -> None:
    """What is to be said of a noun beside its one line."""
    noun.description = f"{noun.description} {sentences}"


def run(verb: argparse.ArgumentParser) -> None:
    """The run that the verb is about."""
    verb.add_argument("run", metavar="RUN", help="a run's id, a unique prefix of it, or latest")
    where(verb)


def where(verb: argparse.ArgumentParser) -> None:
    """Where to look for runs."""
    store(verb)
    names_of(
        verb.add_argument("--job", metavar="NAME", help="only runs of this job, of which latest is one"),
        "job",
    )


def store(verb: argparse.ArgumentParser) -> None:
    """A store to look into."""
    names_of(
        verb.add_argument(
            "--store", metavar="STORE", help="look into this store, a name or a folder, and not at the list"
        ),
        "store",
    )


_PASSWORD = ("password", "also BCPER_PASSWORD, BCPER_PASSWORD_FILE, BCPER_PASSWORD_COMMAND")
_PASSWORD_HELP = {
    "--password-file": ("FILE", "the first line of a file"),
    "--password-command": ("COMMAND", "the first line that a command prints"),
    "--password": ("VALUE", "insecure: other users can see it"),
}


def password(verb: argparse.ArgumentParser) -> None:
    """Where a password comes from."""
    one = verb.add_argument_group(*_PASSWORD).add_mutually_exclusive_group()
    one.add_argument("--ask-password", action="store_true", help="ask for it on the terminal")
    for option, (metavar, what) in _PASSWORD_HELP.items():
        one.add_argument(option, metavar=metavar, help=what)


def passwords(verb: argparse.ArgumentParser) -> None:
    """Where the passwords come from that open runs: as many options as there are passwords."""
    title, also = _PASSWORD
    group = verb.add_argument_group(title, f"each option any number of times; {also}")
    group.add_argument("--ask-password", action="count", default=0, help="ask for it on the terminal")
    for option, (metavar, what) in _PASSWORD_HELP.items():
        group.add_argument(option, action="append", default=[], metavar=metavar, help=what)


def change_password(parser: argparse.ArgumentParser) -> None:
    """The same, and none any more."""
    password(parser)
    parser.add_argument("--no-password", action="store_true", help="take its password away")


def ignore(parser: argparse.ArgumentParser, *, anew: bool = False) -> None:
    """Patterns; with ``anew`` they replace all that there are."""
    parser.add_argument(
        "--ignore",
        action="append",
        default=None if anew else [],
        metavar="PATTERN",
        help="leave out, as .gitignore does" + (" (all patterns anew)" if anew else ""),
    )
    if anew:
        parser.add_argument("--no-ignore", action="store_true", help="no patterns any more")


def items(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """Names of items: after one another, with commas, or one option each."""
    names_of(
        parser.add_argument(
            "--items",
            action="extend",
            nargs="+",
            required=required,
            metavar="ITEM",
            help="its items, all of them: A B, or A,B",
        ),
        "item",
    )


def leave_out(parser: argparse.ArgumentParser) -> None:
    """What an item leaves out beside its patterns."""
    group = parser.add_argument_group("leave out")
    switch = argparse.BooleanOptionalAction
    group.add_argument("--exclude-caches", action=switch, help="folders with a CACHEDIR.TAG")
    group.add_argument(
        "--exclude-larger-than",
        type=number_of_bytes,
        metavar="SIZE",
        help="files over a size (100M; 0: none)",
    )
    group.add_argument("--one-file-system", action=switch, help="what is mounted below")
    group.add_argument("--use-bcpignore", action=switch, help="what .bcpignore files in the tree name")


def number_of_seconds(text: str) -> int:
    """``90``, ``90s``, ``10m``, ``2h``, in seconds. Raises ValueError."""
    units = {"s": 1, "m": 60, "h": 3600}
    number = text.strip().lower()
    if number[-1:] in units:
        return int(number[:-1]) * units[number[-1]]
    return int(number)


def delete(verbs: "Verbs", noun: str, what: str, cascade: str = "") -> None:
    """The verb that deletes; ``cascade`` says what ``--cascade`` takes along."""
    example = {"item": "documents", "vault": "home", "store": "disk"}.get(noun, "nightly")
    made = verb(verbs, "delete", what, f"{noun} delete {example}")
    metavar = "ID" if noun == "frequency" else "NAME"
    ids = f"the {noun}'s {metavar.lower()}; several may be given"
    names_of(made.add_argument("names", nargs="+", metavar=metavar, help=ids), noun)
    if cascade:
        made.add_argument("--cascade", action="store_true", help=cascade)


def names_of(action: argparse.Action, kind: str) -> None:
    """Say that ``action`` takes names of ``kind``, for completion."""
    action.names_of = kind  # type: ignore[attr-defined]

"""From a parser of argparse to the model.

Its own usage is not taken: each version of Python folds it differently.
"""

import argparse
import re
from collections.abc import Iterable, Iterator

from manual.model import Command, Entry, Group

_SHARED = "output and settings"
"""The title under which every verb has what the whole program has."""
_PLAIN = ("positional arguments", "options")


def command(parser: argparse.ArgumentParser, summary: str = "") -> Command:
    """``parser`` and all that is below it."""
    subparsers = _subparsers(parser)
    groups = [_group(parser, each) for each in parser._action_groups]
    top = subparsers is not None and " " not in parser.prog
    shared = [entry for group in groups for entry in group.entries if top or _is_shared(entry)]
    own = [_without(group, shared) for group in groups]
    return Command(
        name=parser.prog,
        summary=summary or (parser.description or "").partition(". ")[0].rstrip("."),
        text=" ".join((parser.description or "").split()),
        synopsis=tuple(_synopsis(parser, [entry for group in own for entry in group.entries])),
        groups=tuple(group for group in own if group.entries),
        shared=tuple(shared),
        examples=tuple(_examples(parser.epilog or "")),
        commands=() if subparsers is None else tuple(_commands(subparsers)),
    )


def _subparsers(
    parser: argparse.ArgumentParser,
) -> "argparse._SubParsersAction[argparse.ArgumentParser] | None":
    found = (each for each in parser._actions if isinstance(each, argparse._SubParsersAction))
    return next(found, None)


def _commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> Iterator[Command]:
    told = {each.dest: each.help or "" for each in subparsers._choices_actions}
    for name, parser in subparsers.choices.items():
        yield command(parser, told[name])


def _group(parser: argparse.ArgumentParser, group: argparse._ArgumentGroup) -> Group:
    entries = [
        _entry(parser, action, group.title or "")
        for action in group._group_actions
        if not isinstance(action, argparse._SubParsersAction) and action.help != argparse.SUPPRESS
    ]
    title = "" if group.title in _PLAIN else group.title or ""
    return Group(title, group.description or "", tuple(entries))


def _entry(parser: argparse.ArgumentParser, action: argparse.Action, group: str) -> Entry:
    value = _value(action)
    names = tuple(action.option_strings)
    shown = names[-1:] if not isinstance(action, argparse.BooleanOptionalAction) else names
    usage = "|".join(f"{name} {value}".strip() for name in shown) if names else value
    if names and not action.required:
        usage = f"[{usage}]"
    if isinstance(action, argparse._AppendAction | argparse._CountAction) and not usage.endswith("..."):
        usage += "..."
    return Entry(names, value, _what(parser, action), usage, group)


def _value(action: argparse.Action) -> str:
    """What stands for the value, as argparse has it."""
    if action.nargs == 0:
        return ""
    if action.metavar is not None:
        one = action.metavar if isinstance(action.metavar, str) else action.metavar[0]
    elif action.choices is not None:
        one = f"{{{','.join(map(str, action.choices))}}}"
    else:
        one = action.dest.upper() if action.option_strings else action.dest
    many = {"?": f"[{one}]", "*": f"[{one}...]", "+": f"{one}..."}
    return many.get(str(action.nargs), one)


def _what(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    facts = {**vars(action), "prog": parser.prog}
    return " ".join(((action.help or "") % facts).split())


def _is_shared(entry: Entry) -> bool:
    return entry.group == _SHARED or "--help" in entry.names


def _without(group: Group, entries: Iterable[Entry]) -> Group:
    left_out = set(entries)
    return Group(group.title, group.what, tuple(each for each in group.entries if each not in left_out))


def _synopsis(parser: argparse.ArgumentParser, entries: list[Entry]) -> Iterator[str]:
    """Arguments by their places first: an option that takes many values would swallow them."""
    if (below := _subparsers(parser)) is not None:
        yield from (
            ("[OPTIONS]", "GROUP", "VERB", "...") if " " not in parser.prog else (str(below.metavar), "...")
        )
        return
    alone: dict[str, list[str]] = {}
    of = {name: each for each in entries for name in each.names}
    for exclusive in parser._mutually_exclusive_groups:
        members = [of[each.option_strings[0]] for each in exclusive._group_actions if each.option_strings]
        usages = [each.usage.removeprefix("[").removesuffix("]") for each in members]
        form = "(%s)" if exclusive.required else "[%s]"
        alone[members[0].usage] = [form % " | ".join(usages)]
        alone.update({each.usage: [] for each in members[1:]})
    places = [each for each in entries if not each.names]
    needed = [
        each for each in entries if each.names and not each.usage.startswith("[") and each.usage not in alone
    ]
    rest = [each for each in entries if each not in places and each not in needed]
    for each in (*places, *needed, *rest):
        yield from alone.get(each.usage, [each.usage])


def _examples(epilog: str) -> Iterator[str]:
    """Of ``example: COMMAND``, or of the indented lines after ``examples:``."""
    if found := re.fullmatch(r"example: (.*)", epilog, re.DOTALL):
        yield " ".join(found[1].split())
        return
    _, _, after = epilog.partition("examples:\n")
    for line in after.split("\n"):
        if not line.startswith("  "):
            return
        yield line.strip()

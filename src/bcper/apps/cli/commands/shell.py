"""``bcper-cli shell …``."""

import argparse
from collections.abc import Iterator
from typing import Any

from bcper.domain.model.requests.jobs import ListFrequencies, ListJobs
from bcper.domain.model.requests.stores import ListRemotes, ListStores
from bcper.domain.model.requests.targets import ListItems, ListVaults
from bcper.ports.service import BackupService


def completion(args: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Print a completion script; names are asked for when they are completed."""
    import shtab

    for action in _actions(parser):
        kind = getattr(action, "names_of", None)
        if kind is not None:
            action.complete = _asking(shtab.cmd(f"bcper-cli shell names {kind} 2>/dev/null"), kind)  # type: ignore[attr-defined]
    print(shtab.complete(parser, shell=args.shell))
    return 0


_ZSH_NAMES = """\
_bcper_cli_names() {
  compadd "${(@)argv[1,-2]}" -- ${(f)"$(bcper-cli shell names $argv[-1] 2>/dev/null)"}
}"""
"""What is around it, then the kind (zshcompsys(1), "_arguments", actions)."""


def _asking(of_shells: Any, kind: str) -> dict[str, Any]:
    """In zsh shtab would ask for the names of all options at the first Tab, and never again."""
    return {
        **of_shells,
        "zsh": f"_bcper_cli_names {kind}",
        "preamble": {**of_shells["preamble"], "zsh": _ZSH_NAMES},
    }


def run(args: argparse.Namespace, service: BackupService) -> int:
    """Print the names of one kind, a line each."""
    match args.kind:
        case "item":
            names = [view.item.name for view in service(ListItems())]
        case "vault":
            names = [view.vault.name for view in service(ListVaults())]
        case "store":
            names = [view.store.name for view in service(ListStores())]
        case "remote":
            names = [remote.name for remote in service(ListRemotes())]
        case "frequency":
            names = [view.frequency.id for view in service(ListFrequencies())]
        case _:
            names = [view.job.name for view in service(ListJobs())]
    print("\n".join(names))
    return 0


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way in
        yield action
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for below in action.choices.values():
                yield from _actions(below)

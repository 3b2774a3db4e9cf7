"""``bcper-cli shell …``."""

import argparse
from collections.abc import Iterator

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
            action.complete = shtab.cmd(f"bcper-cli shell names {kind} 2>/dev/null")  # type: ignore[attr-defined]
    print(shtab.complete(parser, shell=args.shell))
    return 0


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

"""``bcper-cli store …``."""

import argparse
import shlex
import sys
from collections.abc import Callable

from bcper.apps.cli.commands.common import check_changes, delete_each, found, raw, tell
from bcper.apps.cli.commands.remotes import configure, list_remotes, warn_of_remote
from bcper.apps.cli.progress import CliProgress
from bcper.apps.cli.render import show_json, size, table
from bcper.apps.container import Container
from bcper.apps.edge import absolute, place
from bcper.apps.words import counted
from bcper.domain.errors import StoreError, UsageError
from bcper.domain.model.names import printable
from bcper.domain.model.requests.runs import ListRuns
from bcper.domain.model.requests.stores import (
    AddStore,
    DeleteStore,
    EditStore,
    ImportStore,
    ListStores,
    TestStore,
)
from bcper.domain.model.stores import is_remote
from bcper.ports.service import BackupService

_NOTHING_TO_IMPORT = (
    "The folder itself holds no runs of BCPER's. Name the folder with the marker .bcper-store.json, "
    "or make a new store: bcper-cli store add NAME --type local --path DIR"
)


def run(args: argparse.Namespace, service: BackupService, container: Container) -> int:
    """Do the verb; returns the exit status."""
    if args.verb == "rclone-config":
        return configure(args, container)
    return _VERBS[args.verb](args, service)


def _list(args: argparse.Namespace, service: BackupService) -> int:
    views = service(ListStores())
    if args.json:
        show_json(raw(views))
    elif not views:
        print("There are no stores yet. Add one: bcper-cli store add NAME --type local --path DIR")
    else:
        table(
            ["Store", "Type", "Where", "Jobs"],
            [[view.store.name, view.store.kind, view.store.location, ", ".join(view.jobs)] for view in views],
        )
    return 0


def _show(args: argparse.Namespace, service: BackupService) -> int:
    view = found(args, "store", service(ListStores()), lambda view: (view.store.name,))
    if args.json:
        show_json(raw(view))
        return 0
    store = view.store
    runs = [run for run in service(ListRuns()).runs if run.store == store.location]
    taken = size(sum(run.stored_bytes for run in runs))
    limit = "no limit" if store.bandwidth is None else f"at most {size(store.bandwidth)} a second"
    print(f"Store {printable(store.name)}")
    print(f"  type       {store.kind}")
    print(f"  where      {printable(store.location)}")
    print(f"  volumes    {f'of {size(store.volume)}' if store.volume else 'one archive a run'}")
    print(f"  bandwidth  {limit}")
    print(f"  jobs       {printable(', '.join(view.jobs)) or 'none'}")
    print(f"  holds      {counted(len(runs), 'run')} on the list, {taken}")
    return 0


def _add(args: argparse.Namespace, service: BackupService) -> int:
    missing = "--path" if args.kind == "local" and not args.path else "--remote"
    if missing == "--path" or (args.kind == "rclone" and not args.remote):
        raise UsageError(f"{missing} is missing.", "bcper-cli store add --help shows how.")
    path = absolute(args.path) if args.kind == "local" else args.path
    view = service(AddStore(args.name, args.kind, path, args.remote, args.volume_size, args.bandwidth))
    warn_of_remote(view.store.remote, service)
    return tell(
        args, view, f"Added the store {printable(view.store.name)} at {printable(view.store.location)}."
    )


def _edit(args: argparse.Namespace, service: BackupService) -> int:
    check_changes(args)
    kinds = {view.store.name: view.store.kind for view in service(ListStores())}
    path = absolute(args.path) if args.path and kinds.get(args.name) == "local" else args.path
    view = service(EditStore(args.name, args.new_name, path, args.remote, args.volume_size, args.bandwidth))
    if args.remote:
        warn_of_remote(args.remote, service)
    return tell(args, view, f"Changed the store {printable(view.store.name)}.")


def _delete(args: argparse.Namespace, service: BackupService) -> int:
    def known() -> set[str]:
        return {view.store.name for view in service(ListStores())}

    return delete_each(args, "store", known, lambda name: service(DeleteStore(name, args.cascade)))


def _test(args: argparse.Namespace, service: BackupService) -> int:
    report = service(TestStore(args.name))
    free = "unknown" if report.free_bytes is None else size(report.free_bytes)
    return tell(
        args,
        report,
        f"The store {printable(report.store.name)} can be read and written: "
        f"{counted(report.runs, 'run')}, {free} free.",
    )


def _import(args: argparse.Namespace, service: BackupService) -> int:
    with CliProgress(as_json=args.json, quiet=args.quiet) as sink:
        try:
            report = service(ImportStore(place(service, args.name)), sink)
        except StoreError as error:
            if "bcper-cli store import" in error.hint:  # it is what was just done
                error.hint = _NOTHING_TO_IMPORT
            raise
    for text in report.unreadable:
        print(f"Warning: {printable(text)}", file=sys.stderr)
    if args.json:
        show_json({"message_type": "summary", **raw(report)})
        return 0
    new = "all known already" if not report.added else f"{report.added} of them new in the list"
    taken = "It was the original BCPER's and had no marker; now it has one." if report.marked else ""
    said = f"{counted(report.runs, 'run')} in {printable(report.location)}, {new}. {taken}".rstrip()
    return tell(args, report, said + _how_to_add(report.location, service))


def _how_to_add(location: str, service: BackupService) -> str:
    """How a place that no store is at becomes one."""
    if location in {view.store.location for view in service(ListStores())}:
        return ""
    remote, _, path = ("", "", location) if not is_remote(location) else location.partition(":")
    where = f"--type rclone --remote {shlex.quote(remote)}" if remote else "--type local"
    more = f" --path {shlex.quote(path)}" if path else ""
    return f"\nTo use it as a store: bcper-cli store add NAME {where}{printable(more)}"


_VERBS: dict[str, Callable[[argparse.Namespace, BackupService], int]] = {
    "list": _list,
    "show": _show,
    "add": _add,
    "edit": _edit,
    "delete": _delete,
    "test": _test,
    "import": _import,
    "remotes": list_remotes,
}

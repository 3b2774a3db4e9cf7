"""``bcper-cli item …``."""

import argparse
import os
import sys
from collections.abc import Callable
from typing import Any

import attrs

from bcper.apps.cli.commands.common import (
    changed_password,
    check_changes,
    delete_each,
    found,
    new_password,
    raw,
    tell,
)
from bcper.apps.cli.progress import CliProgress
from bcper.apps.cli.render import show_json, size, table
from bcper.apps.edge import absolute
from bcper.apps.words import counted
from bcper.domain.model.names import printable
from bcper.domain.model.requests.targets import (
    AddItem,
    DeleteTarget,
    EditItem,
    ItemView,
    ListItems,
    PreviewItem,
)
from bcper.domain.model.targets import LeaveOut
from bcper.ports.service import BackupService


def run(args: argparse.Namespace, service: BackupService) -> int:
    """Do the verb; returns the exit status."""
    return _VERBS[args.verb](args, service)


def _list(args: argparse.Namespace, service: BackupService) -> int:
    views = service(ListItems())
    if args.json:
        show_json(raw(views))
    elif not views:
        print("There are no items yet. Add one: bcper-cli item add NAME PATH")
    else:
        table(
            ["Item", "Paths", "Ignores", "Password", "Vaults"],
            [
                [
                    view.item.name,
                    ", ".join(view.item.paths),
                    ", ".join(view.item.ignore),
                    f"Yes, in {view.password_place}" if view.item.has_password else "No",
                    ", ".join(view.vaults),
                ]
                for view in views
            ],
        )
    return 0


def _show(args: argparse.Namespace, service: BackupService) -> int:
    view = found(args, "item", service(ListItems()), lambda view: (view.item.name,))
    if args.json:
        show_json(raw(view))
        return 0
    print(f"Item {printable(view.item.name)}")
    for path in view.item.paths:
        print(f"  path      {printable(path)}")
    for pattern in view.item.ignore:
        print(f"  ignore    {printable(pattern)}")
    for text in _left_out(view.item.leave_out):
        print(f"  leave out {text}")
    print(f"  password  {f'set, kept in {view.password_place}' if view.item.has_password else 'none'}")
    print(f"  vaults    {printable(', '.join(view.vaults)) or 'none'}")
    return 0


def _add(args: argparse.Namespace, service: BackupService) -> int:
    view = service(
        AddItem(
            args.name,
            tuple(map(absolute, args.paths)),
            tuple(args.ignore),
            _leave_out(args, LeaveOut()),
            new_password(args),
        )
    )
    for path in view.item.paths:
        if not args.quiet and not os.path.lexists(path):
            print(f"Warning: {printable(path)} is not there now.", file=sys.stderr)
    return tell(args, view, f"Added the item {printable(view.item.name)}.{_kept(view)}")


def _edit(args: argparse.Namespace, service: BackupService) -> int:
    check_changes(args)
    before = next((view for view in service(ListItems()) if view.item.name == args.name), None)
    ignore = () if args.no_ignore else None if args.ignore is None else tuple(args.ignore)
    view = service(
        EditItem(
            args.name,
            args.new_name,
            None if args.paths is None else tuple(map(absolute, args.paths)),
            ignore,
            _leave_out(args, before.item.leave_out if before is not None else LeaveOut()),
            changed_password(args),
        )
    )
    old = (
        "\nRuns made until now stay readable with the password that they were made with."
        if before is not None and before.item.has_password and changed_hint(args)
        else ""
    )
    return tell(args, view, f"Changed the item {printable(view.item.name)}.{_kept(view)}{old}")


def changed_hint(args: argparse.Namespace) -> bool:
    """Whether the command changed a password."""
    return bool(
        args.no_password
        or args.ask_password
        or args.password_file
        or args.password_command
        or args.password is not None
    )


def _preview(args: argparse.Namespace, service: BackupService) -> int:
    with CliProgress(as_json=False, quiet=args.quiet or args.json) as sink:
        report = service(PreviewItem(args.name, args.vault), sink)
    for problem in report.problems:
        print(f"Warning: {printable(problem.path)} {problem.reason}", file=sys.stderr)
    if args.json:
        show_json(raw(report))
        return 0
    print(f"A backup would keep {counted(report.kept, 'entry', 'entries')}, {size(report.kept_bytes)}.")
    if report.left_out:
        print("It would leave out:")
        table(
            ["Reason", "From", "Matches", "Saves", "Such as"],
            [
                [
                    str(line.reason),
                    line.reason.origin,
                    str(line.matches),
                    "unknown" if line.saved is None else size(line.saved),
                    ", ".join(printable(path) for path in line.samples[:2]),
                ]
                for line in report.left_out
            ],
        )
    return 0


def _delete(args: argparse.Namespace, service: BackupService) -> int:
    def known() -> set[str]:
        return {view.item.name for view in service(ListItems())}

    return delete_each(args, "item", known, lambda name: service(DeleteTarget("item", name, args.cascade)))


def _leave_out(args: argparse.Namespace, before: LeaveOut) -> LeaveOut:
    given = {
        "caches": args.exclude_caches,
        "other_file_systems": args.one_file_system,
        "ignore_files": args.use_bcpignore,
    }
    changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if args.exclude_larger_than is not None:
        changes["larger_than"] = args.exclude_larger_than or None
    return attrs.evolve(before, **changes)


def _left_out(leave_out: LeaveOut) -> list[str]:
    found = []
    if leave_out.caches:
        found.append("folders with a CACHEDIR.TAG")
    if leave_out.larger_than is not None:
        found.append(f"files over {size(leave_out.larger_than)}")
    if leave_out.other_file_systems:
        found.append("other file systems")
    if leave_out.ignore_files:
        found.append("what .bcpignore files name")
    return found


def _kept(view: ItemView) -> str:
    return f" Its password is kept in {view.password_place}." if view.item.has_password else ""


_VERBS: dict[str, Callable[[argparse.Namespace, BackupService], int]] = {
    "list": _list,
    "show": _show,
    "add": _add,
    "edit": _edit,
    "preview": _preview,
    "delete": _delete,
}

"""``bcper-cli vault …``."""

import argparse
from collections.abc import Callable

from bcper.apps.cli.commands.common import (
    changed_password,
    check_changes,
    delete_each,
    found,
    new_password,
    raw,
    tell,
)
from bcper.apps.cli.render import show_json, table
from bcper.domain.model.names import printable
from bcper.domain.model.requests.targets import AddVault, DeleteTarget, EditVault, ListVaults, VaultView
from bcper.ports.service import BackupService


def run(args: argparse.Namespace, service: BackupService) -> int:
    """Do the verb; returns the exit status."""
    return _VERBS[args.verb](args, service)


def _list(args: argparse.Namespace, service: BackupService) -> int:
    views = service(ListVaults())
    if args.json:
        show_json(raw(views))
    elif not views:
        print("There are no vaults yet. Add one: bcper-cli vault add NAME --items ITEM")
    else:
        table(
            ["Vault", "Items", "Ignores", "Password"],
            [
                [
                    view.vault.name,
                    ", ".join(view.vault.items),
                    ", ".join(view.vault.ignore),
                    f"Yes, in {view.password_place}" if view.vault.has_password else "No",
                ]
                for view in views
            ],
        )
    return 0


def _show(args: argparse.Namespace, service: BackupService) -> int:
    view = found(args, "vault", service(ListVaults()), lambda view: (view.vault.name,))
    if args.json:
        show_json(raw(view))
        return 0
    place = f"set, kept in {view.password_place}" if view.vault.has_password else "none"
    print(f"Vault {printable(view.vault.name)}\n  password  {place}")
    for inside in view.items:
        print(f"  item {printable(inside.item.name)}")
        for path in inside.item.paths:
            print(f"    path      {printable(path)}")
        for pattern, origin in inside.ignore:
            print(f"    ignore    {printable(pattern)}  (from the {origin})")
        origin = inside.password_from
        source = f"from the {origin}" if origin in ("item", "vault") else "none"
        print(f"    password  {source}")
        print(f"    stored in the part {printable(inside.part)}")
    for name in view.missing:
        print(f"  item {printable(name)} is gone")
    return 0


def _add(args: argparse.Namespace, service: BackupService) -> int:
    view = service(AddVault(args.name, _names(args.items), tuple(args.ignore), new_password(args)))
    return tell(args, view, f"Added the vault {printable(view.vault.name)}.{_kept(view)}")


def _edit(args: argparse.Namespace, service: BackupService) -> int:
    check_changes(args)
    view = service(
        EditVault(
            args.name,
            args.new_name,
            None if args.items is None else _names(args.items),
            () if args.no_ignore else None if args.ignore is None else tuple(args.ignore),
            changed_password(args),
        )
    )
    return tell(args, view, f"Changed the vault {printable(view.vault.name)}.{_kept(view)}")


def _delete(args: argparse.Namespace, service: BackupService) -> int:
    def known() -> set[str]:
        return {view.vault.name for view in service(ListVaults())}

    return delete_each(args, "vault", known, lambda name: service(DeleteTarget("vault", name, args.cascade)))


def _names(given: list[str]) -> tuple[str, ...]:
    """``A B``, ``A,B`` and several options are the same; an item's name holds no comma here."""
    return tuple(dict.fromkeys(name for text in given for name in text.split(",") if name))


def _kept(view: VaultView) -> str:
    return f" Its password is kept in {view.password_place}." if view.vault.has_password else ""


_VERBS: dict[str, Callable[[argparse.Namespace, BackupService], int]] = {
    "list": _list,
    "show": _show,
    "add": _add,
    "edit": _edit,
    "delete": _delete,
}

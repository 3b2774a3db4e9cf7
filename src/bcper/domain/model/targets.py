"""What is backed up: items, and vaults of items. Passwords are never in here, only that one is set."""

import attrs

from bcper.domain.errors import UsageError
from bcper.domain.model.names import printable, safe_name
from bcper.domain.model.paths import check_absolute


@attrs.frozen
class LeaveOut:
    """What an item leaves out beside its ignore patterns; all of it off unless set.

    ``caches``: what is in a folder with a valid ``CACHEDIR.TAG`` (https://bford.info/cachedir/).
    ``larger_than``: files of more bytes than that, at least 1. ``other_file_systems``: what is mounted below
    a root. ``ignore_files``: what the ``.bcpignore`` files in the tree name.
    """

    caches: bool = False
    larger_than: int | None = attrs.field(default=None)
    other_file_systems: bool = False
    ignore_files: bool = False

    @larger_than.validator
    def _check_larger_than(self, _: object, value: int | None) -> None:
        if value is not None and value < 1:
            raise UsageError(f"Files larger than {value} bytes cannot be left out.", "Give at least 1 byte.")


@attrs.frozen
class Item:
    """Paths that are backed up together. ``ignore`` are lines as in a ``.gitignore``.

    ``has_password`` says that the secret store holds a password of the item's own.
    """

    name: str
    paths: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    leave_out: LeaveOut = LeaveOut()
    has_password: bool = False


@attrs.frozen
class Vault:
    """Items by name, in the order given, that share settings; an item's own settings win (row 22).

    A vault may be empty: its items may have been deleted.
    """

    name: str
    items: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    has_password: bool = False


def check_item(item: Item) -> Item:
    """``item`` itself, for the edge. Raises :class:`UsageError` (row 39).

    For a name that cannot be one, for no path at all, and for a path that is empty, relative or holds NUL.
    """
    safe_name(item.name)
    if not item.paths:
        raise UsageError(f"The item {printable(item.name)!r} has no path.", "Give at least one.")
    for path in item.paths:
        check_absolute(path)
    return item


def check_vault(vault: Vault) -> Vault:
    """``vault`` itself, for the edge. Raises :class:`UsageError` (row 39).

    For a name of the vault or of an item that cannot be one, and for an item named twice.
    """
    safe_name(vault.name)
    for name in vault.items:
        safe_name(name)
    if len(set(vault.items)) < len(vault.items):
        twice = next(name for name in vault.items if vault.items.count(name) > 1)
        raise UsageError(
            f"The vault {printable(vault.name)!r} names the item {printable(twice)!r} twice.",
            "Name each item once.",
        )
    return vault

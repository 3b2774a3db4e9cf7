"""The parts of a run: one for each password in it (FORMAT.md section 1)."""

import unicodedata
from collections.abc import Iterable

import attrs

from bcper.domain.model.names import safe_name
from bcper.domain.model.targets import Item, Vault
from bcper.domain.policy.inheritance import PasswordOf, effective

_LONGEST = 100
"""Bytes that :func:`safe_name` leaves of a name."""


@attrs.frozen
class PartOf:
    """Items that share a password, or have none. ``name`` is what the part's files are named after."""

    name: str
    items: tuple[str, ...]
    password_of: PasswordOf | None


def item_part(item: Item) -> PartOf:
    """The one part of a run of ``item`` alone."""
    return PartOf(item.name, (item.name,), effective(item).password.value)


def parts(vault: Vault, items: Iterable[Item]) -> tuple[PartOf, ...]:
    """The parts of a run of ``vault``: its own first, if any item is in it, then others as the vault orders.

    ``items`` are all that may be in the vault; a name without an item is left out (policy/orphans.py tells
    of it). A part of one item with its own password is named ``<vault>.<item>``. No two parts get names that
    are one file name in a store, be it for :func:`safe_name` or for a store that ignores case: such names
    get ``-2``, ``-3``, in the order of the items' names, so that reordering a vault renames nothing.
    """
    known = {item.name: item for item in items}
    present = [known[name] for name in dict.fromkeys(vault.items) if name in known]
    shared = tuple(item.name for item in present if not item.has_password)
    own = [item for item in present if item.has_password]
    names = _names(vault.name, [item.name for item in own])
    found = (PartOf(vault.name, shared, ("vault", vault.name) if vault.has_password else None),)
    alone = (PartOf(names[item.name], (item.name,), effective(item, vault).password.value) for item in own)
    return (*(found if shared else ()), *alone)


def _names(vault: str, items: Iterable[str]) -> dict[str, str]:
    """The name of each item's part. The vault's own name is taken, whether its part is there or not."""
    taken = {_file_name(vault)}
    names: dict[str, str] = {}
    for item in sorted(items):
        name, number = f"{vault}.{item}", 1
        while _file_name(name) in taken:
            number += 1
            name = _with_suffix(safe_name(f"{vault}.{item}"), f"-{number}")
        taken.add(_file_name(name))
        names[item] = name
    return names


def _file_name(name: str) -> str:
    """Equal for names that some store takes for one."""
    return unicodedata.normalize("NFC", safe_name(name).casefold())


def _with_suffix(stem: str, suffix: str) -> str:
    # safe_name cuts at the end, where the suffix must stay.
    while len((stem + suffix).encode()) > _LONGEST:
        stem = stem[:-1]
    return stem + suffix

"""Names of roots in the tar (FORMAT.md section 2)."""

from collections.abc import Iterable, Sequence

import attrs

from bcper.domain.model.entries import Root
from bcper.domain.model.names import safe_name

_LONGEST = 255
"""Bytes in one component of a path (NAME_MAX of Linux's file systems)."""


def name_roots(sources: Sequence[bytes]) -> tuple[Root, ...]:
    """A root for each source: its last component, ``~2``, ``~3`` where two have the same."""
    taken: set[bytes] = set()
    return tuple(
        Root(_unique(source.rstrip(b"/").rpartition(b"/")[2] or b"root", taken), source)
        for source in dict.fromkeys(sources)
    )


def name_roots_of_vault(items: Iterable[tuple[str, Sequence[bytes]]]) -> dict[str, tuple[Root, ...]]:
    """The roots of each of ``items`` (name, sources), called ``<item>/<root>``; by the item's name.

    An item's name stays as it is, so that what was typed is what is found; :func:`safe_name` shortens one
    that no file system takes. No entry stands for the folder ``<item>``: nothing on the disk is that folder.
    A restore makes it, with mode 0700, as it makes every folder that is missing above what it restores.
    Raises :class:`UsageError` for what cannot be a name (row 39).
    """
    taken: set[bytes] = set()
    named: dict[str, tuple[Root, ...]] = {}
    for item, sources in items:
        folder = _unique(_component(item), taken) + b"/"
        named[item] = tuple(attrs.evolve(root, name=folder + root.name) for root in name_roots(sources))
    return named


def _component(item: str) -> bytes:
    safe = safe_name(item).encode()
    try:
        name = item.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return safe
    return name if len(name) <= _LONGEST else safe


def _unique(last: bytes, taken: set[bytes]) -> bytes:
    name, number = last, 1
    while name in taken:
        number += 1
        name = last + b"~%d" % number
    taken.add(name)
    return name

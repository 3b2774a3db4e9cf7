"""Names of roots in the tar (FORMAT.md section 2)."""

from collections.abc import Sequence

from bcper.domain.model.entries import Root


def name_roots(sources: Sequence[bytes]) -> tuple[Root, ...]:
    """A root for each source: its last component, ``~2``, ``~3`` where two have the same."""
    roots: list[Root] = []
    taken: set[bytes] = set()
    for source in dict.fromkeys(sources):
        last = source.rstrip(b"/").rpartition(b"/")[2] or b"root"
        name, number = last, 1
        while name in taken:
            number += 1
            name = last + b"~%d" % number
        taken.add(name)
        roots.append(Root(name, source))
    return tuple(roots)

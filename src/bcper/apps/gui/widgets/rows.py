"""What a table must do to show other rows."""

from collections.abc import Mapping, Sequence

import attrs


@attrs.frozen
class Row:
    """A line of a table: ``cells`` in the order of the columns. ``mark`` is a sign before the first, a tone.

    ``tone`` colours the words. ``parent`` is the id of the row that this one is in, in a tree.
    """

    id: str
    cells: tuple[str, ...]
    mark: str = ""
    tone: str = ""
    icon: str = ""
    parent: str = ""


@attrs.frozen
class Steps:
    """From rows to rows: those that are ``new`` or ``changed``, and whether the ``order`` must be set."""

    new: tuple[Row, ...]
    changed: tuple[Row, ...]
    order: bool


def steps(known: Mapping[str, Row], shown: Sequence[str], rows: Sequence[Row]) -> Steps:
    """``known`` are rows that were made already, of which ``shown`` are on the screen, in that order.

    New rows are put at the end.
    """
    new = tuple(row for row in rows if row.id not in known)
    changed = tuple(
        row for row in rows if (old := known.get(row.id)) is not None and old is not row and old != row
    )
    after = [*shown, *(row.id for row in new)]
    return Steps(new, changed, after != [row.id for row in rows])

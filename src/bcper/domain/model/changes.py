"""What changed between two runs."""

from typing import Literal

import attrs

from bcper.domain.model.entries import Entry

ChangeKind = Literal["added", "removed", "type", "content", "metadata"]
"""``type``: a file became a folder, and so on. ``content``: what is in it, or what it leads to."""


@attrs.frozen
class Change:
    """One path that is not in both runs as it was.

    ``old`` is ``None`` for what was added, ``new`` for what was removed. ``what`` names all that differs, of
    ``type``, ``content``, ``size``, ``link``, ``device``, ``mode``, ``owner``, ``mtime``, ``xattrs``, in this
    order; it is empty for what was added or removed.
    """

    kind: ChangeKind
    path: bytes
    old: Entry | None
    new: Entry | None
    what: tuple[str, ...] = ()

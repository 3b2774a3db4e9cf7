"""What a backup leaves out, and why: what ``item preview`` shows."""

from typing import Literal

import attrs

from bcper.domain.model.entries import Problem, SourceEntry
from bcper.domain.model.names import printable

ReasonKind = Literal["pattern", "ignore-file", "cache", "size", "file-system"]
"""A pattern of the vault or the item, a ``.bcpignore`` in the tree, or one of the other leave-outs."""


@attrs.frozen
class Reason:
    """Why something is left out.

    For a ``pattern``: ``pattern`` as written, the ``origin`` and the ``line`` in it, from 1. For an
    ``ignore-file``: the ``folder`` it is in. For ``size``: the ``limit`` in bytes.
    """

    kind: ReasonKind
    pattern: str = ""
    origin: Literal["", "vault", "item"] = ""
    line: int = 0
    folder: bytes = b""
    limit: int = 0

    def __str__(self) -> str:
        match self.kind:
            case "pattern":
                return printable(self.pattern)
            case "ignore-file":
                return f".bcpignore in {printable(self.folder)}"
            case "cache":
                return "CACHEDIR.TAG"
            case "size":
                return f"larger than {self.limit} bytes"
            case "file-system":
                return "other file system"


@attrs.frozen
class Surveyed:
    """One thing a survey found, whether a backup would store it or not.

    ``reason`` is why not, ``None`` if nothing is left out. ``direct`` says that the reason is about this very
    entry, and not about a folder above it; a folder of which only the content is left out is ``kept`` all the
    same.
    """

    entry: SourceEntry
    kept: bool = True
    reason: Reason | None = None
    direct: bool = False


@attrs.frozen
class LeftOut:
    """What one reason leaves out.

    ``matches`` are the entries it is about directly: for ``cache`` and ``file-system`` folders, which
    themselves are kept. ``saved`` are the bytes of all files so left out, also below a matched folder;
    ``None`` for other file systems, which nobody looks into. ``samples`` are the first of the matches, as
    paths in the archive.
    """

    reason: Reason
    matches: int
    saved: int | None
    samples: tuple[bytes, ...]


@attrs.frozen
class PreviewReport:
    """What there is. ``kept`` counts entries of every kind, ``kept_bytes`` those of their files.

    ``left_out`` has every pattern and every leave-out that is set, also if it matches nothing, in the order
    given; then each ``.bcpignore`` that leaves out something. A file with several names (hard links) counts
    its bytes once among what is kept, and once among what is left out.
    """

    kept: int
    kept_bytes: int
    left_out: tuple[LeftOut, ...]
    problems: tuple[Problem, ...]

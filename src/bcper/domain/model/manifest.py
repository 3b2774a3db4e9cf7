"""The manifest, its parts and their volumes (FORMAT.md sections 1, 2 and 5)."""

from typing import Literal

import attrs

FORMAT = 1
LEGACY = 0
"""The ``format`` of a manifest that stands for a run of the original BCPER's (FORMAT.md section 8)."""

FRAME = 1 << 20
"""Bytes of the tar stream in one frame (FORMAT.md section 2)."""


@attrs.frozen
class Volume:
    """A volume as the index lists it: ``frames`` are the offsets of the gzip members in the ``.tar.gz``."""

    blob: str
    bytes: int
    sha256: str
    frames: tuple[int, ...]


@attrs.frozen
class VolumeLine:
    """A volume as the manifest lists it; ``live_bytes`` are of the tar stream and still wanted."""

    blob: str
    bytes: int
    live_bytes: int
    sha256: str


@attrs.frozen
class IndexLine:
    """The index blob of a part as the manifest lists it."""

    blob: str
    bytes: int
    sha256: str


@attrs.frozen
class Part:
    """One password's share of a run. ``bytes`` are of the sources, ``stored_bytes`` new in this run."""

    name: str
    items: tuple[str, ...]
    encrypted: bool
    archive: str | None
    volumes: tuple[VolumeLine, ...]
    index: IndexLine
    entries: int
    bytes: int
    stored_bytes: int

    @property
    def blobs(self) -> "tuple[VolumeLine | IndexLine, ...]":
        """Every blob of this part that a run wrote or needs: its volumes, then its index."""
        return (*self.volumes, self.index)


@attrs.frozen
class Manifest:
    """A run as its store knows it: plain, never secret, no source paths (FORMAT.md section 5).

    Times are RFC 3339 with a zone.
    """

    run_id: str
    job_id: str | None
    job_name: str
    target_type: Literal["item", "vault"]
    target_name: str
    host: str
    started_at: str
    completed_at: str
    timezone: str
    status: Literal["success", "partial"]
    mode: Literal["full", "incremental"]
    parent: str | None
    parts: tuple[Part, ...]
    warnings: tuple[str, ...]
    tool: str
    format: int = FORMAT

    @property
    def encrypted(self) -> bool:
        """Whether any part needs a password."""
        return any(part.encrypted for part in self.parts)

    @property
    def legacy(self) -> bool:
        """Whether the original BCPER wrote the run: one part, no volumes, the archive for its index."""
        return self.format == LEGACY

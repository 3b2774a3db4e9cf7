"""What the original wrote beside an archive, read strictly, and the run that it tells of."""

import json
import re
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal
from uuid import UUID, uuid5

import attrs

from bcper.domain.errors import Damaged
from bcper.domain.model.manifest import LEGACY, IndexLine, Manifest, Part
from bcper.domain.model.names import AD_HOC

TOOL = "bcper_core 0.1"
PLAIN, SEALED, META, SUMS = ".tar.gz", ".tar.gz.enc", ".meta.json", ".sha256"

_NAMESPACE = UUID("c1d5f0a4-8b0e-5b8e-9d5e-0a6b7f3e2d11")
_TIME = "%Y-%m-%d_%H-%M-%S"
_HASH = re.compile(r"[0-9a-f]{64}")
_COMMON = ("timestamp", "encrypted", "hash", "archive_name")


@attrs.frozen
class LegacyRun:
    """One run of the original's. ``archive`` and ``meta`` are blobs, ``bytes`` the archive's size.

    ``run_id`` is made from target, time and content alone, so it is the same in every copy of the store.
    ``started_at`` is aware and in UTC: the original wrote the local time of its machine, without a zone.
    ``sources`` are an item's paths, or the names of a vault's items. ``sha256`` (hex) is of the ``.tar.gz``,
    also where the archive is encrypted.
    """

    run_id: str
    target_type: Literal["item", "vault"]
    target_name: str
    started_at: datetime
    sources: tuple[str, ...]
    encrypted: bool
    sha256: str
    archive: str
    meta: str
    bytes: int

    @property
    def checksum(self) -> str:
        """The name of the blob with the sum of the unencrypted archive; it may be missing."""
        return self.meta.removesuffix(META) + SUMS

    @classmethod
    def of(cls, manifest: Manifest) -> "LegacyRun":
        """The run that a :meth:`manifest` stands for, but for an item's ``sources``, which are not in it."""
        (part,) = manifest.parts
        line = part.index
        return cls(
            run_id=manifest.run_id,
            target_type=manifest.target_type,
            target_name=manifest.target_name,
            started_at=datetime.fromisoformat(manifest.started_at),
            sources=part.items if manifest.target_type == "vault" else (),
            encrypted=part.encrypted,
            sha256=line.sha256,
            archive=line.blob,
            meta=line.blob.removesuffix(SEALED if part.encrypted else PLAIN) + META,
            bytes=line.bytes,
        )

    def manifest(self) -> Manifest:
        """The run as if its store had a manifest of it, with ``format`` 0.

        Its one part has no volumes, and the archive for its index; how many entries and bytes are in it
        nobody wrote down.
        """
        at = self.started_at.isoformat().replace("+00:00", "Z")
        part = Part(
            name=self.target_name,
            items=(self.target_name,) if self.target_type == "item" else self.sources,
            encrypted=self.encrypted,
            archive=self.archive,
            volumes=(),
            index=IndexLine(self.archive, self.bytes, self.sha256),
            entries=0,
            bytes=0,
            stored_bytes=self.bytes,
        )
        return Manifest(
            run_id=self.run_id,
            job_id=None,
            job_name=AD_HOC,
            target_type=self.target_type,
            target_name=self.target_name,
            host="",
            started_at=at,
            completed_at=at,
            timezone="",
            status="success",
            mode="full",
            parent=None,
            parts=(part,),
            warnings=(),
            tool=TOOL,
            format=LEGACY,
        )


def blobs_of(meta: str, *, encrypted: bool) -> tuple[str, str, str]:
    """The blobs of the run that ``meta`` describes: itself, the archive, the checksum file."""
    base = meta.removesuffix(META)
    return meta, base + (SEALED if encrypted else PLAIN), base + SUMS


def is_ours(data: bytes) -> bool:
    """Whether ``data`` is a manifest of this BCPER's or a newer one's, in order or not."""
    try:
        raw = _parse(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(raw, dict) and "format" in raw and "run_id" in raw


def is_theirs(data: bytes) -> bool:
    """Whether ``data`` describes a run of the original's, in order or not."""
    try:
        raw = _parse(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(raw, dict) and "archive_name" in raw and not ("format" in raw and "run_id" in raw)


def parse(data: bytes, meta: str, archives: dict[bool, tuple[str, int]], zone: tzinfo | None) -> LegacyRun:
    """The run that ``data``, the blob ``meta``, tells of.

    ``archives`` are the name and size of the archives beside it, by whether they are encrypted; ``zone`` is
    that of the times, ``None`` for this machine's. Raises Damaged.
    """
    try:
        return _run(_parse(data), meta, archives, zone)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise Damaged(
            f"{meta} is no description of a run of the original BCPER's, or is damaged.",
            "Restore another run.",
        ) from error


def _run(raw: Any, meta: str, archives: dict[bool, tuple[str, int]], zone: tzinfo | None) -> LegacyRun:
    kind: Literal["item", "vault"] = "vault" if "vault" in raw else "item"
    name, sources = ("vault", "items") if kind == "vault" else ("key", "paths")
    if set(raw) != {name, sources, *_COMMON}:
        raise ValueError("keys")
    target, timestamp, digest = _text(raw[name]), _text(raw["timestamp"]), _text(raw["hash"])
    if type(raw["encrypted"]) is not bool or not _HASH.fullmatch(digest):
        raise ValueError("hash")
    archive, size = archives[raw["encrypted"]]
    # The original named it from its store's root, and the store may have been moved into another.
    if _text(raw["archive_name"]).rpartition("/")[2] != archive.rpartition("/")[2]:
        raise ValueError("archive_name")
    if type(raw[sources]) is not list:
        raise TypeError(sources)
    return LegacyRun(
        run_id=str(uuid5(_NAMESPACE, json.dumps([kind, target, timestamp, digest]))),
        target_type=kind,
        target_name=target,
        started_at=_time(timestamp, zone),
        sources=tuple(map(_text, raw[sources])),
        encrypted=raw["encrypted"],
        sha256=digest,
        archive=archive,
        meta=meta,
        bytes=size,
    )


def _time(timestamp: str, zone: tzinfo | None) -> datetime:
    try:
        time = datetime.strptime(timestamp, _TIME)
    except ValueError:
        # A script that used the original as a library could give any text.
        time = datetime.fromisoformat(timestamp)
    if time.tzinfo is None and zone is not None:
        time = time.replace(tzinfo=zone)
    return time.astimezone(UTC)


def _parse(data: bytes) -> Any:
    return json.loads(data.decode("utf-8"), object_pairs_hook=_no_doubles, parse_constant=_no_constant)


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _text(value: Any) -> str:
    if type(value) is not str or not value or "\0" in value:
        raise ValueError(value)
    return value

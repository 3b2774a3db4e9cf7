"""Finding the original's runs in a store."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import tzinfo

from bcper.adapters.archive.legacy.runs import META, PLAIN, SEALED, LegacyRun, is_ours, parse
from bcper.domain.errors import BlobNotFound, Damaged
from bcper.ports.archive import ReportBlob
from bcper.ports.blob_store import BlobInfo, BlobStore

_META_LIMIT = 16 << 20
_SUMS_LIMIT = 1 << 12
_INDEXES = (".index.gz", ".index.gz.enc")
_HEX = re.compile(rb"[0-9a-fA-F]{64}")


def legacy_runs(
    blobs: BlobStore,
    zone: tzinfo | None = None,
    report: ReportBlob = lambda _meta, _error: None,
    listed: Iterable[BlobInfo] | None = None,
) -> Iterator[LegacyRun]:
    """The original's runs in ``blobs``, in any folder, in order of their descriptions' names.

    A run is an archive with a ``.meta.json`` beside it, and no index: runs of this BCPER have one, and their
    manifests are not opened. What has an archive and cannot be read is reported and hides no other; of
    copies of one run the first counts. ``zone`` is where the original ran, ``None`` for where we do: it wrote
    local times without a zone, and the hour that comes twice in autumn is taken for the first.
    ``listed`` are the blobs of the store, if somebody has listed them already. Raises StoreError.
    """
    archives: dict[str, dict[bool, tuple[str, int]]] = {}
    metas: list[str] = []
    ours: set[str] = set()
    for blob in blobs.list() if listed is None else listed:
        if blob.name.endswith(PLAIN):
            archives.setdefault(blob.name.removesuffix(PLAIN), {})[False] = blob.name, blob.size
        elif blob.name.endswith(SEALED):
            archives.setdefault(blob.name.removesuffix(SEALED), {})[True] = blob.name, blob.size
        elif blob.name.endswith(META):
            metas.append(blob.name.removesuffix(META))
        else:
            ours.update(blob.name.removesuffix(end) for end in _INDEXES if blob.name.endswith(end))
    seen: set[str] = set()
    for base in metas:
        if base in archives and base not in ours:
            run = _read(blobs, base + META, archives[base], zone, report)
            if run is not None and run.run_id not in seen:
                seen.add(run.run_id)
                yield run


def described(blobs: BlobStore, meta: str, data: bytes, zone: tzinfo | None = None) -> LegacyRun:
    """The run that ``data``, the blob ``meta``, describes. Raises Damaged, also if its archive is gone."""
    base = meta.removesuffix(META)
    archives: dict[bool, tuple[str, int]] = {}
    for encrypted, end in ((False, PLAIN), (True, SEALED)):
        with suppress(BlobNotFound), blobs.open(base + end) as blob:
            archives[encrypted] = base + end, blob.size
    if not archives:
        raise Damaged(f"The archive that {meta} describes is gone from the store.", "Restore another run.")
    return parse(data, meta, archives, zone)


def checksum_warning(blobs: BlobStore, run: LegacyRun) -> str | None:
    """What is wrong with the run's ``.sha256``, if anything: a warning only, contents decide (row 68)."""
    try:
        data = blobs.get(run.checksum, _SUMS_LIMIT)
    except (BlobNotFound, Damaged):
        return f"The checksum file {run.checksum} is missing or malformed."
    # As coreutils writes it, too: somebody may have mended it by hand.
    digest = data.split(maxsplit=1)[0] if data.split() else b""
    if not _HEX.fullmatch(digest) or digest.decode().lower() != run.sha256:
        return f"The checksum file {run.checksum} is not what its run wrote."
    return None


def _read(
    blobs: BlobStore,
    meta: str,
    archives: dict[bool, tuple[str, int]],
    zone: tzinfo | None,
    report: ReportBlob,
) -> LegacyRun | None:
    try:
        data = blobs.get(meta, _META_LIMIT)
        return None if is_ours(data) else parse(data, meta, archives, zone)
    except (Damaged, BlobNotFound) as error:
        report(meta, error)
        return None

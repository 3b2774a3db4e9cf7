"""The archive format as one port: :class:`~bcper.ports.archive.Archive`.

What reads and writes parts is imported when that is asked for: who lists runs need not pay for it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from bcper.adapters.archive import manifest_codec
from bcper.domain.model.manifest import Manifest, Part
from bcper.ports.archive import LegacyFound, PartPlan, PartReader, PartWriter, ReportBlob
from bcper.ports.blob_store import BlobInfo, BlobStore
from bcper.ports.cipher import HEADER_BYTES, Keyring

_THEIRS = b'"archive_name"'
"""A word of the original's descriptions; no manifest of ours has it, but for a target of such a name."""


class TarGzArchive:
    """Plain ``.tar.gz`` volumes, with an index beside them (FORMAT.md); the original's are read too."""

    def write_part(
        self,
        store: BlobStore,
        plan: PartPlan,
        keyring: Keyring | None,
        waiting: Callable[[], None] = lambda: None,
    ) -> PartWriter:
        """See the port."""
        from bcper.adapters.archive.part_writer import ArchivePartWriter

        return ArchivePartWriter(store, plan, keyring, waiting)

    def read_part(
        self, store: BlobStore, manifest: Manifest, part: Part, keyring: Keyring | None
    ) -> PartReader:
        """See the port."""
        if manifest.legacy:
            from bcper.adapters.archive.legacy.reader import LegacyPartReader
            from bcper.adapters.archive.legacy.runs import LegacyRun

            keys = keyring.legacy_keys if keyring is not None else None
            return LegacyPartReader(store, LegacyRun.of(manifest), keys)
        from bcper.adapters.archive.part_reader import ArchivePartReader

        return ArchivePartReader(store, manifest, part, keyring if part.encrypted else None)

    def try_keyring(self, store: BlobStore, manifest: Manifest, part: Part, keyring: Keyring) -> None:
        """See the port."""
        if manifest.legacy:
            with self.read_part(store, manifest, part, keyring):
                return
        with store.open(part.index.blob) as blob:
            keyring.unsealer(blob.read_at(0, HEADER_BYTES))

    def write_checksums(self, store: BlobStore, base: str, parts: Sequence[Part]) -> str:
        """See the port."""
        lines = []
        for part in parts:
            for blob in part.blobs:
                folder, _, name = blob.blob.rpartition("/")
                if base.startswith(folder + "/"):
                    lines.append(f"{blob.sha256}  {name}\n")
        name = f"{base}.sha256"
        store.put(name, "".join(lines).encode())
        return name

    def write_manifest(self, store: BlobStore, base: str, manifest: Manifest) -> str:
        """See the port."""
        name = f"{base}.meta.json"
        store.put(name, manifest_codec.encode(manifest))
        return name

    def read_manifest(self, store: BlobStore, name: str) -> Manifest:
        """See the port."""
        data = store.get(name, manifest_codec.LIMIT)
        if _THEIRS in data:
            from bcper.adapters.archive.legacy.listing import described
            from bcper.adapters.archive.legacy.runs import is_theirs

            if is_theirs(data):
                return described(store, name, data).manifest()
        return manifest_codec.decode(data, name)

    def legacy_runs(
        self, store: BlobStore, listed: Iterable[BlobInfo], report: ReportBlob
    ) -> Iterator[LegacyFound]:
        """See the port."""
        from bcper.adapters.archive.legacy.listing import legacy_runs

        for run in legacy_runs(store, report=report, listed=listed):
            yield LegacyFound(run.meta, run.manifest())

    def legacy_blobs(self, name: str, *, encrypted: bool) -> Sequence[str]:
        """See the port."""
        from bcper.adapters.archive.legacy.runs import blobs_of

        return blobs_of(name, encrypted=encrypted)

    def legacy_warning(self, store: BlobStore, manifest: Manifest) -> str | None:
        """See the port."""
        from bcper.adapters.archive.legacy.listing import checksum_warning
        from bcper.adapters.archive.legacy.runs import LegacyRun

        return checksum_warning(store, LegacyRun.of(manifest))

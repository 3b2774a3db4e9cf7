"""The archive format as one port: :class:`~bcper.ports.archive.Archive`."""

from collections.abc import Sequence

from bcper.adapters.archive import manifest_codec
from bcper.adapters.archive.part_reader import ArchivePartReader
from bcper.adapters.archive.part_writer import ArchivePartWriter
from bcper.domain.model.manifest import Manifest, Part
from bcper.ports.archive import PartPlan
from bcper.ports.blob_store import BlobStore
from bcper.ports.cipher import Keyring


class TarGzArchive:
    """Plain ``.tar.gz`` volumes, with an index beside them (FORMAT.md)."""

    def write_part(self, store: BlobStore, plan: PartPlan, keyring: Keyring | None) -> ArchivePartWriter:
        """See the port."""
        return ArchivePartWriter(store, plan, keyring)

    def read_part(
        self, store: BlobStore, manifest: Manifest, part: Part, keyring: Keyring | None
    ) -> ArchivePartReader:
        """See the port."""
        return ArchivePartReader(store, manifest, part, keyring if part.encrypted else None)

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
        return manifest_codec.decode(store.get(name, manifest_codec.LIMIT), name)

"""Archives: a part written once, in one pass, and read at any place (FORMAT.md sections 2 and 4)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, Self

import attrs

from bcper.domain.errors import BcperError
from bcper.domain.model.choices import Compression
from bcper.domain.model.entries import Content, Entry, EntryType, Problem, SourceContent, SourceEntry
from bcper.domain.model.manifest import Manifest, Part, Volume
from bcper.ports.blob_store import BlobInfo, BlobStore
from bcper.ports.cipher import Keyring

Wanted = Callable[[bytes, EntryType, int], bool]
"""(path, type, bytes of the file or 0) -> whether the entry is of interest."""


ReportBlob = Callable[[str, BcperError], None]
"""(blob, why it cannot be read)."""


@attrs.frozen
class PartPlan:
    """What a part is, before a byte of it is written.

    ``base`` is what its blobs' names begin with (``<job>/<run>/<target>_<time>``); ``roots`` map names in
    the tar to source paths; ``volume_bytes`` closes a volume after so many stored bytes, 0 never does.
    """

    run_id: str
    name: str
    items: tuple[str, ...]
    base: str
    roots: Mapping[bytes, bytes]
    created_at: str
    compression: Compression = "fast"
    volume_bytes: int = 0


class PartWriter(Protocol):
    """Writes one part; a context manager: leaving it without :meth:`finish` leaves no blob behind."""

    def place(self, entry: SourceEntry) -> memoryview | None:
        """Where the content of the small file ``entry`` may be written, instead of being carried there.

        ``entry.size`` + 1 bytes, of which the last only shows that the file grew; ``None`` if there is no
        such place now. Handed to :meth:`add` as the content of the same entry, which must not have changed,
        it is stored; forgotten with the next call of either.
        """
        ...

    def add(self, entry: SourceEntry, content: SourceContent) -> None:
        """Store ``entry``; entries come in index order. Raises NoSpace, StoreError."""
        ...

    def finish(self, skipped: Sequence[Problem]) -> Part:
        """Close the last volume, write the index, and say what the manifest must hold."""
        ...

    @property
    def stored_bytes(self) -> int:
        """Bytes written to the store so far."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


class PartReader(Protocol):
    """Reads one part; a context manager."""

    @property
    def volumes(self) -> Sequence[Volume]: ...

    @property
    def roots(self) -> Mapping[bytes, bytes]: ...

    def entries(self, wanted: Wanted | None = None, *, sized: bool = False) -> Iterator[Entry]:
        """Every entry, in index order, read in constant memory; may be called again.

        With ``wanted`` only those it is true of; it is asked about every entry, in order, before more of
        the entry is read than that, and some hundred entries ahead of those that are handed over. It is
        told sizes only if ``sized``: they cost a look further into each line.

        Raises Damaged, and at the end if the index is not complete or not its manifest's.
        """
        ...

    def skipped(self) -> Sequence[Problem]:
        """What the run could not store; known after :meth:`entries` came to its end."""
        ...

    def contents(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Content | None]]:
        """The same entries with their bytes; frames are fetched and inflated ahead, in parallel.

        Types other than ``f`` come with ``None``. A stream must be used up before the next pair is asked
        for. Content is compared with the index's SHA-256: a small file before it is handed over, a stream
        at its end. Raises Damaged, naming the entry.
        """
        ...

    def share(self) -> None:
        """Other processes read this part too, and have the other processors: work in one thread from here."""
        ...

    def sum_volumes(self) -> None:
        """Sum the volumes while :meth:`contents` reads them, so that nothing is read twice; asked first."""
        ...

    def check_volumes(self) -> Iterator[int]:
        """Compare every byte of every volume with its sum; yields bytes as it goes, in all the volumes'.

        After :meth:`sum_volumes` only what was not read yet is read.


        Raises Damaged: volume, and where in it.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


@attrs.frozen
class LegacyFound:
    """A run of the original's: the blob ``name`` describes it, and ``manifest`` (format 0) stands for it."""

    name: str
    manifest: Manifest


class Archive(Protocol):
    """The format, as a whole; what the original BCPER wrote is read too (FORMAT.md section 8)."""

    def write_part(
        self,
        store: BlobStore,
        plan: PartPlan,
        keyring: Keyring | None,
        waiting: Callable[[], None] = lambda: None,
    ) -> PartWriter:
        """Begin a part; sealed if there is a keyring.

        Volumes go to a store that takes several blobs at once side by side. ``waiting`` is called a few times
        a second, in the caller's thread, while the writer waits for such a store; what it raises comes out.
        """
        ...

    def read_part(
        self, store: BlobStore, manifest: Manifest, part: Part, keyring: Keyring | None
    ) -> PartReader:
        """Open a part. Raises WrongPassword, Damaged, StoreError.

        A part of the original's has no index: the first that is asked of its reader reads all of it, which
        ``check_volumes`` does with progress.
        """
        ...

    def try_keyring(self, store: BlobStore, manifest: Manifest, part: Part, keyring: Keyring) -> None:
        """See whether ``keyring`` opens an encrypted part, by its first bytes.

        Raises WrongPassword, Damaged, BlobNotFound, StoreError.
        """
        ...

    def write_checksums(self, store: BlobStore, base: str, parts: Sequence[Part]) -> str:
        """Write ``<base>.sha256``, coreutils lines for every blob of the run; returns its name."""
        ...

    def write_manifest(self, store: BlobStore, base: str, manifest: Manifest) -> str:
        """Write the manifest, the last blob of a run; returns its name."""
        ...

    def read_manifest(self, store: BlobStore, name: str) -> Manifest:
        """Read a manifest, or what stands for one of a run of the original's.

        Raises Damaged, BlobNotFound; ConfigurationError for a newer format.
        """
        ...

    def legacy_runs(
        self, store: BlobStore, listed: Iterable[BlobInfo], report: ReportBlob
    ) -> Iterator[LegacyFound]:
        """The original's runs in ``store``, whose blobs are ``listed``; of copies of one run the first.

        A description that has an archive and cannot be read is reported, and hides no other. Raises
        StoreError.
        """
        ...

    def legacy_blobs(self, name: str, *, encrypted: bool) -> Sequence[str]:
        """What the original's run that the blob ``name`` describes is made of: ``name`` first."""
        ...

    def legacy_warning(self, store: BlobStore, manifest: Manifest) -> str | None:
        """What is wrong with the checksum file of a run of the original's, if anything (row 68)."""
        ...

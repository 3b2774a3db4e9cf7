"""Reading one of the original's archives as if it were a part of a run."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Self

import attrs

from bcper.adapters.archive.legacy.inflated import Inflated
from bcper.adapters.archive.legacy.limits import LIMITS, Limits
from bcper.adapters.archive.legacy.runs import LegacyRun
from bcper.adapters.archive.legacy.sorted_entries import SortedEntries
from bcper.adapters.archive.legacy.sources import Hashed, Keys, PlainSource, SealedSource, Source
from bcper.adapters.archive.legacy.table import EntryTable
from bcper.adapters.archive.legacy.tar_members import TarMembers
from bcper.adapters.archive.part_reader import check
from bcper.domain.errors import BlobNotFound, Damaged, WrongPassword
from bcper.domain.model.entries import SMALL_FILE, Content, Entry, Problem
from bcper.domain.model.manifest import Volume
from bcper.ports.archive import Wanted
from bcper.ports.blob_store import BlobStore

_PIECE = 1 << 20
_BATCH = 4096
_BATCH_BYTES = 32 << 20


class LegacyPartReader:
    """A :class:`~bcper.ports.archive.PartReader` of an archive of the original's; for one thread.

    Such an archive has no index, so all of it is read once before its first entry is handed out: it is
    authenticated where it is encrypted, inflated to its true end, compared with the sum that its run wrote
    down, and the SHA-256 of every file is noted, by which :meth:`contents` checks what it reads. That is done
    by :meth:`check_volumes`, with progress, or without it by whatever needs it first. Paths are those of
    ``table.EntryTable``, in which folders are made up and no name is there twice.
    """

    def __init__(self, store: BlobStore, run: LegacyRun, keys: Keys | None, limits: Limits = LIMITS) -> None:
        """Open ``run``; ``keys`` are asked only if it is encrypted. Raises WrongPassword, Damaged."""
        self._run, self._limits = run, limits
        self._table: EntryTable | None = None
        self._stream: Inflated | None = None
        self._sha256 = run.sha256
        self.count = 0
        """Entries of the archive itself, once it was read."""
        self.bytes = 0
        """Bytes of the files in it, once it was read."""
        try:
            self._blob = store.open(run.archive)
        except BlobNotFound as error:
            raise Damaged(f"{run.archive} is gone from the store.", "Restore another run.") from error
        try:
            if self._blob.size != run.bytes:
                raise Damaged(f"{run.archive} has {self._blob.size} bytes and should have {run.bytes}.")
            self._source = self._opened(keys)
        except BaseException:
            self._blob.__exit__()
            raise

    @property
    def volumes(self) -> Sequence[Volume]:
        """None: no later run can refer to what is in it."""
        return ()

    @property
    def roots(self) -> Mapping[bytes, bytes]:
        """None: the original stored the insides of its paths, and not under which of them they were."""
        return {}

    def entries(self, wanted: Wanted | None = None, *, sized: bool = False) -> Iterator[Entry]:  # noqa: ARG002
        """See the port; sizes cost nothing here, and are always told."""
        for entry in self._ready():
            if wanted is None or wanted(entry.path, entry.type, entry.size):
                yield entry

    def skipped(self) -> Sequence[Problem]:
        """What is listed under another name than the archive has it; nothing is missing."""
        return self._ready().problems

    def contents(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Content | None]]:
        """See the port; small files are read some thousands ahead."""
        self._ready()
        batch: list[Entry] = []
        size = 0
        for entry in entries:
            batch.append(entry)
            size += entry.size if entry.type == "f" and entry.size <= SMALL_FILE else 0
            if len(batch) >= _BATCH or size >= _BATCH_BYTES:
                yield from self._read(batch)
                batch, size = [], 0
        yield from self._read(batch)

    def share(self) -> None:
        """See the port; there is only one thread anyway."""

    def sum_volumes(self) -> None:
        """See the port; the archive is read as a whole before any content."""

    def check_volumes(self) -> Iterator[int]:
        """See the port."""
        if self._table is None:
            yield from self._prepare()
        else:
            yield from self._compare()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._forget()
        self._source.close()
        self._blob.__exit__()

    def _opened(self, keys: Keys | None) -> Source:
        if not self._run.encrypted:
            return PlainSource(self._blob)
        if keys is None:
            raise WrongPassword(f"{self._run.archive} is encrypted and needs its password.", "Give it.")
        return SealedSource(self._blob, self._run.archive, keys)

    def _ready(self) -> EntryTable:
        if self._table is None:
            for _ in self._prepare():
                pass
        assert self._table is not None  # noqa: S101 - for the type checker
        return self._table

    def _prepare(self) -> Iterator[int]:
        """Read everything once; yields bytes read from the store. Stopped halfway it can begin anew."""
        self._forget()
        found = SortedEntries()
        try:
            yield from self._source.fetch()
            hashed = Hashed(self._source)
            stream = Inflated(hashed, self._run.archive, self._limits)
            for _ in self._collect(stream, found):
                yield 0 if self._run.encrypted else hashed.taken()
            if (hashed.read, hashed.hexdigest()) != (hashed.size, self._run.sha256):
                raise Damaged(
                    f"{self._run.archive} is not the archive that its run wrote.", "Restore another run."
                )
            began_ns = int(self._run.started_at.timestamp()) * 1_000_000_000
            self._table = EntryTable(found, began_ns, self._limits)
        except BaseException:
            found.close()
            raise
        self.count, self._stream = found.count, stream
        self._sha256 = self._source.sha256 or self._run.sha256

    def _collect(self, stream: Inflated, found: SortedEntries) -> Iterator[None]:
        """Find the entries and the sums of files; yields often."""
        self.bytes = 0
        for entry in TarMembers(stream, self._run.archive, self._limits):
            if entry.type == "f":
                digest = hashlib.sha256()
                for piece in _pieces(stream, entry):
                    digest.update(piece)
                    yield
                self.bytes += entry.size
                entry = attrs.evolve(entry, sha256=digest.hexdigest())
            found.add(entry)
            yield

    def _read(self, batch: Sequence[Entry]) -> Iterator[tuple[Entry, Content | None]]:
        """The contents of ``batch``, read in the archive's order: each jump takes a millisecond and more.

        The original stored files as the disk listed them.
        """
        assert self._stream is not None  # noqa: S101 - for the type checker
        small: dict[int, bytes] = {}
        for number in sorted(range(len(batch)), key=lambda number: batch[number].off or 0):
            entry = batch[number]
            if entry.type == "f" and entry.size <= SMALL_FILE:
                small[number] = b"".join(_pieces(self._stream, entry))
                check(entry, hashlib.sha256(small[number]).hexdigest())
        for number, entry in enumerate(batch):
            if entry.type != "f":
                yield entry, None
            elif number in small:
                yield entry, small.pop(number)
            else:
                yield entry, _Long(self._stream, entry)

    def _compare(self) -> Iterator[int]:
        """Read the blob again: is it still what was read before?"""
        digest, at = hashlib.sha256(), 0
        while piece := self._blob.read_at(at, _PIECE):
            digest.update(piece)
            at += len(piece)
            yield len(piece)
        if digest.hexdigest() != self._sha256:
            raise Damaged(f"{self._run.archive} has changed since it was opened.", "Open it again.")

    def _forget(self) -> None:
        if self._table is not None:
            self._table.close()
            self._table = None
        self._stream = None


def _pieces(stream: Inflated, entry: Entry) -> Iterator[bytes]:
    """The bytes of a file, wherever the stream was read meanwhile."""
    at = entry.off or 0
    end = at + entry.size
    while at < end:
        stream.seek(at)
        piece = stream.exactly(min(_PIECE, end - at))
        at += len(piece)
        yield piece


@attrs.frozen
class _Long:
    """A long file as :class:`~bcper.domain.model.entries.Stream`."""

    stream: Inflated
    entry: Entry
    sparse: bool = False

    @property
    def length(self) -> int:
        return self.entry.size

    def __iter__(self) -> Iterator[bytes]:
        digest = hashlib.sha256()
        for piece in _pieces(self.stream, self.entry):
            digest.update(piece)
            yield piece
        check(self.entry, digest.hexdigest())

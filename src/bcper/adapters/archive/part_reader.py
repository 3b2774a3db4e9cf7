"""Reading a part at any place: only the frames that are wanted, fetched and inflated ahead, in parallel."""

import hashlib
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

import attrs

from bcper.adapters.archive.compression import Inflater
from bcper.adapters.archive.index_reader import IndexReader
from bcper.adapters.archive.sealed import SealedReader
from bcper.domain.errors import Damaged, WrongPassword
from bcper.domain.model.entries import Content, Entry, Problem
from bcper.domain.model.manifest import FRAME, Manifest, Part, Volume
from bcper.domain.model.names import printable
from bcper.ports.archive import Wanted
from bcper.ports.blob_store import BlobStore
from bcper.ports.cipher import Keyring

_WORKERS = 2
_AHEAD = 8
_BATCH = 512

Place = tuple[int, int]
"""(volume, frame)."""


@attrs.define
class _Batch:
    """Consecutive small files of one frame: cut out and hashed together, by a worker."""

    place: Place
    frame: "Future[bytes]"
    entries: list[Entry] = attrs.field(factory=list)
    pieces: Iterator[bytes] | None = None


def _results(cut: "Future[list[bytes]]") -> Iterator[bytes]:
    yield from cut.result()


class ArchivePartReader:
    """See :class:`~bcper.ports.archive.PartReader`."""

    def __init__(self, store: BlobStore, manifest: Manifest, part: Part, keyring: Keyring | None) -> None:
        self._store, self._keyring = store, keyring
        self._pool = ThreadPoolExecutor(_WORKERS, "bcper-inflate")
        self._inflater = Inflater()
        self._blobs: dict[int, SealedReader] = {}
        self._cache: OrderedDict[Place, Future[bytes]] = OrderedDict()
        index = _open_index(store, part, keyring)
        self._index_blob = index
        try:
            self._index = IndexReader(index, manifest, part)
        except BaseException:
            self.__exit__()
            raise

    @property
    def volumes(self) -> Sequence[Volume]:
        """See the port."""
        return self._index.head.volumes

    @property
    def roots(self) -> Mapping[bytes, bytes]:
        """See the port."""
        return self._index.head.roots

    def entries(self, wanted: Wanted | None = None) -> Iterator[Entry]:
        """See the port."""
        return self._index.entries(wanted)

    def skipped(self) -> Sequence[Problem]:
        """See the port."""
        return self._index.skipped

    def contents(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Content | None]]:
        """See the port."""
        ahead: deque[tuple[Entry, _Batch | None, int]] = deque()
        batch: _Batch | None = None
        under_way = 0
        last: Place | None = None
        for entry in entries:
            places = self._frames_of(entry)
            fresh = 0
            # Neighbours share frames, so only a frame that was not just asked for counts.
            for place in places[:_AHEAD]:
                if place != last:
                    self._ask(place)
                    last = place
                    fresh += 1
            if len(places) == 1 and entry.sparse is None:
                if batch is None or batch.pieces is not None or batch.place != places[0]:
                    self._close(batch)
                    batch = _Batch(places[0], self._ask(places[0]))
                batch.entries.append(entry)
                ahead.append((entry, batch, fresh))
            else:
                ahead.append((entry, None, fresh))
            under_way += fresh
            while ahead and (under_way >= _AHEAD or len(ahead) >= _BATCH):
                under_way -= ahead[0][2]
                yield self._content(*ahead.popleft()[:2])
        for entry, mine, _ in ahead:
            yield self._content(entry, mine)

    def check_volumes(self) -> Iterator[int]:
        """See the port."""
        for number, volume in enumerate(self.volumes):
            blob = self._blob(number)
            digest = hashlib.sha256()
            for piece in blob.raw_pieces():
                digest.update(piece)
                yield len(piece)
            if digest.hexdigest() != volume.sha256:
                self._find_damage(number)
                raise Damaged(f"{volume.blob} is not the volume that its run wrote.")
            if not volume.frames:
                raise Damaged(f"{volume.blob} has no frames.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._index_blob.close()
        for blob in self._blobs.values():
            blob.close()

    def _find_damage(self, number: int) -> None:
        """Name the first frame that is damaged; returns if every frame is whole."""
        for frame in range(len(self.volumes[number].frames)):
            self._frame((number, frame))

    def _frames_of(self, entry: Entry) -> list[Place]:
        if entry.type != "f" or not entry.size:
            return []
        start, length = self._span(entry)
        volume = entry.vol or 0
        return [(volume, frame) for frame in range(start // FRAME, (start + length - 1) // FRAME + 1)]

    def _span(self, entry: Entry) -> tuple[int, int]:
        length = entry.size if entry.sparse is None else entry.sparse
        if entry.vol is None or entry.off is None or entry.vol >= len(self.volumes):
            raise Damaged(f"The index does not say where {printable(entry.path)} lies.")
        if entry.off + length > len(self.volumes[entry.vol].frames) * FRAME:
            raise Damaged(f"The index says that {printable(entry.path)} lies beyond its volume.")
        return entry.off, length

    def _ask(self, place: Place) -> "Future[bytes]":
        frame = self._cache.get(place)
        if frame is None:
            # Oldest first; what is at hand is younger, and could be inflated again.
            while len(self._cache) > 2 * _AHEAD:
                self._cache.popitem(last=False)
            frame = self._cache[place] = self._pool.submit(self._frame, place)
        return frame

    def _content(self, entry: Entry, batch: "_Batch | None") -> tuple[Entry, Content | None]:
        if batch is not None:
            self._close(batch)
            if batch.pieces is None:
                raise RuntimeError("A batch that was closed has pieces.")
            return entry, next(batch.pieces)
        if entry.type != "f":
            return entry, None
        if entry.size:
            return entry, _Pieces(self, entry, self._frames_of(entry))
        self._check(entry, hashlib.sha256(b"").hexdigest())
        return entry, b""

    def _close(self, batch: "_Batch | None") -> None:
        """Have the small files of a frame cut out and hashed by a worker; once."""
        if batch is not None and batch.pieces is None:
            cut = self._pool.submit(self._cut, batch.frame, batch.entries)
            batch.pieces = _results(cut)

    def _cut(self, frame: "Future[bytes]", entries: Sequence[Entry]) -> list[bytes]:
        # Whoever inflates the frame was asked before, so it never waits for this worker.
        plain = frame.result()
        pieces = []
        for entry in entries:
            start, length = self._span(entry)
            data = plain[start % FRAME : start % FRAME + length]
            if len(data) != length:
                raise Damaged(f"{printable(entry.path)} is cut in its volume.")
            self._check(entry, hashlib.sha256(data).hexdigest())
            pieces.append(data)
        return pieces

    def _check(self, entry: Entry, digest: str) -> None:
        if digest != entry.sha256:
            raise Damaged(f"The content of {printable(entry.path)} is not what was backed up.")

    def _take(self, place: Place) -> bytes:
        return self._ask(place).result()

    def _frame(self, place: Place) -> bytes:
        number, frame = place
        volume = self.volumes[number]
        blob = self._blob(number)
        start = volume.frames[frame]
        last = frame + 1 == len(volume.frames)
        end = blob.size if last else volume.frames[frame + 1]
        if end - start > 2 * FRAME:
            raise Damaged(f"{volume.blob}, frame {frame}: is longer than a frame can be.")
        data = blob.read_at(start, end - start)
        try:
            plain = self._inflater.member(data)
        except Damaged as error:
            raise Damaged(f"{volume.blob}, frame {frame}: {error}.") from error
        if len(plain) != FRAME and not last:
            raise Damaged(f"{volume.blob}, frame {frame}: is shorter than a frame.")
        return plain

    def _blob(self, number: int) -> SealedReader:
        blob = self._blobs.get(number)
        if blob is None:
            volume = self.volumes[number]
            try:
                blob = SealedReader(self._store, volume.blob, self._keyring, volume.bytes)
            except WrongPassword as error:
                # The password opened the index of this part, so it is this header that is wrong.
                raise Damaged(f"{volume.blob}: its header is damaged.", "Restore another run.") from error
            self._blobs[number] = blob
        return blob


def _open_index(store: BlobStore, part: Part, keyring: Keyring | None) -> SealedReader:
    try:
        return SealedReader(store, part.index.blob, keyring, part.index.bytes)
    except WrongPassword:
        # A bit of the header's own MAC looks like a wrong password (row 62): the manifest's sum tells.
        with store.open(part.index.blob) as blob:
            digest = hashlib.sha256(blob.read_at(0, blob.size)).hexdigest()
        if digest != part.index.sha256:
            raise Damaged(f"{part.index.blob}: its header is damaged.", "Restore another run.") from None
        raise


class _Pieces:
    """A file of several frames, or a sparse one, as :class:`~bcper.domain.model.entries.Stream`."""

    def __init__(self, reader: ArchivePartReader, entry: Entry, places: Sequence[Place]) -> None:
        self._reader, self._entry, self._places = reader, entry, places
        self._start, self.length = reader._span(entry)  # noqa: SLF001 - one class in two
        self.sparse = entry.sparse is not None

    def __iter__(self) -> Iterator[bytes]:
        reader, digest = self._reader, hashlib.sha256()
        left, at = self.length, self._start % FRAME
        for number, place in enumerate(self._places):
            for soon in self._places[number : number + 4]:
                reader._ask(soon)  # noqa: SLF001
            piece = reader._take(place)[at : at + left]  # noqa: SLF001
            at = 0
            left -= len(piece)
            digest.update(piece)
            yield piece
        if left:
            raise Damaged(f"{printable(self._entry.path)} is cut in its volume.")
        reader._check(self._entry, digest.hexdigest())  # noqa: SLF001

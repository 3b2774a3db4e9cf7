"""Reading a part at any place: only the frames that are wanted, fetched and inflated ahead, in parallel."""

import hashlib
import threading
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

from bcper.adapters.archive.index_reader import IndexReader
from bcper.adapters.archive.inflate import Inflater
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
_SOON = 4

Place = tuple[int, int]
"""(volume, frame)."""


class ArchivePartReader:
    """See :class:`~bcper.ports.archive.PartReader`."""

    def __init__(self, store: BlobStore, manifest: Manifest, part: Part, keyring: Keyring | None) -> None:
        self._store, self._keyring = store, keyring
        self._pool = ThreadPoolExecutor(_WORKERS, "bcper-inflate")
        self._inline = False
        self._summing = False
        self._inflater = Inflater()
        self._blobs: dict[int, SealedReader] = {}
        self._opening = threading.Lock()
        self._at_hand: tuple[Place | None, bytes] = (None, b"")
        self._cache: OrderedDict[Place, Future[bytes]] = OrderedDict()
        index = _open_index(store, part, keyring)
        self._index_blob = index
        try:
            self._index = IndexReader(index, manifest, part)
            self._sizes = [len(volume.frames) * FRAME for volume in self._index.head.volumes]
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

    def entries(self, wanted: Wanted | None = None, *, sized: bool = False) -> Iterator[Entry]:
        """See the port."""
        return self._index.entries(wanted, sized=sized)

    def skipped(self) -> Sequence[Problem]:
        """See the port."""
        return self._index.skipped

    def contents(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Content | None]]:
        """See the port."""
        ahead: deque[tuple[Entry, Place | None, int]] = deque()
        under_way = 0
        last: Place | None = None
        for entry in entries:
            first: Place | None = None
            fresh = 0
            whole = True
            if entry.type == "f" and entry.size:
                volume, begin, end = self._span(entry)
                frame, final = begin // FRAME, (end - 1) // FRAME
                # Neighbours share frames, so only a frame that was not just asked for counts.
                for number in range(frame, min(final + 1, frame + _AHEAD)):
                    if (volume, number) != last:
                        last = (volume, number)
                        self._ask(last)
                        fresh += 1
                if frame == final and entry.sparse is None:
                    first = last
                # What comes behind a long file waits until that was read: on a remote, order is speed.
                whole = final - frame < _AHEAD
            ahead.append((entry, first, fresh))
            under_way += fresh
            while ahead and (under_way >= _AHEAD or len(ahead) >= _BATCH or not whole):
                entry, first, fresh = ahead.popleft()
                under_way -= fresh
                yield entry, self._content(entry, first)
        for entry, first, _ in ahead:
            yield entry, self._content(entry, first)

    def share(self) -> None:
        """See the port. A thread would only take the GIL from this one."""
        self._inline = True

    def sum_volumes(self) -> None:
        """See the port."""
        self._summing = True

    def check_volumes(self) -> Iterator[int]:
        """See the port."""
        for number, volume in enumerate(self.volumes):
            if not (yield from self._blob(number).check_sum(volume.sha256)):
                yield from self._find_damage(number)
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

    def _find_damage(self, number: int) -> Iterator[int]:
        """Name the first frame that is damaged; comes to its end if every frame is whole."""
        for frame in range(len(self.volumes[number].frames)):
            self._frame((number, frame))
            yield 0

    def _span(self, entry: Entry) -> tuple[int, int, int]:
        """Volume, and where in its tar stream the data area begins and ends."""
        volume, begin = entry.vol, entry.off
        if volume is None or begin is None or volume >= len(self._sizes):
            raise Damaged(f"The index does not say where {printable(entry.path)} lies.")
        end = begin + (entry.size if entry.sparse is None else entry.sparse)
        if end > self._sizes[volume]:
            raise Damaged(f"The index says that {printable(entry.path)} lies beyond its volume.")
        return volume, begin, end

    def _ask(self, place: Place) -> "Future[bytes]":
        frame = self._cache.get(place)
        if frame is None:
            # Oldest first; what is at hand is younger, and could be inflated again.
            while len(self._cache) > 2 * _AHEAD:
                self._cache.popitem(last=False)
            if self._inline:
                frame = Future()
                frame.set_result(self._frame(place))
            else:
                frame = self._pool.submit(self._frame, place)
            self._cache[place] = frame
        return frame

    def _content(self, entry: Entry, place: Place | None) -> Content | None:
        if place is not None:
            if place != self._at_hand[0]:
                self._at_hand = place, self._ask(place).result()
            start = (entry.off or 0) % FRAME
            data = self._at_hand[1][start : start + entry.size]
            if len(data) != entry.size:
                raise Damaged(f"{printable(entry.path)} is cut in its volume.")
        elif entry.type != "f":
            return None
        elif entry.size:
            return _Pieces(self, entry, *self._span(entry))
        else:
            data = b""
        # Hashed here and not in the workers: that would hand the GIL over twice a file.
        check(entry, hashlib.sha256(data).hexdigest())
        return data

    def frame(self, volume: int, frames: range) -> bytes:
        """The first of ``frames``, which are wanted one after the other; the others are fetched meanwhile."""
        for number in frames:
            self._ask((volume, number))
        return self._ask((volume, frames[0])).result()

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
        with self._opening:
            return self._open_blob(number)

    def _open_blob(self, number: int) -> SealedReader:
        blob = self._blobs.get(number)
        if blob is None:
            volume = self.volumes[number]
            try:
                blob = SealedReader(
                    self._store, volume.blob, self._keyring, volume.bytes, summed=self._summing
                )
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
        digest, at = hashlib.sha256(), 0
        with store.open(part.index.blob) as blob:
            while piece := blob.read_at(at, FRAME):
                digest.update(piece)
                at += len(piece)
        if digest.hexdigest() != part.index.sha256:
            raise Damaged(f"{part.index.blob}: its header is damaged.", "Restore another run.") from None
        raise


class _Pieces:
    """A file of several frames, or a sparse one, as :class:`~bcper.domain.model.entries.Stream`."""

    def __init__(self, reader: ArchivePartReader, entry: Entry, volume: int, begin: int, end: int) -> None:
        self._reader, self._entry = reader, entry
        self._volume, self._begin, self._end = volume, begin, end
        self.length = end - begin
        self.sparse = entry.sparse is not None

    def __iter__(self) -> Iterator[bytes]:
        digest = hashlib.sha256()
        at = self._begin
        while at < self._end:
            frame, start = divmod(at, FRAME)
            final = (self._end - 1) // FRAME
            soon = range(frame, min(final + 1, frame + _SOON))
            piece = self._reader.frame(self._volume, soon)[start : start + self._end - at]
            if not piece:
                raise Damaged(f"{printable(self._entry.path)} is cut in its volume.")
            at += len(piece)
            digest.update(piece)
            yield piece
        check(self._entry, digest.hexdigest())


def check(entry: Entry, digest: str) -> None:
    """Raise Damaged unless ``digest`` is what the index says of ``entry``."""
    if digest != entry.sha256:
        raise Damaged(
            f"The content of {printable(entry.path)} is not what was backed up.", "Restore another run."
        )

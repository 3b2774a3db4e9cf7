"""Writing a part in one pass: framed here, compressed and hashed by processes, sealed and written in order.

The caller's thread frames the tar stream, other processes compress the frames and hash the small files in
them (``packers``), one thread hashes long files, one seals and writes frames and index lines in order. At
most a dozen frames are under way. Where a store takes several blobs at once, a volume that is full is
committed while the next is made (``commits``).
"""

import hashlib
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Self

from bcper.adapters.archive import tar_header
from bcper.adapters.archive.commits import Commits
from bcper.adapters.archive.compression import compressor
from bcper.adapters.archive.frame import Frame, Place
from bcper.adapters.archive.index_codec import entry_halves
from bcper.adapters.archive.index_writer import IndexWriter
from bcper.adapters.archive.packers import SLOTS, Packers
from bcper.adapters.archive.sealed import SealedWriter
from bcper.domain.errors import BcperError
from bcper.domain.model.entries import Problem, SourceContent, SourceEntry, Stream
from bcper.domain.model.manifest import FRAME, Part, Volume, VolumeLine
from bcper.ports.archive import PartPlan
from bcper.ports.blob_store import BlobStore
from bcper.ports.cipher import Keyring

_TO_HASH = 4
_FEW = 4
"""Frames that are packed here: they would be waiting for a process to start."""

_LONGEST_VOLUME = 1 << 40
"""Bytes of a tar stream after which a volume is closed anyway: a million frames to list in one line."""


class ArchivePartWriter:
    """See :class:`~bcper.ports.archive.PartWriter`."""

    def __init__(
        self,
        store: BlobStore,
        plan: PartPlan,
        keyring: Keyring | None,
        waiting: Callable[[], None] = lambda: None,
    ) -> None:
        self._store, self._plan, self._keyring = store, plan, keyring
        self._packers = Packers(plan.compression)
        self._order = ThreadPoolExecutor(1, "bcper-write")
        self._hashing = ThreadPoolExecutor(1, "bcper-hash")
        self._index = IndexWriter(plan, compressor(plan.compression))
        self._volumes: list[Volume] = []
        self._commits = Commits(store.parallel, waiting)
        self._finished = False
        self._live: list[int] = []
        self._blob: SealedWriter | None = None
        self._frames: list[int] = []
        self._plain = 0
        self._pending: deque[Future[None]] = deque()
        self._frame = Frame(0, self._packers.memory(0))
        self._place: Place | None = None
        self._at = 0
        self._bytes = 0

    @property
    def stored_bytes(self) -> int:
        """See the port."""
        stored = sum(volume.bytes for volume in self._volumes)
        return stored + (self._blob.bytes if self._blob is not None else 0)

    def place(self, entry: SourceEntry) -> memoryview | None:
        """See the port."""
        size = entry.size
        frame = self._frame
        # A header of an entry without attributes is one block, and mostly no more than three.
        if frame.fill + size + 8 * tar_header.BLOCK > FRAME or self._blob is None:
            return None
        header = tar_header.header(entry, size)
        begin = frame.fill + len(header)
        if begin + size + tar_header.BLOCK > FRAME:
            return None
        frame.memory[frame.fill : begin] = header
        room = frame.memory[begin : begin + size + 1]
        self._place = Place(entry, begin, room)
        return room

    def add(self, entry: SourceEntry, content: SourceContent) -> None:
        """See the port."""
        if self._commits.failed is not None:
            raise self._commits.failed
        if self._blob is None:
            self._commits.make_room()
            self._blob = SealedWriter(self._store, self._volume_name(), self._keyring)
        place, self._place = self._place, None
        if place is not None and place.entry is entry and place.room is content:
            self._add_placed(entry, place)
        elif isinstance(content, bytes | memoryview):
            size = len(content)
            self._put(tar_header.header(entry, size))
            front, back = entry_halves(entry, len(self._volumes), self._at, None)
            self._put(content)
            self._put(tar_header.padding(size))
            digest = hashlib.sha256(content).hexdigest() if entry.type == "f" else ""
            self._frame.lines += (front, digest, back)
            self._frame.count += 1
        else:
            self._add_stream(entry, content)
        if entry.type == "f":
            self._bytes += entry.size
        limit = self._plan.volume_bytes
        if (limit and self._blob.bytes >= limit) or self._at >= _LONGEST_VOLUME:
            self._close_volume()

    def finish(self, skipped: Sequence[Problem]) -> Part:
        """See the port."""
        if self._blob is not None:
            self._close_volume()
        self._commits.join()
        index = self._index.write(
            self._store, self._keyring, self._volumes, self._bytes, skipped, self._commits
        )
        self._commits.join()
        self._finished = True
        volumes = tuple(
            VolumeLine(v.blob, v.bytes, live, v.sha256)
            for v, live in zip(self._volumes, self._live, strict=True)
        )
        return Part(
            name=self._plan.name,
            items=self._plan.items,
            encrypted=self._keyring is not None,
            archive=volumes[0].blob if volumes else None,
            volumes=volumes,
            index=index,
            entries=self._index.entries,
            bytes=self._bytes,
            stored_bytes=sum(v.bytes for v in volumes) + index.bytes,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        for written in self._pending:
            written.cancel()
        try:
            # Before the writing thread is waited for: it may be waiting for one of them.
            self._packers.end()
        finally:
            # After a second Ctrl-C, too: the end of the process waits for who commits.
            if not self._finished or any(exc):
                self._commits.give_up(*([self._blob] if self._blob is not None else []))
        self._order.shutdown(wait=True, cancel_futures=True)
        if self._place is not None:
            self._place.room.release()
        self._packers.close()
        self._hashing.shutdown(wait=True, cancel_futures=True)
        if self._blob is not None:
            self._blob.__exit__(*exc)
        self._index.close()
        self._commits.close()
        if not self._finished or any(exc):
            for name in self._commits.committed:
                # What brought us here must be heard, and not that clearing up failed too.
                with suppress(BcperError):
                    self._store.delete(name)

    def _add_placed(self, entry: SourceEntry, place: Place) -> None:
        """The usual case: a small file that was read to where it belongs, in the frame at hand."""
        frame, begin, end = self._frame, place.begin, place.begin + entry.size
        off = self._at + begin - frame.fill
        front, back = entry_halves(entry, len(self._volumes), off, None)
        fill = end
        if padding := tar_header.padding(entry.size):
            fill += len(padding)
            frame.memory[end:fill] = padding
        frame.spans.extend((begin, end))
        frame.lines += (front, None, back)
        frame.count += 1
        self._at += fill - frame.fill
        frame.fill = fill

    def _add_stream(self, entry: SourceEntry, content: Stream) -> None:
        """A long or sparse file: hashed by a thread of its own, piece after piece, while more is read."""
        self._put(tar_header.header(entry, content.length, sparse=content.sparse))
        off, sparse = self._at, content.length if content.sparse else None
        digest = hashlib.sha256()
        hashing: deque[Future[None]] = deque()
        for piece in content:
            hashing.append(self._hashing.submit(digest.update, piece))
            if len(hashing) > _TO_HASH:
                hashing.popleft().result()
            self._put(piece)
        self._put(tar_header.padding(content.length))
        front, back = entry_halves(entry, len(self._volumes), off, sparse)
        # By then the digest is complete: that thread does one thing after the other.
        self._frame.lines += (front, self._hashing.submit(digest.hexdigest), back)
        self._frame.count += 1

    def _put(self, data: bytes | memoryview) -> None:
        length = len(data)
        self._at += length
        frame = self._frame
        fill = frame.fill + length
        if fill < FRAME:
            frame.memory[frame.fill : fill] = data
            frame.fill = fill
            return
        view = memoryview(data)
        while view:
            frame = self._frame
            piece = view[: FRAME - frame.fill]
            view = view[len(piece) :]
            frame.memory[frame.fill : frame.fill + len(piece)] = piece
            frame.fill += len(piece)
            if frame.fill == FRAME:
                self._flush()

    def _flush(self) -> None:
        """Hand the frame at hand over to be packed and written, and begin the next one."""
        frame = self._frame
        if frame.fill == FRAME:
            # There may be more to come: they start while the first frames are packed without them.
            self._packers.start()
        is_sent = frame.number >= _FEW and self._packers.started
        if is_sent:
            self._packers.put(frame.number, frame.fill, frame.spans)
        self._pending.append(self._order.submit(self._write, frame, is_sent))
        if self._commits.failed is not None:
            raise self._commits.failed
        while len(self._pending) >= SLOTS or (self._pending and self._pending[0].done()):
            self._wait()
        number = frame.number + 1
        self._frame = Frame(number, self._packers.memory(number))

    def _write(self, frame: Frame, is_sent: bool) -> None:
        """In the writing thread: frames come here in the order they were made; others pack what was sent."""
        if is_sent:
            packed = self._packers.get(frame.number, len(frame.spans) // 2)
        else:
            packed = self._packers.here(frame.number, frame.fill, frame.spans)
        if self._blob is None:
            raise RuntimeError("A frame without a volume.")
        self._frames.append(self._plain)
        self._plain += len(packed.member)
        self._blob.write(packed.member)
        if frame.count:
            self._index.add(frame.text(packed.digests), frame.count)

    def _wait(self) -> None:
        """Wait for the oldest frame; what went wrong with it is raised here."""
        self._commits.result(self._pending.popleft())

    def _close_volume(self) -> None:
        blob = self._blob
        if blob is None:
            return
        tar_bytes = self._at
        self._put(tar_header.END)
        if self._frame.fill:
            self._flush()
        while self._pending:
            self._wait()
        self._commits.commit(blob)
        self._volumes.append(Volume(blob.name, blob.bytes, blob.sha256, tuple(self._frames)))
        self._live.append(tar_bytes)
        self._blob = None
        self._frames, self._plain, self._at = [], 0, 0

    def _volume_name(self) -> str:
        number = len(self._volumes)
        suffix = ".enc" if self._keyring is not None else ""
        return f"{self._plan.base}{f'.{number}' if number else ''}.tar.gz{suffix}"

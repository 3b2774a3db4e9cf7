"""Writing a part in one pass: framed and hashed here, compressed in a pool, sealed and written in order.

The caller's thread hashes small files and frames the tar stream, two workers deflate frames without the GIL,
one thread hashes long files, one seals and writes frames in order. Hashing small files in the workers was
measured slower: it hands the GIL over twice a file. At most a dozen frames are under way.
"""

import hashlib
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Self

from bcper.adapters.archive import tar_header
from bcper.adapters.archive.compression import Compress, compressor
from bcper.adapters.archive.index_codec import entry_line
from bcper.adapters.archive.index_writer import IndexWriter
from bcper.adapters.archive.sealed import SealedWriter
from bcper.domain.errors import BcperError
from bcper.domain.model.entries import Content, Problem, SourceEntry, Stream
from bcper.domain.model.manifest import FRAME, Part, Volume, VolumeLine
from bcper.ports.archive import PartPlan
from bcper.ports.blob_store import BlobStore
from bcper.ports.cipher import Keyring

_WORKERS = 2
_UNDER_WAY = 12
_TO_HASH = 4
_LONGEST_VOLUME = 1 << 40
"""Bytes of a tar stream after which a volume is closed anyway: a million frames to list in one line."""


def _pack(compress: Compress, pieces: list[bytes]) -> bytes:
    return compress(b"".join(pieces))


class ArchivePartWriter:
    """See :class:`~bcper.ports.archive.PartWriter`."""

    def __init__(self, store: BlobStore, plan: PartPlan, keyring: Keyring | None) -> None:
        self._store, self._plan, self._keyring = store, plan, keyring
        self._compress = compressor(plan.compression)
        self._pool = ThreadPoolExecutor(_WORKERS, "bcper-deflate")
        self._order = ThreadPoolExecutor(1, "bcper-write")
        self._hashing = ThreadPoolExecutor(1, "bcper-hash")
        self._index = IndexWriter(plan, self._compress)
        self._volumes: list[Volume] = []
        self._done: list[str] = []
        self._finished = False
        self._live: list[int] = []
        self._blob: SealedWriter | None = None
        self._frames: list[int] = []
        self._plain = 0
        self._pieces: list[bytes] = []
        self._fill = 0
        self._at = 0
        self._pending: deque[tuple[Future[bytes], Future[None]]] = deque()
        self._bytes = 0

    @property
    def stored_bytes(self) -> int:
        """See the port."""
        stored = sum(volume.bytes for volume in self._volumes)
        return stored + (self._blob.bytes if self._blob is not None else 0)

    def add(self, entry: SourceEntry, content: Content) -> None:
        """See the port."""
        if self._blob is None:
            self._blob = SealedWriter(self._store, self._volume_name(), self._keyring)
        if isinstance(content, bytes):
            size = len(content)
            header, padding = tar_header.header(entry, size), tar_header.padding(size)
            off = self._at + len(header)
            sha256 = hashlib.sha256(content).hexdigest() if entry.type == "f" else None
            whole = len(header) + size + len(padding)
            if self._fill + whole < FRAME:
                # The usual case: all of it in the frame at hand.
                self._pieces += (header, content, padding)
                self._fill += whole
                self._at += whole
            else:
                self._put(header)
                self._put(content)
                self._put(padding)
            self._index.add(entry_line(entry, sha256, len(self._volumes), off, None))
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
        index = self._index.write(self._store, self._keyring, self._volumes, self._bytes, skipped)
        self._done.append(index.blob)
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

    def __exit__(self, kind: object, *exc: object) -> None:
        for packed, written in self._pending:
            packed.cancel()
            written.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._order.shutdown(wait=True, cancel_futures=True)
        self._hashing.shutdown(wait=True, cancel_futures=True)
        if self._blob is not None:
            self._blob.__exit__(kind, *exc)
        self._index.close()
        if kind is not None or not self._finished:
            for name in (*(volume.blob for volume in self._volumes), *self._done):
                # What brought us here must be heard, and not that clearing up failed too.
                with suppress(BcperError):
                    self._store.delete(name)

    def _add_stream(self, entry: SourceEntry, content: Stream) -> None:
        """A long or sparse file: hashed by a thread of its own, piece after piece, while more is read."""
        self._put(tar_header.header(entry, content.length, sparse=content.sparse))
        volume, off, sparse = len(self._volumes), self._at, content.length if content.sparse else None
        digest = hashlib.sha256()
        hashing: deque[Future[None]] = deque()
        for piece in content:
            hashing.append(self._hashing.submit(digest.update, piece))
            if len(hashing) > _TO_HASH:
                hashing.popleft().result()
            self._put(piece)
        self._put(tar_header.padding(content.length))
        # By then the digest is complete: that thread does one thing after the other.
        self._index.add_later(
            self._hashing.submit(lambda: entry_line(entry, digest.hexdigest(), volume, off, sparse))
        )

    def _put(self, data: bytes) -> None:
        self._at += len(data)
        room = FRAME - self._fill
        if len(data) < room:
            if data:
                self._pieces.append(data)
                self._fill += len(data)
            return
        start = 0
        while len(data) - start >= room:
            self._pieces.append(data[start : start + room])
            start += room
            self._flush()
            room = FRAME
        if start < len(data):
            self._pieces.append(data[start:])
            self._fill = len(data) - start

    def _flush(self) -> None:
        packed = self._pool.submit(_pack, self._compress, self._pieces)
        self._pending.append((packed, self._order.submit(self._write, packed)))
        self._pieces, self._fill = [], 0
        while len(self._pending) > _UNDER_WAY or (self._pending and self._pending[0][1].done()):
            self._wait()

    def _write(self, packed: "Future[bytes]") -> None:
        """In the writing thread: frames come here in the order they were made."""
        member = packed.result()
        if self._blob is None:
            raise RuntimeError("A frame without a volume.")
        self._frames.append(self._plain)
        self._plain += len(member)
        self._blob.write(member)

    def _wait(self) -> None:
        """Wait for the oldest frame; what went wrong with it is raised here."""
        self._pending.popleft()[1].result()

    def _close_volume(self) -> None:
        blob = self._blob
        if blob is None:
            return
        tar_bytes = self._at
        self._put(tar_header.END)
        if self._fill:
            self._flush()
        while self._pending:
            self._wait()
        with blob:
            blob.commit()
        self._volumes.append(Volume(blob.name, blob.bytes, blob.sha256, tuple(self._frames)))
        self._live.append(tar_bytes)
        self._blob = None
        self._frames, self._plain, self._at = [], 0, 0

    def _volume_name(self) -> str:
        number = len(self._volumes)
        suffix = ".enc" if self._keyring is not None else ""
        return f"{self._plan.base}{f'.{number}' if number else ''}.tar.gz{suffix}"

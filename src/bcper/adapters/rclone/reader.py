"""One blob of a remote, read at any place: its frames, and not all of it."""

import threading
from collections import OrderedDict
from itertools import count
from typing import Self
from urllib.parse import quote

from bcper.adapters.rclone.errors import RcError, translated
from bcper.adapters.rclone.rc import Rclone, Request
from bcper.domain.errors import StoreError
from bcper.domain.model.names import printable

HEAD = 1 << 17
"""Bytes that come with the opening, whose answer tells the size, too: all of a small blob."""

BLOCK = 1 << 20
_KEPT = 16
_STREAMS = 4
_LEAP = 4


class Blocks:
    """What was read last from the blobs of one store: at most 16 MiB, and 4 requests that go on.

    A request goes on, to the end of its blob, where one block after the other was asked for: then the next
    one is on its way before it is asked for, and costs no request. Up to four blocks that are skipped are
    read on the way, and kept.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._streams: OrderedDict[int, Request] = OrderedDict()
        self.number = count().__next__

    def get(self, blob: int, block: int) -> bytes | None:
        """The block if it is at hand."""
        with self._lock:
            data = self._kept.get((blob, block))
            if data is not None:
                self._kept.move_to_end((blob, block))
            return data

    def put(self, blob: int, block: int, data: bytes) -> None:
        """Keep a block, in the place of the one that was not asked for for the longest time."""
        with self._lock:
            self._kept[blob, block] = data
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)

    def take(self, blob: int) -> Request | None:
        """The blob's request that goes on; it is the caller's now."""
        with self._lock:
            return self._streams.pop(blob, None)

    def keep(self, blob: int, stream: Request) -> None:
        """Keep a request that goes on; the one that was not used for the longest time is closed."""
        with self._lock:
            self._streams[blob] = stream
            closed = self._streams.popitem(last=False)[1] if len(self._streams) > _STREAMS else None
        if closed is not None:
            closed.close()

    def forget(self, blob: int) -> None:
        """Let go of all that is the blob's."""
        stream = self.take(blob)
        if stream is not None:
            stream.close()
        with self._lock:
            for key in [key for key in self._kept if key[0] == blob]:
                del self._kept[key]


class RcloneBlobReader:
    """See :class:`~bcper.ports.blob_store.BlobReader`. ``url`` is where rclone serves it."""

    def __init__(self, rclone: Rclone, location: str, name: str, url: str, blocks: Blocks) -> None:
        """Raises RcError."""
        self._rclone, self._location, self._name, self._url = rclone, location, name, url
        self._blocks, self._number = blocks, blocks.number()
        self._lock = threading.Lock()
        self._open = True
        self._next = 0  # most are read from their beginning on
        self._position = -1
        self._size, self._head = rclone.persist(self._begin)

    @property
    def size(self) -> int:
        """Bytes."""
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        """See the port."""
        with self._lock:
            if not self._open:
                raise StoreError(f"{printable(self._name)} has been closed.")
            end = min(offset + length, self._size)
            if offset >= end:
                return b""
            if end <= len(self._head):
                return self._head[offset:end]
            try:
                first, last = offset // BLOCK, (end - 1) // BLOCK
                data = b"".join(self._block(block, last) for block in range(first, last + 1))
            except RcError as error:
                raise translated(error, self._location) from error
            return data[offset - first * BLOCK : end - first * BLOCK]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        with self._lock:
            self._open = False
            self._blocks.forget(self._number)

    def _begin(self) -> tuple[int, bytes]:
        with self._asked(0, HEAD) as request:
            answer = request.check(200, 206, 416)
            if answer.status == 416:  # there is no first byte
                return 0, b""
            told = answer.headers.get("Content-Range", "").rpartition("/")[2]
            size = int(told) if told.isdigit() else answer.length
            if size is None:
                raise RcError("The remote does not tell the size of a blob.")
            return size, request.read(min(HEAD, size))

    def _block(self, block: int, last: int) -> bytes:
        data = self._blocks.get(self._number, block)
        if data is None:
            data = self._rclone.persist(lambda: self._fetched(block, last))
            self._blocks.put(self._number, block, data)
        self._next = block + 1
        return data

    def _fetched(self, block: int, last: int) -> bytes:
        """From the request that goes on if it is there; from a new one if it is not."""
        start = block * BLOCK
        length = min(BLOCK, self._size - start)
        stream = self._blocks.take(self._number)
        if stream is not None:
            stream = self._ahead(stream, block)
        if stream is None:
            # After the block before it more is to come, perhaps all.
            stop = self._size if block == self._next else min(self._size, (last + 1) * BLOCK)
            stream = self._asked(start, stop - start)
            self._position = start
        try:
            data = self._next_of(stream, length)
        except BaseException:
            stream.close()
            raise
        if stream.answer().length:
            self._blocks.keep(self._number, stream)
        else:
            stream.close()
        return data

    def _ahead(self, stream: Request, block: int) -> Request | None:
        """The request that goes on, at ``block``: what two threads want may come in another order."""
        at = self._position // BLOCK
        try:
            if not at <= block <= at + _LEAP:
                stream.close()
                return None
            for number in range(at, block):
                self._blocks.put(self._number, number, self._next_of(stream, BLOCK))
        except BaseException:
            stream.close()
            raise
        return stream

    def _next_of(self, stream: Request, length: int) -> bytes:
        stream.check(206)  # without a range it would be other bytes
        data = stream.read(length)
        if len(data) != length:
            raise RcError("connection lost: the answer was cut", 0)
        self._position += length
        return data

    def _asked(self, start: int, length: int) -> Request:
        request = self._rclone.begin("GET", self._url)
        try:
            request.send_head({"Range": f"bytes={start}-{start + length - 1}"})
        except BaseException:
            request.close()
            raise
        return request


def url_of(fs: str, name: str) -> str:
    """Where the rclone of this process serves the blob ``name`` of ``fs`` (rclone.org/rc/, "--rc-serve")."""
    remote, _, path = fs.partition(":")
    if "]" in fs:
        # There it would end the address of the store.
        fs, name = f"{remote}:", f"{path}{name}"
    return f"/{quote(f'[{fs}]', safe='')}/{quote(name, safe='/')}"

"""One blob on its way to a remote."""

import hashlib
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, Self

from bcper.adapters.rclone.errors import RcError, translated
from bcper.adapters.rclone.feed import Closed, Feed
from bcper.adapters.rclone.process import SMALL
from bcper.adapters.rclone.remote import Remote
from bcper.adapters.rclone.spool import Memory, Spool
from bcper.adapters.rclone.upload import Upload
from bcper.domain.errors import BcperError, StoreError
from bcper.domain.model.names import printable

if TYPE_CHECKING:
    from hashlib import _Hash

_HASHES = ("sha256", "sha1", "md5")
"""Those that both sides may know, the strongest first."""


class Sent:
    """What is sent: the blob's name, how many bytes, and a sum of them if the remote has one of the kind."""

    def __init__(self, name: str, hashes: tuple[str, ...]) -> None:
        self.name = name
        self.size = 0
        self.kind = next((kind for kind in _HASHES if kind in hashes), "")
        self._digest: _Hash | None = hashlib.new(self.kind, usedforsecurity=False) if self.kind else None

    def add(self, data: bytes | memoryview) -> None:
        """Count a piece."""
        self.size += len(data)
        if self._digest is not None:
            self._digest.update(data)

    def difference(self, size: int, hashes: dict[str, str]) -> str:
        """How what the remote has differs from it, for a person; empty if it does not (row 56)."""
        if size not in (self.size, -1):
            return f"it has {size} bytes there, and {self.size} were sent"
        there = hashes.get(self.kind, "")
        if there and self._digest is not None and there.lower() != self._digest.hexdigest():
            return f"its {self.kind} sum is another one there"
        return ""


class End(Enum):
    """What became of a blob: nothing was sent, all arrived, it failed, or it was left while it was sent."""

    UNTRIED = 0
    COMMITTED = 1
    FAILED = 2
    LEFT = 3


class RcloneBlobWriter:
    """See :class:`~bcper.ports.blob_store.BlobWriter`.

    A blob of up to 8 MiB is kept in memory and sent at its commit. A longer one is sent while it is made, and
    kept in a file in the folder ``spool`` until it has arrived, if there is room; sent either way as often as
    is needed. Without room it is sent once. ``arrived`` is called when rclone says that it has, and may
    raise; ``done`` at the end, with what became of it.
    """

    def __init__(
        self,
        remote: Remote,
        sent: Sent,
        spool: str | None,
        arrived: Callable[[Sent], None],
        done: Callable[[Sent, End], None],
    ) -> None:
        self._remote, self._sent, self._spool = remote, sent, spool
        self._arrived, self._done = arrived, done
        self._buffer = bytearray()
        self._feed: Feed | None = None
        self._upload: Upload | None = None
        self._lock = threading.Lock()
        self._open = True

    @property
    def sent(self) -> int:
        """Bytes that rclone has taken."""
        upload = self._upload
        return 0 if upload is None else upload.sent

    @property
    def written(self) -> int:
        """Bytes that were written."""
        return self._sent.size

    def write(self, data: bytes | memoryview) -> None:
        """See the port."""
        self._check_open()
        self._sent.add(data)
        if self._feed is None and len(self._buffer) + len(data) <= SMALL:
            self._buffer += data
            return
        with self._translating():
            if self._feed is None:
                feed = self._begin(Feed(_spooled(self._spool)))
                feed.put(self._buffer)
                self._buffer = bytearray()
            else:
                feed = self._feed
            feed.put(data)

    def commit(self) -> None:
        """See the port."""
        self._check_open()
        with self._translating():
            feed = self._feed or self._begin(_whole(self._buffer))
            feed.end()
            if self._upload is not None:
                self._upload.wait()
        self._arrived(self._sent)
        if not self._left():
            raise self._not_open()
        feed.drop()
        self._buffer = bytearray()
        self._done(self._sent, End.COMMITTED)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._left():
            end = End.UNTRIED
            if self._upload is not None:
                end = End.LEFT if self._upload.error is None else End.FAILED
                self._upload.give_up()
            if self._feed is not None:
                self._feed.drop()
            self._buffer = bytearray()
            self._done(self._sent, end)

    def _begin(self, feed: Feed) -> Feed:
        with self._lock:
            # It may have been left meanwhile, by another thread, which then sees no upload to give up.
            if not self._open:
                feed.drop()
                raise self._not_open()
            self._feed, self._upload = feed, Upload(self._remote, self._sent.name, feed)
        return feed

    def _left(self) -> bool:
        """Whether this is the first that leaves it."""
        with self._lock:
            was, self._open = self._open, False
        return was

    def _check_open(self) -> None:
        if not self._open:
            raise self._not_open()

    def _not_open(self) -> StoreError:
        return StoreError(f"{printable(self._sent.name)} is not being written any more.")

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            try:
                yield
            except Closed:
                if self._upload is not None:
                    self._upload.wait()  # which failed, and says why
                raise
        except Closed as error:
            raise self._not_open() from error
        except RcError as error:
            raise translated(error, self._remote.location) from error


def _whole(data: bytearray) -> Feed:
    return Feed(Memory(data), len(data), zlib.crc32(data))


def _spooled(folder: str | None) -> Spool | None:
    if folder is None:
        return None
    try:
        return Spool(folder)
    except OSError:  # without it, it is as before there was one
        return None


def quietly(work: Callable[[], object]) -> bool:
    """Clear up as far as that goes: what brought us here must be heard, and not that this failed, too.

    Returns whether it went.
    """
    try:
        work()
    except BcperError:
        return False
    return True

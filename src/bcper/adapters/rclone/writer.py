"""One blob on its way to a remote."""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode

from bcper.adapters.rclone.errors import RcError, translated
from bcper.adapters.rclone.process import SMALL
from bcper.adapters.rclone.rc import Request, upload_head, upload_tail
from bcper.adapters.rclone.remote import Remote
from bcper.domain.errors import BcperError, StoreError
from bcper.domain.model.names import printable

if TYPE_CHECKING:
    from hashlib import _Hash

_HASHES = ("sha256", "sha1", "md5")
"""Those that both sides may know, the strongest first."""

_FORM = "multipart/form-data; boundary="


class Sent:
    """What was sent: the blob's name, how many bytes, and a sum of them if the remote has one of the kind."""

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


class RcloneBlobWriter:
    """See :class:`~bcper.ports.blob_store.BlobWriter`.

    A blob of up to 8 MiB is kept in memory and sent at its commit, as often as is needed. A longer one is
    sent while it is made, once. ``arrived`` is called when rclone says that it has, and may raise; ``done``
    at the end, with whether nothing needs to be cleared up.
    """

    def __init__(
        self,
        remote: Remote,
        sent: Sent,
        arrived: Callable[[Sent], None],
        done: Callable[[Sent, bool], None],
    ) -> None:
        self._remote, self._sent, self._arrived, self._done = remote, sent, arrived, done
        self._buffer = bytearray()
        self._request: Request | None = None
        self._boundary = f"bcper-{secrets.token_hex(24)}"
        self._open = True
        self._tried = False

    def write(self, data: bytes | memoryview) -> None:
        """See the port."""
        self._check_open()
        self._sent.add(data)
        if self._request is None and len(self._buffer) + len(data) <= SMALL:
            self._buffer += data
            return
        with self._translating():
            if self._request is None:
                self._request = self._begun()
                if self._buffer:
                    self._request.send_chunk(self._buffer)
                self._buffer = bytearray()
            if data:
                self._request.send_chunk(data)

    def commit(self) -> None:
        """See the port."""
        self._check_open()
        with self._translating():
            if self._request is None:
                self._remote.rclone.persist(self._send_small)
            else:
                self._finish(self._request)
        self._arrived(self._sent)
        self._close(committed=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._open:
            if self._request is not None:
                self._request.give_up()
            self._close(committed=False)

    def _send_small(self) -> None:
        with self._begun() as request:
            if self._buffer:
                request.send_chunk(self._buffer)
            self._finish(request)

    def _finish(self, request: Request) -> None:
        request.send_chunk(upload_tail(self._boundary))
        request.send_chunk(b"")
        request.reply()

    def _begun(self) -> Request:
        self._tried = True
        folder, _, last = self._sent.name.rpartition("/")
        query = urlencode({"fs": self._remote.fs, "remote": folder})
        request = self._remote.rclone.begin("POST", f"/operations/uploadfile?{query}")
        try:
            request.send_head({"Content-Type": f"{_FORM}{self._boundary}", "Transfer-Encoding": "chunked"})
            request.send_chunk(upload_head(self._boundary, last))
        except BaseException:
            request.close()
            raise
        return request

    def _close(self, *, committed: bool) -> None:
        self._open = False
        if self._request is not None:
            self._request.close()
        self._buffer = bytearray()
        self._done(self._sent, committed or not self._tried)

    def _check_open(self) -> None:
        if not self._open:
            raise StoreError(f"{printable(self._sent.name)} is not being written any more.")

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except RcError as error:
            error = self._remote.rclone.explained(error)
            raise translated(error, self._remote.location) from error


def quietly(work: Callable[[], object]) -> bool:
    """Clear up as far as that goes: what brought us here must be heard, and not that this failed, too.

    Returns whether it went.
    """
    try:
        work()
    except BcperError:
        return False
    return True

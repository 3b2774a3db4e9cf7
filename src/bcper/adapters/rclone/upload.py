"""One blob being sent by a thread of its own, and sent anew if that may help."""

import secrets
import threading
import time
import zlib
from contextlib import suppress
from urllib.parse import urlencode

from bcper.adapters.rclone.errors import RcError
from bcper.adapters.rclone.feed import Closed, Feed
from bcper.adapters.rclone.rc import Request, upload_head, upload_tail
from bcper.adapters.rclone.remote import Remote

_FORM = "multipart/form-data; boundary="
_NOTICE = 2.0
"""Seconds that rclone gets to see that it is to give up what it has of a blob."""


class Upload:
    """Begins at once. ``sent`` counts the bytes that rclone has taken, from 0 again when it is sent anew.

    The thread ends with the last byte, with an error, or with :meth:`give_up`; one of :meth:`wait` and
    that must be called.
    """

    def __init__(self, remote: Remote, name: str, feed: Feed) -> None:
        self.sent = 0
        self.error: BaseException | None = None
        self._remote, self._name, self._feed = remote, name, feed
        self._boundary = f"bcper-{secrets.token_hex(24)}"
        self._lock = threading.Lock()
        self._request: Request | None = None
        self._given_up = threading.Event()
        # A second Ctrl-C may end the clearing up before it ends this: the process must end all the same.
        self._thread = threading.Thread(target=self._run, name="bcper-upload", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raises what it failed with, if it has: RcError, StoreError."""
        if self.error is not None:
            raise self.error

    def wait(self) -> None:
        """Wait until all has been sent and rclone has said so. Raises RcError, StoreError, Closed."""
        self._thread.join()
        self.check()

    def give_up(self) -> None:
        """End it, in a few seconds at most; if the line lives, rclone has cleared up by then."""
        self._given_up.set()
        self._feed.close()
        with self._lock:
            request = self._request
        if request is not None:
            request.end_body(_NOTICE)
        self._thread.join(_NOTICE)
        if request is not None:
            request.cut()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._send()
        except BaseException as error:  # handed to who waits
            self.error = error
            self._feed.close()

    def _send(self) -> None:
        """Row 55 of FAULTS.md: time counts from the last try that came further than those before it."""
        rclone = self._remote.rclone
        patience = rclone.patience
        pause, furthest, since = patience.first_pause, -1, 0.0
        for left in reversed(range(patience.tries)):
            self.sent = 0
            pid = None
            try:
                with self._begun() as request:
                    pid = rclone.process.pid
                    self._send_all(request)
                return
            except RcError as failure:
                error = rclone.explained(failure)
                now = time.monotonic()
                if self.sent > furthest:
                    furthest, since = self.sent, now
                # Where rclone itself was ended somebody wants an end (row 54).
                helps = error.temporary and self._feed.again and pid in (None, rclone.process.pid)
                if not (left and helps) or now - since + pause > patience.whole:
                    raise error from failure
            if self._given_up.wait(pause):
                raise Closed
            pause *= 2

    def _send_all(self, request: Request) -> None:
        summed = 0
        try:
            while piece := self._feed.take(self.sent):
                request.send_chunk(piece)
                summed = zlib.crc32(piece, summed)
                self.sent += len(piece)
        except Closed:
            # Its answer says that it has noticed that there is an end too soon.
            with suppress(RcError):
                request.reply()
            raise
        self._feed.check(summed)
        request.send_chunk(upload_tail(self._boundary))
        request.send_chunk(b"")
        request.reply()

    def _begun(self) -> Request:
        folder, _, last = self._name.rpartition("/")
        query = urlencode({"fs": self._remote.fs, "remote": folder})
        rclone = self._remote.rclone
        # A line that is dead rclone itself notices: here there is only one that is slow.
        request = rclone.begin("POST", f"/operations/uploadfile?{query}", rclone.patience.sending)
        try:
            request.send_head({"Content-Type": f"{_FORM}{self._boundary}", "Transfer-Encoding": "chunked"})
            with self._lock:
                self._request = request
            if self._given_up.is_set():
                raise Closed
            request.send_chunk(upload_head(self._boundary, last))
        except BaseException:
            request.close()
            raise
        return request

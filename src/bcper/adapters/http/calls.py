"""One call over http or https by urllib, with an end in time; heavy to import, so only when one is made."""

import http.client
import socket
import threading
import urllib.error
import urllib.request
from contextlib import suppress
from email.message import Message
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

from bcper.domain.errors import UsageError
from bcper.domain.model.hooks import check_ping_url

_LATE = "there was no answer in time"
_HOPS = 3
_AGAIN = frozenset((408, 425, 429, *range(500, 600)))
"""Answers that may be another one next time."""


def post(address: str, data: bytes, agent: str, seconds: float) -> tuple[str, bool]:
    """Why ``data`` was not received at ``address`` (http or https), if so, and whether to try again."""
    headers = {"User-Agent": agent, "Content-Type": "text/plain; charset=utf-8"}
    deadline = _Deadline(seconds)
    try:
        with deadline:
            request = urllib.request.Request(address, data, headers, method="POST")  # noqa: S310
            deadline.opener().open(request, timeout=seconds).close()
    except urllib.error.HTTPError as error:
        error.close()
        return f"the answer was {error.code}", error.code in _AGAIN
    except (OSError, http.client.HTTPException, ValueError) as error:
        return _reason(error, late=deadline.over), True
    # Headers that the deadline has cut look as if they were whole.
    return (_LATE, True) if deadline.over else ("", False)


def _reason(error: Exception, *, late: bool) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if late or isinstance(cause, TimeoutError):
        return _LATE
    if isinstance(cause, socket.gaierror):
        return "its host is not known"
    if isinstance(cause, OSError) and cause.strerror:
        return f"it cannot be reached ({cause.strerror})"
    return f"the answer makes no sense ({type(cause).__name__})"


class _Deadline:
    """Ends what its connections do when the time is over: a time-out of a socket begins anew at each byte."""

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._timer = threading.Timer(seconds, self._end)
        self._guard = threading.Lock()
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *exc: object) -> None:
        self._timer.cancel()
        self._timer.join()

    def opener(self) -> urllib.request.OpenerDirector:
        """One that knows http and https and nothing else."""
        opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
            _Redirects(),
            _Http(self),
            _Https(self),
        ):
            opener.add_handler(handler)
        return opener

    def watch(self, connection: http.client.HTTPConnection) -> None:
        """Shut the connection's socket down at the end of the time."""
        with self._guard:
            self._sockets.append(connection.sock)
            if self.over:
                _shut(connection.sock)

    def _end(self) -> None:
        with self._guard:
            self.over = True
            for each in self._sockets:
                _shut(each)


def _shut(which: socket.socket) -> None:
    with suppress(OSError):
        which.shutdown(socket.SHUT_RDWR)


class _Http(urllib.request.HTTPHandler):
    def __init__(self, deadline: _Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        deadline = self._deadline

        class Connection(http.client.HTTPConnection):
            def connect(self) -> None:
                super().connect()
                deadline.watch(self)

        return self.do_open(Connection, req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, deadline: _Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        deadline = self._deadline

        class Connection(http.client.HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                deadline.watch(self)

        return self.do_open(Connection, req)


class _Redirects(urllib.request.BaseHandler):
    """Follows to an address that could have been given itself, and from https never to http."""

    def http_error_302(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, _msg: str, headers: Message
    ) -> Any:
        hops = getattr(req, "hops", 0)
        place = urljoin(req.full_url, headers.get("location", ""))
        if hops >= _HOPS or not _may_follow(req.full_url, place):
            return None  # and so the answer is told as it is
        fp.close()
        same = code in (307, 308)  # the others mean a GET, as browsers have it
        dropped = ("Host", "Content-length") if same else ("Host", "Content-length", "Content-type")
        kept = {name: value for name, value in req.header_items() if name not in dropped}
        following = urllib.request.Request(place, req.data if same else None, kept)  # noqa: S310
        following.hops = hops + 1  # type: ignore[attr-defined]
        return self.parent.open(following, timeout=req.timeout)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _may_follow(before: str, after: str) -> bool:
    try:
        check_ping_url(after)
    except UsageError:
        return False
    return urlsplit(before).scheme != "https" or urlsplit(after).scheme == "https"

"""http and https by urllib, strictly: nothing else is spoken, and what is under way can be cut off.

For the adapters that call out. Heavy to import, so only when a call is made.
"""

import http.client
import socket
import threading
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from email.message import Message
from typing import IO, Any
from urllib.parse import urljoin

_HOPS = 3


class Connections:
    """The connections of one piece of work, which another thread can end: a time-out of a socket begins anew
    at each byte, and so is no end in time."""

    def __init__(self) -> None:
        self.cut_off = False
        self._guard = threading.Lock()
        self._sockets: list[socket.socket] = []

    def opener(
        self, may_follow: Callable[[str, str], bool], *, proxies: bool = True
    ) -> urllib.request.OpenerDirector:
        """One that knows http and https alone, proxies of the environment if so, and these redirects.

        ``may_follow`` says of an address and of where it leads whether to go there. A redirect that is not
        followed is told as it is, as an ``HTTPError``.
        """
        opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(None if proxies else {}),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
            _Redirects(may_follow),
            _Http(self),
            _Https(self),
        ):
            opener.add_handler(handler)
        return opener

    def cut(self) -> None:
        """Shut down every connection, and each that is made from now on. What waits for one gets an error."""
        with self._guard:
            self.cut_off = True
            for each in self._sockets:
                _shut(each)

    def watch(self, connection: http.client.HTTPConnection) -> None:
        """Make ``connection``, which was just connected, one of them."""
        with self._guard:
            self._sockets.append(connection.sock)
            if self.cut_off:
                _shut(connection.sock)


def redirected(url: str, headers: Message) -> str:
    """Where an answer sends who asked for ``url``; nothing if that makes no sense."""
    try:
        return urljoin(url, headers.get("location", ""))
    except ValueError:
        return ""


def _shut(which: socket.socket) -> None:
    with suppress(OSError):
        which.shutdown(socket.SHUT_RDWR)


class _Http(urllib.request.HTTPHandler):
    def __init__(self, connections: Connections) -> None:
        super().__init__()
        self._connections = connections

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        connections = self._connections

        class Connection(http.client.HTTPConnection):
            def connect(self) -> None:
                super().connect()
                connections.watch(self)

        return self.do_open(Connection, req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, connections: Connections) -> None:
        super().__init__()
        self._connections = connections

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        connections = self._connections

        class Connection(http.client.HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                connections.watch(self)

        return self.do_open(Connection, req)


class _Redirects(urllib.request.BaseHandler):
    def __init__(self, may_follow: Callable[[str, str], bool]) -> None:
        self._may_follow = may_follow

    def http_error_302(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, _msg: str, headers: Message
    ) -> Any:
        hops = getattr(req, "hops", 0)
        place = redirected(req.full_url, headers)
        if not place or hops >= _HOPS or not self._may_follow(req.full_url, place):
            return None  # and so the answer is told as it is
        fp.close()
        same = code in (307, 308)  # the others mean a GET, as browsers have it
        dropped = ("Host", "Content-length") if same else ("Host", "Content-length", "Content-type")
        kept = {name: value for name, value in req.header_items() if name not in dropped}
        following = urllib.request.Request(place, req.data if same else None, kept)  # noqa: S310
        following.hops = hops + 1  # type: ignore[attr-defined]
        return self.parent.open(following, timeout=req.timeout)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

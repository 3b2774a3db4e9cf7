"""A proxy before a server on the loopback: it counts requests, and does to them what it is told."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import attrs

Rule = Callable[[str, str], "Fault | None"]
"""What happens to a request, by its method and path."""

_PIECE = 1 << 16


@attrs.frozen
class Fault:
    """``status`` is answered instead of asking; ``cut`` closes the connection instead, in the middle of what
    is sent; either after ``at`` bytes of it, if that is given. ``answer`` changes the headers and the body of
    the server's answer.
    """

    status: int = 0
    cut: bool = False
    at: int = 0
    answer: Callable[[dict[str, str], bytes], bytes] | None = None


class Proxy(ThreadingHTTPServer):
    """Passes requests on to ``port``."""

    daemon_threads = False
    block_on_close = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = port
        self.rule: Rule = lambda _method, _path: None
        self.requests: list[tuple[str, str]] = []
        self.received = 0
        self.sent = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def forget(self) -> None:
        self.requests.clear()
        self.received = self.sent = 0

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy
    timeout = 20

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._pass_on
        raise AttributeError(name)

    def _pass_on(self) -> None:
        proxy = self.server
        proxy.requests.append((self.command, self.path))
        fault = proxy.rule(self.command, self.path)
        if fault is not None and fault.cut:
            self._take(max(fault.at, 1))
            self.close_connection = True
            return
        if fault is not None and fault.status:
            self._take(fault.at)
            self.close_connection = self.close_connection or fault.at > 0
            self.send_response(fault.status)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        behind = http.client.HTTPConnection("127.0.0.1", proxy.behind, timeout=20)
        try:
            self._ask(behind, fault)
        except (OSError, http.client.HTTPException):
            self.close_connection = True
        finally:
            behind.close()

    def _ask(self, behind: http.client.HTTPConnection, fault: Fault | None) -> None:
        behind.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            behind.putheader(name, value)
        behind.endheaders()
        chunked = "chunked" in self.headers.get("Transfer-Encoding", "")
        for piece in self._body():
            self.server.received += len(piece)
            behind.send(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        if chunked:
            behind.send(b"0\r\n\r\n")
        with behind.getresponse() as answer:
            headers = {name: value for name, value in answer.getheaders() if name.lower() != "connection"}
            body = answer.read() if self.command != "HEAD" else b""
            if fault is not None and fault.answer is not None:
                body = fault.answer(headers, body)
            self.send_response(answer.status)
            headers.pop("Transfer-Encoding", None)
            if self.command != "HEAD" and answer.status not in (204, 304):
                headers["Content-Length"] = str(len(body))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            for at in range(0, len(body), _PIECE):  # whoever is asked for may go in the middle of it
                self.wfile.write(body[at : at + _PIECE])
                self.server.sent += len(body[at : at + _PIECE])

    def _take(self, most: int) -> None:
        """Read so much of what is sent, or all of it if that is 0."""
        taken = 0
        for piece in self._body():
            taken += len(piece)
            if most and taken >= most:
                return

    def _body(self) -> Iterator[bytes]:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            while length := int(self.rfile.readline().split(b";")[0], 16):
                yield self.rfile.read(length)
                self.rfile.readline()
            self.rfile.readline()
            return
        left = int(self.headers.get("Content-Length") or 0)
        while left:
            piece = self.rfile.read(min(left, _PIECE))
            if not piece:
                raise ConnectionError
            left -= len(piece)
            yield piece


@contextmanager
def proxying(port: int) -> Iterator[Proxy]:
    """A proxy of the server at ``port``."""
    with Proxy(port) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield proxy
        finally:
            with suppress(OSError):
                proxy.shutdown()
            thread.join()


@attrs.define
class Times:
    """A rule: a fault for the first ``count`` requests of some methods, or for all from then on."""

    fault: Fault
    methods: frozenset[str]
    count: int = 1 << 30
    seen: int = 0

    def __call__(self, method: str, path: str) -> Fault | None:
        if method not in self.methods or self.seen >= self.count:
            return None
        self.seen += 1
        return self.fault

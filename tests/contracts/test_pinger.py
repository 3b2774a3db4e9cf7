"""What every Pinger promises (ports.pinger): over HTTP against a real server, and the fake."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bcper.adapters.http.pinger import HttpPinger
from bcper.adapters.memory.pinger import MemoryPinger
from bcper.ports.pinger import Event, Pinger
from helpers.tls import certificate

PATH = "/eb095278-f28d-448d-87fb-7b75c171a6aa"


class Server(ThreadingHTTPServer):
    """Answers with ``answers`` in their order, and then 200; keeps what it was told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: list[tuple[str, str, bytes]] = []
        self.agents: set[str | None] = set()
        self.answers: list[tuple[int, dict[str, str]]] = []

    def handle_error(self, *_: Any) -> None:
        """Those who hang up do so on purpose."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{PATH}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.heard.append((self.command, self.path, body))
        self.server.agents.add(self.headers.get("User-Agent"))
        status, headers = self.server.answers.pop(0) if self.server.answers else (200, {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"OK")

    do_GET = do_POST  # noqa: N815 - as the server wants it

    def log_message(self, *_: Any) -> None:
        """Nothing on standard error."""


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def real(seconds: float = 30.0, tries: int = 3) -> HttpPinger:
    return HttpPinger("bcper test", seconds, tries, pause=0.01)


@pytest.fixture(params=["http", "fake"])
def pinger(request: pytest.FixtureRequest) -> tuple[Pinger, str, Callable[[], list[tuple[Event, str]]]]:
    """One, an address for it, and what came there."""
    if request.param == "fake":
        fake = MemoryPinger()
        return fake, "https://example.org/x", lambda: [(event, body) for _, event, body in fake.heard]
    server: Server = request.getfixturevalue("server")
    events: dict[str, Event] = {f"{PATH}/start": "start", PATH: "success", f"{PATH}/fail": "failure"}
    return real(), server.url, lambda: [(events[path], body.decode()) for _, path, body in server.heard]


def test_each_event_arrives_with_its_body(pinger: Any) -> None:
    one, url, heard = pinger
    assert one.ping(url, "start") == ""
    assert one.ping(url, "success", "12 Bücher") == ""
    assert one.ping(url, "failure", "x \udcff y") == ""
    assert heard() == [("start", ""), ("success", "12 Bücher"), ("failure", "x ? y")]


def test_a_long_body_is_cut_between_two_characters(pinger: Any) -> None:
    one, url, heard = pinger
    assert one.ping(url, "success", "x" + "ü" * 9000) == ""
    assert heard() == [("success", "x" + "ü" * 4999)]


@pytest.mark.parametrize("url", ["", "ftp://127.0.0.1/", "file:///etc/passwd", "nonsense"])
def test_what_is_no_address_is_a_reason_and_no_error(pinger: Any, url: str) -> None:
    one, _, heard = pinger
    assert one.ping(url, "start") == "it is no address of the web"
    assert heard() == []


def test_over_http_it_is_a_post_with_our_name(server: Server) -> None:
    assert real().ping(f"{server.url}?create=1", "failure", "why") == ""
    assert server.heard == [("POST", f"{PATH}/fail?create=1", b"why")]
    assert server.agents == {"bcper test"}


def test_what_may_go_better_next_time_is_tried_again_and_what_may_not_is_not(server: Server) -> None:
    server.answers = [(500, {}), (429, {})]
    assert real().ping(server.url, "success") == ""
    assert len(server.heard) == 3
    server.answers = [(503, {})] * 3
    assert real().ping(server.url, "success") == "the answer was 503"
    assert len(server.heard) == 6
    server.answers = [(404, {})]
    assert real().ping(server.url, "success") == "the answer was 404"
    assert len(server.heard) == 7


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(server: Server, code: int) -> None:
    server.answers = [(code, {"Location": "/other"})]
    assert real().ping(server.url, "success", "body") == ""
    first, second = server.heard
    assert first == ("POST", PATH, b"body")
    assert second == (("POST", "/other", b"body") if code > 303 else ("GET", "/other", b""))


@pytest.mark.parametrize(
    "place", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x", "http://a:b@127.0.0.1/"]
)
def test_a_redirect_to_elsewhere_than_the_web_is_not(server: Server, place: str) -> None:
    server.answers = [(302, {"Location": place})]
    assert real().ping(server.url, "success") == "the answer was 302"
    assert len(server.heard) == 1


def test_a_circle_ends(server: Server) -> None:
    server.answers = [(302, {"Location": server.url})] * 50
    assert real(tries=1).ping(server.url, "success") == "the answer was 302"
    assert len(server.heard) == 4


@contextmanager
def behaving(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that treats each connection so, until the other side ends it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    with suppress(OSError):
                        behave(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}{PATH}"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def read_to_the_end(connection: socket.socket) -> None:
    while connection.recv(1 << 16):
        pass


def test_one_that_never_answers_is_left() -> None:
    with behaving(read_to_the_end) as url:
        assert real(0.2, tries=2).ping(url, "start") == "there was no answer in time"


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nX: "])
def test_one_that_answers_for_ever_byte_by_byte_is_left(begun: bytes) -> None:
    """A time-out of a socket would begin anew with each byte."""

    def drip(connection: socket.socket) -> None:
        connection.recv(1 << 16)
        connection.sendall(begun)
        stopped = threading.Event()
        while not stopped.wait(0.05):
            connection.sendall(b"x")

    with behaving(drip) as url:
        assert real(0.5, tries=1).ping(url, "start") == "there was no answer in time"


def test_one_that_hangs_up_or_talks_nonsense_is_a_reason() -> None:
    def nonsense(connection: socket.socket) -> None:
        connection.recv(1 << 16)
        connection.sendall(b"\xff\xfe nonsense\r\n\r\n")

    with behaving(lambda _: None) as url:
        assert real(tries=1).ping(url, "start")
    with behaving(nonsense) as url:
        assert "makes no sense" in real(tries=1).ping(url, "start")


def test_one_that_is_not_there_is_a_reason_without_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    reason = real(tries=2).ping(f"http://127.0.0.1:{port}{PATH}", "start")
    assert reason.startswith("it cannot be reached")
    assert PATH not in reason


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server behind TLS; who wants to trust it sets SSL_CERT_FILE."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    with Server() as made:
        made.socket = context.wrap_socket(made.socket, server_side=True)
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def test_https_is_spoken_to_those_who_can_be_trusted_alone(
    secure: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = secure.url.replace("http:", "https:")
    assert "certificate" in real(tries=1).ping(url, "start", "secret").lower()
    assert secure.heard == []
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "both.pem"))
    assert real(tries=1).ping(url, "start", "secret") == ""
    assert secure.heard == [("POST", f"{PATH}/start", b"secret")]


def test_a_redirect_from_https_to_http_is_not_followed(
    secure: Server, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "both.pem"))
    secure.answers = [(308, {"Location": server.url})]
    assert real().ping(secure.url.replace("http:", "https:"), "success") == "the answer was 308"
    assert server.heard == []

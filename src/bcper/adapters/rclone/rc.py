"""Asking a running rclone (rclone.org/rc/): HTTP/1.1, a connection for each request.

A connection that is closed early tells rclone to give up what was asked on it.
"""

import http.client
import json
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import quote

import attrs

from bcper.adapters.rclone.child import Endpoint
from bcper.adapters.rclone.errors import RcError
from bcper.adapters.rclone.process import RcloneProcess

R = TypeVar("R")
"""What a request gives."""

_PIECE = 1 << 16


@attrs.frozen
class Patience:
    """How often something is tried that may work a moment later, and how long, all in seconds.

    After each try comes a pause twice as long as the one before; after ``whole`` no try is begun. ``silence``
    is the longest that an answer may take, or a piece that is received. For a piece of a blob that is sent,
    and the answer to the last, that is ``sending``: rclone takes megabytes before it sends them on.
    """

    tries: int = 4
    first_pause: float = 0.5
    whole: float = 90.0
    silence: float = 300.0
    listing: float = 3600.0
    sending: float = 3600.0


class Rclone:
    """Requests to the rclone of this process. Every method may raise RcError, and StoreError at its start."""

    def __init__(self, process: RcloneProcess, patience: Patience | None = None) -> None:
        self.process = process
        self.patience = patience or Patience()
        self._rated: tuple[str | int, str] | None = None

    def call(
        self, method: str, *, silence: float | None = None, tries: int | None = None, **parameters: Any
    ) -> Any:
        """The reply to a method of rclone's rc, tried again while that may help."""
        body = json.dumps(parameters).encode()

        def ask() -> Any:
            with self.begin("POST", f"/{method}", silence) as request:
                request.send_whole(body, "application/json")
                return request.reply()

        return self.persist(ask, tries)

    def limit(self, rate: str) -> None:
        """Let rclone send no faster, as its ``--bwlimit`` has it; one that was started anew is told again."""
        wanted = self.process.endpoint().address, rate
        if wanted != self._rated and (rate != "off" or self._rated is not None):
            self.call("core/bwlimit", rate=rate)
            self._rated = wanted

    def persist(self, work: Callable[[], R], tries: int | None = None) -> R:
        """Do ``work``, and again after a pause if it failed and may not the next time (row 55)."""
        patience = self.patience
        began, pause = time.monotonic(), patience.first_pause
        for left in reversed(range(tries or patience.tries)):
            try:
                return work()
            except RcError as failure:
                error = self.explained(failure)
                if not left or not error.temporary or time.monotonic() - began + pause > patience.whole:
                    raise error from failure
            time.sleep(pause)
            pause *= 2
        raise AssertionError("there is at least one try")

    def explained(self, error: RcError) -> RcError:
        """``error`` with what rclone said at its end, if that is why there was no answer."""
        words = self.process.dying_words() if error.status == 0 else ""
        return RcError(f"{error.text}; {words}", 0) if words else error

    def begin(self, verb: str, path: str, silence: float | None = None) -> "Request":
        """A new request; ``path`` is quoted as a URL has it."""
        endpoint = self.process.endpoint()
        return Request(endpoint, verb, path, self.patience.silence if silence is None else silence)


class Request:
    """One request; a context manager that closes its connection. Every method may raise RcError."""

    def __init__(self, endpoint: Endpoint, verb: str, path: str, silence: float) -> None:
        self._http = _Connection(endpoint, silence)
        self._answer: http.client.HTTPResponse | None = None
        try:
            self._http.putrequest(verb, path)
            self._http.putheader("Authorization", endpoint.authorization)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise _lost(error) from error

    def send_whole(self, body: bytes, kind: str) -> None:
        """Send the one body of the request, of the media type ``kind``."""
        self._http.putheader("Content-Type", kind)
        self._http.putheader("Content-Length", str(len(body)))
        self._try(lambda: self._http.endheaders(body))

    def send_head(self, headers: Mapping[str, str]) -> None:
        """Send the head of a request."""
        for name, value in headers.items():
            self._http.putheader(name, value)
        self._try(self._http.endheaders)

    def send_chunk(self, data: bytes | bytearray | memoryview) -> None:
        """Send a piece of a body in chunks; an empty one is the last."""
        # rclone may have answered before it has read all, with what went wrong.
        try:
            self._http.send(b"%x\r\n" % len(data))
            if data:
                self._http.send(data)
            self._http.send(b"\r\n")
        except OSError as error:
            raise self._said(error) from error

    def reply(self) -> Any:
        """The answer's JSON."""
        answer = self.answer()
        data = self._try(answer.read)
        if answer.status != 200:
            raise _refused(answer.status, data)
        try:
            return json.loads(data)
        except ValueError as error:
            raise RcError("rclone's answer cannot be understood.") from error

    def answer(self) -> http.client.HTTPResponse:
        """The answer's head."""
        if self._answer is None:
            self._answer = self._try(self._http.getresponse)
        return self._answer

    def read(self, length: int) -> bytes:
        """Up to ``length`` bytes of the answer's body; fewer only at its end."""
        answer = self.answer()
        data = self._try(lambda: answer.read(length))
        if len(data) < length and answer.length:
            raise RcError("connection lost: the answer was cut", 0)
        return data

    def check(self, *good: int) -> http.client.HTTPResponse:
        """The answer's head if its status is one of ``good``; raises what it says otherwise."""
        answer = self.answer()
        if answer.status not in good:
            raise _refused(answer.status, self._try(lambda: answer.read(_PIECE)))
        return answer

    def end_body(self, silence: float) -> None:
        """Say that the body ends here, unfinished; the answer may take ``silence`` seconds. Raises nothing.

        From any thread: what another one is sending fails.
        """
        if (sock := self._http.sock) is not None:
            with suppress(OSError):
                sock.settimeout(silence)
                sock.shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        """End the connection, from any thread: what another one waits for fails. Raises nothing."""
        if (sock := self._http.sock) is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()
        if self._answer is not None:
            self._answer.close()

    def __enter__(self) -> "Request":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _said(self, error: OSError) -> RcError:
        try:
            answer = self._http.getresponse()
            return _refused(answer.status, answer.read(_PIECE))
        except (OSError, http.client.HTTPException):
            return _lost(error)

    def _try(self, work: Callable[[], R]) -> R:
        try:
            return work()
        except (OSError, http.client.HTTPException) as error:
            raise _lost(error) from error


class _Connection(http.client.HTTPConnection):
    def __init__(self, endpoint: Endpoint, silence: float) -> None:
        super().__init__("localhost", timeout=silence)
        self._endpoint = endpoint
        self._silence = silence

    def connect(self) -> None:
        self.sock = self._endpoint.connect(self._silence)


def upload_head(boundary: str, last: str) -> bytes:
    """What stands before the content of the one file of a multipart upload (RFC 7578)."""
    name = quote(last, safe="")
    # The boundary is the caller's, and random: no content can hold it.
    return (
        f"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename*=UTF-8''{name}\r\n"
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode("ascii")


def upload_tail(boundary: str) -> bytes:
    """What stands behind it: without that, rclone knows that something is missing."""
    return f"\r\n--{boundary}--\r\n".encode("ascii")


def _refused(status: int, data: bytes) -> RcError:
    try:
        text = str(json.loads(data)["error"])
    except (ValueError, KeyError, TypeError):
        text = data.decode("utf-8", "replace") or f"status {status}"
    return RcError(text, status)


def _lost(error: Exception) -> RcError:
    return RcError(f"connection lost: {str(error) or type(error).__name__}", 0)

"""The other end of a socketpair: a process that answers the requests of the one that started it.

The protocol is the socket's (docs/reference/protocol.md), with one client and one request at a time; no trio.
"""

import socket
import time
from collections import deque
from contextlib import suppress
from typing import Any

from bcper.adapters.ipc import messages
from bcper.adapters.ipc.codes import FULL, INVALID, TOO_LONG, Refused
from bcper.adapters.ipc.lines import REQUEST_BYTES, parse, render
from bcper.adapters.ipc.log import Log, quiet
from bcper.adapters.ipc.messages import Call, Id
from bcper.domain.errors import BcperError, Cancelled, Interrupted
from bcper.domain.model.progress import Progress
from bcper.ports.service import BackupService

_LOOK = 0.05
_TELL = 0.1
_QUEUE = 32
_WRITE = 30.0


def serve_stream(stream: socket.socket | int, service: BackupService, *, log: Log = quiet) -> None:
    """Answer what comes through ``stream``, a socket or its descriptor, until the other end closes it.

    One request after the other, in this thread. At each step of the work a ``cancel``, and the end of the
    other process, are looked for; both end the work as a sink does that says stop. Closes the stream.
    """
    with socket.socket(fileno=stream) if isinstance(stream, int) else stream as sock:
        with suppress(_Gone):
            _Worker(sock, service, log).run()


class _Gone(Exception):
    """Nobody is at the other end any more. Not OSError, which work may raise for reasons of its own."""


class _Worker:
    def __init__(self, sock: socket.socket, service: BackupService, log: Log) -> None:
        self._sock = sock
        self._service = service
        self._log = log
        self._held = bytearray()
        self._calls: deque[Call] = deque()
        self._cancelled: set[Id] = set()
        self._ended = False

    def run(self) -> None:
        greeted = False
        while True:
            while not self._calls:
                if self._ended:
                    return
                self._look(None)
            call = self._calls.popleft()
            try:
                if greeted:
                    self._answer(call)
                else:
                    self._send(messages.greet(call))
                    greeted = True
            except Refused as refused:
                self._send(messages.failure(call.id, refused))
                if not greeted:
                    return

    def step(self, call: Call, progress: Progress | None) -> None:
        """Tell how far ``call`` is, and see whether it shall go on. Raises Cancelled."""
        try:
            if progress is not None and call.progress and call.id is not None:
                self._send(messages.progressed(call.id, progress))
            self._look(0.0)
        except _Gone:
            raise Interrupted from None
        if call.id in self._cancelled:
            raise Cancelled
        if self._ended:
            raise Interrupted

    def _answer(self, call: Call) -> None:
        if call.id is None:
            raise Refused(INVALID, "A request needs an id.")
        try:
            request = messages.request_of(call)
            if call.id in self._cancelled:
                raise Cancelled
            reply = self._service(request, _Sink(self, call))
            line = messages.answered(call.id, request, reply)
        except BcperError as error:
            line = messages.failure(call.id, error)
        except Refused:
            raise
        except Exception as error:
            self._log(f"A bug, in {call.method}.", error)
            line = messages.failure(call.id, error)
        self._cancelled.discard(call.id)
        self._send(line)

    def _look(self, seconds: float | None) -> None:
        """Take what has come; wait for something at most so long, or until it comes."""
        self._sock.settimeout(seconds)
        try:
            data = self._sock.recv(1 << 16)
        except (BlockingIOError, TimeoutError):
            return
        except OSError:
            data = b""
        if not data:
            self._ended = True
            return
        self._held += data
        *lines, rest = self._held.split(b"\n")
        self._held = rest
        for line in lines:
            self._take(bytes(line))
        if len(self._held) > REQUEST_BYTES:
            self._ended = True
            self._send(messages.failure(None, Refused(TOO_LONG, "The line is too long.")))

    def _take(self, line: bytes) -> None:
        try:
            call = messages.read_call(parse(line))
            if call.method == "cancel" and call.id is None:
                self._cancel(call.params.get("id"))
            elif len(self._calls) >= _QUEUE:
                refused = Refused(FULL, "Too many requests at once.", "Wait for replies.")
                refused.id = call.id
                raise refused
            else:
                self._calls.append(call)
        except Refused as refused:
            self._send(messages.failure(refused.id, refused))

    def _cancel(self, id_: object) -> None:
        if isinstance(id_, int | str):
            self._cancelled.add(id_)

    def _send(self, message: dict[str, Any]) -> None:
        self._sock.settimeout(_WRITE)
        try:
            self._sock.sendall(render(message))
        except OSError as error:
            raise _Gone from error


class _Sink:
    """Tells and looks from time to time: it is called for every piece of every file."""

    def __init__(self, worker: _Worker, call: Call) -> None:
        self._worker = worker
        self._call = call
        self._look_at = self._tell_at = 0.0

    def step(self, progress: Progress) -> None:
        now = time.monotonic()
        # That a run has begun is told once, and must not be missed.
        if now < self._look_at and not progress.run_id:
            return
        self._look_at = now + _LOOK
        tell = now >= self._tell_at or bool(progress.run_id)
        if tell:
            self._tell_at = now + _TELL
        self._worker.step(self._call, progress if tell else None)

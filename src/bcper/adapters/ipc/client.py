"""The daemon's service for programs that wait: the standard library's sockets, no trio.

What a value needs (cattrs) is imported when the daemon has answered: where none runs, this costs 3 ms.
"""

import os
import socket
import time
from contextlib import suppress
from typing import Any, Self, TypeVar

import attrs

from bcper.adapters.ipc import messages
from bcper.adapters.ipc.codes import rebuilt
from bcper.adapters.ipc.lines import REPLY_BYTES, render
from bcper.adapters.ipc.peer import peer_uid
from bcper.adapters.ipc.requests import travels
from bcper.domain.errors import Cancelled, DaemonError
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request
from bcper.ports.progress import ProgressSink

R = TypeVar("R")

_WAITING = Progress("Waiting")
_AGAIN = 0.02
_RESTART = "Look at its log, or restart it: bcper-cli daemon restart"


@attrs.frozen
class Patience:
    """Seconds. ``silence``: without any word from a daemon that works on a request (it says every 2 that it
    is alive); ``cancelling``: for its last word after it was asked to stop; ``tick``: how often the sink is
    asked meanwhile whether to go on.
    """

    connecting: float = 5.0
    silence: float = 30.0
    cancelling: float = 15.0
    tick: float = 0.25


class SocketService:
    """See :class:`~bcper.ports.service.BackupService`: the daemon's, through its socket at ``path``.

    For one thread at a time; a context manager. Connects when it is first asked, and again when the daemon
    has ended the connection since. DaemonError (16) says that nobody listens, or that the daemon went away:
    once a request was sent, nobody but the daemon knows what became of it, and it is never sent again.
    """

    def __init__(self, path: str, *, name: str = "bcper", patience: Patience | None = None) -> None:
        self._path = path
        self._name = name
        self._patience = patience or Patience()
        self._socket: socket.socket | None = None
        self._held = bytearray()
        self._seen = 0
        self._last_id = 0

    def takes(self, request: Request[Any]) -> bool:
        """Whether ``request`` may be sent (:func:`~bcper.adapters.ipc.requests.travels`)."""
        return travels(request)

    def connect(self) -> bool:
        """Be connected; False where nobody listens.

        Raises DaemonError when who listens is another user, speaks another version, or does not answer.
        """
        if self._socket is not None and self._usable(self._socket):
            return True
        self.close()
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            _connect(sock, self._path, self._patience.connecting)
        except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
            sock.close()
            return False
        except OSError as error:
            sock.close()
            raise DaemonError(
                f"The daemon cannot be reached at {self._path}: {error.strerror or error}.", _RESTART
            ) from error
        self._socket = sock
        try:
            if peer_uid(sock) != os.geteuid():
                raise DaemonError(f"Another user listens at {self._path}.", "Remove it, if you can.")
            self._greet()
        except BaseException:
            self.close()
            raise
        return True

    def __call__(self, request: Request[R], sink: ProgressSink | None = None) -> R:
        """See the port. Raises UsageError for a request that does not travel (:meth:`takes`)."""
        if not travels(request):
            raise messages.untold()
        if not self.connect():
            raise messages.not_running()
        self._last_id += 1
        id_ = self._last_id
        line = messages.asked(id_, request, progress=sink is not None)
        try:
            self._send(line)
            return messages.reply_of(self._reply(id_, sink), request)
        except _Told as told:
            raise told.error from None
        except Cancelled:
            self._cancel(id_)
            raise
        except BaseException:
            # Nobody will read what comes after this: not on this connection.
            self._say_cancel(id_)
            self.close()
            raise

    def close(self) -> None:
        """End the connection; what still runs goes on in the daemon."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None
        self._held.clear()
        self._seen = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _usable(self, sock: socket.socket) -> bool:
        """Whether the daemon has not ended the connection meanwhile."""
        sock.settimeout(0)
        try:
            return bool(sock.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def _greet(self) -> None:
        with suppress(DaemonError):  # it may have said why before it closed
            self._send(render(messages.hello(0, self._name)))
        try:
            messages.check_greeting(self._await(0, None, self._patience.connecting))
        except _Told as told:
            raise told.error from None

    def _reply(self, id_: int, sink: ProgressSink | None) -> object:
        return self._await(id_, sink, self._patience.silence)

    def _await(self, id_: int, sink: ProgressSink | None, silence: float) -> object:
        """The result of the request ``id_``. Raises _Told for the error that came instead."""
        last = _WAITING
        heard = time.monotonic()
        while True:
            line = self._line(silence if sink is None else min(silence, self._patience.tick))
            if line is None:
                if time.monotonic() - heard >= silence:
                    raise DaemonError("The daemon does not answer.", _RESTART)
                if sink is not None:
                    sink.step(last)
                continue
            heard = time.monotonic()
            message = messages.read_word(line)
            method = message.get("method")
            if method == "progress" and sink is not None:
                progress = messages.progress_of(message.get("params"), id_)
                if progress is not None:
                    last = progress
                    sink.step(last)
            elif method is None and message.get("id") in (id_, None):
                if "error" in message:
                    raise _Told(message["error"])
                return message.get("result")

    def _cancel(self, id_: int) -> None:
        """Ask the daemon to stop, and wait until it has; what it says then is of no interest."""
        self._say_cancel(id_)
        try:
            until = time.monotonic() + self._patience.cancelling
            while (left := until - time.monotonic()) > 0:
                line = self._line(left)
                if line is not None and messages.read_word(line).get("id") == id_:
                    return
        except DaemonError:
            pass
        self.close()

    def _say_cancel(self, id_: int) -> None:
        try:
            self._send(render(messages.notification("cancel", {"id": id_})))
        except DaemonError:
            return

    def _send(self, line: bytes) -> None:
        if self._socket is None:
            raise messages.gone()
        self._socket.settimeout(self._patience.silence)
        try:
            self._socket.sendall(line)
        except OSError as error:
            raise messages.gone() from error

    def _line(self, seconds: float) -> bytes | None:
        """The next line; None when it has not come whole after ``seconds``. Raises DaemonError."""
        if self._socket is None:
            raise messages.gone()
        self._socket.settimeout(max(seconds, 0.001))
        while (end := self._held.find(b"\n", self._seen)) < 0:
            self._seen = len(self._held)
            if self._seen > REPLY_BYTES:
                raise DaemonError("The daemon's answer is too long.", "Ask for less at once.")
            try:
                data = self._socket.recv(1 << 18)
            except TimeoutError:
                return None
            except OSError as error:
                raise messages.gone() from error
            if not data:
                raise messages.gone()
            self._held += data
        line = bytes(self._held[:end])
        del self._held[: end + 1]
        self._seen = 0
        return line


def _connect(sock: socket.socket, path: str, seconds: float) -> None:
    until = time.monotonic() + seconds
    sock.settimeout(0)
    while True:
        try:
            sock.connect(path)
            return
        except BlockingIOError:
            # Many are before us, and a Unix socket does not let us wait in line.
            if time.monotonic() >= until:
                raise
            time.sleep(_AGAIN)


class _Told(Exception):
    """The daemon answered with an error: the connection is as good as before."""

    def __init__(self, raw: object) -> None:
        super().__init__()
        self.error = rebuilt(raw)

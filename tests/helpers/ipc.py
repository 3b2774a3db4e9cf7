"""A real server on a real socket, in a thread of its own, for clients that wait."""

import json
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Self

import attrs
import trio

from bcper.adapters.ipc.answering import Answer, ThreadAnswer
from bcper.adapters.ipc.limits import Limits
from bcper.adapters.ipc.server import Server, serve
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request
from bcper.ports.progress import ProgressSink
from bcper.ports.service import BackupService


class ServerThread:
    """``answer`` behind a socket at ``path``; a context manager. ``log`` is what the server noted."""

    def __init__(
        self, answer: Answer, limits: Limits | None = None, path: str | None = None, uid: int | None = None
    ) -> None:
        # pytest's folders are too deep for the path of a socket.
        self.folder = tempfile.mkdtemp(prefix="bcper-")
        self.path = path or f"{self.folder}/config/daemon.sock"
        self.log: list[tuple[str, BaseException | None]] = []
        self._ready = threading.Event()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._work, args=(answer, limits, uid))
        self._thread.start()
        self._ready.wait()
        if self._failed is not None:
            self.stop()
            raise self._failed

    def stop(self) -> None:
        if self._thread.is_alive():
            self.call(self._nursery.cancel_scope.cancel)
        self._thread.join()
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """``function(*args)`` in trio's thread."""
        return trio.from_thread.run_sync(function, *args, trio_token=self._token)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def _work(self, answer: Answer, limits: Limits | None, uid: int | None) -> None:
        try:
            trio.run(self._serve, answer, limits, uid)
        except BaseException as error:
            self._failed = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error
        finally:
            self._ready.set()

    async def _serve(self, answer: Answer, limits: Limits | None, uid: int | None) -> None:
        self._token = trio.lowlevel.current_trio_token()
        async with trio.open_nursery() as self._nursery:
            start = partial(serve, self.path, answer, limits=limits, log=self._note, uid=uid)
            self.server: Server = await self._nursery.start(start)
            self._ready.set()

    def _note(self, message: str, error: BaseException | None = None) -> None:
        self.log.append((message, error))


class Attentive:
    """An answer by ``service``, whose work waits a while to be stopped if its progress is asked for.

    What a test does is done before a client that says stop is heard.
    """

    def __init__(self, service: BackupService) -> None:
        self._plain = ThreadAnswer(service)
        self._slow = ThreadAnswer(_Slow(service))

    async def __call__(self, request: Request[Any], report: Callable[[Progress], None]) -> Any:
        asked = hasattr(report, "__self__")
        return await (self._slow if asked else self._plain)(request, report)


@attrs.frozen
class _Slow:
    service: BackupService

    def __call__(self, request: Request[Any], sink: ProgressSink | None = None) -> Any:
        assert sink is not None
        return self.service(request, _SlowSink(sink))


@attrs.define
class _SlowSink:
    sink: ProgressSink
    waited: bool = False

    def step(self, progress: Progress) -> None:
        self.sink.step(progress)
        if not self.waited:
            self.waited = True
            for _ in range(500):
                time.sleep(0.01)
                self.sink.step(progress)


class Raw:
    """A client that says whatever a test likes, line by line."""

    def __init__(self, path: str, *, hello: bool = True) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(path)
        self.sock.settimeout(20)
        self._file = self.sock.makefile("rb")
        if hello:
            self.say({"id": 0, "method": "hello", "params": {"protocol": 1, "client": "test"}})
            assert self.hear()["result"]["protocol"] == 1

    def say(self, message: dict[str, Any] | bytes) -> None:
        """A line; of a message ``jsonrpc`` may be left out."""
        if isinstance(message, dict):
            message = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.sock.sendall(message + b"\n")

    def line(self) -> bytes:
        """What comes next; empty at the end."""
        try:
            return self._file.readline()
        except ConnectionResetError:
            return b""

    def hear(self) -> dict[str, Any]:
        """The next message but for those that only say that the server lives."""
        while True:
            message: dict[str, Any] = json.loads(self.line())
            if message.get("method") != "alive":
                return message

    def ask(self, method: str, id_: int | str = 1, **params: Any) -> dict[str, Any]:
        self.say({"id": id_, "method": method, "params": params})
        return self.hear()

    def ended(self) -> bool:
        """Whether the server has closed the connection, which is waited for."""
        return self.line() == b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._file.close()
        self.sock.close()

"""Passes TCP connections on, of any protocol: a line that may be cut, or go dead without a word."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PIECE = 1 << 16


class Relay:
    """Listens on ``port`` of the loopback, and passes on to ``behind``.

    ``cuts`` are numbers of bytes: a connection is cut after so many were sent on it, the first of those to
    come by the first number, and so on; then none is.
    """

    def __init__(self, behind: int) -> None:
        self.behind = behind
        self.cuts: list[int] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._lock = threading.Lock()
        self._flows = threading.Event()
        self._flows.set()
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def freeze(self) -> None:
        """From now on nothing passes, and nobody is told."""
        self._flows.clear()

    def thaw(self) -> None:
        """All that was held back passes."""
        self._flows.set()

    def close(self) -> None:
        """End all connections."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._threads[0].join()
        with self._lock:
            for each in self._open:
                _end(each)
        self.thaw()
        for thread in self._threads:
            thread.join()
        for each in self._open:
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                here, _ = self._listening.accept()
            except OSError:
                return
            there = socket.create_connection(("127.0.0.1", self.behind))
            with self._lock:
                self._open += (here, there)
                pumps = [
                    threading.Thread(target=self._pump, args=(here, there, True)),
                    threading.Thread(target=self._pump, args=(there, here, False)),
                ]
                self._threads += pumps
            for pump in pumps:
                pump.start()

    def _pump(self, source: socket.socket, target: socket.socket, counts: bool) -> None:
        passed = 0
        with suppress(OSError):
            while data := source.recv(_PIECE):
                self._flows.wait()
                target.sendall(data)
                passed += len(data)
                if counts and self._is_cut(passed):
                    break
        _end(source)
        _end(target)

    def _is_cut(self, passed: int) -> bool:
        with self._lock:
            if not self.cuts or passed < self.cuts[0]:
                return False
            del self.cuts[0]
            return True


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def relaying(port: int) -> Iterator[Relay]:
    """A relay before the server at ``port``."""
    relay = Relay(port)
    try:
        yield relay
    finally:
        relay.close()

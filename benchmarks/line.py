"""A line to a server of the loopback that is no faster than real ones: a TCP proxy with a rate."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PIECE = 1 << 16


class _Rate:
    """So many bytes a second for all connections together; None for no limit."""

    def __init__(self, rate: float | None) -> None:
        self._rate = rate
        self._lock = threading.Lock()
        self._free = 0.0

    def take(self, size: int) -> None:
        """Wait until it is the turn of ``size`` bytes."""
        if self._rate is None:
            return
        with self._lock:
            now = time.monotonic()
            # What was not used is lost, but for a moment's worth: sleeping is not exact.
            self._free = max(self._free, now - 0.02) + size / self._rate
            pause = self._free - now
        if pause > 0:
            time.sleep(pause)


@contextmanager
def line(port: int, rate: float | None) -> Iterator[int]:
    """A port of 127.0.0.1 that leads to ``port`` there, at ``rate`` bytes a second up and as many down."""
    rates = _Rate(rate), _Rate(rate)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        # A daemon thread, and its pumps are: they end with their connections.
        threading.Thread(target=_accept, args=(listening, port, rates), daemon=True).start()
        yield int(listening.getsockname()[1])


def _accept(listening: socket.socket, port: int, rates: tuple[_Rate, _Rate]) -> None:
    with suppress(OSError):
        while True:
            here = listening.accept()[0]
            there = socket.create_connection(("127.0.0.1", port))
            for end in (here, there):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for source, target, rate in ((here, there, rates[0]), (there, here, rates[1])):
                threading.Thread(target=_pump, args=(source, target, rate), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket, rate: _Rate) -> None:
    with suppress(OSError):
        while piece := source.recv(_PIECE):
            rate.take(len(piece))
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)

"""What goes through the pipe between a process and its helper: pickled, each piece behind its length.

Both ends are ours, of one version, and nobody else can write to the pipe.
"""

import os
import pickle
import struct
from collections.abc import Iterator

_LENGTH = struct.Struct("=I")

BEGIN = b"\n"
"""What follows the task on the helper's input once it may begin."""


def packed(piece: object) -> bytes:
    """``piece`` as it goes through the pipe."""
    data = pickle.dumps(piece, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(data)) + data


def send(fd: int, data: bytes) -> None:
    """Write all of ``data``. Raises OSError."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def receive(fd: int) -> object:
    """The next piece; waits for it. Raises EOFError when the other end is gone."""
    return pickle.loads(_exactly(fd, _LENGTH.unpack(_exactly(fd, _LENGTH.size))[0]))  # noqa: S301


def _exactly(fd: int, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        more = os.read(fd, length - len(data))
        if not more:
            raise EOFError
        data += more
    return bytes(data)


class Pieces:
    """Pieces out of bytes that come as they come."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[object]:
        """The pieces that ``data`` completes."""
        self._held += data
        while len(self._held) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._held)[0]
            if len(self._held) < end:
                return
            yield pickle.loads(self._held[_LENGTH.size : end])  # noqa: S301
            del self._held[:end]

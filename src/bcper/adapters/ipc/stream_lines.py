"""Lines out of a trio stream, and messages into it: both bounded."""

import math
from collections.abc import Hashable

import trio

from bcper.adapters.ipc.codes import TOO_LONG, TOO_SLOW, Refused

_PIECE = 1 << 16


class Lines:
    """The lines of ``stream``; each at most ``longest`` bytes, and whole ``seconds`` after it has begun."""

    def __init__(self, stream: trio.abc.ReceiveStream, longest: int, seconds: float = math.inf) -> None:
        self._stream = stream
        self._longest = longest
        self._seconds = seconds
        self._held = bytearray()

    async def next(self) -> bytes | None:
        """The next line without its end; None at the end of the stream.

        Raises Refused for a line that is too long or comes too slowly, after which there is no next one, and
        trio's errors for a broken stream.
        """
        deadline = math.inf
        seen = 0
        while (end := self._held.find(b"\n", seen)) < 0:
            seen = len(self._held)
            if seen > self._longest:
                break
            if seen and deadline == math.inf:
                deadline = trio.current_time() + self._seconds
            with trio.move_on_at(deadline) as scope:
                data = await self._stream.receive_some(_PIECE)
            if scope.cancelled_caught:
                raise Refused(TOO_SLOW, "The line took too long to come.")
            if not data:
                return None
            self._held += data
        if end < 0 or end > self._longest:
            self._held.clear()
            raise Refused(TOO_LONG, f"The line is longer than {self._longest} bytes.")
        line = bytes(self._held[:end])
        del self._held[: end + 1]
        return line


class Outbox:
    """What is to be written, in order. A message replaces the one that waits under the same key.

    So what waits is bounded by the number of keys, however slowly the other end reads.
    """

    def __init__(self, stream: trio.abc.SendStream, seconds: float = math.inf) -> None:
        self._stream = stream
        self._seconds = seconds
        self._waiting: dict[Hashable, bytes] = {}
        self._moved = trio.Event()
        self._writing = False

    def __len__(self) -> int:
        return len(self._waiting) + self._writing

    def put(self, line: bytes, key: Hashable = None) -> None:
        """Have ``line`` written; without a ``key`` it replaces nothing."""
        self._waiting[object() if key is None else key] = line
        self._move()

    async def fewer_than(self, count: int) -> None:
        """Wait until less than ``count`` messages are to be written."""
        while len(self) >= count:
            await self._moved.wait()

    async def run(self) -> None:
        """Write for ever. Raises TooSlowError when the other end does not read, and trio's errors."""
        while True:
            while not self._waiting:
                await self._moved.wait()
            key = next(iter(self._waiting))
            line = memoryview(self._waiting.pop(key))
            self._writing = True
            for start in range(0, len(line), _PIECE):
                with trio.fail_after(self._seconds):
                    await self._stream.send_all(line[start : start + _PIECE])
            self._writing = False
            self._move()

    def _move(self) -> None:
        self._moved.set()
        self._moved = trio.Event()

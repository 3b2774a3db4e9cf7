"""Frames compressed, and the files in them hashed, by processes of their own.

A thread that frames shares the GIL with every other thread of its process, and gives it away at each of a
dozen system calls a file: measured, a quarter of its time was waiting to get it back (docs/adr/0005).
"""

import os
import select
from array import array
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from mmap import mmap
from typing import TYPE_CHECKING

import attrs

from bcper import __version__
from bcper.adapters.archive.compression import Compress, compressor
from bcper.adapters.archive.packing import ANSWER, DIGESTS, FRAME, MEMBER, ORDER, SLOT, SPANS
from bcper.adapters.child import end, start_python
from bcper.domain.errors import BcperError
from bcper.domain.model.choices import Compression

if TYPE_CHECKING:
    from subprocess import Popen

SLOTS = 12
"""Frames that may be under way at once."""

_MODULE = "bcper.adapters.archive.packing"
_MOST = 4
_LOOK = 1000
"""Milliseconds after which a process that does not answer is looked after."""

_CLOSED = -1


@attrs.frozen
class Packed:
    """A frame as a gzip member, and the SHA-256 in hex of each file that was named in it.

    ``member`` may be used until :data:`SLOTS` more frames were handed in.
    """

    member: memoryview | bytes
    digests: Sequence[str]


class Packers:
    """Packs frames, numbered from 0, in memory that the processes share.

    A frame is filled in :meth:`memory` and handed in by :meth:`put`, in one thread; what became of it is
    asked for by :meth:`get`, in another; in the order of their numbers. Or :meth:`here` packs it without
    them. Whoever calls sees to it that no more than :data:`SLOTS` frames are between memory and get.
    """

    def __init__(self, compression: Compression) -> None:
        self._compression = compression
        self._compress: Compress = compressor(compression)
        self._children: list[Popen[bytes]] = []
        self._orders = self._answers = self._memory = _CLOSED
        self._mapped: mmap | None = None
        try:
            self._memory = os.memfd_create("bcper-frames", os.MFD_CLOEXEC)
            os.ftruncate(self._memory, SLOTS * SLOT)
            self._mapped = mmap(self._memory, 0)
            self._shared = memoryview(self._mapped)
        except OSError:
            self._shared = memoryview(bytearray(SLOTS * SLOT))
        self._slots = [self._shared[at * SLOT : at * SLOT + FRAME] for at in range(SLOTS)]
        self._asked = False
        self._done: dict[int, int] = {}
        self.started = False
        """Whether there are processes; where they cannot be started, :meth:`here` must do."""

    def start(self) -> None:
        """Start the processes, and wait for nothing; asked for again, nothing is done."""
        if self._mapped is None or self._memory == _CLOSED:
            return
        fds, self._memory = [self._memory], _CLOSED
        try:
            orders, self._orders = os.pipe()
            fds.append(orders)
            self._answers, answers = os.pipe()
            fds.append(answers)
            for _ in range(min(_MOST, len(os.sched_getaffinity(0)))):
                child = start_python(
                    _MODULE,
                    str(fds[0]),
                    self._compression,
                    __version__,
                    stdin=orders,
                    stdout=answers,
                    pass_fds=fds[:1],
                )
                self._children.append(child)
            self.started = True
        except OSError:
            self.end()
        finally:
            for fd in fds:
                os.close(fd)

    def memory(self, number: int) -> memoryview:
        """The megabyte of frame ``number``."""
        return self._slots[number % SLOTS]

    def put(self, number: int, length: int, spans: "array[int]") -> None:
        """Hand in a frame of ``length`` bytes; ``spans`` are pairs (begin, end) of the files in it."""
        slot = number % SLOTS
        listed = slot * SLOT + SPANS
        self._shared[listed : listed + 4 * len(spans)] = spans.tobytes()
        self._asked = True
        try:
            os.write(self._orders, ORDER.pack(slot, length, len(spans) // 2))
        except BrokenPipeError as error:
            raise _gone() from error

    def get(self, number: int, files: int) -> Packed:
        """A frame, packed, with ``files`` files in it; waits for it. Raises BcperError if a process died."""
        slot = number % SLOTS
        while slot not in self._done:
            self._receive()
        start = slot * SLOT
        member, digests = start + MEMBER, start + DIGESTS
        hexes = self._shared[digests : digests + 32 * files].hex()
        return Packed(
            self._shared[member : member + self._done.pop(slot)],
            [hexes[at : at + 64] for at in range(0, len(hexes), 64)],
        )

    def here(self, number: int, length: int, spans: "array[int]") -> Packed:
        """Pack a frame without any process."""
        frame = self.memory(number)[:length]
        digests = [sha256(frame[spans[at] : spans[at + 1]]).hexdigest() for at in range(0, len(spans), 2)]
        return Packed(self._compress(frame), digests)

    def end(self) -> None:
        """End the processes, once they have packed what they were handed."""
        if self._orders != _CLOSED:
            os.close(self._orders)
            self._orders = _CLOSED
        for child in self._children:
            if not self._asked:
                child.kill()
            end(child)

    def close(self) -> None:
        """Let go of the memory; for after :meth:`end`, when no thread is in :meth:`get` any more."""
        for fd in (self._answers, self._memory):
            if fd != _CLOSED:
                os.close(fd)
        self._answers = self._memory = _CLOSED
        for view in (*self._slots, self._shared):
            view.release()
        self._slots, self._shared = [], memoryview(b"")
        if self._mapped is not None:
            # Somebody may still hold a piece of it: then it goes with the piece.
            with suppress(BufferError):
                self._mapped.close()
            self._mapped = None

    def _receive(self) -> None:
        """Wait for an answer, of whichever frame."""
        waiting = select.poll()
        waiting.register(self._answers, select.POLLIN)
        while not waiting.poll(_LOOK):
            if any(child.poll() is not None for child in self._children):
                raise _gone()
        answer = os.read(self._answers, ANSWER.size)
        if not answer:
            raise _gone()
        slot, length = ANSWER.unpack(answer)
        self._done[slot] = length


def _gone() -> BcperError:
    return BcperError(
        "A process that compresses for this backup has ended.",
        "Something killed it, perhaps for want of memory. Try again.",
    )

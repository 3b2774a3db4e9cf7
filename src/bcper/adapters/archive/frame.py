"""What is filled with entries before it is packed."""

from array import array
from collections.abc import Sequence
from concurrent.futures import Future

from bcper.domain.model.entries import SourceEntry


class Frame:
    """A frame that is being filled, the files to hash in it, and the index lines that end in it.

    ``spans`` are pairs (begin, end) of files; ``lines`` has ``None`` for the digest of each of them, and a
    future for one that a thread makes.
    """

    __slots__ = ("count", "fill", "lines", "memory", "number", "spans")

    def __init__(self, number: int, memory: memoryview) -> None:
        self.number = number
        self.memory = memory
        self.fill = 0
        self.lines: list[str | Future[str] | None] = []
        self.count = 0
        self.spans = array("I")

    def text(self, digests: Sequence[str]) -> str:
        """The lines, complete. Waits for what is still being hashed."""
        made = iter(digests)
        return "".join(
            [
                line if isinstance(line, str) else next(made) if line is None else line.result()
                for line in self.lines
            ]
        )


class Place:
    """Where the content of a small file goes, behind a header that is made already."""

    __slots__ = ("begin", "entry", "room")

    def __init__(self, entry: SourceEntry, begin: int, room: memoryview) -> None:
        self.entry = entry
        self.begin = begin
        self.room = room

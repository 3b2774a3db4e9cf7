"""Long files, watched while they go by."""

from collections.abc import Callable, Iterator

import attrs

from bcper.domain.model.entries import Stream


@attrs.frozen
class Watched:
    """A Stream around a Stream; ``step`` is told the bytes read so far at each piece, and may raise."""

    content: Stream
    step: Callable[[int], None]

    @property
    def length(self) -> int:
        """Bytes."""
        return self.content.length

    @property
    def sparse(self) -> bool:
        """Whether it is a sparse data area."""
        return self.content.sparse

    def __iter__(self) -> Iterator[bytes]:
        read = 0
        for piece in self.content:
            read += len(piece)
            self.step(read)
            yield piece

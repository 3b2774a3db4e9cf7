"""Long and sparse files, read piece by piece."""

import errno
import os
from collections.abc import Iterator, Sequence

from bcper.domain.model.entries import Problem
from bcper.ports.source_tree import Report

PIECE = 1 << 20
_BLOCK = 512

Segment = tuple[int, int]


class FileStream:
    """One open file as :class:`~bcper.domain.model.entries.Stream`; closes itself at its end.

    With ``segments`` ((offset, length) of the parts that are no holes) it is a GNU sparse 1.0 data area:
    the map in decimal lines, padded to a block, then the segments (the GNU tar manual, "Storing Sparse
    Files"). Whatever the file does while it is read, exactly ``length`` bytes come (rows 2, 3 and 19).
    """

    def __init__(
        self, fd: int, path: bytes, size: int, segments: Sequence[Segment] | None, report: Report
    ) -> None:
        self.fd = fd
        self._path = path
        self._size = size
        self._report = report
        self._open = True
        self.sparse = segments is not None
        self._map = sparse_map(segments) if segments is not None else b""
        self._segments: Sequence[Segment] = segments if segments is not None else ((0, size),)
        self.length = len(self._map) + sum(length for _, length in self._segments)

    def __iter__(self) -> Iterator[bytes]:
        try:
            for at in range(0, len(self._map), PIECE):
                yield self._map[at : at + PIECE]
            for offset, length in self._segments:
                yield from self._read(offset, length)
            self._look_back()
        finally:
            self.close()

    def close(self) -> None:
        """Close the file; more than once does no harm."""
        if self._open:
            self._open = False
            os.close(self.fd)
            self.fd = -1

    def _read(self, offset: int, length: int) -> Iterator[bytes]:
        end = offset + length
        while offset < end:
            try:
                data = os.pread(self.fd, min(PIECE, end - offset), offset)
            except OSError as error:
                self._pad(f"cannot be read beyond byte {offset}: {os.strerror(error.errno or 0)}")
                yield from _zeros(end - offset)
                return
            if not data:
                self._pad("shrank while it was read")
                yield from _zeros(end - offset)
                return
            offset += len(data)
            yield data

    def _pad(self, reason: str) -> None:
        self._report(Problem(self._path, f"{reason}; the rest is stored as zeros", True))

    def _look_back(self) -> None:
        try:
            grown = os.fstat(self.fd).st_size > self._size
        except OSError:
            return
        if grown:
            self._report(
                Problem(self._path, f"grew while it was read; its first {self._size} bytes are stored", False)
            )


def data_segments(fd: int, size: int) -> list[Segment] | None:
    """The parts of a file that are no holes, in order; ``None`` if it has no hole (lseek(2), SEEK_DATA)."""
    segments: list[Segment] = []
    at = 0
    while at < size:
        try:
            start = os.lseek(fd, at, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:
                break
            return None
        if start >= size:
            break
        end = min(size, os.lseek(fd, start, os.SEEK_HOLE))
        segments.append((start, end - start))
        at = end
    if segments == [(0, size)]:
        return None
    if at < size:
        # GNU tar sets the length of a file that ends in a hole by an empty segment at its end.
        segments.append((size, 0))
    return segments


def sparse_map(segments: Sequence[Segment]) -> bytes:
    """The map of a GNU sparse 1.0 member: a count, then offset and length of each segment, padded."""
    lines = [len(segments), *(number for segment in segments for number in segment)]
    text = b"".join(b"%d\n" % number for number in lines)
    return text + bytes(-len(text) % _BLOCK)


def _zeros(length: int) -> Iterator[bytes]:
    while length > 0:
        yield bytes(min(PIECE, length))
        length -= PIECE

"""A blob that is summed while it is read: no byte twice, in whatever order it is asked for."""

import hashlib
import os
from collections.abc import Sequence

import pytest

from bcper.adapters.archive.summed import SummedReader
from bcper.adapters.memory.blob_store import MemoryBlobReader
from bcper.domain.errors import Damaged

DATA = os.urandom((12 << 20) + 5)
MIB = 1 << 20


class Counted(MemoryBlobReader):
    """Remembers what was asked of it."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.asked: list[tuple[int, int]] = []

    def read_at(self, offset: int, length: int) -> bytes:
        data = super().read_at(offset, length)
        self.asked.append((offset, len(data)))
        return data

    @property
    def count(self) -> int:
        return sum(length for _, length in self.asked)


IN_ORDER = [(at, MIB) for at in range(0, len(DATA), MIB)]
SWAPPED = [each for pair in zip(IN_ORDER[1::2], IN_ORDER[::2], strict=False) for each in pair]


@pytest.mark.parametrize(
    ("reads", "twice"),
    [
        ([], 0),
        (IN_ORDER, 0),
        (SWAPPED, 0),
        (IN_ORDER[:4], 0),
        ([(0, 100), (50, 100), (50, 10), (150, 10)], 60),
        ([(len(DATA) - 10, 10), *IN_ORDER], 10),
        ([(5 * MIB, MIB), (0, 2 * MIB)], MIB),
    ],
    ids=["nothing", "in order", "swapped", "a beginning", "overlapping", "the end first", "a gap"],
)
def test_the_sum_is_that_of_the_whole_and_little_is_read_twice(
    reads: Sequence[tuple[int, int]], twice: int
) -> None:
    inner = Counted(DATA)
    with SummedReader(inner) as blob:
        assert blob.size == len(DATA)
        for offset, length in reads:
            assert blob.read_at(offset, length) == DATA[offset : offset + length]
        assert sum(blob.rest()) == len(DATA)
        assert blob.sha256 == hashlib.sha256(DATA).hexdigest()
        assert inner.count <= len(DATA) + twice


def test_what_waits_is_bounded() -> None:
    inner = Counted(DATA)
    blob = SummedReader(inner)
    for at in range(2 * MIB, len(DATA), MIB):
        blob.read_at(at, MIB)
    # The gap was read when too much waited for it.
    assert (0, MIB) in inner.asked
    assert not blob._waiting
    assert list(blob.rest()) == [len(DATA)]


def test_a_blob_that_ends_early_is_damaged() -> None:
    class Short(Counted):
        @property
        def size(self) -> int:
            return len(DATA) + 1

    with pytest.raises(Damaged):
        list(SummedReader(Short(DATA)).rest())

"""Gzip members: right whatever is in them, and no time lost on what is dense already."""

import gzip
import random
import sys

import pytest

from bcper.adapters.archive.compression import compressor
from bcper.domain.model.choices import Compression

FRAME = 1 << 20
NAMES: tuple[Compression, ...] = ("fast", "balanced", "best")
DENSE = random.Random(1).randbytes(FRAME)
WORDS = b" ".join(b"%x" % (number * 7919 % 65_537) for number in range(FRAME // 5))[:FRAME]
HALF = DENSE[: FRAME // 2] + WORDS[: FRAME // 2]


@pytest.fixture(params=["libraries", "zlib alone"])
def libraries(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if request.param == "libraries":
        return True
    for name in ("isal", "zlib_ng"):
        monkeypatch.setitem(sys.modules, name, None)
    return False


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "data", [b"", b"x", DENSE[: (1 << 17) - 1], DENSE[: 1 << 17], DENSE, WORDS, HALF], ids=range(7)
)
def test_a_frame_comes_back(name: Compression, data: bytes, libraries: bool) -> None:
    made = compressor(name)(memoryview(data))
    assert gzip.decompress(made) == data
    assert len(made) < len(data) + len(data) // 1000 + 64


@pytest.mark.parametrize("name", ["balanced", "best"])
def test_what_is_dense_is_given_no_more_time_than_the_fast_level_takes(
    name: Compression, libraries: bool
) -> None:
    fast, slow = compressor("fast"), compressor(name)
    assert slow(DENSE) == fast(DENSE)
    assert len(slow(WORDS)) < len(fast(WORDS))
    # Dense in part: the rest is worth it.
    assert len(slow(HALF)) < len(fast(HALF))

"""The tar stream at any place."""

import gzip
import random
import tempfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bcper.adapters.archive.legacy import inflated
from bcper.adapters.archive.legacy.inflated import Inflated
from bcper.adapters.archive.legacy.limits import LIMITS, Limits
from bcper.adapters.archive.legacy.spool import Spool
from bcper.domain.errors import BcperError, Damaged
from helpers.examples import examples

PLAIN = random.Random(9).randbytes(60_000) + bytes(200_000) + random.Random(10).randbytes(40_000)
PACKED = gzip.compress(PLAIN[:90_000]) + gzip.compress(PLAIN[90_000:])


class Counted:
    """Bytes, and how many of them were read."""

    def __init__(self, data: bytes) -> None:
        self.data, self.size, self.read = data, len(data), 0

    def read_at(self, offset: int, length: int) -> bytes:
        self.read += length
        return self.data[offset : offset + length]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks close to each other, and few of them."""
    for name, value in {"_PACKED": 100, "_PLAIN": 700, "_SPACING": 500, "_MOST_MARKS": 16}.items():
        monkeypatch.setattr(inflated, name, value)


@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, len(PLAIN)), st.integers(0, 5_000)), max_size=12))
def test_any_place_can_be_read_in_any_order(small: None, places: list[tuple[int, int]]) -> None:
    stream = Inflated(Counted(PACKED), "a", LIMITS)
    for at, length in places:
        stream.seek(at)
        if at + length > len(PLAIN):
            with pytest.raises(Damaged):
                stream.exactly(length)
        else:
            assert stream.exactly(length) == PLAIN[at : at + length]
        assert len(stream._marks) <= 16


def test_going_back_costs_little_once_it_was_read(small: None) -> None:
    source = Counted(PACKED)
    stream = Inflated(source, "a", LIMITS)
    stream.seek(len(PLAIN))
    assert stream.read(1) == b""
    assert len(stream._marks) > 4
    for at in (290_000, 20_000, 280_000, 10):
        source.read = 0
        stream.seek(at)
        assert stream.exactly(9) == PLAIN[at : at + 9]
        assert source.read < len(PACKED) / 4


def test_the_end_is_the_true_end() -> None:
    for packed in (b"", PACKED[:-1], PACKED[:-9], PACKED + b"\0", PACKED + PACKED[:5]):
        stream = Inflated(Counted(packed), "a", LIMITS)
        with pytest.raises(Damaged):
            while stream.read(1 << 20):
                pass
    stream = Inflated(Counted(PACKED), "a", LIMITS)
    with pytest.raises(Damaged, match="cut"):
        stream.seek(len(PLAIN) + 1)


def test_what_unpacks_to_too_much_is_stopped() -> None:
    stream = Inflated(Counted(gzip.compress(bytes(10 << 20))), "a", Limits(plain_bytes=1 << 20, ratio=5))
    got = 0
    with pytest.raises(Damaged, match="unpacks"):
        while piece := stream.read(1 << 16):
            got += len(piece)
    assert got <= 1 << 20


def test_a_spool_without_a_place_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")
    with pytest.raises(BcperError, match="temporary folder"):
        Spool()

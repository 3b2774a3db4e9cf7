"""Whatever the bytes: an expected error, or the plaintext that was sealed there."""

import hashlib
import random
import struct

from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.adapters.crypto.container import AesGcmCipher
from bcper.domain.errors import BcperError, Damaged
from bcper.ports.cipher import CHUNK, HEADER_BYTES
from helpers.examples import examples

RING = AesGcmCipher(100_000).keyring("password")
PLAIN = random.Random(64).randbytes(2 * CHUNK + 1_000)
SEALER = RING.sealer()
BLOB = SEALER.update(PLAIN) + SEALER.finish()
HEADER, BODY = BLOB[:HEADER_BYTES], BLOB[HEADER_BYTES:]
SALT = HEADER[16:32]

many = settings(max_examples=examples(150), deadline=None)


@st.composite
def checked_headers(draw: st.DrawFn) -> bytes:
    """Any fields under a checksum that fits them; the salt is one, so that a derivation is paid once."""
    byte = st.integers(0, 255)
    iterations = draw(st.one_of(st.just(100_000), st.integers(0, 99_999), st.integers(10_000_001, 2**32 - 1)))
    version, suite = draw(st.sampled_from([(1, 1), (draw(byte), 1), (1, draw(byte))]))
    reserved = draw(st.sampled_from([0, 0, 1, 65_535]))
    nonce = draw(st.binary(min_size=32, max_size=32))
    fields = struct.pack(">8sBBHI16s32s", HEADER[:8], version, suite, reserved, iterations, SALT, nonce)
    return fields + hashlib.sha256(fields).digest()[:16] + draw(st.binary(max_size=40))


@st.composite
def mangled(draw: st.DrawFn) -> bytes:
    """The blob's chunks, spliced: pieces of it, in any order, with junk between them."""
    edge = st.one_of(st.sampled_from([0, 65_552, 131_104, len(BODY)]), st.integers(0, len(BODY)))
    piece = st.one_of(
        st.tuples(edge, edge).map(lambda ab: BODY[min(ab) : max(ab)]),
        st.binary(max_size=40),
        st.sampled_from([bytes(65_552), BODY]),
    )
    return b"".join(draw(st.lists(piece, max_size=4)))


@many
@given(st.one_of(st.binary(max_size=200), st.binary(max_size=200).map(HEADER[:8].__add__), checked_headers()))
def test_any_bytes_as_a_header_are_opened_or_an_expected_error(header: bytes) -> None:
    try:
        RING.unsealer(header)
    except BcperError as error:
        assert str(error)


@settings(max_examples=examples(20), deadline=None)
@given(st.one_of(st.binary(max_size=200), checked_headers()))
def test_any_bytes_do_as_like(header: bytes) -> None:
    assert len(AesGcmCipher(100_000).keyring("x", like=header)._salt) == 16


@many
@given(first=st.integers(0, 2**64), sealed=st.binary(max_size=300), last=st.booleans())
def test_any_bytes_as_chunks_are_damaged(first: int, sealed: bytes, last: bool) -> None:
    try:
        plain = RING.unsealer(HEADER).chunks(first, sealed, last=last)
    except Damaged:
        return
    assert plain == sealed == b"" and not last


@many
@given(first=st.integers(0, 4), sealed=mangled(), last=st.booleans())
def test_mangled_chunks_are_damaged_or_what_was_sealed_there(first: int, sealed: bytes, last: bool) -> None:
    try:
        plain = RING.unsealer(HEADER).chunks(first, sealed, last=last)
    except Damaged:
        return
    start = first * CHUNK
    assert PLAIN[start : start + len(plain)] == plain
    assert start + len(plain) == len(PLAIN) if last else len(plain) % CHUNK == 0


@many
@given(st.integers(-(2**63), 2**63))
def test_any_size_is_a_blobs_or_damaged(size: int) -> None:
    try:
        plain = RING.unsealer(HEADER).plain_size(size)
    except Damaged:
        return
    assert 0 <= plain < size
    assert size == HEADER_BYTES + plain + 16 * max(-(-plain // CHUNK), 1)

"""What every Cipher promises (ports.cipher, FORMAT.md section 3), on the real one and on its fake."""

import copy
import hashlib
import pickle
import random
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.adapters.crypto.container import AesGcmCipher
from bcper.adapters.memory.cipher import MemoryCipher
from bcper.domain.errors import Damaged, UsageError, WrongPassword
from bcper.ports.cipher import CHUNK, HEADER_BYTES, TAG, Cipher, Keyring
from helpers.examples import examples

SEALED = CHUNK + TAG
SIZES = (0, 1, 65_535, 65_536, 65_537, 131_072, 200_000)
PASSWORD = "correct horse"
SALT = bytes(range(16))
BYTES = random.Random(62).randbytes(400_000)

few = settings(max_examples=examples(60), deadline=None)


@pytest.fixture(
    scope="module", params=[AesGcmCipher(iterations=100_000), MemoryCipher()], ids=["aes-gcm", "memory"]
)
def cipher(request: pytest.FixtureRequest) -> Cipher:
    return request.param


@pytest.fixture(scope="module")
def keyring(cipher: Cipher) -> Keyring:
    return cipher.keyring(PASSWORD)


def pieces(plain: bytes, cuts: list[int]) -> Iterator[bytes]:
    edges = [0, *sorted(cut % (len(plain) + 1) for cut in cuts), len(plain)]
    return (plain[a:b] for a, b in pairwise(edges))


def seal(keyring: Keyring, plain: bytes, cuts: list[int] | None = None) -> bytes:
    sealer = keyring.sealer()
    return b"".join([*(sealer.update(piece) for piece in pieces(plain, cuts or [])), sealer.finish()])


def unseal(keyring: Keyring, blob: bytes) -> bytes:
    """The blob whole, as a reader goes at it: header, size, chunks."""
    unsealer = keyring.unsealer(blob[:HEADER_BYTES])
    size = unsealer.plain_size(len(blob))
    plain = unsealer.chunks(0, blob[HEADER_BYTES:], last=True)
    assert len(plain) == size
    return plain


def chunks_of(blob: bytes) -> list[bytes]:
    return [blob[at : at + SEALED] for at in range(HEADER_BYTES, len(blob), SEALED)]


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def forged(header: bytes, **fields: int) -> bytes:
    """``header`` with other fields, and the checksum that belongs to them."""
    names = ("magic", "version", "suite", "reserved", "iterations", "salt", "nonce")
    values = dict(zip(names, struct.unpack(">8sBBHI16s32s", header[:64]), strict=True)) | fields
    body = struct.pack(">8sBBHI16s32s", *values.values())
    return body + hashlib.sha256(body).digest()[:16] + header[80:]


# Round trips


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_comes_back(keyring: Keyring, size: int) -> None:
    assert unseal(keyring, seal(keyring, BYTES[:size])) == BYTES[:size]


@pytest.mark.parametrize("size", SIZES)
def test_the_layout_is_a_header_and_whole_chunks(keyring: Keyring, size: int) -> None:
    blob = seal(keyring, BYTES[:size])
    assert blob[:12] == b"\x89BCPER\r\n\x01\x01\x00\x00"
    assert len(blob) == HEADER_BYTES + size + TAG * max(-(-size // CHUNK), 1)


@few
@given(size=st.sampled_from(SIZES), cuts=st.lists(st.integers(0, 1 << 20), max_size=8))
def test_the_pieces_of_update_make_no_difference(keyring: Keyring, size: int, cuts: list[int]) -> None:
    assert unseal(keyring, seal(keyring, BYTES[:size], cuts)) == BYTES[:size]


def test_updates_around_a_chunk_boundary_hold_the_last_chunk_back(keyring: Keyring) -> None:
    sealer = keyring.sealer()
    assert len(sealer.update(BYTES[:CHUNK])) == HEADER_BYTES
    assert sealer.update(b"") == b""
    assert len(sealer.update(BYTES[CHUNK : CHUNK + 1])) == SEALED
    assert len(sealer.finish()) == 1 + TAG


def test_a_piece_is_the_callers_again_after_update(keyring: Keyring) -> None:
    sealer, buffer = keyring.sealer(), bytearray(BYTES[:100_000])
    head = sealer.update(buffer)  # type: ignore[arg-type]
    buffer[:] = bytes(len(buffer))
    assert unseal(keyring, head + sealer.finish()) == BYTES[:100_000]


def test_a_finished_sealer_is_used_up(keyring: Keyring) -> None:
    sealer = keyring.sealer()
    sealer.finish()
    for call in (sealer.finish, lambda: sealer.update(b"more")):
        with pytest.raises(RuntimeError):
            call()


@few
@given(size=st.sampled_from(SIZES), data=st.data())
def test_a_range_of_chunks_is_the_slice_of_the_plaintext(
    keyring: Keyring, size: int, data: st.DataObject
) -> None:
    blob = seal(keyring, BYTES[:size])
    sealed = chunks_of(blob)
    first = data.draw(st.integers(0, len(sealed) - 1))
    end = data.draw(st.integers(first + 1, len(sealed)))
    opened = keyring.unsealer(blob[:HEADER_BYTES]).chunks(
        first, b"".join(sealed[first:end]), last=end == len(sealed)
    )
    assert opened == BYTES[:size][first * CHUNK : end * CHUNK]


def test_threads_may_share_an_unsealer(keyring: Keyring) -> None:
    blob = seal(keyring, BYTES)
    unsealer, sealed = keyring.unsealer(blob[:HEADER_BYTES]), chunks_of(blob)
    with ThreadPoolExecutor(4) as pool:
        jobs = [
            pool.submit(unsealer.chunks, k, sealed[k], last=k == len(sealed) - 1)
            for _ in range(20)
            for k in range(len(sealed))
        ]
        opened = b"".join(job.result() for job in jobs)
    assert opened == BYTES * 20


@given(size=st.integers(0, 1 << 50))
def test_the_plain_size_follows_from_the_sealed_size(keyring: Keyring, size: int) -> None:
    sealed_size = HEADER_BYTES + size + TAG * max(-(-size // CHUNK), 1)
    unsealer = keyring.unsealer(keyring.sealer().finish()[:HEADER_BYTES])
    assert unsealer.plain_size(sealed_size) == size


@pytest.mark.parametrize(
    "size",
    [-1, 0, 111, 112, 127, *(HEADER_BYTES + SEALED + extra for extra in (1, 15, 16)), 128 + 2 * SEALED],
)
def test_a_size_that_no_blob_has_is_damage(keyring: Keyring, size: int) -> None:
    unsealer = keyring.unsealer(keyring.sealer().finish()[:HEADER_BYTES])
    with pytest.raises(Damaged, match="end is damaged or missing"):
        unsealer.plain_size(size)


# Damage: FAULTS.md rows 62 to 64


def test_every_bit_of_the_header_counts(keyring: Keyring) -> None:
    header = keyring.sealer().update(b"")
    assert len(header) == HEADER_BYTES
    for bit in range(HEADER_BYTES * 8):
        # The HMAC itself, bytes 80 to 111, cannot be told from a wrong password by the header alone.
        with pytest.raises(Damaged if bit < 80 * 8 else WrongPassword):
            keyring.unsealer(flipped(header, bit))


@few
@given(data=st.data())
def test_any_flipped_bit_in_a_chunk_is_found_and_the_chunk_named(
    keyring: Keyring, data: st.DataObject
) -> None:
    blob = seal(keyring, BYTES[:140_000])
    sealed = chunks_of(blob)
    k = data.draw(st.integers(0, len(sealed) - 1))
    sealed[k] = flipped(sealed[k], data.draw(st.integers(0, len(sealed[k]) * 8 - 1)))
    where = rf"end is damaged or missing \(chunk {k}\)" if k == 2 else f"Chunk {k} of .* is damaged"
    with pytest.raises(Damaged, match=where):
        unseal(keyring, blob[:HEADER_BYTES] + b"".join(sealed))


def test_an_early_damaged_chunk_is_named_before_a_missing_end(keyring: Keyring) -> None:
    blob = seal(keyring, BYTES[:200_000])
    damaged = flipped(blob, (HEADER_BYTES + SEALED) * 8)[: HEADER_BYTES + 2 * SEALED + 3]
    with pytest.raises(Damaged, match="Chunk 1 of"):
        keyring.unsealer(blob[:HEADER_BYTES]).chunks(0, damaged[HEADER_BYTES:], last=True)


@pytest.mark.parametrize("size", SIZES)
@few
@given(data=st.data())
def test_a_blob_cut_anywhere_is_damaged(keyring: Keyring, size: int, data: st.DataObject) -> None:
    blob = seal(keyring, BYTES[:size])
    edges = [*range(HEADER_BYTES, len(blob), SEALED), 0, 1, 8, 111, len(blob) - 1]
    cut = data.draw(st.one_of(st.integers(0, len(blob) - 1), st.sampled_from(edges)))
    with pytest.raises(Damaged):
        unseal(keyring, blob[:cut])
    if cut >= HEADER_BYTES:  # nor do the chunks alone pass, whoever forgets to ask for the size
        with pytest.raises(Damaged):
            keyring.unsealer(blob[:HEADER_BYTES]).chunks(0, blob[HEADER_BYTES:cut], last=True)


def test_chunks_swapped_doubled_dropped_or_appended_are_damage(keyring: Keyring) -> None:
    blob, other = seal(keyring, BYTES[: 4 * CHUNK]), seal(keyring, BYTES[: 4 * CHUNK])
    a, b, c, d = chunks_of(blob)
    arrangements = [
        [b, a, c, d], [a, b, d, c], [a, a, b, c, d], [a, b, c, d, d], [b, c, d], [a, c, d], [a, b, c],
        [a, b, c, d, a], [a, b, c, d, d[:16]], [a, b, c, d, b"x"], [d], [],
        chunks_of(other), [chunks_of(other)[0], b, c, d], [a, b, c, chunks_of(other)[3]],
    ]  # fmt: skip
    for arranged in arrangements:
        with pytest.raises(Damaged):
            keyring.unsealer(blob[:HEADER_BYTES]).chunks(0, b"".join(arranged), last=True)


def test_last_must_be_true_for_the_last_chunk_and_for_no_other(keyring: Keyring) -> None:
    blob = seal(keyring, BYTES[: 2 * CHUNK])
    unsealer, (first, second) = keyring.unsealer(blob[:HEADER_BYTES]), chunks_of(blob)
    with pytest.raises(Damaged, match="end is damaged or missing"):
        unsealer.chunks(0, first, last=True)
    with pytest.raises(Damaged, match="Chunk 1 of"):
        unsealer.chunks(1, second, last=False)
    with pytest.raises(Damaged, match="Chunk 0 of"):
        unsealer.chunks(0, first[:-1], last=False)
    assert unsealer.chunks(1, b"", last=False) == b""


# The header's errors, in order: FORMAT.md section 3, FAULTS.md rows 65 and 66


def test_errors_come_in_the_formats_order(keyring: Keyring) -> None:
    good = keyring.sealer().update(b"")
    bad_mac = flipped(good, 111 * 8)
    bad_count = forged(bad_mac, iterations=0)
    newer = forged(bad_count, version=2)
    damaged = flipped(newer, 79 * 8)
    short = damaged[:111]
    foreign = b"\x1f\x8b" + short[2:]
    for header, message in (
        (foreign, "not a file that BCPER encrypted"),
        (short, "too short"),
        (damaged, "header is damaged"),
        (newer, "newer version"),
        (bad_count, "iterations"),
    ):
        with pytest.raises(Damaged, match=message):
            keyring.unsealer(header)
    with pytest.raises(WrongPassword):
        keyring.unsealer(bad_mac)
    keyring.unsealer(good)


@pytest.mark.parametrize("fields", [{"version": 2}, {"version": 0}, {"suite": 2}, {"reserved": 1}])
def test_a_newer_format_says_to_upgrade(keyring: Keyring, fields: dict[str, int]) -> None:
    with pytest.raises(Damaged, match="newer version") as caught:
        keyring.unsealer(forged(keyring.sealer().update(b""), **fields))
    assert "Upgrade" in caught.value.hint


@pytest.mark.parametrize("iterations", [0, 1, 99_999, 10_000_001, 2**32 - 1])
def test_iterations_out_of_range_are_refused(keyring: Keyring, iterations: int) -> None:
    with pytest.raises(Damaged, match="iterations"):
        keyring.unsealer(forged(keyring.sealer().update(b""), iterations=iterations))


@pytest.mark.parametrize("start", [b"", b"\x89", b"\x89BCPER\r\n", b"\x89BCPER\r\n" + bytes(103)])
def test_the_beginning_of_a_header_is_too_short(keyring: Keyring, start: bytes) -> None:
    with pytest.raises(Damaged, match="too short"):
        keyring.unsealer(start)


def test_a_wrong_password_is_told_by_the_header_alone(cipher: Cipher, keyring: Keyring) -> None:
    header = keyring.sealer().update(b"")
    with pytest.raises(WrongPassword) as caught:
        cipher.keyring("Correct horse").unsealer(header)
    assert caught.value.exit_status == 12


# Passwords: FAULTS.md row 78


def test_unicode_forms_of_one_password_are_one_password(cipher: Cipher) -> None:
    nfc, nfd = "G\u00e9n\u00e9ral \u00c5", "Ge\u0301ne\u0301ral A\u030a"
    assert nfc != nfd
    assert unseal(cipher.keyring(nfc), seal(cipher.keyring(nfd), b"data")) == b"data"
    with pytest.raises(WrongPassword):  # compatibility forms are not folded: NFC, not NFKC
        cipher.keyring("\ufb01").unsealer(seal(cipher.keyring("fi"), b"")[:HEADER_BYTES])


@pytest.mark.parametrize("password", ["x" * 1024, "\u00e9" * 512, " ", "a\0b", "\U0001f511"])
def test_long_and_odd_passwords_work(cipher: Cipher, password: str) -> None:
    blob = seal(cipher.keyring(password), b"data")
    assert unseal(cipher.keyring(password), blob) == b"data"
    with pytest.raises(WrongPassword):
        cipher.keyring(password + "x").unsealer(blob[:HEADER_BYTES])


@pytest.mark.parametrize("password", ["", "s3cret\udcff", "\ud83d"])
def test_no_password_and_what_is_no_text_are_refused_without_showing_it(
    cipher: Cipher, password: str
) -> None:
    with pytest.raises(UsageError) as caught:
        cipher.keyring(password)
    assert caught.value.__context__ is None  # no UnicodeEncodeError that carries it into a log
    assert "s3cret" not in str(caught.value) + caught.value.hint


def test_nothing_that_holds_a_key_is_shown_pickled_or_copied(keyring: Keyring) -> None:
    sealer = keyring.sealer()
    for secret in (keyring, sealer, keyring.unsealer(sealer.update(b""))):
        assert PASSWORD not in repr(secret) and "b'" not in repr(secret)
        for leak in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="secret"):
                leak(secret)


# Archives of the original BCPER: FORMAT.md section 8


def test_keys_of_the_originals_archives_are_pbkdf2_of_100_000_iterations(cipher: Cipher) -> None:
    nfc, nfd = "G\u00e9n\u00e9ral \u00c5".encode(), "Ge\u0301ne\u0301ral A\u030a".encode()
    wanted = [hashlib.pbkdf2_hmac("sha256", form, SALT, 100_000) for form in (nfc, nfd)]
    for typed in (nfc, nfd):
        ring = cipher.keyring(typed.decode())
        assert list(ring.legacy_keys(SALT)) == wanted
        assert list(cipher.imported(ring.exported()).legacy_keys(SALT)) == wanted


def test_a_password_of_one_form_has_one_key_and_its_own_for_each_salt(cipher: Cipher) -> None:
    ring = cipher.keyring(PASSWORD)
    (key,) = ring.legacy_keys(SALT)
    assert len(key) == 32 and list(ring.legacy_keys(SALT)) == [key] != list(ring.legacy_keys(SALT[::-1]))
    blob = seal(ring, b"data")
    assert unseal(cipher.keyring(PASSWORD), blob) == b"data"


# Salts and nonces


def test_each_blob_has_its_own_nonce_and_a_keyring_one_salt(cipher: Cipher) -> None:
    ring = cipher.keyring(PASSWORD)
    one, two = seal(ring, b"same"), seal(ring, b"same")
    assert one[12:32] == two[12:32]
    assert one[32:64] != two[32:64]
    assert one[HEADER_BYTES:] != two[HEADER_BYTES:]
    assert cipher.keyring(PASSWORD).sealer().update(b"")[16:32] != one[16:32]


def test_like_takes_over_the_salt_when_the_password_opens_it(cipher: Cipher, keyring: Keyring) -> None:
    earlier = seal(keyring, b"earlier")
    ring = cipher.keyring(PASSWORD, like=earlier[:HEADER_BYTES])
    later = seal(ring, b"later")
    assert later[12:32] == earlier[12:32]
    assert unseal(ring, earlier) == b"earlier"
    assert unseal(keyring, later) == b"later"


def test_like_is_left_aside_when_it_is_damaged_or_anothers(cipher: Cipher, keyring: Keyring) -> None:
    earlier, anothers = keyring.sealer().update(b""), cipher.keyring("another").sealer().update(b"")
    for like in (anothers, b"", b"junk", earlier[:111], flipped(earlier, 200), flipped(earlier, 111 * 8),
                 forged(earlier, iterations=2**32 - 1), forged(earlier, version=2)):  # fmt: skip
        ring = cipher.keyring(PASSWORD, like=like)
        assert unseal(ring, seal(ring, b"data")) == b"data"
        assert ring.sealer().update(b"")[16:32] not in (earlier[16:32], anothers[16:32])

"""The real container: its bytes against another reading of FORMAT.md, and what it derives when."""

import hashlib
import hmac
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bcper.adapters.crypto import kdf
from bcper.adapters.crypto.container import AesGcmCipher
from bcper.domain.errors import Damaged, WrongPassword
from bcper.ports.cipher import HEADER_BYTES

CHUNK = 65_536


def counting_entropy():
    numbers = count(1)
    return lambda n: bytes([next(numbers)]) * n


def seal(cipher: AesGcmCipher, password: str, plain: bytes) -> bytes:
    sealer = cipher.keyring(password).sealer()
    return sealer.update(plain) + sealer.finish()


def read_by_the_book(blob: bytes, password: bytes) -> bytes:
    """FORMAT.md section 3 once more, on the standard library and bare AES-GCM."""
    salt, nonce = blob[16:32], blob[32:64]
    master = hashlib.pbkdf2_hmac("sha256", password, salt, int.from_bytes(blob[12:16]), 32)
    prk = hmac.digest(nonce, master, "sha256")  # RFC 5869, extract and expand
    payload = hmac.digest(prk, b"bcper/v1\x01", "sha256")
    mac = hmac.digest(prk, payload + b"bcper/v1\x02", "sha256")
    assert blob[64:80] == hashlib.sha256(blob[:64]).digest()[:16]
    assert blob[80:112] == hmac.digest(mac, blob[:80], "sha256")
    starts = range(112, len(blob), 65_552)
    plain = b""
    for k, at in enumerate(starts):
        sealed, tag = blob[at : at + 65_552][:-16], blob[at : at + 65_552][-16:]
        iv = k.to_bytes(11, "big") + (b"\1" if k == len(starts) - 1 else b"\0")
        opener = Cipher(algorithms.AES(payload), modes.GCM(iv, tag)).decryptor()
        plain += opener.update(sealed) + opener.finalize()
    return plain


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_another_reading_of_the_format_opens_the_blob(size: int) -> None:
    plain = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    blob = seal(AesGcmCipher(100_000), "p\u00e4ss", plain)
    assert read_by_the_book(blob, "p\u00e4ss".encode()) == plain


def test_the_bytes_of_a_blob_never_change() -> None:
    blob = seal(AesGcmCipher(100_000, counting_entropy()), "golden", bytes(CHUNK) + b"end")
    assert blob[:32].hex() == "894243504552 0d0a 01 01 0000 000186a0".replace(" ", "") + "01" * 16
    assert blob[32:64] == b"\x02" * 32
    # Taken when read_by_the_book had opened it, too.
    assert (
        hashlib.sha256(blob).hexdigest() == "7d623c1ad5adced320f6ab842ba716354d934ab4b920d6ebac4e2c060acfc562"
    )
    assert read_by_the_book(blob, b"golden") == bytes(CHUNK) + b"end"


def test_new_blobs_say_600_000_iterations() -> None:
    ring = AesGcmCipher().keyring("password")
    header = ring.sealer().update(b"")
    assert int.from_bytes(header[12:16]) == 600_000
    AesGcmCipher(100_000).keyring("password").unsealer(header)


def test_the_iterations_of_like_win_over_the_default() -> None:
    earlier = AesGcmCipher(100_000).keyring("password").sealer().update(b"")
    ring = AesGcmCipher(200_000).keyring("password", like=earlier)
    assert ring.sealer().update(b"")[12:32] == earlier[12:32]
    assert len(ring._masters) == 1


@pytest.mark.parametrize("iterations", [0, 99_999, 10_000_001])
def test_a_cipher_that_nobody_could_read_is_not_made(iterations: int) -> None:
    with pytest.raises(ValueError, match="iterations"):
        AesGcmCipher(iterations)


def test_a_keyring_derives_nothing_until_it_must() -> None:
    assert AesGcmCipher(100_000).keyring("password")._masters == {}


@pytest.mark.parametrize("iterations", [0, 99_999, 10_000_001, 2**32 - 1])
def test_bad_iterations_are_refused_before_deriving(iterations: int) -> None:
    ring = AesGcmCipher(100_000).keyring("password")
    fields = b"\x89BCPER\r\n\x01\x01\0\0" + iterations.to_bytes(4) + bytes(48)
    header = fields + hashlib.sha256(fields).digest()[:16] + bytes(32)
    with pytest.raises(Damaged, match=f"{iterations:,} iterations"):
        ring.unsealer(header)
    assert ring._masters == {}


def test_threads_and_blobs_of_one_salt_share_one_derivation() -> None:
    cipher = AesGcmCipher(100_000)
    writer = cipher.keyring("password")
    headers = [writer.sealer().update(b"") for _ in range(16)]
    reader = cipher.keyring("password")
    with ThreadPoolExecutor(4) as pool:
        assert len(list(pool.map(reader.unsealer, headers))) == 16
    assert len(reader._masters) == 1


def test_a_wrong_password_keeps_being_wrong_from_the_cache() -> None:
    header = AesGcmCipher(100_000).keyring("right").sealer().update(b"")
    ring = AesGcmCipher(100_000).keyring("wrong")
    for _ in range(3):
        with pytest.raises(WrongPassword):
            ring.unsealer(header)


def test_large_and_small_updates_leave_nothing_of_each_other() -> None:
    ring = AesGcmCipher(100_000).keyring("password")
    parts = [b"a" * 1_000_000, b"b", b"", b"c" * 70_000, b"d" * CHUNK, b"e" * 300_000, b"f"]
    sealer = ring.sealer()
    blob = b"".join([*map(sealer.update, parts), sealer.finish()])
    assert read_by_the_book(blob, b"password") == b"".join(parts)


def test_a_headers_tail_is_no_part_of_it() -> None:
    ring = AesGcmCipher(100_000).keyring("password")
    blob = ring.sealer().finish()
    assert len(blob) > HEADER_BYTES
    assert ring.unsealer(blob).chunks(0, blob[HEADER_BYTES:], last=True) == b""


def test_chunks_of_a_size_that_no_blob_has_are_damage_even_with_the_right_tag() -> None:
    ring = AesGcmCipher(100_000).keyring("password")
    header = ring.sealer().update(b"")
    ((_, master),) = ring._masters.items()
    aead = AESGCM(kdf.file_keys(master, header[32:64])[0])
    whole = aead.encrypt(bytes(12), bytes(CHUNK), None)
    short_but_not_last = aead.encrypt(bytes(12), b"short", None)
    empty_but_not_alone = aead.encrypt(bytes(10) + b"\1\1", b"", None)
    unsealer = ring.unsealer(header)
    with pytest.raises(Damaged, match="Chunk 0 of"):
        unsealer.chunks(0, short_but_not_last, last=False)
    for first, sealed in ((0, whole + empty_but_not_alone), (1, empty_but_not_alone)):
        with pytest.raises(Damaged, match=r"end is damaged or missing \(chunk 1\)"):
            unsealer.chunks(first, sealed, last=True)


def test_importing_the_adapter_does_not_load_cryptography() -> None:
    code = (
        "import sys, bcper.adapters.crypto.container\n"
        "sys.exit(any(m.partition('.')[0] in ('cryptography', 'hashlib', 'hmac') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

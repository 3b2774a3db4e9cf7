"""The 112-byte header of a sealed blob (FORMAT.md section 3)."""

import struct

import attrs

from bcper.domain.errors import Damaged
from bcper.ports.cipher import HEADER_BYTES

MAGIC = b"\x89BCPER\r\n"
VERSION = 1
SUITE = 1
SALT_BYTES = 16
NONCE_BYTES = 32
MIN_ITERATIONS = 100_000
MAX_ITERATIONS = 10_000_000

_FIELDS = struct.Struct(">8sBBHI16s32s")
_CHECKED = _FIELDS.size + 16


@attrs.frozen
class Header:
    """A header whose form is in order; nothing in it is believed before :attr:`mac` is verified.

    ``salt`` has 16 bytes, ``nonce`` 32; ``mac`` is the HMAC-SHA-256 over ``signed``, bytes 0–79.
    """

    iterations: int
    salt: bytes
    nonce: bytes
    signed: bytes
    mac: bytes


def build(iterations: int, salt: bytes, nonce: bytes) -> bytes:
    """Bytes 0–79 of a header: the fields and their checksum; the 32 bytes of HMAC over them follow."""
    import hashlib

    fields = _FIELDS.pack(MAGIC, VERSION, SUITE, 0, iterations, salt, nonce)
    return fields + hashlib.sha256(fields).digest()[:16]


def parse(data: bytes) -> Header:
    """The header that ``data`` begins with, checked in FORMAT.md's order without deriving a key.

    Raises :class:`Damaged`: not a BCPER file, too short, header damaged, newer version, iterations out of
    range.
    """
    import hashlib

    if data[: len(MAGIC)] != MAGIC[: len(data)]:
        raise Damaged("This is not a file that BCPER encrypted.", "Check that it is the right file.")
    if len(data) < HEADER_BYTES:
        raise Damaged(
            f"The encrypted file is too short: {len(data)} bytes, and its header alone takes {HEADER_BYTES}.",
            "It was cut off. Restore another run.",
        )
    fields = data[: _FIELDS.size]
    if hashlib.sha256(fields).digest()[:16] != data[_FIELDS.size : _CHECKED]:
        raise Damaged("The encrypted file's header is damaged.", "Restore another run.")
    _, version, suite, reserved, iterations, salt, nonce = _FIELDS.unpack(fields)
    if (version, suite, reserved) != (VERSION, SUITE, 0):
        raise Damaged(
            f"The encrypted file was written by a newer version of BCPER"
            f" (version {version}, suite {suite}, flags {reserved}).",
            "Upgrade BCPER, then try again.",
        )
    if not MIN_ITERATIONS <= iterations <= MAX_ITERATIONS:
        raise Damaged(
            f"The encrypted file asks for {iterations:,} iterations of key derivation;"
            f" only {MIN_ITERATIONS:,} to {MAX_ITERATIONS:,} are allowed.",
            "BCPER did not write this header. Restore another run.",
        )
    return Header(iterations, salt, nonce, data[:_CHECKED], data[_CHECKED:HEADER_BYTES])

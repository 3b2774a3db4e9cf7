"""What single headers of a tar say (pax(1), "pax Extended Header").

Every method of what is here raises ValueError for a claim that cannot be true.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from tarfile import TarInfo

_LIMIT = 1 << 63
_DIGITS = re.compile(rb"[0-9]{1,19}")
_LONG_OWNER = 1 << 10
_KNOWN = frozenset((b"path", b"linkpath", b"size", b"uid", b"gid", b"uname", b"gname", b"mtime"))
SPARSE = b"GNU.sparse"


@attrs.frozen
class Header:
    """A member's header with what the extended headers before it say."""

    info: "TarInfo"
    records: dict[bytes, bytes]

    def text(self, key: bytes, own: str) -> bytes:
        """What a record says, or the header itself."""
        return self.records.get(key, own.encode("utf-8", "surrogateescape"))

    def number(self, key: bytes, own: float) -> int:
        """The same for a number that is not negative."""
        record = self.records.get(key)
        if record is not None and not _DIGITS.fullmatch(record):
            raise ValueError(key)
        value = int(own if record is None else record)
        if not 0 <= value < _LIMIT:
            raise ValueError(key)
        return value

    def owner(self, key: bytes, own: str) -> str:
        """The same for a user's or a group's name."""
        raw = self.text(key, own)
        if len(raw) > _LONG_OWNER or 0 in raw:
            raise ValueError(key)
        return raw.decode("utf-8", "surrogateescape")

    def device(self) -> tuple[int, int]:
        """Major and minor number."""
        major, minor = self.info.devmajor, self.info.devminor
        if not 0 <= major | minor < 1 << 32:
            raise ValueError("device")
        return major, minor

    def mtime_ns(self) -> int:
        """Nanoseconds from 1970. Python wrote fractions as ``str(float)``, so with an exponent too."""
        record = self.records.get(b"mtime")
        seconds = Decimal(int(self.info.mtime)) if record is None else Decimal(record[:64].decode("ascii"))
        if not seconds.is_finite() or abs(seconds) >= _LIMIT:
            raise ValueError("mtime")
        return int(seconds * 1_000_000_000)


def records(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Those records of a pax header, ``length key=value newline``, that are of use here.

    A key of :data:`SPARSE` stands for all that say that a file is sparse.
    """
    at = 0
    while at < len(data):
        digits, space, _ = data[at : at + 20].partition(b" ")
        if not space or not _DIGITS.fullmatch(digits):
            raise ValueError("record")
        begin, end = at + len(digits) + 1, at + int(digits)
        if end > len(data) or end <= begin or data[end - 1 : end] != b"\n":
            raise ValueError("record")
        key, equals, value = data[begin : end - 1].partition(b"=")
        if not equals or not key:
            raise ValueError("record")
        if key.startswith(SPARSE):
            yield SPARSE, b""
        elif key in _KNOWN:
            yield key, value
        at = end

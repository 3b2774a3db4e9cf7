"""Headers of a pax tar stream (POSIX.1-2001, pax(1); GNU tar manual, "Storing Sparse Files")."""

from functools import lru_cache
from zlib import adler32

from bcper.domain.model.entries import SourceEntry

BLOCK = 512
END = bytes(2 * BLOCK)
"""Two zero blocks end a tar stream."""

_FLAGS = {"f": b"0", "d": b"5", "l": b"2", "h": b"1", "p": b"6", "b": b"4", "c": b"3"}
_ZEROS = [bytes(length) for length in range(BLOCK)]
_MAX_OCTAL_7 = 0o7777777
_MAX_OCTAL_11 = 0o77777777777


def header(entry: SourceEntry, size: int, *, sparse: bool = False) -> bytes:
    """Everything that goes before an entry's data: a pax record if one is needed, and the ustar header.

    ``size`` is the length of the data area in bytes; with ``sparse`` that area is a GNU sparse 1.0 one and
    ``entry.size`` the length of the file.
    """
    records: list[bytes] = []
    path = entry.path + b"/" if entry.type == "d" else entry.path
    if sparse:
        records += [
            record(b"GNU.sparse.major", b"1"),
            record(b"GNU.sparse.minor", b"0"),
            record(b"GNU.sparse.name", path),
            record(b"GNU.sparse.realsize", b"%d" % entry.size),
        ]
    name, prefix = _split(path)
    if name is None:
        if not sparse:
            records.append(record(b"path", path))
        name, prefix = _ascii(path)[-100:], b""
    link = entry.link or b""
    if len(link) > 100 or not link.isascii():
        records.append(record(b"linkpath", link))
        link = _ascii(link)[:100]
    seconds = entry.mtime_ns // 1_000_000_000
    if not 0 <= seconds <= _MAX_OCTAL_11:
        records.append(record(b"mtime", _decimal(entry.mtime_ns)))
        seconds = 0
    if size > _MAX_OCTAL_11:
        records.append(record(b"size", b"%d" % size))
    owner, tail, owner_records = _owner(
        entry.type, entry.mode, entry.uid, entry.gid, entry.user, entry.group, entry.device
    )
    records += owner_records
    if entry.xattrs:
        records += [
            record(b"SCHILY.xattr." + key.encode("utf-8", "surrogateescape"), value)
            for key, value in sorted(entry.xattrs.items())
            if "=" not in key
        ]
    head = _block(
        name, owner, size if size <= _MAX_OCTAL_11 else 0, seconds, _FLAGS[entry.type], link, tail, prefix
    )
    return _extended(b"".join(records)) + head if records else head


def padding(size: int) -> bytes:
    """The zeros that fill the last block of ``size`` bytes of data."""
    return _ZEROS[-size % BLOCK]


def record(key: bytes, value: bytes) -> bytes:
    """One pax record: its own length in decimal, key, value (pax(1), "pax Extended Header")."""
    rest = b" " + key + b"=" + value + b"\n"
    length = len(rest)
    digits = len(b"%d" % (length + len(b"%d" % length)))
    return b"%d" % (length + digits) + rest


def _extended(records: bytes) -> bytes:
    owner = b"%07o\0%07o\0%07o\0" % (0o644, 0, 0)
    tail = _tail(b"", b"", None)
    head = _block(b"././@PaxHeader", owner, len(records), 0, b"x", b"", tail, b"")
    return head + records + padding(len(records))


def _block(
    name: bytes,
    owner: bytes,
    size: int,
    mtime: int,
    flag: bytes,
    link: bytes,
    tail: bytes,
    prefix: bytes,
) -> bytes:
    front = name.ljust(100, b"\0") + owner + b"%011o\0%011o\0" % (size, mtime)
    back = flag + link.ljust(100, b"\0") + tail + prefix.ljust(167, b"\0")
    # The sum of the bytes is the low half of Adler-32 less one (RFC 1950): a header is ASCII, so the sum
    # stays under its modulus. Ten times as fast as sum().
    total = (adler32(front + b"        " + back) & 0xFFFF) - 1
    return front + b"%06o\0 " % total + back


@lru_cache(1024)
def _owner(
    kind: str, mode: int, uid: int, gid: int, user: str, group: str, device: tuple[int, int] | None
) -> tuple[bytes, bytes, list[bytes]]:
    records = []
    if uid > _MAX_OCTAL_7:
        records.append(record(b"uid", b"%d" % uid))
    if gid > _MAX_OCTAL_7:
        records.append(record(b"gid", b"%d" % gid))
    names = []
    for key, name in ((b"uname", user), (b"gname", group)):
        raw = name.encode("utf-8", "surrogateescape")
        if len(raw) > 31 or not raw.isascii():
            records.append(record(key, raw))
            raw = _ascii(raw)[:31]
        names.append(raw)
    owner = b"%07o\0%07o\0%07o\0" % (
        mode,
        uid if uid <= _MAX_OCTAL_7 else 0,
        gid if gid <= _MAX_OCTAL_7 else 0,
    )
    return owner, _tail(names[0], names[1], device if kind in "bc" else None), records


def _tail(user: bytes, group: bytes, device: tuple[int, int] | None) -> bytes:
    numbers = b"%07o\0%07o\0" % device if device else b"0000000\x000000000\x00"
    return b"ustar\x0000" + user.ljust(32, b"\0") + group.ljust(32, b"\0") + numbers


def _split(path: bytes) -> tuple[bytes | None, bytes]:
    """Name and prefix of a ustar header, or ``None`` where only a pax record can say the path."""
    if not path.isascii():
        return None, b""
    if len(path) <= 100:
        return path, b""
    # The name must not be empty, so a directory's closing slash is no place to cut.
    cut = path.find(b"/", max(0, len(path) - 101), len(path) - 1)
    if 0 < cut <= 155:
        return path[cut + 1 :], path[:cut]
    return None, b""


def _ascii(data: bytes) -> bytes:
    return bytes(byte if byte < 128 else 0x5F for byte in data)


def _decimal(mtime_ns: int) -> bytes:
    sign = b"-" if mtime_ns < 0 else b""
    seconds, rest = divmod(abs(mtime_ns), 1_000_000_000)
    return sign + b"%d" % seconds + (b".%09d" % rest).rstrip(b"0") if rest else sign + b"%d" % seconds

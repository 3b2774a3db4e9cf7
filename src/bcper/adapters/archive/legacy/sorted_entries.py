"""Entries put into index order in bounded memory: sorted by the thousand, put aside, and merged.

What is put aside is sealed under a key that never leaves this process: it names files of an archive that may
be encrypted.
"""

import heapq
import json
import os
import zlib
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from bcper.adapters.archive.index_codec import entry_of, text
from bcper.adapters.archive.legacy.spool import Spool
from bcper.domain.model.entries import Entry

_TOGETHER = 32_768
_TOGETHER_BYTES = 64 << 20
_BLOCK = 256
_BLOCK_BYTES = 1 << 20

Numbered = tuple[bytes, int, Entry]
"""Sort key, number in the archive's order, entry."""

_Line = tuple[int, dict[str, Any]]

_Place = tuple[int, int, int]
"""Number, offset and length of a block."""


class SortedEntries:
    """Takes entries in any order; iterating gives them in index order, as often as wanted.

    Entries of one path come in the order in which they were added.
    """

    def __init__(self, together: int = _TOGETHER) -> None:
        self.count = 0
        self._together = together
        self._latest: list[Numbered] = []
        self._bytes = 0
        self._sorted = True
        self._runs: list[list[_Place]] = []
        self._blocks = 0
        self._spool: Spool | None = None
        self._key = os.urandom(32)

    def add(self, entry: Entry) -> None:
        """Take ``entry``. Raises NoSpace."""
        # NUL sorts below every byte of a name: the order of components, without taking them apart.
        self._latest.append((entry.path.replace(b"/", b"\0"), self.count, entry))
        self.count += 1
        self._sorted = False
        self._bytes += _weight(entry)
        if len(self._latest) >= self._together or self._bytes >= _TOGETHER_BYTES:
            self._put_aside()

    def __iter__(self) -> Iterator[Numbered]:
        self._sort()
        runs = [self._run(places) for places in self._runs]
        return heapq.merge(*runs, self._latest, key=itemgetter(0, 1))

    def close(self) -> None:
        """Forget everything."""
        self._latest, self._runs = [], []
        if self._spool is not None:
            self._spool.close()
            self._spool = None

    def _sort(self) -> None:
        if not self._sorted:
            self._latest.sort(key=itemgetter(0, 1))
            self._sorted = True

    def _put_aside(self) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._sort()
        if self._spool is None:
            self._spool = Spool()
        places = []
        for lines in _blocks(self._latest):
            plain = zlib.compress(json.dumps(lines).encode("ascii"), 1)
            sealed = AESGCM(self._key).encrypt(self._blocks.to_bytes(12, "big"), plain, None)
            places.append((self._blocks, self._spool.size, len(sealed)))
            self._blocks += 1
            self._spool.write(sealed)
        self._runs.append(places)
        self._latest, self._bytes = [], 0

    def _run(self, places: list[_Place]) -> Iterator[Numbered]:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        assert self._spool is not None  # noqa: S101 - for the type checker
        for block, offset, length in places:
            sealed = self._spool.read_at(offset, length)
            plain = AESGCM(self._key).decrypt(block.to_bytes(12, "big"), sealed, None)
            for number, raw in json.loads(zlib.decompress(plain)):
                entry = entry_of(raw)
                yield entry.path.replace(b"/", b"\0"), number, entry


def _blocks(items: list[Numbered]) -> Iterator[list[_Line]]:
    lines: list[_Line] = []
    size = 0
    for _, number, entry in items:
        lines.append(_line(number, entry))
        size += _weight(entry)
        if len(lines) >= _BLOCK or size >= _BLOCK_BYTES:
            yield lines
            lines, size = [], 0
    if lines:
        yield lines


def _weight(entry: Entry) -> int:
    """About as many bytes as its texts take: a forged one may have long ones."""
    return len(entry.path) + len(entry.link or b"") + len(entry.user) + len(entry.group)


def _line(number: int, entry: Entry) -> _Line:
    """What ``index_codec.entry_of`` reads."""
    raw: dict[str, Any] = {
        "path": text(entry.path),
        "type": entry.type,
        "mode": entry.mode,
        "uid": entry.uid,
        "gid": entry.gid,
        "user": entry.user,
        "group": entry.group,
        "size": entry.size,
        "mtime_ns": entry.mtime_ns,
    }
    if entry.type == "f":
        raw |= {"sha256": entry.sha256, "vol": entry.vol, "off": entry.off}
    if entry.link is not None:
        raw["link"] = text(entry.link)
    if entry.device is not None:
        raw["device"] = entry.device
    return number, raw

"""Members of a tar stream, every claim of it checked (POSIX.1-2001, pax(1); GNU's long names).

``tarfile`` only takes single headers apart here: its readers stop at the end mark, and believe a header that
says how long it is.
"""

from collections.abc import Iterator
from decimal import InvalidOperation
from typing import TYPE_CHECKING

from bcper.adapters.archive.legacy.inflated import Inflated
from bcper.adapters.archive.legacy.limits import Limits
from bcper.adapters.archive.legacy.tar_headers import SPARSE, Header, records
from bcper.domain.errors import Damaged
from bcper.domain.model.entries import Entry, EntryType
from bcper.domain.model.names import printable

if TYPE_CHECKING:
    from tarfile import TarInfo

_BLOCK = 512
_ZERO = bytes(_BLOCK)
_TYPES: dict[bytes, EntryType] = {
    b"0": "f",
    b"\0": "f",
    b"7": "f",
    b"1": "h",
    b"2": "l",
    b"3": "c",
    b"4": "b",
    b"5": "d",
    b"6": "p",
}
_LONG_TEXT = 1 << 16
"""Bytes in one path."""


class TarMembers:
    """Reads a tar stream once, from its beginning to its true end.

    ``name`` is for messages. Raises Damaged: for what is no tar, names that are absolute, empty, hold NUL or
    lead up (row 69), kinds of members that the original never wrote, and what exceeds ``limits``.
    """

    def __init__(self, stream: Inflated, name: str, limits: Limits) -> None:
        self._stream, self._name, self._limits = stream, name, limits
        self._at = 0
        self._global: dict[bytes, bytes] = {}

    def __iter__(self) -> Iterator[Entry]:
        """Entries in the stream's order, without sums; folders may come late or never.

        ``off`` of a regular file is where its ``size`` bytes begin.
        """
        from tarfile import HeaderError

        count = 0
        while True:
            try:
                header = self._header()
                entry = None if header is None else self._entry(header)
            except (HeaderError, ValueError, LookupError, OverflowError, InvalidOperation) as error:
                raise self._damaged(f"a header near byte {self._at} is wrong") from error
            if header is None:
                return
            count += 1
            if count > self._limits.members:
                raise self._damaged(f"it has over {self._limits.members} members")
            if entry is not None:
                yield entry

    def _header(self) -> Header | None:
        """The next member's, ``None`` at the end of the stream."""
        from tarfile import TarInfo

        said: dict[bytes, bytes] = {}
        while True:
            block = self._block()
            if block == _ZERO:
                if said:
                    raise ValueError("an extended header belongs to nothing")
                self._check_end()
                return None
            info = TarInfo.frombuf(block, "utf-8", "surrogateescape")
            if info.type == b"x":
                said.update(records(self._extended(info)))
            elif info.type == b"g":
                self._global.update(records(self._extended(info)))
            elif info.type in (b"L", b"K"):
                key = b"path" if info.type == b"L" else b"linkpath"
                said[key] = self._extended(info).partition(b"\0")[0]
            else:
                return Header(info, {**self._global, **said})

    def _entry(self, header: Header) -> Entry | None:
        """The entry; ``None`` for the folder that everything is in."""
        info = header.info
        said = header.text(b"path", info.name)
        kind = _TYPES.get(info.type)
        if kind is None or SPARSE in header.records:
            raise self._damaged(f"{printable(said)} is of a kind that the original BCPER never wrote")
        size = header.number(b"size", info.size) if kind == "f" else 0
        offset = self._at
        self._at += -(-size // _BLOCK) * _BLOCK
        path = self._path(said)
        if not path:
            if kind == "d":
                return None
            raise self._damaged("a member has no name")
        link: bytes | None = None
        if kind in ("l", "h"):
            link = header.text(b"linkpath", info.linkname)
            if not link or 0 in link or len(link) > _LONG_TEXT:
                raise self._damaged(f"{printable(path)} leads nowhere")
            if kind == "h" and not (link := self._path(link)):
                raise self._damaged(f"{printable(path)} is a hard link to no file")
        return Entry(
            path=path,
            type=kind,
            mode=info.mode & 0o7777,
            uid=header.number(b"uid", info.uid),
            gid=header.number(b"gid", info.gid),
            user=header.owner(b"uname", info.uname),
            group=header.owner(b"gname", info.gname),
            size=size,
            mtime_ns=header.mtime_ns(),
            vol=0 if kind == "f" else None,
            off=offset if kind == "f" else None,
            link=link,
            device=header.device() if kind in ("b", "c") else None,
        )

    def _path(self, said: bytes) -> bytes:
        """``said`` without components that say nothing. Raises Damaged for what leads elsewhere."""
        parts = said.split(b"/")
        if said.startswith(b"/") or b".." in parts or 0 in said or len(said) > _LONG_TEXT:
            raise Damaged(
                f"{self._name} names {printable(said[:200])!r}, which lies outside of it, so it is refused.",
                "BCPER restores nothing of an archive that somebody may have made to do harm.",
            )
        return b"/".join(part for part in parts if part not in (b"", b"."))

    def _block(self) -> bytes:
        self._stream.seek(self._at)
        self._at += _BLOCK
        return self._stream.exactly(_BLOCK)

    def _extended(self, info: "TarInfo") -> bytes:
        if not 0 <= info.size <= self._limits.extended:
            raise self._damaged("an extended header is too long")
        data = self._stream.exactly(info.size)
        self._at += -(-info.size // _BLOCK) * _BLOCK
        return data

    def _check_end(self) -> None:
        """A second zero block, and nothing but zeros to the true end: reading on finds what was cut."""
        if self._block() != _ZERO:
            raise self._damaged("it goes on after half an end mark")
        while piece := self._stream.read(1 << 20):
            if piece.count(0) != len(piece):
                raise self._damaged("it goes on after its end mark")

    def _damaged(self, why: str) -> Damaged:
        return Damaged(f"The archive {self._name} cannot be read: {why}.", "Restore another run.")

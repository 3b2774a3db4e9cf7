"""Lines of an index (FORMAT.md section 4): made by hand for speed, read with every field checked."""

import base64
import json
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, cast

from bcper.domain.errors import Damaged
from bcper.domain.model.entries import Entry, EntryType, SourceEntry

TYPES: frozenset[EntryType] = frozenset(("f", "d", "l", "h", "p", "b", "c"))
_LIMIT = 1 << 63
_TIMES = _LIMIT * 10**9


def text(raw: bytes) -> str:
    """Bytes of a name as JSON holds them: UTF-8, stray bytes as lone surrogates (PEP 383)."""
    return raw.decode("utf-8", "surrogateescape")


def entry_halves(entry: SourceEntry, vol: int, off: int | None, sparse: int | None) -> tuple[str, str]:
    """One entry as its line, in two halves: the SHA-256 of a regular file goes between them."""
    front = (
        f'{{"path":{quoted(text(entry.path))},"type":"{entry.type}","mode":{entry.mode},'
        f"{_owner(entry.uid, entry.gid, entry.user, entry.group)},"
        f'"mtime_ns":{entry.mtime_ns},"ctime_ns":{entry.ctime_ns},"inode":{entry.inode}'
    )
    back = ""
    if entry.type == "f":
        front += f',"size":{entry.size},"sha256":"'
        back = f'","vol":{vol},"off":{off}'
        if sparse is not None:
            back += f',"sparse":{sparse}'
    if entry.link is not None:
        back += f',"link":{quoted(text(entry.link))}'
    if entry.device is not None:
        back += f',"device":[{entry.device[0]},{entry.device[1]}]'
    if entry.xattrs:
        encoded = {key: base64.b64encode(value).decode() for key, value in entry.xattrs.items()}
        back += f',"xattrs":{json.dumps(encoded)}'
    return front, back + "}\n"


@lru_cache(1024)
def _owner(uid: int, gid: int, user: str, group: str) -> str:
    return f'"uid":{uid},"gid":{gid},"user":{quoted(user)},"group":{quoted(group)}'


def entry_of(raw: Any) -> Entry:
    """An entry of a parsed line. Raises Damaged when any field is not what it must be."""
    try:
        get = raw.get
        kind = raw["type"]
        mode, uid, gid = raw["mode"], raw["uid"], raw["gid"]
        size, inode, mtime, ctime = get("size", 0), get("inode", 0), raw["mtime_ns"], get("ctime_ns", 0)
        sha256, vol, off, sparse = get("sha256"), None, None, get("sparse")
        if kind not in TYPES:
            raise ValueError(kind)
        if kind == "f":
            vol, off = raw["vol"], raw["off"]
            # Or-ing is one check for all: anything but integers raises, a negative or huge one shows.
            if not 0 <= vol | off | (0 if sparse is None else sparse) < _LIMIT or type(sha256) is not str:
                raise ValueError(off)
        elif sparse is not None:
            raise ValueError(sparse)
        if not 0 <= mode | uid | gid | size < _LIMIT or mode > 0o7777 or not 0 <= inode | 0 < 1 << 64:
            raise ValueError(mode)
        if not (-_TIMES <= mtime | 0 < _TIMES and -_TIMES <= ctime | 0 < _TIMES):
            raise ValueError(mtime)
        link, device, xattrs = get("link"), get("device"), get("xattrs")
        return Entry(
            raw["path"].encode("utf-8", "surrogateescape"),
            cast("EntryType", kind),
            mode,
            uid,
            gid,
            str(get("user", "")),
            str(get("group", "")),
            size,
            mtime,
            ctime,
            inode,
            sha256,
            vol,
            off,
            sparse,
            None if link is None else link.encode("utf-8", "surrogateescape"),
            None if device is None else (int(device[0]), int(device[1])),
            {} if not xattrs else {str(k): base64.b64decode(v, validate=True) for k, v in xattrs.items()},
        )
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError) as error:
        raise Damaged("an entry of the index is damaged") from error

"""Lines of an index (FORMAT.md section 4): made by hand for speed, read with every field checked."""

import base64
import json
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, cast

from bcper.domain.errors import Damaged
from bcper.domain.model.entries import Entry, EntryType, SourceEntry

_TYPES = frozenset("fdlhpbc")
_NUMBERS = ("mode", "uid", "gid", "size", "mtime_ns", "ctime_ns", "inode")
_LIMIT = 1 << 63


def text(raw: bytes) -> str:
    """Bytes of a name as JSON holds them: UTF-8, stray bytes as lone surrogates (PEP 383)."""
    return raw.decode("utf-8", "surrogateescape")


def entry_line(entry: SourceEntry, sha256: str | None, vol: int, off: int | None, sparse: int | None) -> str:
    """One entry as its line."""
    line = (
        f'{{"path":{quoted(text(entry.path))},"type":"{entry.type}","mode":{entry.mode},'
        f"{_owner(entry.uid, entry.gid, entry.user, entry.group)},"
        f'"mtime_ns":{entry.mtime_ns},"ctime_ns":{entry.ctime_ns},"inode":{entry.inode}'
    )
    if entry.type == "f":
        line += f',"size":{entry.size},"sha256":"{sha256}","vol":{vol},"off":{off}'
        if sparse is not None:
            line += f',"sparse":{sparse}'
    if entry.link is not None:
        line += f',"link":{quoted(text(entry.link))}'
    if entry.device is not None:
        line += f',"device":[{entry.device[0]},{entry.device[1]}]'
    if entry.xattrs:
        encoded = {key: base64.b64encode(value).decode() for key, value in entry.xattrs.items()}
        line += f',"xattrs":{json.dumps(encoded)}'
    return line + "}\n"


@lru_cache(1024)
def _owner(uid: int, gid: int, user: str, group: str) -> str:
    return f'"uid":{uid},"gid":{gid},"user":{quoted(user)},"group":{quoted(group)}'


def entry_of(raw: Any) -> Entry:
    """An entry of a parsed line. Raises Damaged when any field is not what it must be."""
    try:
        kind = raw["type"]
        get = raw.get
        numbers = [get(key, 0) for key in _NUMBERS]
        places = [get(key) for key in ("vol", "off", "sparse")]
        for number in numbers:
            if type(number) is not int or not -_LIMIT <= number < _LIMIT:
                raise ValueError(number)
        for place in places:
            if place is not None and (type(place) is not int or not 0 <= place < _LIMIT):
                raise ValueError(place)
        if kind not in _TYPES or numbers[3] < 0 or not 0 <= numbers[0] <= 0o7777:
            raise ValueError(kind)
        link, device, xattrs = get("link"), get("device"), get("xattrs")
        return Entry(
            _bytes(raw["path"]),
            cast("EntryType", kind),
            numbers[0],
            numbers[1],
            numbers[2],
            str(get("user", "")),
            str(get("group", "")),
            numbers[3],
            numbers[4],
            numbers[5],
            numbers[6],
            get("sha256"),
            places[0],
            places[1],
            places[2],
            None if link is None else _bytes(link),
            None if device is None else (int(device[0]), int(device[1])),
            {} if not xattrs else {str(k): base64.b64decode(v, validate=True) for k, v in xattrs.items()},
        )
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise Damaged("an entry of the index is damaged") from error


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")

"""A second reader of the format, written from FORMAT.md alone: it shares no line with the program.

It holds whole blobs and whole files in memory, so it is for small runs. Every mismatch is a ValueError that
names what does not agree. Paths and link targets are bytes, since file names are (FORMAT.md section 2).
"""

import base64
import gzip
import hashlib
import hmac
import io
import json
import stat
import struct
import tarfile
import unicodedata
import zlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FRAME = 1 << 20
SEALED = 65_536 + 16
Line = dict[str, Any]
Found = dict[bytes, tuple[str, bytes | None, int, bytes | None]]
KINDS = {
    tarfile.REGTYPE: "f",
    tarfile.DIRTYPE: "d",
    tarfile.SYMTYPE: "l",
    tarfile.LNKTYPE: "h",
    tarfile.FIFOTYPE: "p",
    tarfile.BLKTYPE: "b",
    tarfile.CHRTYPE: "c",
}


def need(truth: object, *what: object) -> None:
    if not truth:
        raise ValueError(" ".join(map(str, what)))


def open_container(data: bytes, password: str) -> bytes:
    """FORMAT.md section 3, in its order of errors."""

    def mac(key: bytes, message: bytes) -> bytes:
        return hmac.digest(key, message, "sha256")

    need(data[:8] == bytes.fromhex("894243504552 0D0A"), "not a BCPER file")
    need(len(data) >= 112 + 16, "too short")
    need(hashlib.sha256(data[:64]).digest()[:16] == data[64:80], "header damaged")
    version, suite, zero, iterations = struct.unpack(">BBHI", data[8:16])
    need((version, suite, zero) == (1, 1, 0), "newer version", version, suite, zero)
    need(100_000 <= iterations <= 10_000_000, "iterations out of range:", iterations)
    secret = unicodedata.normalize("NFC", password).encode()
    master = hashlib.pbkdf2_hmac("sha256", secret, data[16:32], iterations, 32)
    extracted = mac(data[32:64], master)  # RFC 5869: HKDF's salt is the key of the first HMAC
    payload_key = mac(extracted, b"bcper/v1\x01")
    mac_key = mac(extracted, payload_key + b"bcper/v1\x02")
    need(hmac.compare_digest(mac(mac_key, data[:80]), data[80:112]), "wrong password")
    cipher, plain = AESGCM(payload_key), []
    starts = range(112, len(data), SEALED)
    for number, start in enumerate(starts):
        last = number == len(starts) - 1
        nonce = number.to_bytes(11, "big") + bytes([last])
        try:
            plain.append(cipher.decrypt(nonce, data[start : start + SEALED], None))
        except (InvalidTag, ValueError) as error:
            raise ValueError("end damaged or missing" if last else f"chunk {number} damaged") from error
    need(plain[-1] or len(plain) == 1, "end damaged or missing: an empty chunk after others")
    return b"".join(plain)


def read_index(gz_bytes: bytes) -> tuple[Line, list[Line], list[Line], Line]:
    """FORMAT.md section 4: the first line, the volumes' lines, the entries' lines and the last line."""
    text = gzip.decompress(gz_bytes)
    need(text.isascii() and text.endswith(b"\n"), "index: not ASCII lines")
    head, *lines, end = [json.loads(line) for line in text.splitlines()]
    need(head.get("format") == 1, "index: first line", head)
    need(end.get("end") is True, "index: no last line")
    volumes = [line for line in lines if "volume" in line]
    need(all("path" in line for line in lines[len(volumes) :]), "index: volumes come before entries")
    need([v["volume"] for v in volumes] == list(range(len(volumes))), "index: volumes out of order")
    return head, volumes, lines[len(volumes) :], end


def read_run(run_dir: Path | str, password: str | None = None) -> Found:
    """Everything in a run, all checked: ``{path: (type, content, permission bits, link target)}``.

    ``run_dir`` is ``<store>/<job>/<run>``. Content is None for everything but regular files; a sparse file's
    is as long as the file, with its holes.
    """
    folder = Path(run_dir)
    manifests = list(folder.glob("*.meta.json"))
    need(len(manifests) == 1, "manifests:", manifests)
    manifest = json.loads(manifests[0].read_bytes())
    need((manifest["format"], manifest["run_id"]) == (1, folder.name), "manifest: not of this run")
    need(manifest["status"] in ("success", "partial"), "manifest: status", manifest["status"])
    need(manifest["mode"] in ("full", "incremental"), "manifest: mode", manifest["mode"])
    need(manifest["target_type"] in ("item", "vault"), "manifest: target", manifest["target_type"])
    for key in ("started_at", "completed_at"):
        need(datetime.fromisoformat(manifest[key]).utcoffset() == timedelta(0), "manifest: not UTC:", key)
    _check_folder(folder, manifest)
    found: Found = {}
    for part in manifest["parts"]:
        of_part = _read_part(folder, manifest, part, password if part["encrypted"] else None)
        need(not found.keys() & of_part.keys(), "one path in two parts")
        found |= of_part
    return found


def _check_folder(folder: Path, manifest: Line) -> None:
    """The checksum file lists every blob of the run, rightly, and there is nothing else in the folder."""
    prefix = "/".join(folder.parts[-2:]) + "/"
    blobs = [line["blob"] for part in manifest["parts"] for line in (*part["volumes"], part["index"])]
    own = {blob.removeprefix(prefix) for blob in blobs if blob.startswith(prefix)}
    sums = list(folder.glob("*.sha256"))
    need(len(sums) == 1, "checksum files:", sums)
    listed = {line[66:]: line[:64] for line in sums[0].read_text().splitlines() if line[64:66] == "  "}
    need(set(listed) == own, "checksum file lists", sorted(listed), "and not", sorted(own))
    for name, digest in listed.items():
        need(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, "checksum file:", name)
    there = {path.name for path in folder.iterdir()} - own
    need(len(there) == 2, "litter in the run:", sorted(there))


def _blob(folder: Path, line: Line, password: str | None) -> bytes:
    """A blob named by a manifest's or an index's line, plain."""
    data = (folder.parent.parent / line["blob"]).read_bytes()
    need(len(data) == line["bytes"], "size of", line["blob"])
    need(hashlib.sha256(data).hexdigest() == line["sha256"], "SHA-256 of", line["blob"])
    need(line["blob"].endswith(".enc") == (password is not None), "name of", line["blob"])
    return data if password is None else open_container(data, password)


def _read_part(folder: Path, manifest: Line, part: Line, password: str | None) -> Found:
    head, volumes, entries, end = read_index(_blob(folder, part["index"], password))
    need(head["run"] == manifest["run_id"], "index: of another run")
    need((head["part"], head["parent"]) == (part["name"], manifest["parent"]), "index: part or parent")
    named = [[(v["blob"], v["bytes"], v["sha256"]) for v in vs] for vs in (volumes, part["volumes"])]
    need(named[0] == named[1], "volumes of index and manifest:", named)
    prefix = "/".join(folder.parts[-2:]) + "/"
    new = [v["blob"].startswith(prefix) for v in volumes]
    need(new == sorted(new, reverse=True), "index: its own volumes come first")
    archive = volumes[0]["blob"].removeprefix(prefix) if any(new) else None
    need(archive == (part["archive"] and part["archive"].removeprefix(prefix)), "archive:", part["archive"])
    stored = (
        sum(v["bytes"] for v, is_new in zip(volumes, new, strict=True) if is_new) + part["index"]["bytes"]
    )
    need(part["stored_bytes"] == stored, "stored_bytes:", part["stored_bytes"], "counted", stored)
    _check_entries(part, entries, end, set(map(_bytes, head["roots"])))

    streams = [_tar_stream(v, _blob(folder, v, password)) for v in volumes]
    members = [_members(stream) for stream in streams]
    by_path = {_bytes(e["path"]): e for e in entries}
    for number in (n for n, is_new in enumerate(new) if is_new):
        for path, member in members[number]:
            need(path in by_path, "stored, but not in the index:", path)
            _check_member(member, by_path[path], number)
    if manifest["mode"] == "full":
        paths = [path for of_volume in members for path, _ in of_volume]
        need(paths == list(by_path), "a full run's volumes do not hold its entries, in order")
    at = [{_area(member)[0]: member for _, member in of_volume} for of_volume in members]
    found: Found = {}
    for path, entry in by_path.items():
        content = _content(entry, streams, at) if entry["type"] == "f" else None
        link = _bytes(entry["link"]) if "link" in entry else None
        if entry["type"] == "h":
            need(link in found and found[link][0] == "f", "hard link to nothing before it:", path)
        found[path] = (entry["type"], content, entry["mode"], link)
    return found


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def _check_entries(part: Line, entries: list[Line], end: Line, roots: set[bytes]) -> None:
    split = [_bytes(e["path"]).split(b"/") for e in entries]
    need(split == sorted(split), "entries out of order")
    need(len(set(map(tuple, split))) == len(split), "an entry twice")
    for components in split:
        need(not {b"", b".", b".."} & set(components), "unsafe path", components)
    # A vault's names begin with the item (section 2), so a root may have more than one component.
    for components in split:
        below = {b"/".join(components[:depth]) for depth in range(1, len(components) + 1)}
        need(below & roots, "under no root:", components)
    size = sum(e["size"] for e in entries if e["type"] == "f")
    need(end["entries"] == part["entries"] == len(entries), "entries:", end["entries"], part["entries"])
    need(end["bytes"] == part["bytes"] == size, "bytes:", end["bytes"], part["bytes"], "counted", size)


def _tar_stream(volume: Line, data: bytes) -> bytes:
    """FORMAT.md section 2: each frame is exactly one gzip member, of 1 MiB but for the last."""
    offsets, frames = volume["frames"], []
    need(offsets and offsets[0] == 0 and offsets == sorted(set(offsets)), "frames of", volume["blob"])
    for number, (start, stop) in enumerate(zip(offsets, [*offsets[1:], len(data)], strict=True)):
        member = zlib.decompressobj(wbits=31)
        frame = member.decompress(data[start:stop])
        need(member.eof and not member.unused_data, "frame", number, "is not one gzip member")
        last = number == len(offsets) - 1
        need(0 < len(frame) <= FRAME if last else len(frame) == FRAME, "frame", number, "holds", len(frame))
        frames.append(frame)
    return b"".join(frames)


def _members(stream: bytes) -> list[tuple[bytes, tarfile.TarInfo]]:
    with tarfile.open(
        fileobj=io.BytesIO(stream), mode="r:", encoding="utf-8", errors="surrogateescape"
    ) as tar:
        members = tar.getmembers()
    stop = 0
    if members:
        start, length = _area(members[-1])
        stop = start + -(-length // 512) * 512
    need(stream[stop:] == bytes(1024), "the tar stream does not end in two zero blocks")
    return [(_bytes(member.name), member) for member in members]


def _segments(member: tarfile.TarInfo) -> list[tuple[int, int]] | None:
    """Where a sparse file has data, as (offset in the file, length); None for every other member."""
    found: list[tuple[int, int]] | None = getattr(member, "sparse", None)
    return found


def _area(member: tarfile.TarInfo) -> tuple[int, int]:
    """Where a member's data area begins in the stream, and its length, a sparse file's map included."""
    segments = _segments(member)
    if segments is None:
        return member.offset_data, member.size if member.isreg() else 0
    # tarfile has read the map already: in GNU sparse 1.0 it is decimal lines before the segments.
    numbers = [len(segments), *(number for pair in segments for number in pair)]
    area_map = -(-sum(len(str(number)) + 1 for number in numbers) // 512) * 512
    return member.offset_data - area_map, area_map + sum(length for _, length in segments)


def _check_member(member: tarfile.TarInfo, entry: Line, volume: int) -> None:
    """The header of a member that this run stored says what the index says."""
    path = entry["path"]
    need(KINDS.get(member.type, "f") == entry["type"], "type of", path)
    need(stat.S_IMODE(member.mode) == entry["mode"], "mode of", path)
    owner = (entry.get("uid", 0), entry.get("gid", 0), entry.get("user", ""), entry.get("group", ""))
    need((member.uid, member.gid, member.uname, member.gname) == owner, "owner of", path, owner)
    need(abs(int(member.mtime) - entry["mtime_ns"] // 10**9) <= 1, "time of", path)
    if entry["type"] in "lh":
        need(_bytes(member.linkname) == _bytes(entry["link"]), "link of", path)
    if entry["type"] in "bc":
        need([member.devmajor, member.devminor] == entry["device"], "device of", path)
    if entry["type"] == "f" and member.size:
        need((entry["vol"], entry["off"]) == (volume, _area(member)[0]), "place of", path)
    prefix = "SCHILY.xattr."
    stored = {
        k.removeprefix(prefix): _bytes(v) for k, v in member.pax_headers.items() if k.startswith(prefix)
    }
    listed = {k: base64.b64decode(v, validate=True) for k, v in entry.get("xattrs", {}).items()}
    need(stored == listed, "extended attributes of", path, stored, listed)


def _content(entry: Line, streams: list[bytes], at: list[dict[int, tarfile.TarInfo]]) -> bytes:
    """A file's bytes, found by ``vol`` and ``off`` alone and checked against its SHA-256."""
    path, sparse = entry["path"], entry.get("sparse")
    if not entry["size"] and "vol" not in entry:
        return b""
    member, stream = at[entry["vol"]].get(entry["off"]), streams[entry["vol"]]
    need(member is not None, "no member's data begins at", entry["off"], "for", path)
    assert member is not None
    start, length = _area(member)
    need((sparse is None) == (_segments(member) is None), "sparse or not:", path)
    need(length == (entry["size"] if sparse is None else sparse), "length of", path)
    area = stream[start : start + length]
    need(len(area) == length and member.size == entry["size"], "size of", path)
    need(hashlib.sha256(area).hexdigest() == entry["sha256"], "SHA-256 of", path)
    if sparse is None:
        return area
    whole, place = bytearray(entry["size"]), member.offset_data
    for at_byte, segment in _segments(member) or ():
        whole[at_byte : at_byte + segment] = stream[place : place + segment]
        place += segment
    return bytes(whole)

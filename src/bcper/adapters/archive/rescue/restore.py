#!/usr/bin/env python3
# BCPER restore 1 (bcper 0.1.0)
"""Get files back from a BCPER store without BCPER. This script lies in the store's root.

  python3 restore.py                            list the runs of this store
  python3 restore.py RUN                        list what is in a run
  python3 restore.py RUN TARGET_DIR [PATH...]   restore a run, or only these paths of it
  python3 restore.py --verify RUN               compare a run with its checksums, every byte

Runs of the original BCPER (bcper_core 0.1) that lie here are listed and restored as well.

RUN is the beginning of a run's id, or "latest". Paths are those that RUN alone lists; a folder stands for
all that is below it. Needs Python 3.8 or newer and nothing else; for encrypted runs its package
"cryptography" too (Debian, Ubuntu: apt install python3-cryptography). Passwords are asked for.

Nothing that is in TARGET_DIR already is changed or replaced, no symlink below it is followed, nothing is
written outside of it. A run's index is checked as a whole before anything is written; the SHA-256 of each
file is compared while it is written, and a file that is damaged is named and left out. (An archive of the
original's has no index: all of it is checked before, so it takes longer.) Owners come back only if root
runs this; device nodes and set-user-ID bits only with --special.

Exit status: 0 done; 1 failed; 2 wrong usage; 3 done, but not all of it; 10 the store cannot be used;
12 wrong or missing password; 13 something is damaged; 14 made by a newer BCPER; 15 no space; 130 cancelled.
"""
# Written from BCPER's FORMAT.md (format 1), whose sections are named below; shares no line with BCPER.

from __future__ import annotations

import argparse
import base64
import contextlib
import errno
import functools
import getpass
import hashlib
import hmac
import io
import json
import os
import shutil
import signal
import stat
import struct
import sys
import tarfile
import tempfile
import time
import unicodedata
import uuid
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

FRAME = 1 << 20  # bytes of the tar stream in each gzip member but a volume's last (section 2)
MAGIC = b"\x89BCPER\r\n"
HEADER = struct.Struct(">8sBBHI16s32s16s32s")  # of an encrypted file (section 3)
CHUNK, TAG, SEALED = 65_536, 16, 65_552
LONGEST_LINE = 256 << 20  # of an index: stops what inflates without end
LONGEST_MANIFEST = 64 << 20
MOST_SEGMENTS = 1 << 22  # of a sparse file
LIMIT = 1 << 63
ORIGINAL = uuid.UUID("c1d5f0a4-8b0e-5b8e-9d5e-0a6b7f3e2d11")  # makes ids of the original BCPER's runs
MOST_PLAIN, MOST_RATIO = 4 << 30, 200  # what its archives may unpack to: the larger one of the two
MOST_MEMBERS, MOST_ODD, LONGEST_PATH = 10_000_000, 100_000, 4096  # in its archives
EXAMPLES = 20  # notes of one kind that are shown


class Failure(Exception):
    """What ends the work: a sentence for a person, a hint, an exit status."""

    def __init__(self, text: str, hint: str = "", status: int = 1) -> None:
        super().__init__(text)
        self.hint, self.status = hint, status


class Damaged(Failure):
    """Something in the store is not what was written."""

    def __init__(self, text: str, hint: str = "Restore another run.") -> None:
        super().__init__(text, hint, 13)


class Refused(Exception):
    """One entry cannot be restored; the others can."""


def shown(name: str | bytes) -> str:
    """A name fit for a terminal: what cannot be printed is escaped."""
    text = name.decode("utf-8", "backslashreplace") if isinstance(name, bytes) else name
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def sized(count: float) -> str:
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"


def raw_bytes(text: str) -> bytes:
    """The bytes that a name in JSON stands for: UTF-8, stray bytes being lone surrogates (PEP 383)."""
    return text.encode("utf-8", "surrogateescape")


class Report:
    """What is said on standard error, and the exit status that follows from it."""

    def __init__(self) -> None:
        self.status = self.done = self.total = 0
        self._counts: dict[str, int] = {}
        self._clear = "\r\x1b[K" if sys.stderr.isatty() else ""
        self._next = 0.0

    def say(self, text: str) -> None:
        print(self._clear + text, file=sys.stderr, flush=True)

    def damage(self, text: str) -> None:
        self.status = 13
        self.say(text)

    def note(self, path: bytes, text: str, status: int = 0) -> None:
        """Say something about ``path``; of one kind (what is before the colon) only the first few times."""
        self.status = max(self.status, status)
        kind = text.partition(":")[0]
        self._counts[kind] = self._counts.get(kind, 0) + 1
        if self._counts[kind] <= EXAMPLES:
            self.say(f"{shown(path)}: {text}")

    def progress(self, path: bytes) -> None:
        """Where it stands: on a terminal only, a few times a second."""
        if self._clear and time.monotonic() >= self._next:
            self._next = time.monotonic() + 0.2
            line = f"{sized(self.done)} of {sized(self.total)}  {shown(path)}"
            width = shutil.get_terminal_size().columns - 1
            print(self._clear + line[:width], end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        print(self._clear, end="", file=sys.stderr, flush=True)
        for kind, count in self._counts.items():
            if count > EXAMPLES:
                self.say(f"... and {count - EXAMPLES:,} more: {kind}")


# ---- The store: blobs by name, encrypted or not ----


class Store:
    """A folder with runs in it. What cannot be read of it is Damaged, unless all of it is gone."""

    def __init__(self, root: str) -> None:
        self.root = os.fsencode(os.path.abspath(root))
        self.scratch: str | None = None  # the folder for what must be put aside

    def read(self, name: str, offset: int, length: int) -> bytes:
        """``length`` bytes of a blob, fewer at its end."""
        pieces = []
        with self.opened(name) as fd:
            while length and (piece := os.pread(fd, length, offset)):
                pieces.append(piece)
                offset, length = offset + len(piece), length - len(piece)
        return b"".join(pieces)

    def check_sum(self, said: SimpleNamespace) -> None:
        """Compare a blob with what the manifest says of it."""
        digest, size = hashlib.sha256(), 0
        while piece := self.read(said.blob, size, FRAME):
            digest.update(piece)
            size += len(piece)
        if size != said.bytes:
            raise Damaged(f"{shown(said.blob)} has {size:,} bytes and should have {said.bytes:,}.")
        if digest.hexdigest() != said.sha256:
            raise Damaged(f"{shown(said.blob)} is not what its run wrote: it has another SHA-256.")

    @contextlib.contextmanager
    def opened(self, name: str) -> Iterator[int]:
        try:
            # It must neither wait for a FIFO nor read a device.
            path = os.path.join(self.root, raw_bytes(name))
            fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                if not stat.S_ISREG(os.fstat(fd).st_mode):
                    raise Damaged(f"{shown(name)} is no regular file.")
                yield fd
            finally:
                os.close(fd)
        except OSError as err:
            if not os.path.isdir(self.root):
                raise Failure("The store is gone.", "Has its disk been taken away?", 10) from err
            raise Damaged(f"{shown(name)} cannot be read: {err.strerror}.") from err


class Blob:
    """The plain bytes of a blob, at any place. ``stored`` is its size by the manifest, however long it is."""

    def __init__(self, store: Store, name: str, stored: int, cipher: Any) -> None:
        self._store, self._name, self._cipher, self._stored = store, name, cipher, stored
        self.size = stored
        if cipher is not None:
            self._chunks = max(1, -((HEADER.size - stored) // SEALED))
            self.size = max(0, stored - HEADER.size - self._chunks * TAG)

    def read(self, offset: int, length: int) -> bytes:
        """Exactly so many bytes, authenticated if the blob is encrypted. Raises Damaged."""
        if self._cipher is None:
            data = self._store.read(self._name, offset, length)
        else:
            first = offset // CHUNK
            stop = max(first + 1, -(-(offset + length) // CHUNK))
            begin, end = HEADER.size + first * SEALED, min(HEADER.size + stop * SEALED, self._stored)
            sealed = self._store.read(self._name, begin, end - begin)
            chunks = [sealed[k * SEALED : (k + 1) * SEALED] for k in range(stop - first)]
            plain = b"".join(self._opened(first + k, chunk) for k, chunk in enumerate(chunks))
            data = plain[offset - first * CHUNK :][:length]
        if len(data) != length:
            raise Damaged(f"{shown(self._name)} ends before byte {offset + length:,}.")
        return data

    def _opened(self, number: int, sealed: bytes) -> bytes:
        last = number == self._chunks - 1
        try:
            plain: bytes = self._cipher.decrypt(number.to_bytes(11, "big") + bytes([last]), sealed, None)
        except Exception as err:  # InvalidTag, or ValueError for what is shorter than a tag
            what = f"end is damaged or missing (chunk {number})" if last else f"chunk {number} is damaged"
            raise Damaged(f"{shown(self._name)}: the encrypted file's {what}.") from err
        return plain

    def pieces(self) -> Iterator[bytes]:
        """All of it, to the chunk that is marked as the last."""
        for offset in range(0, max(1, self.size), FRAME):
            yield self.read(offset, min(FRAME, self.size - offset))


class Pieces(io.RawIOBase):
    """Pieces of bytes as a file, to be wrapped by io.BufferedReader."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._held = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._held = self._held or next(self._pieces, b"")
        length = min(len(buffer), len(self._held))
        buffer[:length] = self._held[:length]
        self._held = self._held[length:]
        return length


# ---- Passwords and keys (section 3) ----


class Keys:
    """The passwords known so far, and what was derived from them."""

    def __init__(self, files: Iterable[str]) -> None:
        self.passwords: list[bytes] = []
        self._masters: dict[tuple[bytes, bytes, int], bytes] = {}
        for path in files:
            try:
                with open(os.path.expanduser(path), encoding="utf-8") as file:
                    self.add(file.readline().rstrip("\r\n"))
            except (OSError, ValueError) as err:
                raise Failure(f"The password file {shown(path)} cannot be read, or it is empty.") from err

    def add(self, password: str) -> bytes:
        """Raises ValueError for a password that is empty, or no text."""
        if not password:
            raise ValueError("The password is empty.")
        self.passwords.append(unicodedata.normalize("NFC", password).encode())
        return self.passwords[-1]

    def cipher(self, store: Store, name: str, password: bytes) -> Any:
        """What opens a blob's chunks, or None if the password is wrong. Raises Damaged."""
        head = store.read(name, 0, HEADER.size)
        salt, iterations, nonce = check_header(head, shown(name))
        master = self._masters.get((password, salt, iterations))
        if master is None:
            master = hashlib.pbkdf2_hmac("sha256", password, salt, iterations, 32)
            self._masters[password, salt, iterations] = master
        extracted = hmac.digest(nonce, master, "sha256")  # HKDF (RFC 5869), then two blocks of it
        payload_key = hmac.digest(extracted, b"bcper/v1\x01", "sha256")
        mac_key = hmac.digest(extracted, payload_key + b"bcper/v1\x02", "sha256")
        if not hmac.compare_digest(hmac.digest(mac_key, head[:80], "sha256"), head[80:]):
            return None
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(payload_key)


def check_header(head: bytes, name: str) -> tuple[bytes, int, bytes]:
    """Salt, iterations and nonce of an encrypted file, checked in section 3's order; nothing is derived."""
    if head[:8] != MAGIC[: len(head)]:
        raise Damaged(f"{name} is not a file that BCPER encrypted.")
    if len(head) < HEADER.size:
        raise Damaged(f"{name} is too short: {len(head)} bytes, and its header alone takes {HEADER.size}.")
    _, version, suite, zero, iterations, salt, nonce, check, _ = HEADER.unpack(head)
    if hashlib.sha256(head[:64]).digest()[:16] != check:
        raise Damaged(f"{name}: the encrypted file's header is damaged.")
    if (version, suite, zero) != (1, 1, 0):
        raise Damaged(f"{name} was written by a newer version of BCPER.", "Use that version's restore.py.")
    if not 100_000 <= iterations <= 10_000_000:
        raise Damaged(f"{name} asks for {iterations:,} iterations, and 100,000 to 10,000,000 are allowed.")
    return salt, iterations, nonce


# ---- Manifests (section 5) and indexes (section 4), read with distrust ----


def integer(digits: str) -> int:
    if len(digits) > 40:
        raise ValueError("a number without end")
    return int(digits)


decoded: Callable[[str], Any] = json.JSONDecoder(parse_int=integer).decode
BROKEN = (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)


def a(kind: type, value: Any) -> Any:
    """``value`` if it is of that very type, and a number within bounds. Raises ValueError."""
    if type(value) is not kind or (isinstance(value, int) and not 0 <= value < LIMIT):
        raise ValueError(value)
    return value


def blob_line(raw: Any) -> SimpleNamespace:
    """A blob as a manifest or an index lists it; its name must be relative and clean."""
    names = a(str, raw["blob"]).split("/")
    if {"", ".", ".."} & set(names) or "\0" in raw["blob"] or not raw_bytes(raw["blob"]):
        raise ValueError(names)
    return SimpleNamespace(blob=raw["blob"], bytes=a(int, raw["bytes"]), sha256=a(str, raw["sha256"]))


def run_of(store: Store, name: str) -> SimpleNamespace:
    """The run whose manifest is the blob ``name``. Raises Damaged; Failure for a newer format."""
    try:
        raw = decoded(store.read(name, 0, LONGEST_MANIFEST).decode())
        if a(int, raw["format"]) > 1:
            raise Failure(f"{shown(name)} is of a newer BCPER.", "Use that version's restore.py.", 14)
        fields = ("run_id", "job_name", "target_name", "started_at", "mode", "status")
        run = SimpleNamespace(**{field: a(str, raw[field]) for field in fields}, parts=[], original=False)
        for part in raw["parts"]:
            said = SimpleNamespace(name=a(str, part["name"]), encrypted=a(bool, part["encrypted"]))
            said.volumes = [blob_line(volume) for volume in part["volumes"]]
            said.index, said.entries = blob_line(part["index"]), a(int, part["entries"])
            said.bytes = a(int, part["bytes"])
            run.parts.append(said)
        if run.run_id != name.split("/")[-2] or not run.parts:
            raise ValueError("the manifest of another run")
    except BROKEN as err:
        raise Damaged(f"The manifest {shown(name)} is damaged.") from err
    return run


def original_run(store: Store, name: str) -> SimpleNamespace | None:
    """The run of the original's that the blob ``name`` describes (section 8); None for a manifest of ours.

    Its id is made from what it says, and is the same that BCPER gives it. Raises Damaged.
    """
    try:
        raw = decoded(store.read(name, 0, LONGEST_MANIFEST).decode())
        if "format" in a(dict, raw) and "run_id" in raw:
            return None
        kind, key = ("vault", "vault") if "vault" in raw else ("item", "key")
        target, stamp, digest = (a(str, raw[field]) for field in (key, "timestamp", "hash"))
        archive = name[: -len(".meta.json")] + (".tar.gz.enc" if a(bool, raw["encrypted"]) else ".tar.gz")
        # It named it from its store's root, and may have been moved into this one.
        if raw["archive_name"].rpartition("/")[2] != archive.rpartition("/")[2] or len(digest) != 64:
            raise ValueError("it is of another archive")
        started = stamp
        for form in ("%Y-%m-%d_%H-%M-%S", "%Y%m%d_%H%M%S"):  # local time, without a zone
            with contextlib.suppress(ValueError):
                started = datetime.strptime(stamp, form).isoformat()
        identity = str(uuid.uuid5(ORIGINAL, json.dumps([kind, target, stamp, digest])))
    except BROKEN as err:
        raise Damaged(f"The description {shown(name)} is damaged.") from err
    with store.opened(archive) as fd:
        line = SimpleNamespace(blob=archive, bytes=os.fstat(fd).st_size, sha256=digest)
    part = SimpleNamespace(name=target, encrypted=raw["encrypted"], volumes=[], index=line)
    part.bytes, part.entries = line.bytes, 0
    run = SimpleNamespace(run_id=identity, job_name="-", target_name=target, started_at=started)
    run.mode, run.status, run.parts, run.original = "original", "success", [part], True
    return run


def entry_of(raw: Any) -> SimpleNamespace:
    """A line of an index as an entry, every field checked. Raises one of BROKEN.

    ``length`` is of the data in the tar stream: the file's size; for a sparse one, of its map and segments.
    """
    kind, mtime, sparse, xattrs = raw["type"], raw["mtime_ns"], raw.get("sparse"), raw.get("xattrs") or {}
    if kind not in tuple("fdlhpbc") or a(int, raw["mode"]) > 0o7777:
        raise ValueError(kind)
    if type(mtime) is not int or abs(mtime) >= LIMIT * 10**9:
        raise ValueError(mtime)
    entry = SimpleNamespace(type=kind, mode=raw["mode"], mtime_ns=mtime, size=0, sparse=sparse is not None)
    entry.path, entry.link = raw_bytes(raw["path"]), raw_bytes(raw.get("link") or "")
    entry.uid, entry.gid = a(int, raw["uid"]), a(int, raw["gid"])
    entry.device = tuple(a(int, number) for number in raw.get("device") or (0, 0))
    entry.xattrs = {a(str, key): base64.b64decode(xattrs[key], validate=True) for key in xattrs}
    if kind == "f":
        entry.size, entry.sha256 = a(int, raw["size"]), a(str, raw["sha256"])
        entry.length = entry.size if sparse is None else a(int, sparse)
        entry.vol, entry.off = (a(int, raw["vol"]), a(int, raw["off"])) if entry.length else (0, 0)
    return entry


def inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What gzip members inflate to, one after the other, a frame at a time. Raises zlib.error."""
    member, ended = zlib.decompressobj(31), False
    for data in pieces:
        while data:
            if ended:
                member, ended = zlib.decompressobj(31), False
            plain = member.decompress(data, FRAME)
            if plain:
                yield plain
            ended = member.eof
            data = member.unused_data if ended else member.unconsumed_tail
    if not ended:
        raise zlib.error("it is cut")


class Part:
    """What has one password, or none: an index, and the contents of its files in whichever volumes."""

    def __init__(self, store: Store, run: SimpleNamespace, said: SimpleNamespace, report: Report) -> None:
        self.said, self.skipped = said, 0
        self._store, self._run, self._report = store, run, report
        self._cipher: Callable[[str], Any] = lambda _: None
        self._volumes: list[SimpleNamespace] = []
        self._blobs: dict[int, Blob] = {}
        self._frame = functools.lru_cache(maxsize=16)(self._inflated_frame)

    def unlock(self, keys: Keys) -> None:
        """Find the password, and ask for it if none that is known fits. Raises Failure."""
        cipher = None
        who = f'part "{shown(self.said.name)}" of run {shown(self._run.run_id[:8])}'
        try:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: F401
        except ImportError as err:
            hint = "apt install python3-cryptography, or: pip install cryptography"
            raise Failure(f'To open {who}, Python needs its package "cryptography".', hint) from err
        self._look()
        untried = list(keys.passwords)
        while cipher is None:
            if not untried:
                if keys.passwords:
                    self._doubt()
                    self._report.say(f"No password given so far opens {who}.")
                if not sys.stdin.isatty():
                    raise Failure(f"The password of {who} is not known.", "Use --password-file.", 12)
                typed = getpass.getpass(f"Password of {who} (empty: leave it out): ")
                if not typed:
                    raise Failure(f"No password was given for {who}.", status=12)
                with contextlib.suppress(ValueError):
                    untried.append(keys.add(typed))
                continue
            password = untried.pop()
            cipher = self._tried(keys, password)
        self._cipher = lambda name: keys.cipher(self._store, name, password)

    def _look(self) -> None:
        """What can be said before a password is known. Raises Damaged."""
        blob = self.said.index.blob
        check_header(self._store.read(blob, 0, HEADER.size), shown(blob))

    def _tried(self, keys: Keys, password: bytes) -> Any:
        """None if the password is wrong."""
        return keys.cipher(self._store, self.said.index.blob, password)

    def _doubt(self) -> None:
        """A damaged header looks like a wrong password, but for its sum. Raises Damaged."""
        self._store.check_sum(self.said.index)

    def entries(self) -> Iterator[SimpleNamespace]:
        """Every entry, in the index's order; may be called again. Raises Damaged."""
        index = self.said.index
        blob = Blob(self._store, index.blob, index.bytes, self._cipher(index.blob))
        lines = io.BufferedReader(Pieces(inflated(blob.pieces())), FRAME)
        known = {line.blob: line for line in self.said.volumes}
        volumes: list[SimpleNamespace] = []
        count, before = 0, b""
        try:
            head = decoded(lines.readline(LONGEST_LINE).decode("ascii"))
            if (head["format"], head["run"], head["part"]) != (1, self._run.run_id, self.said.name):
                raise self._damaged("it belongs to another run")
            while True:
                raw = decoded(lines.readline(LONGEST_LINE).decode("ascii"))
                if "volume" in raw and not count:
                    volume = blob_line(raw)
                    if volume != known.get(volume.blob) or raw["volume"] != len(volumes):
                        raise self._damaged(f"it and the manifest disagree about {shown(volume.blob)}")
                    volume.frames = array("q", raw["frames"])
                    volumes.append(volume)
                elif "end" in raw:
                    self._volumes, self.skipped = volumes, len(raw["skipped"])
                    if not raw["entries"] == count == self.said.entries or lines.read(1):
                        raise self._damaged("it does not list every entry, or goes on after its end")
                    return
                else:
                    self._volumes, entry = volumes, entry_of(raw)
                    count += 1
                    # NUL is less than every byte of a name: so this is the order by components.
                    here = entry.path.replace(b"/", b"\0")
                    if here <= before or count > self.said.entries:
                        raise self._damaged("its entries are out of order, or too many")
                    before = here
                    yield entry
        except BROKEN as err:
            raise self._damaged("a line of it is not what it must be") from err
        except zlib.error as err:
            raise self._damaged("it cannot be inflated") from err

    def _damaged(self, what: str) -> Damaged:
        return Damaged(f"The index {shown(self.said.index.blob)} is damaged: {what}.")

    def check(self) -> None:
        """All of the index, before any of it is used. Raises Damaged."""
        for _ in self.entries():
            pass
        self._store.check_sum(self.said.index)

    def content(self, entry: SimpleNamespace) -> Iterator[bytes]:
        """A file's bytes, or a sparse one's data area, compared with its SHA-256. Raises Damaged."""
        digest, at, end = hashlib.sha256(), entry.off, entry.off + entry.length
        if at < end and entry.vol >= len(self._volumes):
            raise Damaged("the index does not say where it lies.")
        while at < end:
            number, start = divmod(at, FRAME)
            piece = self._frame(entry.vol, number)[start : start + end - at]
            if not piece:
                raise Damaged("it is cut in its volume.")
            at += len(piece)
            digest.update(piece)
            yield piece
        if digest.hexdigest() != entry.sha256:
            raise Damaged("its content is not what was backed up.")

    def _inflated_frame(self, volume: int, number: int) -> bytes:
        line, blob = self._volumes[volume], self._blob(volume)
        is_last = number == len(line.frames) - 1
        try:
            start, end = line.frames[number], blob.size if is_last else line.frames[number + 1]
            if not 0 <= start < end <= start + 2 * FRAME:
                raise zlib.error("none has that length")
            member = zlib.decompressobj(31)
            # Room for one byte more than allowed, so that what is too long, or not at its end, shows.
            plain = member.decompress(blob.read(start, end - start), FRAME + 1)
            plain += member.decompress(member.unconsumed_tail, 1) if len(plain) == FRAME else b""
            if not member.eof or member.unused_data or len(plain) > FRAME:
                raise zlib.error("it is not one whole member")
        except (IndexError, zlib.error) as err:
            raise Damaged(f"frame {number} of {shown(line.blob)} is damaged: {err}.") from err
        return plain

    def _blob(self, volume: int) -> Blob:
        if volume not in self._blobs:
            line = self._volumes[volume]
            cipher = self._cipher(line.blob)
            if self.said.encrypted and cipher is None:  # The password opened the index of this part.
                raise Damaged(f"{shown(line.blob)}: the encrypted file's header is damaged.")
            with self._store.opened(line.blob) as fd:
                size = os.fstat(fd).st_size
            if size != line.bytes:
                self._report.damage(f"{shown(line.blob)} has {size:,} bytes and should have {line.bytes:,}.")
            self._blobs[volume] = Blob(self._store, line.blob, line.bytes, cipher)
        return self._blobs[volume]


# ---- Archives of the original BCPER (section 8) ----


class OriginalPart(Part):
    """An archive of the original's. It has no index, so all of it is read for each question.

    Encrypted, it is 16 bytes of salt, 12 of nonce, and AES-256-GCM of the whole, whose tag says only at the
    very end whether any of it is true. So it is copied into a file without a name, authenticated on the way,
    and decrypted from there, where nobody can change it any more: no plaintext ever is on a disk.
    """

    def __init__(self, store: Store, run: SimpleNamespace, said: SimpleNamespace, report: Report) -> None:
        super().__init__(store, run, said, report)
        self._blob_name, self._size = said.index.blob, said.index.bytes
        self._salt = self._nonce = self._begin = self._key = b""
        self._spool: Any = None
        self._above: set[int] = set()  # hashes of the paths of folders
        self._left = 0

    def _wrong(self, what: str, hint: str = "Restore another run.") -> Damaged:
        return Damaged(f"The archive {shown(self._blob_name)} {what}.", hint)

    def _look(self) -> None:
        self._size -= 44
        if not 3 <= self._size <= (1 << 36) - 32:  # NIST SP 800-38D, 5.2.1.1
            raise self._wrong("has a length that nothing encrypted has: it was cut, or is none")
        head = self._store.read(self._blob_name, 0, 31)
        self._salt, self._nonce, self._begin = head[:16], head[16:28], head[28:]

    def _doubt(self) -> None:
        """Nothing but the password can tell."""

    def _tried(self, keys: Keys, password: bytes) -> bytes | None:  # noqa: ARG002
        """The key with which it begins as every gzip does, but for one bit, which would be damage."""
        decomposed = unicodedata.normalize("NFD", password.decode()).encode()
        for form in dict.fromkeys((password, decomposed)):
            self._key = hashlib.pbkdf2_hmac("sha256", form, self._salt, 100_000, 32)
            begin = self._decryptor("CTR", self._nonce + b"\0\0\0\2").update(self._begin)
            if bin(int.from_bytes(begin, "big") ^ 0x1F8B08).count("1") <= 1:
                return self._key
        return None

    def _decryptor(self, mode: str, start: bytes) -> Any:
        """GCM encrypts as CTR does, from counter 2 on (NIST SP 800-38D, 7.1)."""
        from cryptography.hazmat.backends import default_backend
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        chosen: Any = getattr(modes, mode)
        return Cipher(algorithms.AES(self._key), chosen(start), default_backend()).decryptor()

    def check(self) -> None:
        """All of it, before any of it is used. Raises Damaged."""
        if self.said.encrypted:
            self._authenticate()
        self.said.bytes, above = 0, set()
        for entry in self.entries():
            self.said.bytes += entry.size
            parent = entry.path if entry.type == "d" else entry.path.rpartition(b"/")[0]
            while parent and hash(parent) not in above:
                above.add(hash(parent))
                parent = parent.rpartition(b"/")[0]
        self._above = above

    def _authenticate(self) -> None:
        opening, at = self._decryptor("GCM", self._nonce), 0
        try:
            self._spool = tempfile.TemporaryFile(dir=self._store.scratch)  # mode 0600
            while at < self._size:
                piece = self._store.read(self._blob_name, 28 + at, min(FRAME, self._size - at))
                if not piece:
                    raise self._wrong("is cut")
                self._spool.write(piece)
                opening.update(piece)
                at += len(piece)
            self._spool.flush()
        except OSError as err:
            status = 15 if err.errno in FULL else 1
            place = shown(self._store.scratch or tempfile.gettempdir())
            text = f"An encrypted archive of the original's must be put aside in {place}: {err.strerror}."
            raise Failure(text, "Make room there, or choose another folder.", status) from err
        try:
            opening.finalize_with_tag(self._store.read(self._blob_name, 28 + at, 16))
        except Exception as err:  # InvalidTag, or ValueError for what is shorter
            raise self._wrong("is damaged: what it holds is not what was encrypted") from err

    def _packed(self) -> Iterator[bytes]:
        """The .tar.gz, compared with its SHA-256 at the end."""
        digest, at = hashlib.sha256(), 0
        opening = self._decryptor("CTR", self._nonce + b"\0\0\0\2") if self._key else None
        while at < self._size:
            if opening is None:
                piece = self._store.read(self._blob_name, at, FRAME)
            else:
                piece = opening.update(os.pread(self._spool.fileno(), FRAME, at))
            if not piece:
                raise self._wrong("is cut")
            at += len(piece)
            digest.update(piece)
            yield piece
        if digest.hexdigest() != self.said.index.sha256:
            raise self._wrong("is not what its run wrote: it has another SHA-256")

    def _plain(self) -> Iterator[bytes]:
        size = 0
        try:
            for piece in inflated(self._packed()):
                size += len(piece)
                if size > max(MOST_PLAIN, MOST_RATIO * self._size):
                    raise self._wrong("unpacks to more than any honest one does", "Unpack it by hand.")
                yield piece
        except zlib.error as err:
            raise self._wrong(f"is damaged: {err}") from err

    def _take(self, length: int) -> bytes:
        data: bytes = self._tar.read(length)
        if len(data) != length:
            raise self._wrong("is cut")
        return data

    def content(self, entry: SimpleNamespace) -> Iterator[bytes]:  # noqa: ARG002
        """The bytes of the file that :meth:`entries` has just given."""
        while self._left:
            piece = self._take(min(FRAME, self._left))
            self._left -= len(piece)
            yield piece

    def entries(self) -> Iterator[SimpleNamespace]:
        """Every entry in the archive's order, folders last and the deepest first. Raises Damaged.

        The original merged the insides of an item's paths: where a name is there twice, or is a folder's,
        the later one is called NAME~2, ~3, and none is lost.
        """
        self._tar = io.BufferedReader(Pieces(self._plain()), FRAME)
        records: dict[bytes, bytes] = {}
        seen: set[int] = set()
        folders: dict[bytes, SimpleNamespace] = {}
        numbers: dict[bytes, int] = {}
        count = 0
        while True:
            try:
                entry = self._next(records)
            except (*BROKEN, tarfile.TarError, ArithmeticError) as err:
                raise self._wrong("is damaged, or no tar: a header is wrong") from err
            if entry is None:
                break
            count += 1
            if count > MOST_MEMBERS or len(folders) + len(numbers) > MOST_ODD:
                raise self._wrong("holds more than any honest one does", "Unpack it by hand.")
            if entry.type == "d":
                folders[entry.path] = entry
                continue
            if entry.link in numbers and entry.type == "h":
                entry.link = numbered(entry.link, numbers[entry.link])
            path = entry.path
            while hash(entry.path) in seen or hash(entry.path) in self._above:
                numbers[path] = numbers.get(path, 1) + 1
                entry.path = numbered(path, numbers[path])
            seen.add(hash(entry.path))
            self._left = entry.size
            yield entry
            for _ in self.content(entry):
                pass
            self._take(-entry.size % 512)
        folders.pop(b"", None)
        for path in sorted(folders, reverse=True):
            yield folders[path]

    def _next(self, everywhere: dict[bytes, bytes]) -> SimpleNamespace | None:
        """The next member, None at the proven end. Raises Damaged, one of BROKEN and some others."""
        said: dict[bytes, bytes] = {}
        while True:
            block = self._take(512)
            if block == bytes(512):
                if said or self._take(512) != block:
                    raise ValueError("half an end")
                while piece := self._tar.read(FRAME):
                    if piece.count(0) != len(piece):
                        raise ValueError("something after the end")
                return None
            info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
            if info.type not in (b"x", b"g", b"L", b"K"):
                return self._member(info, {**everywhere, **said})
            if not 0 <= info.size <= FRAME:
                raise ValueError("a header without end")
            data = self._take(info.size + -info.size % 512)[: info.size]
            if info.type in (b"x", b"g"):
                (said if info.type == b"x" else everywhere).update(pax_records(data))
            else:
                said[b"path" if info.type == b"L" else b"linkpath"] = data.partition(b"\0")[0]

    def _member(self, info: tarfile.TarInfo, records: dict[bytes, bytes]) -> SimpleNamespace:
        def number(key: bytes, own: float) -> int:
            return int(a(int, integer(records[key].decode("ascii")) if key in records else int(own)))

        kind = {b"\0": "f", b"7": "f"}.get(info.type) or "fhlcbdp"[b"0123456".index(info.type)]
        seconds = Decimal(records[b"mtime"][:64].decode("ascii") if b"mtime" in records else int(info.mtime))
        if not seconds.is_finite() or abs(seconds) >= LIMIT:
            raise ValueError(seconds)
        entry = SimpleNamespace(type=kind, mode=info.mode & 0o7777, size=0, sparse=False, xattrs={})
        entry.path = self._path(records.get(b"path", raw_bytes(info.name)))
        entry.link, entry.mtime_ns = b"", int(seconds * 10**9)
        entry.uid, entry.gid = number(b"uid", info.uid), number(b"gid", info.gid)
        entry.device = a(int, info.devmajor), a(int, info.devminor)
        if kind == "f":
            entry.size = number(b"size", info.size)
        elif kind in "hl":
            entry.link = records.get(b"linkpath", raw_bytes(info.linkname))
            entry.link = self._path(entry.link) if kind == "h" else entry.link
        if not entry.path and kind != "d":
            raise ValueError("no name")
        return entry

    def _path(self, said: bytes) -> bytes:
        parts = said.split(b"/")
        if said[:1] == b"/" or b".." in parts or 0 in said or len(said) > LONGEST_PATH:
            hint = "Nothing is restored of an archive that somebody may have made to do harm."
            raise self._wrong(f"names {shown(said[:200])}, which lies outside of it", hint)
        return b"/".join(part for part in parts if part not in (b"", b"."))


def numbered(path: bytes, number: int) -> bytes:
    return path + b"~%d" % number


def pax_records(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """What a pax header says: records of "LENGTH KEY=VALUE", each with a newline. Raises ValueError."""
    while data:
        digits = data[:20].partition(b" ")[0]
        length = integer(digits.decode("ascii"))
        record, data = data[len(digits) + 1 : length], data[length:]
        key, equals, value = record[:-1].partition(b"=")
        is_whole = 0 < len(record) == length - len(digits) - 1 and record[-1:] == b"\n"
        if not is_whole or not equals or key.startswith(b"GNU.sparse"):
            raise ValueError("a record")
        yield key, value


# ---- Writing below the target: from open folder to open folder, never through a symlink ----

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
PROBE = getattr(os, "O_PATH", os.O_RDONLY | os.O_NONBLOCK) | os.O_NOFOLLOW | os.O_CLOEXEC
FULL = (errno.ENOSPC, errno.EDQUOT)
UNUSABLE = (errno.EROFS, errno.EIO, errno.ENODEV, errno.ESTALE, errno.ENOTCONN, errno.EMFILE, errno.ENFILE)
PRIVILEGES = stat.S_ISUID | stat.S_ISGID


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Tell errors that end the whole restore (Failure) from those of a single entry (Refused)."""
    try:
        yield
    except FileExistsError as err:
        raise Refused("exists already, and was left as it is") from err
    except OSError as err:
        if err.errno in FULL:
            raise Failure("The folder to restore into is full.", "Free some space there.", 15) from err
        if err.errno in UNUSABLE:
            raise Failure(f"The folder to restore into cannot be used any more: {err.strerror}.") from err
        raise Refused(f"could not be restored: {err.strerror}") from err


@contextlib.contextmanager
def removed_if_it_fails(folder: int, name: bytes) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=folder)
        raise


@contextlib.contextmanager
def closed(fd: int) -> Iterator[int]:
    try:
        yield fd
    finally:
        os.close(fd)


def is_path(path: bytes) -> bool:
    """Relative, of plain names, and of bounded length."""
    names = path.split(b"/")
    plain = not {b"", b".", b".."} & set(names) and 0 not in path
    return plain and len(path) <= 1 << 16 and max(map(len, names)) <= 255


class Target:
    """The folder to restore into. Raises Refused for a single entry, Failure for the end of it all."""

    def __init__(self, path: str, special: bool, report: Report) -> None:
        self.entries = 0
        self._special, self._report, self._is_root = special, report, os.geteuid() == 0
        self._files: set[int] = set()  # hashes of the paths of what was made here
        self._folders: set[int] = set()
        try:
            os.makedirs(path, 0o700, exist_ok=True)
            self._top = os.open(path, FOLDER & ~os.O_NOFOLLOW)
            if not os.access(path, os.W_OK | os.X_OK) and not os.listdir(path):
                raise PermissionError(errno.EACCES, "it is not writable")
        except (OSError, ValueError) as err:
            status = 15 if getattr(err, "errno", 0) in FULL else 1
            what = getattr(err, "strerror", None) or err
            raise Failure(f"{shown(path)} cannot be restored into: {what}.", status=status) from err
        self._path, self._fd = b"", os.dup(self._top)  # the folder at hand

    def folder(self, path: bytes, make: bool = True) -> int:
        """The open folder ``path``, until the next call; a missing one is made, for the owner alone."""
        if self._path and self._path != path and not path.startswith(self._path + b"/"):
            os.close(self._fd)
            self._path, self._fd = b"", os.dup(self._top)
        for name in path[len(self._path) :].split(b"/"):
            if name:
                fd = self._next_folder(name, make)
                os.close(self._fd)
                self._path, self._fd = (self._path + b"/" + name if self._path else name), fd
        return self._fd

    def _next_folder(self, name: bytes, make: bool) -> int:
        with writing():
            try:
                return os.open(name, FOLDER, dir_fd=self._fd)
            except NotADirectoryError as err:  # what it says of symlinks too
                raise Refused(f"something that is no folder is in the way: {shown(name)}") from err
            except FileNotFoundError:
                if not make:
                    raise
            os.mkdir(name, 0o700, dir_fd=self._fd)
            self._folders.add(hash(self._path + b"/" + name if self._path else name))
            return os.open(name, FOLDER, dir_fd=self._fd)

    def _place(self, entry: SimpleNamespace) -> tuple[int, bytes]:
        if not is_path(entry.path):
            raise Refused("refused: it is no path below a folder")
        parent, _, name = entry.path.rpartition(b"/")
        return self.folder(parent), name

    def add(self, entry: SimpleNamespace, part: Part) -> None:
        """Restore an entry; symlinks, and the modes and times of folders, wait for :meth:`finish`."""
        if entry.type in "bc" and not self._special:
            self._report.note(entry.path, "a device node, left out without --special")
        elif entry.type != "l":
            folder, name = self._place(entry)
            with writing():
                if entry.type == "d":
                    self.folder(entry.path)
                elif entry.type == "f":
                    self._file(folder, name, entry, part)
                elif entry.type == "h":
                    self._hard_link(entry)
                else:
                    self._special_file(folder, name, entry)
            self.entries += 1

    def finish(self, entries: Iterable[SimpleNamespace]) -> None:
        """Make the symlinks, as nothing is written into folders any more; close folders on leaving them."""
        inside: list[SimpleNamespace] = []
        for entry in entries:
            while inside and not entry.path.startswith(inside[-1].path + b"/"):
                self._close_folder(inside.pop())
            if entry.type == "d" and hash(entry.path) in self._folders:
                inside.append(entry)
            elif entry.type == "l":
                with noted(self._report, entry):
                    self._symlink(entry)
        while inside:
            self._close_folder(inside.pop())

    def _close_folder(self, entry: SimpleNamespace) -> None:
        try:
            self._describe(self.folder(entry.path, make=False), entry)
        except Refused as err:
            self._report.note(entry.path, f"its mode and times could not be restored: {err}")

    def _file(self, folder: int, name: bytes, entry: SimpleNamespace, part: Part) -> None:
        fd = os.open(name, NEW_FILE, 0o600, dir_fd=folder)
        with removed_if_it_fails(folder, name), closed(fd):
            if entry.sparse:
                fill_sparse(fd, entry, part.content(entry))
            else:
                for piece in part.content(entry):
                    write_at(fd, piece, None)
            self._describe(fd, entry)
        self._files.add(hash(entry.path))

    def _symlink(self, entry: SimpleNamespace) -> None:
        if not entry.link or 0 in entry.link:
            raise Refused("refused: a symlink to nothing that has a name")
        folder, name = self._place(entry)
        with writing():
            os.symlink(entry.link, name, dir_fd=folder)
        self._describe(b"/proc/self/fd/%d/%s" % (folder, name), entry, (folder, name))
        self.entries += 1

    def _hard_link(self, entry: SimpleNamespace) -> None:
        """Only to a regular file that this restore made, and that is still the one it was."""
        if not is_path(entry.link) or hash(entry.link) not in self._files:
            raise Refused(f"the file it is a hard link to was not restored: {shown(entry.link)}")
        parent, _, source = entry.link.rpartition(b"/")
        with closed(os.dup(self.folder(parent, make=False))) as there:
            with closed(os.open(source, PROBE, dir_fd=there)) as probe:
                if not stat.S_ISREG(os.fstat(probe).st_mode):
                    raise Refused("refused: a hard link to something that is no regular file")
                folder, name = self._place(entry)
                os.link(source, name, src_dir_fd=there, dst_dir_fd=folder, follow_symlinks=False)
                with removed_if_it_fails(folder, name):
                    made = os.stat(name, dir_fd=folder, follow_symlinks=False)
                    if not os.path.samestat(os.fstat(probe), made):
                        raise Refused("refused: the file it is a hard link to was swapped meanwhile")
        self._files.add(hash(entry.path))

    def _special_file(self, folder: int, name: bytes, entry: SimpleNamespace) -> None:
        kind = {"p": stat.S_IFIFO, "b": stat.S_IFBLK, "c": stat.S_IFCHR}[entry.type]
        major, minor = entry.device
        if major >= 1 << 12 or minor >= 1 << 20:
            raise Refused("refused: a device with an impossible number")
        os.mknod(name, kind | 0o600, os.makedev(major, minor), dir_fd=folder)
        with removed_if_it_fails(folder, name), closed(os.open(name, PROBE, dir_fd=folder)) as probe:
            if stat.S_IFMT(os.fstat(probe).st_mode) != kind:
                raise Refused("something else took its place meanwhile")
            self._describe(b"/proc/self/fd/%d" % probe, entry)

    def _describe(self, what: Any, entry: SimpleNamespace, symlink: tuple[int, bytes] | None = None) -> None:
        """Owner, attributes, mode, time: in this order, since each would undo the ones after it.

        ``what`` is an open file, or its path in /proc; ``symlink`` a symlink's folder and name. What cannot
        be set is noted, no more.
        """
        where: dict[str, Any] = {"dir_fd": symlink[0], "follow_symlinks": False} if symlink else {}
        name = symlink[1] if symlink else what
        privileged = entry.type == "d" or (self._special and not symlink)
        if self._is_root:
            owned = max(entry.uid, entry.gid) < (1 << 32) - 1  # which means "as it is" to chown
            try:
                os.chown(name, *((entry.uid, entry.gid) if owned else (-1, -1)), **where)
            except OSError:
                owned = False
            if not owned:
                privileged = privileged and entry.type == "d"
                self._report.note(entry.path, f"its owner could not be restored: {entry.uid}:{entry.gid}")
        for key, value in entry.xattrs.items():
            try:
                if key == "security.capability" and not privileged:
                    raise ValueError("left out without --special")
                os.setxattr(what, key, value, **({"follow_symlinks": False} if symlink else {}))
            except (OSError, ValueError, AttributeError) as err:  # AttributeError: unknown to this system
                self._report.note(entry.path, f"an extended attribute was not restored: {shown(key)}, {err}")
        mode = entry.mode if privileged else entry.mode & ~PRIVILEGES
        if mode != entry.mode and not symlink:
            self._report.note(entry.path, "its set-user-ID or set-group-ID bit was left out")
        try:
            if not symlink:
                os.chmod(what, mode)
            os.utime(name, ns=(entry.mtime_ns, entry.mtime_ns), **where)
            if abs(os.stat(name, **where).st_mtime_ns - entry.mtime_ns) > 2 * 10**9:
                self._report.note(entry.path, "its time is beyond what this file system can keep")
        except (OSError, OverflowError) as err:
            self._report.note(entry.path, f"its mode or time could not be restored: {err}")


@contextlib.contextmanager
def noted(report: Report, entry: SimpleNamespace) -> Iterator[None]:
    """Report what is wrong with one entry, and go on with the next."""
    try:
        yield
    except Damaged as err:
        report.damage(f"{shown(entry.path)} is lost: {err}")
    except Refused as err:
        report.note(entry.path, str(err), 3)


def write_at(fd: int, piece: bytes, offset: int | None) -> None:
    view = memoryview(piece)
    while view:
        done = os.write(fd, view) if offset is None else os.pwrite(fd, view, offset)
        view, offset = view[done:], None if offset is None else offset + done


def fill_sparse(fd: int, entry: SimpleNamespace, content: Iterator[bytes]) -> None:
    """Write a sparse file from its data area (GNU tar's manual, "Storing Sparse Files", version 1.0).

    Decimal numbers, one a line: how many segments, then offset and length of each; zeros up to a multiple
    of 512; the bytes of the segments. Raises Damaged before the first one if the map is not sound.
    """
    area = io.BufferedReader(Pieces(content), FRAME)
    taken = 0

    def number() -> int:
        nonlocal taken
        line = area.readline(20)
        if not line[:-1].isdigit() or line[-1:] != b"\n":
            raise Damaged("the map of its holes is damaged.")
        taken += len(line)
        return int(line)

    segments = array("q")
    end = 0
    for _ in range(min(number(), MOST_SEGMENTS)):
        segments.extend((number(), number()))
        if not end <= segments[-2] <= entry.size - segments[-1]:
            raise Damaged("the map of its holes is damaged.")
        end = segments[-2] + segments[-1]
    area.read(-taken % 512)
    if taken + -taken % 512 + sum(segments[1::2]) != entry.length:
        raise Damaged("the map of its holes does not add up.")
    for k in range(0, len(segments), 2):
        at, end = segments[k], segments[k] + segments[k + 1]
        while at < end:
            piece = area.read(min(FRAME, end - at))
            if not piece:
                raise Damaged("it is cut in its volume.")
            write_at(fd, piece, at)
            at += len(piece)
    area.read(1)  # to its end, where its sum is compared
    os.ftruncate(fd, entry.size)


# ---- What can be asked for ----


def find_runs(store: Store, report: Report, wanted: str = "") -> list[SimpleNamespace]:
    """The runs of a store, newest first; a damaged manifest hides no other, but for the ``wanted`` run's."""
    try:
        marked = b".bcper-store.json" in os.listdir(store.root)
    except OSError as err:
        raise Failure(f"The store {shown(store.root)} cannot be read: {err.strerror}.", status=10) from err
    runs: dict[str, SimpleNamespace] = {}
    names = dict(descriptions(store, everywhere=marked))
    if not marked and not names:
        raise Failure(f"{shown(store.root)} is no BCPER store.", "Name its folder: --store DIR", 10)
    for name in sorted(names):
        try:
            run = original_run(store, name) if names[name] else None
            if run is None and name.count("/") == 2:
                run = run_of(store, name)
            if run is not None:
                # Of copies of one of the original's the first counts.
                runs.setdefault(run.run_id if run.original else name, run)
        except Failure as err:
            if err.status == 10 or (wanted and f"/{name}".split("/")[-2].startswith(wanted)):
                raise
            report.damage(str(err))
    return sorted(runs.values(), key=lambda run: (instant(run), run.run_id), reverse=True)


def descriptions(store: Store, everywhere: bool) -> Iterator[tuple[str, bool]]:
    """Blobs that may describe a run, and whether an archive lies beside one, and no index: the original's."""
    for folder, folders, files in os.walk(store.root):
        below = os.path.relpath(folder, store.root).decode("utf-8", "surrogateescape")
        depth = 0 if below == "." else below.count("/") + 1
        here = set(files)
        for file in here:
            base = file[: -len(b".meta.json")]
            if file.endswith(b".meta.json"):
                beside = {
                    end
                    for end in (b".tar.gz", b".index.gz")
                    for more in (b"", b".enc")
                    if base + end + more in here
                }
                if depth == 2 or beside == {b".tar.gz"}:
                    name = os.path.normpath(os.path.join(below, file.decode("utf-8", "surrogateescape")))
                    yield name, beside == {b".tar.gz"}
        if depth == 2 and not everywhere:
            folders.clear()


def instant(run: SimpleNamespace) -> float:
    """When it was started, in seconds since 1970; at their beginning if its manifest says nonsense."""
    try:
        return datetime.fromisoformat(run.started_at.upper().replace("Z", "+00:00")).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def find_run(store: Store, report: Report, wanted: str) -> SimpleNamespace:
    newest, wanted = wanted == "latest", wanted.lower()
    runs = find_runs(store, report, "" if newest else wanted)
    found = runs[:1] if newest else [run for run in runs if wanted and run.run_id.startswith(wanted)]
    if not found:
        raise Failure(f'No run here is called "{shown(wanted)}".', "restore.py alone lists the runs.")
    if len(found) > 1:
        ids = ", ".join(shown(run.run_id) for run in found[:5])
        raise Failure(f'Several runs are called "{shown(wanted)}": {ids}.', "Give more of the id.", 2)
    report.status = 0  # Another run's damaged manifest is not this one's trouble.
    return found[0]


def list_runs(store: Store, report: Report) -> None:
    rows = [["RUN", "JOB", "TARGET", "STARTED", "MODE", "STATUS", "ENCRYPTED", "SIZE", "ENTRIES"]]
    runs = find_runs(store, report)
    length = 8
    while length < 36 and len({run.run_id[:length] for run in runs}) < len(runs):
        length += 1
    for run in runs:
        started = datetime.fromtimestamp(instant(run)).strftime("%Y-%m-%d %H:%M:%S")
        sealed = "+".join(sorted({"yes" if part.encrypted else "no" for part in run.parts}))
        size, entries = sized(sum(p.bytes for p in run.parts)), f"{sum(p.entries for p in run.parts):,}"
        entries = "-" if run.original else entries
        row = [run.run_id[:length], run.job_name, run.target_name, started, run.mode, run.status]
        rows.append([*map(shown, row), sealed, size, entries])
    widths = [max(map(len, column)) for column in zip(*rows)]
    for cells in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip())


def open_parts(store: Store, run: SimpleNamespace, keys: Keys, report: Report) -> list[Part]:
    """The parts of a run that can be opened, their indexes checked. Raises Failure if there are none."""
    ready: list[Part] = []
    failure: Failure | None = None
    for said in run.parts:
        part = (OriginalPart if run.original else Part)(store, run, said, report)
        try:
            if said.encrypted:
                part.unlock(keys)
            part.check()
            ready.append(part)
        except Failure as err:
            if err.status == 10:
                raise
            if failure is None or err.status > failure.status:
                failure = err
            if len(run.parts) > 1:
                report.say(f"{err} This part is left out.")
    if failure is not None and not ready:
        raise failure
    if failure is not None:
        report.status = max(report.status, 13 if failure.status == 13 else 3)
    return ready


def list_entries(parts: list[Part]) -> None:
    for part in parts:
        for entry in part.entries():
            print(shown(entry.path) + ("/" if entry.type == "d" else ""))


def is_below(path: bytes, folder: bytes) -> bool:
    return path == folder or path.startswith(folder + b"/")


def restore(parts: list[Part], report: Report, target_dir: str, paths: list[str], special: bool) -> None:
    """Again twice through each index: to restore; then to make symlinks and close folders."""
    asked = {os.fsencode(os.path.normpath(path)) for path in paths}
    found: set[bytes] = set()
    for part in parts:
        for entry in part.entries() if asked else ():
            hits = {path for path in asked if is_below(entry.path, path)}
            report.total += entry.size if hits else 0
            found |= hits
        report.total += 0 if asked else part.said.bytes
    for path in asked - found:
        report.note(path, "is not in this run, or in a part that is left out", 3)
    if asked and not found:
        raise Failure("Nothing was restored.", "restore.py RUN lists what is in a run.")

    def is_wanted(entry: SimpleNamespace) -> bool:
        """What was asked for, what is below it, and the folders above it."""
        is_above = entry.type == "d" and any(path.startswith(entry.path + b"/") for path in found)
        return is_above or not asked or any(is_below(entry.path, path) for path in found)

    target = Target(target_dir, special, report)
    for part in parts:
        for entry in filter(is_wanted, part.entries()):
            report.progress(entry.path)
            with noted(report, entry):
                target.add(entry, part)
            report.done += entry.size
        target.finish(filter(is_wanted, part.entries()))
        if part.skipped:
            report.say(
                f"{part.skipped:,} things could not be read when this run was made: they are not in it."
            )
    print(f"Restored {target.entries:,} entries into {shown(target_dir)}.")


def verify(store: Store, run: SimpleNamespace, keys: Keys, report: Report) -> None:
    """The checksum of every blob, then the content of every file in the parts that can be opened."""
    for said in run.parts:
        # The sum of an archive of the original's is of its plain bytes, and compared when it is opened.
        for line in () if run.original else (*said.volumes, said.index):
            report.progress(raw_bytes(line.blob))
            try:
                store.check_sum(line)
            except Damaged as err:
                report.damage(str(err))
    try:
        parts = open_parts(store, run, keys, report)
    except Failure as err:
        if err.status != 12 or keys.passwords or run.original:
            raise
        report.status = max(report.status, 3)
        report.say(f"{err} Only checksums were compared.")
        parts = []
    report.total = sum(part.said.bytes for part in parts)
    for part in parts:
        for entry in part.entries():
            with noted(report, entry):
                for piece in part.content(entry) if entry.type == "f" else ():
                    report.done += len(piece)
                    report.progress(entry.path)
    if report.status != 13:
        print(f"What was compared of run {shown(run.run_id)} is what was written.")


def work(given: argparse.Namespace, report: Report) -> None:
    store = Store(given.store or os.path.dirname(os.path.abspath(__file__)))
    if not given.words:
        return list_runs(store, report)
    keys = Keys(given.password_file)
    if len(given.words) > 1:
        store.scratch = os.path.abspath(given.words[1])
        while not os.path.isdir(store.scratch):
            store.scratch = os.path.dirname(store.scratch)
    run = find_run(store, report, given.words[0])
    if given.verify:
        return verify(store, run, keys, report)
    parts = open_parts(store, run, keys, report)
    if len(given.words) == 1:
        return list_entries(parts)
    return restore(parts, report, given.words[1], given.words[2:], given.special)


def parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        usage="restore.py [options] [RUN [TARGET_DIR [PATH...]]]",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument(
        "--store", metavar="DIR", help="not the folder that this script lies in, but this one"
    )
    parser.add_argument(
        "--password-file",
        metavar="F",
        action="append",
        default=[],
        help="its first line is a password; may be given again",
    )
    parser.add_argument(
        "--special", action="store_true", help="restore device nodes and set-user-ID bits too"
    )
    parser.add_argument("--verify", action="store_true", help="restore nothing, compare everything")
    given = parser.parse_intermixed_args(arguments)
    if given.verify and len(given.words) != 1:
        parser.error("--verify needs one RUN")
    return given


def cancel(*_: object) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    given, report = parsed(arguments), Report()
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, cancel)
    os.umask(0o077)
    try:
        work(given, report)
        sys.stdout.flush()
        status = report.status
    except Failure as err:
        report.say(f"{err} {err.hint}".rstrip())
        status = 13 if err.status == 12 and report.status == 13 else err.status
    except (KeyboardInterrupt, EOFError):
        report.say("Cancelled.")
        status = 130
    except BrokenPipeError:  # standard output was closed, as by "| head"
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        status = 1
    except MemoryError:
        report.say("There is not enough memory for this.")
        status = 1
    report.close()
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

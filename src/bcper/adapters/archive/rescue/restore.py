#!/usr/bin/env python3
# BCPER restore 1 (bcper 0.1.0)
"""Get files back from a BCPER store without BCPER. This script lies in the store's root.

  python3 restore.py                            list the runs of this store
  python3 restore.py RUN                        list what is in a run
  python3 restore.py RUN TARGET_DIR [PATH...]   restore a run, or only these paths of it
  python3 restore.py --verify RUN               compare a run with its checksums, every byte

RUN is the beginning of a run's id, or "latest". Paths are those that RUN alone lists; a folder stands for
all that is below it. Needs Python 3.8 or newer and nothing else; for encrypted runs its package
"cryptography" too (Debian, Ubuntu: apt install python3-cryptography). Passwords are asked for.

Nothing that is in TARGET_DIR already is changed or replaced, no symlink below it is followed, nothing is
written outside of it. A run's index is checked as a whole before anything is written; the SHA-256 of each
file is compared while it is written, and a file that is damaged is named and left out. Owners come back
only if root runs this; device nodes and set-user-ID bits only with --special.

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
import glob
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
import time
import unicodedata
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
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
        run = SimpleNamespace(**{field: a(str, raw[field]) for field in fields}, parts=[])
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
        blob, cipher = self.said.index.blob, None
        who = f'part "{shown(self.said.name)}" of run {shown(self._run.run_id[:8])}'
        try:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: F401
        except ImportError as err:
            hint = "apt install python3-cryptography, or: pip install cryptography"
            raise Failure(f'To open {who}, Python needs its package "cryptography".', hint) from err
        check_header(self._store.read(blob, 0, HEADER.size), shown(blob))
        untried = list(keys.passwords)
        while cipher is None:
            if not untried:
                if keys.passwords:
                    # A damaged header looks like a wrong password, but for its sum.
                    self._store.check_sum(self.said.index)
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
            cipher = keys.cipher(self._store, blob, password)
        self._cipher = lambda name: keys.cipher(self._store, name, password)

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
    runs, names = [], glob.glob(os.path.join(glob.escape(store.root), b"*", b"*", b"*.meta.json"))
    if not marked and not names:
        raise Failure(f"{shown(store.root)} is no BCPER store.", "Name its folder: --store DIR", 10)
    for path in sorted(names):
        name = os.path.relpath(path, store.root).decode("utf-8", "surrogateescape")
        try:
            runs.append(run_of(store, name))
        except Failure as err:
            if err.status == 10 or (wanted and name.split("/")[1].startswith(wanted)):
                raise
            report.damage(str(err))
    return sorted(runs, key=lambda run: (instant(run), run.run_id), reverse=True)


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
        part = Part(store, run, said, report)
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
        for line in (*said.volumes, said.index):
            report.progress(raw_bytes(line.blob))
            try:
                store.check_sum(line)
            except Damaged as err:
                report.damage(str(err))
    try:
        parts = open_parts(store, run, keys, report)
    except Failure as err:
        if err.status != 12 or keys.passwords:
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

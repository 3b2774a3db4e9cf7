"""Archives as the original BCPER wrote them: tarfile, gzip, AES-GCM over the whole (FORMAT.md section 8)."""

import gzip
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from bcper.adapters.archive.legacy.limits import LIMITS, Limits
from bcper.adapters.archive.legacy.listing import legacy_runs
from bcper.adapters.archive.legacy.reader import LegacyPartReader
from bcper.adapters.archive.legacy.runs import LegacyRun
from bcper.adapters.archive.legacy.sources import Keys
from bcper.adapters.crypto.container import AesGcmCipher
from bcper.adapters.memory.blob_store import MemoryBlobStore
from bcper.domain.model.entries import Content, Entry
from bcper.ports.blob_store import BlobStore

TIME = "2024-05-06_07-08-09"


def tree(roots: Iterable[tuple[str, Path]]) -> bytes:
    """``.tar.gz`` of files below each root, without folders, by the root's name in the archive; unsorted."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, root in roots:
            for folder, _, files in os.walk(root):
                for file in files:
                    full = os.path.join(folder, file)
                    tar.add(full, arcname=os.path.join(name, os.path.relpath(full, root)))
    return packed.getvalue()


def member(name: str, data: bytes = b"", **more: Any) -> tuple[tarfile.TarInfo, bytes]:
    """One member, with any fields of a TarInfo."""
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for key, value in {"mode": 0o640, "mtime": 1_700_000_000, **more}.items():
        setattr(info, key, value)
    return info, data


def tar(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    """The plain tar stream of ``members``."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as file:
        for info, data in members:
            file.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def encrypt(data: bytes, password: str) -> bytes:
    salt, nonce = os.urandom(16), os.urandom(12)
    kdf = PBKDF2HMAC(algorithm=SHA256(), length=32, salt=salt, iterations=100_000)
    return salt + nonce + AESGCM(kdf.derive(password.encode())).encrypt(nonce, data, None)


def put(
    store: BlobStore,
    packed: bytes,
    password: str | None = None,
    *,
    name: str = "home",
    folder: str = "",
    kind: str = "item",
    change: Callable[[bytes], bytes] = bytes,
    **meta: Any,
) -> None:
    """The three files of one run; ``change`` is done to the archive at last, ``meta`` to its description."""
    base, end = f"{folder}{name}_{TIME}", ".tar.gz.enc" if password else ".tar.gz"
    digest = hashlib.sha256(packed).hexdigest()
    who = {"key": name, "paths": ["/a", "/b"]} if kind == "item" else {"vault": name, "items": ["x", "y"]}
    said = {
        **who,
        "timestamp": TIME,
        "encrypted": password is not None,
        "hash": digest,
        "archive_name": base + end,
        **meta,
    }
    store.put(base + end, change(encrypt(packed, password) if password else packed))
    store.put(f"{base}.sha256", digest.encode())
    store.put(f"{base}.meta.json", json.dumps(said, indent=2).encode())


def keys(password: str | None) -> Keys | None:
    return AesGcmCipher(100_000).keyring(password).legacy_keys if password else None


def stored(
    packed: bytes, password: str | None = None, change: Callable[[bytes], bytes] = bytes
) -> tuple[MemoryBlobStore, LegacyRun]:
    """A store with one run in it."""
    store = MemoryBlobStore()
    put(store, packed, password, change=change)
    (run,) = legacy_runs(store)
    return store, run


def opened(
    packed: bytes,
    password: str | None = None,
    change: Callable[[bytes], bytes] = bytes,
    limits: Limits = LIMITS,
    given: str | None = None,
) -> LegacyPartReader:
    """A reader of a run of ``packed``, by the password ``given`` or the right one."""
    store, run = stored(packed, password, change)
    word = given or password
    return LegacyPartReader(store, run, keys(word), limits)


def contents(reader: LegacyPartReader) -> list[tuple[Entry, bytes | None]]:
    """Everything in it."""
    with reader:
        return [(entry, whole(content)) for entry, content in reader.contents(reader.entries())]


def whole(content: Content | None) -> bytes | None:
    return content if content is None or isinstance(content, bytes) else b"".join(content)


def zipped(*members: tuple[tarfile.TarInfo, bytes], **more: Any) -> bytes:
    """``.tar.gz`` of ``members``."""
    return gzip.compress(tar(*members, **more), 1)

"""The index of a part, spooled while the part is written: its head names volumes that are not done yet.

The spool holds compressed lines sealed under a key that never leaves this process, so that no file name is
left readable on the disk of the temporary folder.
"""

import errno
import json
import os
from collections.abc import Iterator, Sequence
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO

from bcper.adapters.archive.commits import Commits
from bcper.adapters.archive.compression import Compress
from bcper.adapters.archive.index_codec import text
from bcper.adapters.archive.sealed import SealedWriter
from bcper.domain.errors import BcperError, NoSpace
from bcper.domain.model.entries import Problem
from bcper.domain.model.manifest import FORMAT, IndexLine, Volume
from bcper.ports.archive import PartPlan
from bcper.ports.blob_store import BlobStore
from bcper.ports.cipher import Keyring

_IN_MEMORY = 8 << 20
_BATCH = 1 << 20


class IndexWriter:
    """Collects lines, then writes the whole index."""

    def __init__(self, plan: PartPlan, compress: Compress) -> None:
        self.entries = 0
        self._plan = plan
        self._compress = compress
        self._lines: list[str] = []
        self._length = 0
        self._spool: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)
        self._members: list[int] = []
        self._key = os.urandom(32)

    def add(self, lines: str, count: int) -> None:
        """Append the lines of ``count`` entries; they come in order. Raises NoSpace."""
        self._lines.append(lines)
        self.entries += count
        self._length += len(lines)
        if self._length >= _BATCH:
            self._store_batch()

    def write(
        self,
        store: BlobStore,
        keyring: Keyring | None,
        volumes: Sequence[Volume],
        source_bytes: int,
        skipped: Sequence[Problem],
        commits: Commits,
    ) -> IndexLine:
        """Write the index blob and hand it to ``commits``."""
        self._store_batch()
        head = [
            {
                "format": FORMAT,
                "run": self._plan.run_id,
                "part": self._plan.name,
                "parent": None,
                "roots": {text(name): text(source) for name, source in self._plan.roots.items()},
                "created_at": self._plan.created_at,
            },
            *(
                {
                    "volume": number,
                    "blob": v.blob,
                    "bytes": v.bytes,
                    "sha256": v.sha256,
                    "frames": v.frames,
                }
                for number, v in enumerate(volumes)
            ),
        ]
        end = {
            "end": True,
            "entries": self.entries,
            "bytes": source_bytes,
            "skipped": [{"path": text(p.path), "reason": p.reason} for p in skipped if p.incomplete],
        }
        name = f"{self._plan.base}.index.gz{'.enc' if keyring is not None else ''}"
        blob = SealedWriter(store, name, keyring)
        try:
            commits.work(partial(blob.write, self._compress(_lines(head))))
            for member in self._batches():
                commits.work(partial(blob.write, member))
            commits.work(partial(blob.write, self._compress(_lines([end]))))
            commits.commit(blob)
        except BaseException:
            blob.__exit__()
            raise
        return IndexLine(name, blob.bytes, blob.sha256)

    def close(self) -> None:
        """Drop the spool."""
        self._spool.close()

    def _store_batch(self) -> None:
        if not self._lines:
            return
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        member = self._compress("".join(self._lines).encode("ascii"))
        sealed = AESGCM(self._key).encrypt(len(self._members).to_bytes(12, "big"), member, None)
        try:
            self._spool.write(sealed)
        except OSError as error:
            raise _spool_error(error) from error
        self._members.append(len(sealed))
        self._lines, self._length = [], 0

    def _batches(self) -> Iterator[bytes]:
        if not self._members:
            return
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        cipher = AESGCM(self._key)
        try:
            self._spool.seek(0)
            for number, length in enumerate(self._members):
                yield cipher.decrypt(number.to_bytes(12, "big"), self._spool.read(length), None)
        except OSError as error:
            raise _spool_error(error) from error


def _spool_error(error: OSError) -> BcperError:
    hint = "Free some space there, or set TMPDIR to another folder."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoSpace("The folder for temporary files is full.", hint)
    return BcperError(f"The folder for temporary files fails: {os.strerror(error.errno or 0)}.", hint)


def _lines(values: Sequence[object]) -> bytes:
    return "".join(json.dumps(value, separators=(",", ":")) + "\n" for value in values).encode("ascii")

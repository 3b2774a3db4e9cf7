"""A plain run taken apart and put together again with lies in it, every checksum made to fit."""

import gzip
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import attrs

Line = dict[str, Any]


@attrs.define
class Forgery:
    """What a plain run of one volume consists of; change anything, then :meth:`write`.

    ``part`` is the manifest's only one; ``names`` are those of its volume and its index. ``lines`` are the
    index's, parsed; a line that is ``bytes`` is written as it is. ``index`` replaces the whole index blob,
    ``volume`` the volume's bytes, ``raw_manifest`` the manifest's.
    """

    store: Path
    path: Path
    manifest: Line
    part: Line
    lines: list[Any]
    volume: bytes
    names: tuple[str, str]
    index: bytes | None = None
    raw_manifest: bytes | None = None

    @classmethod
    def of(cls, store: Path, manifest: str) -> "Forgery":
        """The run whose manifest is the blob ``manifest``."""
        path = store / manifest
        said = json.loads(path.read_bytes())
        (part,) = said["parts"]
        names = part["volumes"][0]["blob"], part["index"]["blob"]
        data = gzip.decompress((store / names[1]).read_bytes())
        lines = [json.loads(line) for line in data.splitlines()]
        return cls(store, path, said, part, lines, (store / names[0]).read_bytes(), names)

    @property
    def head(self) -> Line:
        head: Line = self.lines[0]
        return head

    @property
    def volume_line(self) -> Line:
        line: Line = self.lines[1]
        return line

    @property
    def end(self) -> Line:
        end: Line = self.lines[-1]
        return end

    def entry(self, name: str) -> Line:
        (found,) = [line for line in self.lines if isinstance(line, dict) and line.get("path") == name]
        return found

    def insert(self, *lines: bytes) -> None:
        """Lines before the last one."""
        self.lines[-1:-1] = lines

    def replace_volume(self, data: bytes, frames: Sequence[int]) -> None:
        """Another volume, and what the index and the manifest say about it."""
        self.volume = data
        facts = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        self.volume_line.update(facts, frames=list(frames))
        self.part["volumes"][0].update(facts)

    def write(self) -> None:
        """Write all of it, the sums of the index made to fit."""
        index = self.index
        if index is None:
            raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in self.lines]
            index = gzip.compress(b"".join(line + b"\n" for line in raw), 1)
        for name, data in zip(self.names, (self.volume, index), strict=True):
            (self.store / name).write_bytes(data)
        if self.part["index"] is not None:
            self.part["index"].update(bytes=len(index), sha256=hashlib.sha256(index).hexdigest())
        self.path.write_bytes(self.raw_manifest or json.dumps(self.manifest).encode())


Lie = Callable[[Forgery], object]

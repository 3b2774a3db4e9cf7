"""Reading an index in constant memory, every claim of it checked (FAULTS.md rows 67 and 72)."""

import json
import re
from collections.abc import Iterator
from typing import Any

import attrs

from bcper.adapters.archive.index_codec import TYPES, entry_of
from bcper.adapters.archive.inflate import Inflater
from bcper.adapters.archive.sealed import SealedReader
from bcper.domain.errors import Damaged
from bcper.domain.model.entries import Entry, EntryType, Problem
from bcper.domain.model.manifest import FORMAT, Manifest, Part, Volume
from bcper.ports.archive import Wanted

_LONGEST_LINE = 256 << 20
_PATH = re.compile(rb'\{"path":"([^"\\]+)","type":"(.)"')
"""The beginning of most entries' lines: a path without escapes."""

_SIZE = b'"size":'
_KINDS: dict[bytes, EntryType] = {kind.encode(): kind for kind in TYPES}
_TOGETHER = 256


@attrs.frozen
class Head:
    """The lines of an index before its entries."""

    volumes: tuple[Volume, ...]
    roots: dict[bytes, bytes]


class IndexReader:
    """One index blob."""

    def __init__(self, blob: SealedReader, manifest: Manifest, part: Part) -> None:
        self._blob, self._manifest, self._part = blob, manifest, part
        self.skipped: list[Problem] = []
        self.head = self._read_head(self._lines())

    def entries(self, wanted: Wanted | None = None, *, sized: bool = False) -> Iterator[Entry]:
        """See :meth:`bcper.ports.archive.PartReader.entries`."""
        count = 0
        before = b""
        for raw in self._lines() if wanted is None else self._wanted_lines(wanted, sized=sized):
            if type(raw) is bytes:
                path = raw
            elif type(raw) is not dict:
                raise self._damaged("a line of it is no object")
            elif "volume" in raw or "format" in raw:
                continue
            elif "end" in raw:
                self._check_end(raw, count)
                return
            else:
                path = self._path(raw)
            # NUL sorts below every byte of a name: the order of components, without taking them apart.
            here = path.replace(b"/", b"\0")
            if here <= before:
                raise self._damaged("its entries are out of order")
            before = here
            count += 1
            if count > self._part.entries:
                raise self._damaged("it lists more entries than the manifest")
            if type(raw) is dict:
                yield entry_of(raw)
        raise self._damaged("it ends before its end")

    def _wanted_lines(self, wanted: Wanted, *, sized: bool) -> "Iterator[dict[str, Any] | bytes]":
        """Every line: parsed if it is wanted or no entry, else only the path that it begins with.

        Taking a line apart costs ten times what finding its path does, and of few files most lines are not
        wanted; those that are go to the parser together.
        """
        match, kinds = _PATH.match, _KINDS.get
        for block in self._blocks():
            lines = block.split(b"\n")
            for at in range(0, len(lines), _TOGETHER):
                paths: list[bytes | None] = []
                path: bytes | None
                chosen: list[bytes] = []
                for line in lines[at : at + _TOGETHER]:
                    # Written out for the usual line, as this is done a hundred thousand times for one file.
                    plain = None if sized else match(line)
                    if plain is not None and (kind := kinds(plain[2])) is not None:
                        path = None if wanted(plain[1], kind, 0) else plain[1]
                    else:
                        path = self._unwanted(line, wanted)
                    paths.append(path)
                    if path is None:
                        chosen.append(line)
                parsed = iter(self._parsed(b"[" + b",".join(chosen) + b"]") if chosen else ())
                for path in paths:
                    yield next(parsed) if path is None else path

    def _unwanted(self, line: bytes, wanted: Wanted) -> bytes | None:
        """The path of an entry that is not wanted; ``None`` for all other lines."""
        plain = _PATH.match(line)
        if plain is None:
            raw = self._parsed(line)
            if type(raw) is not dict or "path" not in raw:
                return None
            path, kind, size = self._path(raw), raw.get("type"), raw.get("size", 0)
            if type(kind) is not str or kind not in TYPES or type(size) is not int:
                return None  # It is not what an entry must be, and whoever takes it apart says so.
        else:
            path, kind, size = plain[1], _KINDS.get(plain[2]), 0
            if kind == "f":
                at = line.find(_SIZE, plain.end()) + len(_SIZE)
                digits = line[at : line.find(b",", at)]
                if at < len(_SIZE) or not digits.isdigit():
                    return None
                size = int(digits)
            elif kind is None:
                return None
        return None if wanted(path, kind, size) else path

    def _path(self, raw: dict[str, Any]) -> bytes:
        try:
            found: bytes = raw["path"].encode("utf-8", "surrogateescape")
        except (KeyError, AttributeError, UnicodeError) as error:
            raise self._damaged("an entry has no path") from error
        return found

    def _read_head(self, lines: Iterator[dict[str, Any]]) -> Head:
        volumes = []
        try:
            first = next(lines)
            if first["format"] != FORMAT:
                raise self._damaged(f"its format is {first['format']}, and this BCPER reads {FORMAT}")
            if first["run"] != self._manifest.run_id or first["part"] != self._part.name:
                raise self._damaged("it belongs to another run")
            roots = {
                name.encode("utf-8", "surrogateescape"): source.encode("utf-8", "surrogateescape")
                for name, source in first["roots"].items()
            }
            for raw in lines:
                if "volume" not in raw:
                    break
                frames = tuple(int(at) for at in raw["frames"])
                if list(frames) != sorted(set(frames)) or (frames and frames[0] != 0):
                    raise self._damaged("its frames are out of order")
                volumes.append(Volume(str(raw["blob"]), int(raw["bytes"]), str(raw["sha256"]), frames))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, StopIteration) as error:
            raise self._damaged("its head is damaged") from error
        known = {line.blob: line for line in self._part.volumes}
        for volume in volumes:
            line = known.get(volume.blob)
            if line is None or (line.bytes, line.sha256) != (volume.bytes, volume.sha256):
                raise self._damaged(f"it and the manifest disagree about {volume.blob}")
        return Head(tuple(volumes), roots)

    def _check_end(self, raw: dict[str, Any], count: int) -> None:
        try:
            if raw["entries"] != count or count != self._part.entries:
                raise self._damaged("it does not list every entry")
            self.skipped = [
                Problem(item["path"].encode("utf-8", "surrogateescape"), str(item["reason"]), True)
                for item in raw["skipped"]
            ]
        except (KeyError, TypeError, AttributeError, UnicodeError) as error:
            raise self._damaged("its end is damaged") from error

    def _lines(self) -> "Iterator[dict[str, Any]]":
        for block in self._blocks():
            # One call for many lines: the parser's start-up is most of what a line costs.
            yield from self._parsed(b"[" + block.replace(b"\n", b",") + b"]")

    def _parsed(self, text: bytes) -> Any:
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise self._damaged("it is no list of lines") from error

    def _blocks(self) -> Iterator[bytes]:
        """The index in pieces of whole lines, without the newline at the end of each piece."""
        rest: list[bytes] = []
        held = 0
        try:
            for piece in Inflater().stream(self._blob.pieces()):
                front, newline, after = piece.rpartition(b"\n")
                if not newline:
                    rest.append(piece)
                    held += len(piece)
                    if held > _LONGEST_LINE:
                        raise self._damaged("a line of it is too long")
                    continue
                yield b"".join((*rest, front))
                rest, held = [after], len(after)
        except Damaged as error:
            if self._blob.name in str(error):
                raise
            raise self._damaged(str(error)) from error
        if held:
            raise self._damaged("its last line is cut")

    def _damaged(self, what: str) -> Damaged:
        return Damaged(f"The index {self._blob.name} is damaged: {what}.", "Restore another run.")

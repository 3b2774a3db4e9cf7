"""Sources walked and read through the port, as a backup does it."""

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from bcper.adapters.fs.source_tree import FsSourceTree
from bcper.domain.model.entries import SMALL_FILE, Problem, Root, SourceEntry
from bcper.ports.source_tree import Ignored

TREE = FsSourceTree()


def walked(
    roots: Sequence[Root], ignored: Ignored | None = None, leave_out: Collection[tuple[int, int]] = ()
) -> tuple[list[SourceEntry], list[Problem]]:
    problems: list[Problem] = []
    return list(TREE.walk(roots, ignored, leave_out, problems.append)), problems


def contents(roots: Sequence[Root]) -> tuple[dict[bytes, tuple[SourceEntry, bytes, str]], list[Problem]]:
    """Everything below ``roots`` as a reader hands it over: path -> (entry, bytes, how they came)."""
    entries, problems = walked(roots)
    found = {}
    with TREE.reader(roots, problems.append) as reader:
        for entry in entries:
            content = reader.content(entry)
            if isinstance(content, bytes):
                found[entry.path] = entry, content, "whole"
            else:
                pieces = list(content)
                assert all(0 < len(piece) <= SMALL_FILE for piece in pieces)
                assert sum(map(len, pieces)) == content.length
                found[entry.path] = entry, b"".join(pieces), "sparse" if content.sparse else "stream"
    return found, problems


def root(folder: Path, name: bytes = b"r") -> list[Root]:
    return [Root(name, os.fsencode(folder))]


def paths(entries: Sequence[SourceEntry]) -> list[bytes]:
    return [entry.path for entry in entries]

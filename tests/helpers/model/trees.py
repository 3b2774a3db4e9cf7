"""Trees of files as values, and what a few patterns leave out of them: decided without BCPER's own code."""

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

Tree = Mapping[str, tuple[object, ...]]
"""By relative path, ``""`` for the folder itself: kind, mode, time in ns, and content or target."""

PATTERNS = ("*.log", "*.tmp", "sub/", "/a.txt", "!keep.log", "link")
"""All that the model knows the meaning of."""


def tree_of(folder: Path) -> dict[str, tuple[object, ...]]:
    """What is at and below ``folder``; nothing if it is not there."""
    if not folder.is_dir():
        return {}
    found = {"": _entry(folder)}
    for above, folders, files in os.walk(folder):
        for name in folders + files:
            path = Path(above, name)
            found[os.path.relpath(path, folder)] = _entry(path)
    return found


def _entry(path: Path) -> tuple[object, ...]:
    info = path.lstat()
    mode = stat.S_IMODE(info.st_mode)
    if stat.S_ISLNK(info.st_mode):
        return ("link", str(path.readlink()))
    if stat.S_ISDIR(info.st_mode):
        return ("folder", mode, info.st_mtime_ns)
    return ("file", mode, info.st_mtime_ns, path.read_bytes())


def filtered(tree: Tree, patterns: Iterable[str]) -> dict[str, tuple[object, ...]]:
    """``tree`` without what ``patterns`` leave out: the last one that matches decides, and what is below a
    folder that is left out is left out with it."""
    patterns = tuple(patterns)
    gone = {path for path, entry in tree.items() if path and _left_out(path, entry[0] == "folder", patterns)}
    return {path: entry for path, entry in tree.items() if not any(up in gone for up in _upwards(path))}


def size_of(tree: Tree) -> int:
    """Bytes of its files."""
    return sum(len(entry[3]) for entry in tree.values() if entry[0] == "file")  # type: ignore[arg-type]


def _upwards(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _left_out(path: str, folder: bool, patterns: tuple[str, ...]) -> bool:
    name = path.rpartition("/")[2]
    verdict = False
    for pattern in patterns:
        matches = {
            "*.log": name.endswith(".log"),
            "*.tmp": name.endswith(".tmp"),
            "sub/": name == "sub" and folder,
            "/a.txt": path == "a.txt",
            "!keep.log": name == "keep.log",
            "link": name == "link",
        }[pattern]
        if matches:
            verdict = not pattern.startswith("!")
    return verdict

"""Whatever an archive says, nothing beside the target changes and only expected errors come out."""

import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.adapters.fs.extractor import FsExtractorOpener
from bcper.domain.errors import BcperError
from bcper.domain.model.entries import Content, Entry, Problem
from bcper.ports.extractor import Extractor, Outcome
from helpers.examples import examples

UP_AND_OVER = b"../victim"


@attrs.frozen
class Pieces:
    """A stream that says what it is told to say."""

    pieces: tuple[bytes, ...]
    length: int
    sparse: bool

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)


# Few names, so that entries meet: the same path as a file, a folder, a symlink and a link's target.
PLAIN = st.sampled_from([b"a", b"b", b"way", b"name", b"shared", b"sub", b"file", b"folder"])
NAMES = PLAIN | PLAIN | PLAIN | st.sampled_from(
    [b"..", b".", b"", b"victim", b"\0", b"x\0y", b"\xff\n", b"n" * 255, b"n" * 256, b"-rf"]
)  # fmt: skip
PATHS = (
    st.lists(PLAIN, min_size=1, max_size=3).map(b"/".join)
    | st.lists(NAMES, max_size=4).map(b"/".join)
    | st.sampled_from([b"", b"/", UP_AND_OVER, UP_AND_OVER + b"/file", b"<victim>", b"<victim>/file"])
    | st.integers(1, 80).map(lambda depth: b"d/" * depth + b"a")
    | st.binary(max_size=8)
)
LINKS = PATHS | st.sampled_from([b"../" * 12 + b"<victim>", b".", b"..", b"../victim/sub", b"way/file"])
ODD = st.sampled_from(
    [0, 1, -1, 5 * 10**17, 10**18, -(10**18), 1 << 31, (1 << 32) - 2, (1 << 32) - 1, 10**40]
)
MAP = st.lists(
    st.sampled_from([b"0\n", b"1\n", b"2\n", b"5\n", b"9\n", b"-1\n", b"x", b"9" * 30]), max_size=5
)
SPARSE = st.builds(lambda lines, data: b"".join(lines).ljust(512, b"\0") + data, MAP, st.binary(max_size=6))
CONTENTS: st.SearchStrategy[Content] = st.binary(max_size=4) | st.builds(
    lambda data, more, sparse: Pieces((data[:3], b"", data[3:]), len(data) + more, sparse),
    SPARSE | st.binary(max_size=6),
    st.sampled_from([0, 0, 0, 1, -1]),
    st.booleans(),
)
XATTRS = st.dictionaries(
    st.sampled_from(["user.x", "security.capability", "trusted.x", "", "\0", "\udc80", "x" * 300]),
    st.binary(max_size=4),
    max_size=2,
)
ENTRIES = st.builds(
    Entry,
    path=PATHS,
    type=st.sampled_from("fffddlllhhpbc"),
    mode=st.integers(0, 0o7777) | ODD,
    uid=st.just(os.geteuid()) | ODD,
    gid=st.just(os.getegid()) | ODD,
    size=st.integers(0, 4) | ODD,
    mtime_ns=ODD,
    link=st.none() | LINKS,
    device=st.none() | st.tuples(st.integers(-1, 9), st.integers(-1, 9)),
    xattrs=XATTRS,
)
STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "put", "put", "ask"]), ENTRIES, CONTENTS, st.booleans()), max_size=14
)


def look(folder: Path) -> dict[bytes, tuple[Any, ...]]:
    """Listing, bytes, modes, owners, times and link counts of a tree."""
    seen: dict[bytes, tuple[Any, ...]] = {}
    for here, folders, files in os.walk(os.fsencode(folder)):
        for name in (b".", *folders, *files):
            path = os.path.join(here, name)
            status = os.lstat(path)
            data = None
            if stat.S_ISREG(status.st_mode):
                with open(path, "rb") as file:
                    data = file.read()
            times = (status.st_mtime_ns, status.st_ctime_ns if stat.S_ISDIR(status.st_mode) else 0)
            ids = (status.st_ino, status.st_mode, status.st_uid, status.st_gid, os.listxattr(path))
            seen[path] = (*ids, *times, data, os.readlink(path) if stat.S_ISLNK(status.st_mode) else None)
    return seen


def names_of(folder: Path) -> int:
    """How many names the victim's files have, on the whole."""
    return sum(
        os.lstat(path).st_nlink for path in folder.rglob("*") if path.is_file() and not path.is_symlink()
    )


def furnish(base: Path) -> tuple[Path, Path]:
    """A victim, and a target full of ways to it."""
    victim, target = base / "victim", base / "target"
    os.makedirs(victim / "sub")
    os.makedirs(target / "folder")
    for path, data in ((victim / "file", b"precious"), (victim / "sub/file", b"too"), (target / "a", b"old")):
        path.write_bytes(data)
        os.chmod(path, 0o640)
        os.utime(path, ns=(10**17, 10**17))
    os.symlink("file", victim / "link")
    os.symlink(victim, target / "way")
    os.symlink("../../victim/file", target / "folder/name")
    os.symlink(victim / "file", target / "name")
    os.link(victim / "sub/file", target / "shared")
    return victim, target


def put(extractor: Extractor, entry: Entry, content: Content) -> Outcome:
    if entry.type == "f":
        return extractor.file(entry, content)
    return extractor.directory(entry) if entry.type == "d" else extractor.other(entry)


@settings(max_examples=examples(60), deadline=None)
@given(
    steps=STEPS,
    overwrite=st.sampled_from(["never", "if-newer", "always"]),
    special=st.booleans(),
    finish=st.booleans(),
)
def test_no_sequence_of_entries_touches_anything_beside_the_target(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Any], overwrite: Any, special: bool, finish: bool
) -> None:
    base = tmp_path_factory.mktemp("fuzz")
    try:
        victim, target = furnish(base)
        before, names, beside = look(victim), names_of(victim), sorted(os.listdir(base))
        problems: list[Problem] = []
        with FsExtractorOpener().open(
            str(target), overwrite, special=special, report=problems.append
        ) as extractor:
            for what, entry, content, fit in steps:
                there = {
                    "path": entry.path.replace(b"<victim>", os.fsencode(victim)),
                    "link": entry.link and entry.link.replace(b"<victim>", os.fsencode(victim)),
                }
                if fit and isinstance(content, bytes):
                    there["size"] = len(content)
                entry = attrs.evolve(entry, **there)
                try:
                    if what == "ask":
                        extractor.wants(entry)
                        continue
                    told = len(problems)
                    if put(extractor, entry, content) is Outcome.SKIPPED and told == len(problems):
                        known = {problem.path for problem in problems}
                        assert entry.path in known or any(
                            entry.path.startswith(path + b"/") for path in known
                        )
                except BcperError as error:
                    assert str(error)
            if finish:
                extractor.finish()
        assert look(victim) == before
        assert names_of(victim) <= names
        assert sorted(os.listdir(base)) == beside
        left = [name for _, _, files in os.walk(target) for name in files]
        assert not any(name.startswith(".bcper-") for name in left)
    finally:
        subprocess.run(["chmod", "-R", "u+rwX", base], check=True)
        subprocess.run(["rm", "-rf", base], check=True)

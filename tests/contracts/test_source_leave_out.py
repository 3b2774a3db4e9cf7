"""What a SourceTree leaves out beside patterns: in its walk, and as its survey tells it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bcper.domain.model.entries import Problem, Root
from bcper.domain.model.left_out import Reason
from bcper.domain.model.targets import LeaveOut
from bcper.domain.policy.ignore import IgnoreRules
from bcper.domain.policy.left_out import root_rules
from helpers.namespace import run_on_small_disk
from helpers.sources import TREE, asking, contents, kept_and_left_out, paths, root, rules_for

SIGNATURE = b"Signature: 8a477f597d28d172789f06886806bc55"

Told = dict[bytes, tuple[bool, str, bool]]


def fill(folder: Path, *files: str, data: bytes = b"x") -> None:
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def told(folder: Path, *ignore: str, **leave_out: object) -> tuple[list[bytes], Told, list[Problem]]:
    """Kept paths, (kept, reason, direct) of each path that has a reason, and notes; without ``r/``."""
    roots = root(folder)
    kept, surveyed, problems = kept_and_left_out(roots, rules_for(roots, *ignore, **leave_out))
    reasons = {
        found.entry.path[2:]: (found.kept, str(found.reason), found.direct)
        for found in surveyed
        if found.reason is not None
    }
    return [path[2:] for path in kept], reasons, problems


def test_everything_is_off_unless_set(tmp_path: Path) -> None:
    fill(tmp_path, "cache/CACHEDIR.TAG", data=SIGNATURE)
    fill(tmp_path, "cache/big", ".bcpignore", data=b"*\n" * 1000)
    kept, reasons, problems = told(tmp_path)
    assert kept == [b"", b".bcpignore", b"cache", b"cache/CACHEDIR.TAG", b"cache/big"]
    assert not reasons and not problems


@pytest.mark.parametrize(
    ("tag", "valid"),
    [
        (SIGNATURE, True),
        (SIGNATURE + b"\n# made by a test", True),
        (SIGNATURE + b"5", True),
        (SIGNATURE[:-1], False),
        (SIGNATURE[:-1] + b"6", False),
        (b" " + SIGNATURE, False),
        (SIGNATURE.lower(), False),
        (b"\xef\xbb\xbf" + SIGNATURE, False),
        (b"", False),
    ],
    ids=range(9),
)
def test_a_folder_with_a_valid_tag_is_kept_with_the_tag_alone_as_tar_does(
    tmp_path: Path, tag: bytes, valid: bool
) -> None:
    fill(tmp_path, "c/A", "c/sub/x", "c/z", "d")
    fill(tmp_path, "c/CACHEDIR.TAG", data=tag)
    kept, reasons, problems = told(tmp_path, caches=True)
    tar = ["tar", "--exclude-caches", "--sort=name", "-C", str(tmp_path), "-cf", "-", "."]
    archive = subprocess.run(tar, check=True, capture_output=True).stdout
    listed = subprocess.run(["tar", "-tf", "-"], input=archive, check=True, capture_output=True).stdout
    assert sorted(kept) == sorted(line[2:].rstrip(b"/") for line in listed.splitlines())
    assert (b"c/A" not in kept) == valid
    below = (False, "CACHEDIR.TAG", False)
    left = {b"c/A": below, b"c/sub": below, b"c/sub/x": below, b"c/z": below}
    assert reasons == ({b"c": (True, "CACHEDIR.TAG", True), **left} if valid else {})
    assert not problems


@pytest.mark.parametrize("kind", ["symlink", "fifo", "folder"])
def test_a_tag_that_is_no_regular_file_is_none(tmp_path: Path, kind: str) -> None:
    tag = tmp_path / "c" / "CACHEDIR.TAG"
    fill(tmp_path, "tag", data=SIGNATURE)
    fill(tmp_path, "c/x")
    make(tag, kind, tmp_path / "tag")
    kept, reasons, _ = told(tmp_path, caches=True)
    assert b"c/x" in kept and not reasons


def make(path: Path, kind: str, to: Path) -> None:
    if kind == "symlink":
        path.symlink_to(to)
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path.mkdir()


def test_a_root_may_be_a_cache_and_a_pattern_may_leave_out_its_tag(tmp_path: Path) -> None:
    fill(tmp_path, "x", "y/z")
    fill(tmp_path, "CACHEDIR.TAG", data=SIGNATURE)
    assert told(tmp_path, caches=True)[0] == [b"", b"CACHEDIR.TAG"]
    kept, reasons, _ = told(tmp_path, "*.TAG", caches=True)
    assert kept == [b""]
    assert reasons[b"CACHEDIR.TAG"] == (False, "*.TAG", True)
    assert reasons[b"x"] == (False, "CACHEDIR.TAG", False)


def test_regular_files_of_more_bytes_are_left_out_and_nothing_else(tmp_path: Path) -> None:
    for size in (0, 9, 10, 11, 5_000):
        fill(tmp_path, f"{size}", data=b"x" * size)
    fill(tmp_path, "folder/12", data=b"x" * 12)
    os.symlink("t" * 100, tmp_path / "link")
    os.truncate(tmp_path / "5000", 1 << 40)
    kept, reasons, problems = told(tmp_path, larger_than=10)
    assert kept == [b"", b"0", b"10", b"9", b"folder", b"link"]
    out = (False, "larger than 10 bytes", True)
    assert reasons == {b"11": out, b"5000": out, b"folder/12": out}
    assert not problems


def test_a_root_itself_is_never_left_out(tmp_path: Path) -> None:
    fill(tmp_path, "large", data=b"x" * 100)
    roots = [Root(b"large", os.fsencode(tmp_path / "large"))]
    kept, _, _ = kept_and_left_out(roots, rules_for(roots, "*", larger_than=10))
    assert kept == [b"large"]


MOUNTED = """
import os, sys
from pathlib import Path
from helpers.sources import kept_and_left_out, root, rules_for
roots = root(Path("TREE"))
for on in (False, True):
    kept, surveyed, problems = kept_and_left_out(roots, rules_for(roots, "gone", other_file_systems=on))
    assert not problems
    print(kept, [(s.entry.path, s.kept, str(s.reason), s.direct) for s in surveyed if s.reason])
"""


def test_a_mounted_folder_is_kept_and_not_entered(tmp_path: Path) -> None:
    fill(tmp_path, "a", "sub/x", "z")
    (tmp_path / "gone").mkdir()
    for where in ("sub/disk", "gone/disk"):
        disk = tmp_path / where
        done = run_on_small_disk(
            MOUNTED.replace("TREE", str(tmp_path)),
            folder=disk,
            size=1 << 20,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            setup=[["mkdir", f"{disk}/below"], ["touch", f"{disk}/below/file"]],
        )
        assert done.returncode == 0, done.stderr
        off, on = done.stdout.splitlines()
        if where == "sub/disk":
            assert "b'r/sub/disk/below/file'" in off
            assert "b'r/sub/disk', b'r/sub/x', b'r/z']" in on
            assert (
                "[(b'r/gone', False, 'gone', True), (b'r/sub/disk', True, 'other file system', True)]" in on
            )
        else:
            # What is left out anyway is looked into as far as its own file system goes.
            assert "(b'r/gone/disk/below/file', False, 'gone', False)" in off
            assert on.endswith("(b'r/gone/disk', False, 'gone', False)]")
        disk.rmdir()


def test_ignore_files_rule_their_folder_and_what_is_below_it(tmp_path: Path) -> None:
    fill(tmp_path, "a.o", "b/a.o", "b/c/a.o", "b/c/keep.o", "b/only", "b/c/only", "out/.bcpignore", "z/a.o")
    fill(tmp_path, ".bcpignore", data=b"*.o\nout/\n")
    fill(tmp_path, "b/.bcpignore", data=b"!keep.o\n/only\n")
    fill(tmp_path, "z/.bcpignore", data=b"!*.o\n.bcpignore")
    kept, reasons, problems = told(tmp_path, ignore_files=True)
    assert kept == [
        *(b"", b".bcpignore", b"b", b"b/.bcpignore", b"b/c", b"b/c/keep.o", b"b/c/only", b"z", b"z/a.o"),
    ]
    top = ".bcpignore in "
    assert reasons == {
        b"a.o": (False, top, True),
        b"b/a.o": (False, top, True),
        b"b/c/a.o": (False, top, True),
        b"b/only": (False, top + "b", True),
        b"out": (False, top, True),
        b"out/.bcpignore": (False, top, False),
        b"z/.bcpignore": (False, top + "z", True),
    }
    assert not problems


def test_the_patterns_of_the_item_win_over_a_file(tmp_path: Path) -> None:
    fill(tmp_path, "a.log", "keep.log", "b.txt")
    fill(tmp_path, ".bcpignore", data=b"!a.log\nkeep.log\nb.txt")
    kept, reasons, _ = told(tmp_path, "*.log", "!keep.log", ignore_files=True)
    assert kept == [b"", b".bcpignore", b"keep.log"]
    assert reasons[b"a.log"] == (False, "*.log", True)


@pytest.mark.parametrize("kind", ["symlink", "fifo", "folder", "large", "unreadable"])
def test_an_ignore_file_that_cannot_be_used_is_noted_and_leaves_nothing_out(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, "x", "b/x")
    fill(tmp_path, "patterns", data=b"x\n")
    file = tmp_path / "b" / ".bcpignore"
    if kind == "large":
        file.write_bytes(b"x\n" * (1 << 19) + b"\n")
    elif kind == "unreadable":
        # The superuser reads everything: a folder behind the back of the listing fails the same way.
        file.write_bytes(b"x\n")
        monkeypatch.setattr("os.read", denied)
    else:
        make(file, kind, tmp_path / "patterns")
    kept, reasons, problems = told(tmp_path, ignore_files=True)
    assert b"b/x" in kept and b"x" in kept and b"b/.bcpignore" in kept
    assert not reasons
    assert [(problem.path, problem.incomplete) for problem in problems] == [(b"r/b/.bcpignore", False)]
    words = {"large": "larger than 1 MiB", "unreadable": "Permission denied"}
    assert words.get(kind, "no regular file") in problems[0].reason


def denied(*_: object) -> bytes:
    raise PermissionError(13, "Permission denied")


def test_an_ignore_file_of_1_mib_is_used(tmp_path: Path) -> None:
    fill(tmp_path, "x")
    fill(tmp_path, ".bcpignore", data=b"#" * ((1 << 20) - 3) + b"\nx\n")
    assert told(tmp_path, ignore_files=True)[0] == [b"", b".bcpignore"]


def test_a_survey_is_silent_about_what_a_backup_never_comes_to(tmp_path: Path) -> None:
    fill(tmp_path, "gone/.bcpignore/x", "gone/x")
    os.mkfifo(tmp_path / "gone" / "CACHEDIR.TAG")
    survey = TREE.survey(root(tmp_path), rules_for(root(tmp_path), "gone"), (), noted.append)
    for found in survey:
        if found.entry.path == b"r/gone":
            (tmp_path / "gone/x").unlink()
    assert not noted
    survey = TREE.survey(
        [*root(tmp_path), Root(b"s", b"/nowhere/at/all")],
        rules_for(root(tmp_path), "gone"),
        (),
        noted.append,
    )
    list(survey)
    assert [problem.path for problem in noted] == [b"s"]
    noted.clear()


noted: list[Problem] = []


def test_each_root_has_its_own_rules_in_one_walk_in_index_order(tmp_path: Path) -> None:
    fill(tmp_path, "one/a.log", "one/b", "two/a.log", "two/CACHEDIR.TAG", "two/b")
    fill(tmp_path, "two/CACHEDIR.TAG", data=SIGNATURE)
    fill(tmp_path, "one/.bcpignore", data=b"b")
    one, two = (os.fsencode(tmp_path / name) for name in ("one", "two"))
    roots = [Root(b"a.b/one", one), Root(b"a/two", two), Root(b"a/one", one), Root(b"b/two", two)]
    logs = root_rules(IgnoreRules.parse(["*.log"]), LeaveOut())
    rules = {
        b"a.b/one": root_rules(IgnoreRules(), LeaveOut(ignore_files=True)),
        b"a/one": logs,
        b"a/two": logs,
        b"b/two": root_rules(IgnoreRules(), LeaveOut(caches=True)),
    }
    kept, surveyed, problems = kept_and_left_out(roots, rules)
    assert kept == [
        *(b"a/one", b"a/one/.bcpignore", b"a/one/b"),
        *(b"a/two", b"a/two/CACHEDIR.TAG", b"a/two/b"),
        *(b"a.b/one", b"a.b/one/.bcpignore", b"a.b/one/a.log"),
        *(b"b/two", b"b/two/CACHEDIR.TAG"),
    ]
    everything = [found.entry.path for found in surveyed]
    assert everything == sorted(everything, key=lambda path: path.split(b"/"))
    assert not problems
    without = {name: mine for name, mine in rules.items() if name != b"a/one"}
    assert b"a/one/a.log" in kept_and_left_out(roots, without)[0]


def test_roots_with_two_components_are_read_from_where_they_are(tmp_path: Path) -> None:
    fill(tmp_path, "1/f", data=b"first")
    fill(tmp_path, "2/f", data=b"second")
    one, two = (os.fsencode(tmp_path / name) for name in "12")
    found, problems = contents([Root(b"a.b/x", one), Root(b"a/x", two)])
    assert {path: data for path, (_, data, _) in found.items()} == {
        b"a/x": b"",
        b"a/x/f": b"second",
        b"a.b/x": b"",
        b"a.b/x/f": b"first",
    }
    assert not problems


def test_a_survey_asks_about_nothing_below_what_is_ignored(tmp_path: Path) -> None:
    fill(tmp_path, "a/b/c", "d")
    asked: list[bytes] = []

    def ignored(path: bytes, is_dir: bool) -> bool:
        asked.append(path)
        return path == b"a"

    survey = list(TREE.survey(root(tmp_path), asking(root(tmp_path), ignored), (), noted.append))
    assert asked == [b"a", b"d"]
    assert paths([found.entry for found in survey]) == [b"r", b"r/a", b"r/a/b", b"r/a/b/c", b"r/d"]
    assert [found.reason for found in survey[1:4]] == [Reason("pattern", "asked")] * 3
    assert [found.direct for found in survey] == [False, True, False, False, False]


def test_a_store_is_in_no_survey_and_folders_are_closed(tmp_path: Path) -> None:
    fill(tmp_path, "a/store/x", "b/c/d")
    status = os.stat(tmp_path / "a/store")
    before = len(os.listdir("/proc/self/fd"))
    problems: list[Problem] = []
    survey = TREE.survey(root(tmp_path), None, [(status.st_dev, status.st_ino)], problems.append)
    fractions = []
    for found in survey:
        fractions.append(survey.fraction())
        if found.entry.path == b"r/b/c/d":
            break
    survey.close()
    assert len(os.listdir("/proc/self/fd")) == before
    assert fractions == sorted(fractions) and fractions[-1] > 0.4
    assert [problem.path for problem in problems] == [b"r/a/store"]

"""Hostile entries, targets with things in them, full disks (FAULTS.md rows 69 to 73 and 76)."""

import os
import resource
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import attrs
import pytest

from bcper.adapters.fs.extract_sparse import MAX_SEGMENTS
from bcper.adapters.fs.extractor import FsExtractorOpener
from bcper.domain.errors import Damaged, NoSpace, StoreError, TargetError
from bcper.domain.model.choices import Overwrite
from bcper.domain.model.entries import Content, Entry, Problem
from bcper.ports.extractor import Extractor, ExtractorOpener, Outcome

WHEN = 1_600_000_000_123_456_789
ROOT = os.geteuid() == 0
OPENER: ExtractorOpener = FsExtractorOpener()
CAPABILITY = bytes.fromhex("0100000200040000000000000000000000000000")


@attrs.frozen
class Pieces:
    """A stream that says what it is told to say, and may break at its end."""

    pieces: list[bytes]
    length: int
    sparse: bool = False
    breaks: Exception | None = None

    def __iter__(self) -> Iterator[bytes]:
        yield from self.pieces
        if self.breaks:
            raise self.breaks


def f(path: bytes, size: int = 1, mode: int = 0o644, mtime_ns: int = WHEN, **more: object) -> Entry:
    ids = {"uid": os.geteuid(), "gid": os.getegid()} | more
    return Entry(path=path, type="f", size=size, mode=mode, mtime_ns=mtime_ns, **ids)  # type: ignore[arg-type]


def of(kind: str, path: bytes, mode: int = 0o755, mtime_ns: int = WHEN, **more: object) -> Entry:
    return attrs.evolve(f(path, mode=mode, mtime_ns=mtime_ns, **more), type=kind)  # type: ignore[arg-type]


@contextmanager
def restoring(
    target: Path, problems: list[Problem], overwrite: Overwrite = "never", special: bool = False
) -> Iterator[Extractor]:
    with OPENER.open(str(target), overwrite, special=special, report=problems.append) as extractor:
        yield extractor
        extractor.finish()


Look = dict[str, tuple[object, ...]]


def look(folder: Path) -> Look:
    """All that must not change of a tree."""
    seen: Look = {}
    for path in [folder, *sorted(folder.rglob("*"))]:
        status = os.lstat(path)
        data = path.read_bytes() if stat.S_ISREG(status.st_mode) else None
        facts = (status.st_ino, status.st_mode, status.st_nlink, status.st_uid, status.st_mtime_ns)
        seen[str(path)] = (*facts, data)
    return seen


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    folder = tmp_path / "victim"
    os.makedirs(folder / "sub")
    (folder / "file").write_bytes(b"precious")
    (folder / "sub" / "more").write_bytes(b"precious too")
    os.chmod(folder / "file", 0o604)
    os.utime(folder / "file", ns=(7, 7))
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Path]:
    os.mkdir(tmp_path / "target")
    yield tmp_path / "target"
    # Python's own rmtree fails in very deep trees, and as an ordinary user in shut ones.
    subprocess.run(["chmod", "-R", "u+rwX", tmp_path / "target"], check=True)
    subprocess.run(["rm", "-rf", tmp_path / "target"], check=True)


BAD = [
    b"../x", b"..", b".", b"", b"/", b"/x", b"//x", b"a/", b"a//b", b"a/./b",
    b"a/../../victim/file", b"/etc/bcper-was-here", b"nul\0", b"a/\0/b",
    b"n" * 256, b"a/" + b"n" * 256 + b"/b", b"a/" * 40_000 + b"x",
]  # fmt: skip


@pytest.mark.parametrize("path", BAD, ids=lambda path: repr(path[:20]))
@pytest.mark.parametrize("overwrite", ["never", "always"])
def test_unfit_paths_are_refused_row_69(
    victim: Path, target: Path, path: bytes, overwrite: Overwrite
) -> None:
    before = look(victim)
    for kind in "dflhpbc":
        problems: list[Problem] = []
        with restoring(target, problems, overwrite, special=True) as extractor:
            extractor.directory(of("d", b"a"))
            entry = of(kind, path, link=b"a", device=(1, 3))
            if kind == "d":
                assert extractor.directory(entry) is Outcome.SKIPPED
            elif kind == "f":
                assert extractor.file(entry, b"x") is Outcome.SKIPPED
            else:
                assert extractor.other(entry) is Outcome.SKIPPED
        assert [(problem.path, problem.incomplete) for problem in problems] == [(path, True)]
        assert problems[0].reason.startswith("refused")
    assert os.listdir(target) == ["a"]
    assert not os.path.lexists("/etc/bcper-was-here")
    assert sorted(os.listdir(target.parent)) == ["target", "victim"]
    assert look(victim) == before


@pytest.mark.parametrize("overwrite", ["never", "if-newer", "always"])
def test_a_symlink_of_the_archive_is_not_written_through_row_70(
    victim: Path, target: Path, overwrite: Overwrite
) -> None:
    before = look(victim)
    problems: list[Problem] = []
    with restoring(target, problems, overwrite) as extractor:
        assert extractor.other(of("l", b"way", link=os.fsencode(victim))) is Outcome.CREATED
        assert extractor.file(f(b"way/file"), b"x") is Outcome.CREATED
        extractor.directory(of("d", b"way/sub", 0o777))
        extractor.other(of("l", b"way2", link=b"../victim/file"))
        extractor.file(f(b"way2"), b"x")
    assert look(victim) == before
    assert (target / "way/file").read_bytes() == b"x"
    assert not (target / "way").is_symlink()
    told = {problem.path: problem.reason for problem in problems}
    assert "folder is in its place" in told[b"way"]


@pytest.mark.parametrize("overwrite", ["never", "if-newer"])
def test_a_symlink_that_was_there_is_neither_followed_nor_removed_row_73(
    victim: Path, target: Path, overwrite: Overwrite
) -> None:
    os.symlink(victim, target / "way")
    os.symlink(victim / "file", target / "name")
    os.utime(target / "name", ns=(WHEN, WHEN), follow_symlinks=False)
    before, links = look(victim), look(target)
    problems: list[Problem] = []
    with restoring(target, problems, overwrite) as extractor:
        assert extractor.directory(of("d", b"way", 0o777)) is Outcome.SKIPPED
        for name in (b"way/file", b"way/sub/more", b"way/sub/deep/er"):
            assert extractor.file(f(name), b"x") is Outcome.SKIPPED
        assert extractor.other(of("l", b"way/new", link=b"x")) is Outcome.SKIPPED
        assert extractor.file(f(b"name"), b"x") is Outcome.KEPT
    assert look(victim) == before
    assert look(target) == links | {str(target): look(target)[str(target)]}
    assert [(problem.path, problem.incomplete) for problem in problems] == [(b"way", True), (b"way", True)]
    assert "4 entries" in problems[1].reason


def test_always_replaces_symlinks_and_files_but_never_what_they_point_to_row_73(
    victim: Path, target: Path
) -> None:
    os.symlink(victim, target / "way")
    os.symlink(victim / "file", target / "name")
    os.link(victim / "sub/more", target / "shared")
    (target / "plain").write_bytes(b"old")
    (target / "was a file").write_bytes(b"old")
    os.link(target / "plain", target / "other name")
    problems: list[Problem] = []
    with restoring(target, problems, "always") as extractor:
        assert extractor.directory(of("d", b"was a file")) is Outcome.REPLACED
        assert extractor.directory(of("d", b"way")) is Outcome.REPLACED
        assert extractor.file(f(b"way/file"), b"x") is Outcome.CREATED
        for name in (b"name", b"plain", b"shared"):
            assert extractor.file(f(name), b"x") is Outcome.REPLACED
    assert problems == []
    assert (victim / "file").read_bytes() == b"precious"
    assert (victim / "sub/more").read_bytes() == b"precious too"
    assert stat.S_IMODE((victim / "file").stat().st_mode) == 0o604
    assert sorted(os.listdir(victim)) == ["file", "sub"]
    assert (target / "other name").read_bytes() == b"old"
    assert (target / "plain").read_bytes() == b"x"
    assert not (target / "way").is_symlink()
    names = ["name", "other name", "plain", "shared", "was a file", "way"]
    assert sorted(os.listdir(target)) == names


@pytest.mark.parametrize("overwrite", ["never", "if-newer", "always"])
def test_a_folder_in_the_way_of_anything_else_stays_row_73(target: Path, overwrite: Overwrite) -> None:
    os.mkdir(target / "d")
    (target / "d/kept").write_bytes(b"kept")
    problems: list[Problem] = []
    with restoring(target, problems, overwrite, special=True) as extractor:
        assert not extractor.wants(f(b"d"))
        extractor.file(f(b"first"), b"x")
        assert extractor.file(f(b"d"), b"x") is Outcome.SKIPPED
        assert extractor.other(of("l", b"d", link=b"x")) is Outcome.SKIPPED
        assert extractor.other(of("h", b"d", link=b"first")) is Outcome.SKIPPED
        assert extractor.other(of("p", b"d")) is Outcome.SKIPPED
    assert {problem.path for problem in problems} == {b"d"}
    assert (target / "d/kept").read_bytes() == b"kept"
    assert sorted(os.listdir(target)) == ["d", "first"]


def test_newer_files_stay_under_if_newer_row_73(target: Path) -> None:
    for name, more in (("older", -1), ("same", 0), ("newer", 1)):
        (target / name).write_bytes(b"old")
        os.utime(target / name, ns=(WHEN + more, WHEN + more))
    with restoring(target, [], "if-newer") as extractor:
        outcomes = [extractor.file(f(name), b"x") for name in (b"older", b"same", b"newer")]
    assert outcomes == [Outcome.REPLACED, Outcome.KEPT, Outcome.KEPT]
    assert [(target / name).read_bytes() for name in ("older", "same", "newer")] == [b"x", b"old", b"old"]


def test_the_second_of_two_equal_paths_is_treated_like_what_was_there(target: Path) -> None:
    rules: list[tuple[Overwrite, bytes]] = [("never", b"1"), ("if-newer", b"1"), ("always", b"2")]
    for rule, winner in rules:
        with restoring(target / rule, [], rule) as extractor:
            extractor.file(f(b"twice"), b"1")
            extractor.file(f(b"twice"), b"2")
        assert (target / rule / "twice").read_bytes() == winner


def test_a_file_of_the_archive_in_a_folders_place_blocks_it_with_one_line(target: Path) -> None:
    problems: list[Problem] = []
    with restoring(target, problems) as extractor:
        extractor.file(f(b"a/f"), b"x")
        for at in range(1000):
            assert extractor.file(f(b"a/f/%d/x" % at), b"x") is Outcome.SKIPPED
    assert [problem.path for problem in problems] == [b"a/f", b"a/f"]
    assert "1000 entries" in problems[1].reason


def test_hard_links_go_only_to_files_this_restore_wrote_row_70(victim: Path, target: Path) -> None:
    os.symlink(victim / "file", target / "there")
    (target / "kept").write_bytes(b"kept")
    before = look(victim)
    problems: list[Problem] = []
    refused = [
        b"there",
        b"kept",
        b"sym",
        b"../victim/file",
        os.fsencode(victim / "file"),
        b"none",
        b"dir",
        b"",
    ]
    with restoring(target, problems) as extractor:
        extractor.directory(of("d", b"dir"))
        extractor.file(f(b"kept"), b"x")
        extractor.other(of("l", b"sym", link=b"kept"))
        for at, link in enumerate(refused):
            extractor.other(of("h", b"link%d" % at, link=link))
        extractor.other(of("h", b"link8"))
    assert sorted(problem.path for problem in problems) == [b"link%d" % at for at in range(9)]
    assert all(problem.incomplete for problem in problems)
    assert sorted(os.listdir(target)) == ["dir", "kept", "sym", "there"]
    assert look(victim) == before


def test_a_hard_link_to_what_was_swapped_for_a_symlink_is_refused_row_70(victim: Path, target: Path) -> None:
    before = look(victim)
    problems: list[Problem] = []
    with restoring(target, problems) as extractor:
        extractor.file(f(b"first"), b"x")
        os.unlink(target / "first")
        os.symlink(victim / "file", target / "first")
        extractor.other(of("h", b"second", link=b"first"))
        extractor.file(f(b"d/first"), b"x")
        os.rename(target / "d", target / "e")
        os.symlink(victim, target / "d")
        extractor.other(of("h", b"third", link=b"d/first"))
    assert [problem.path for problem in problems] == [b"second", b"third"]
    assert look(victim) == before
    assert sorted(os.listdir(target)) == ["d", "e", "first"]


def test_a_hard_link_that_is_there_already_is_kept_quietly(target: Path) -> None:
    for _ in range(2):
        problems: list[Problem] = []
        with restoring(target, problems) as extractor:
            extractor.file(f(b"first"), b"x")
            last = extractor.other(of("h", b"second", link=b"first"))
        assert problems == []
    assert last is Outcome.KEPT


def test_a_chain_beyond_path_max_changes_nothing_else_row_70(victim: Path, target: Path) -> None:
    before = look(victim)
    problems: list[Problem] = []
    chain = b"/".join([b"d" * 200] * 40)
    with restoring(target, problems) as extractor:
        for depth in range(1, 41):
            extractor.directory(of("d", b"/".join([b"d" * 200] * depth)))
        extractor.other(of("l", chain + b"/up", link=b"../" * 60 + os.fsencode(victim)[1:]))
        assert extractor.file(f(chain + b"/up/file"), b"x") is Outcome.CREATED
        assert extractor.file(f(chain + b"/" + b"../" * 60 + b"x"), b"x") is Outcome.SKIPPED
    assert look(victim) == before


def test_device_nodes_are_left_out_and_reported_row_71(target: Path) -> None:
    problems: list[Problem] = []
    with restoring(target, problems) as extractor:
        assert extractor.other(of("c", b"null", device=(1, 3))) is Outcome.SKIPPED
        assert extractor.other(of("b", b"disk", device=(7, 0))) is Outcome.SKIPPED
    assert [(problem.path, problem.incomplete) for problem in problems] == [
        (b"null", False),
        (b"disk", False),
    ]
    assert os.listdir(target) == []


def test_device_nodes_are_made_if_asked_for_and_allowed_row_71(target: Path) -> None:
    problems: list[Problem] = []
    with restoring(target, problems, special=True) as extractor:
        outcome = extractor.other(of("c", b"null", 0o622, device=(1, 3)))
        for at, device in enumerate([None, (-1, 2), (1 << 40, 1 << 70)]):
            assert extractor.other(of("b", b"odd%d" % at, device=device)) is Outcome.SKIPPED
    if outcome is Outcome.CREATED:
        status = os.lstat(target / "null")
        assert stat.S_ISCHR(status.st_mode)
        assert stat.S_IMODE(status.st_mode) == 0o622
        assert (status.st_rdev, status.st_mtime_ns) == (os.makedev(1, 3), WHEN)
        assert len(problems) == 3
    else:
        assert (len(problems), ROOT) == (4, False)
    assert all(problem.incomplete for problem in problems)


@pytest.mark.parametrize("special", [False, True])
def test_set_user_id_bits_are_cleared_unless_asked_for_row_71(target: Path, special: bool) -> None:
    problems: list[Problem] = []
    with restoring(target, problems, special=special) as extractor:
        assert extractor.file(f(b"su", mode=0o6755), b"x") is Outcome.CREATED
        extractor.other(of("p", b"pipe", 0o4600))
        extractor.directory(of("d", b"shared", 0o2775))
        extractor.file(f(b"shared/sticky", mode=0o1644), b"x")
    modes = {name: stat.S_IMODE((target / name).stat().st_mode) for name in ("su", "pipe", "shared")}
    assert modes == {
        "su": 0o6755 if special else 0o755,
        "pipe": 0o4600 if special else 0o600,
        "shared": 0o2775,
    }
    told = [(problem.path, problem.incomplete) for problem in problems]
    assert told == ([] if special else [(b"su", False), (b"pipe", False)])


@pytest.mark.skipif(not ROOT, reason="only root gives files away")
def test_set_user_id_is_cleared_if_the_owner_cannot_be_restored_row_71(target: Path) -> None:
    problems: list[Problem] = []
    with restoring(target, problems, special=True) as extractor:
        extractor.file(f(b"su", mode=0o4755, uid=(1 << 32) - 1), b"x")
        extractor.file(f(b"other", mode=0o4755, uid=1234, gid=1235), b"x")
    assert stat.S_IMODE((target / "su").stat().st_mode) == 0o755
    assert len(problems) == 2
    status = (target / "other").stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (1234, 1235, 0o4755)


def test_file_capabilities_are_left_out_unless_asked_for_row_71(target: Path) -> None:
    problems: list[Problem] = []
    with restoring(target, problems) as extractor:
        extractor.file(f(b"tool", xattrs={"security.capability": CAPABILITY}), b"x")
    assert [problem.reason for problem in problems] == ["its file capabilities were left out"]
    assert "security.capability" not in os.listxattr(target / "tool")


AREA = b"1\n0\n1\n".ljust(512, b"\0")
NONSENSE: list[tuple[int, bytes, int | None]] = [
    (1, b"", None),
    (1, b"1\n0\n1", None),
    (1, b"x" * 600, None),
    (1, b"-1\n".ljust(512, b"\0"), None),
    (1, b"+1\n0\n1\n".ljust(512, b"\0") + b"x", None),
    (1, b"1\n0\n1_0\n".ljust(512, b"\0") + b"x" * 10, None),
    (1, b"\n".ljust(512, b"\0"), None),
    (1, b"%d\n" % (MAX_SEGMENTS + 1), None),
    (1, b"9" * 30 + b"\n", None),
    (9, b"2\n4\n2\n5\n2\n".ljust(512, b"\0") + b"abcd", None),
    (9, b"2\n4\n2\n0\n2\n".ljust(512, b"\0") + b"abcd", None),
    (3, b"1\n2\n2\n".ljust(512, b"\0") + b"ab", None),
    (3, b"1\n9223372036854775807\n9223372036854775807\n".ljust(512, b"\0"), None),
    (1, b"1\n0\n1\n".ljust(512, b"!") + b"x", None),
    (1, AREA, None),
    (1, AREA + b"xy", None),
    (1, AREA, 513),
    (1, AREA + b"xy", 513),
    (-1, b"0\n".ljust(512, b"\0"), None),
    (1 << 70, b"0\n".ljust(512, b"\0"), None),
]


@pytest.mark.parametrize(("size", "data", "length"), NONSENSE)
def test_a_nonsensical_sparse_area_is_damage_and_leaves_nothing(
    target: Path, size: int, data: bytes, length: int | None
) -> None:
    content = Pieces([data], len(data) if length is None else length, sparse=True)
    with restoring(target, []) as extractor:
        with pytest.raises(Damaged, match="sparse"):
            extractor.file(f(b"s", size), content)
        assert os.listdir(target) == []


@pytest.mark.parametrize(
    ("size", "content"),
    [
        (-1, b""),
        (2, b"x"),
        (0, b"x"),
        (2, Pieces([b"x"], 1)),
        (2, Pieces([b"x"], 2)),
        (2, Pieces([b"x", b"yz"], 2)),
        (-5, Pieces([], -5)),
    ],
)
@pytest.mark.parametrize("existing", [False, True])
def test_content_of_another_length_is_damage_and_leaves_nothing_row_72(
    target: Path, size: int, content: Content, existing: bool
) -> None:
    if existing:
        (target / "file").write_bytes(b"old")
    with restoring(target, [], "always") as extractor:
        with pytest.raises(Damaged, match="another number of bytes"):
            extractor.file(f(b"file", size), content)
    assert os.listdir(target) == (["file"] if existing else [])
    assert not existing or (target / "file").read_bytes() == b"old"


@pytest.mark.parametrize("error", [StoreError("gone"), OSError("its own"), FileExistsError("too")])
@pytest.mark.parametrize("existing", [False, True])
def test_what_content_raises_goes_on_and_leaves_nothing(
    target: Path, error: Exception, existing: bool
) -> None:
    if existing:
        (target / "file").write_bytes(b"old")
    problems: list[Problem] = []
    with pytest.raises(type(error)) as caught, restoring(target, problems, "always") as extractor:
        extractor.file(f(b"file", 3), Pieces([b"x"], 3, breaks=error))
    assert caught.value is error
    assert problems == []
    assert os.listdir(target) == (["file"] if existing else [])
    assert not existing or (target / "file").read_bytes() == b"old"


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[None]:
    """A file system of its own at ``folder``; skips where none can be mounted."""
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], capture_output=True)
    if mount.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_full_folder_is_no_space_and_leaves_no_half_file(target: Path) -> None:
    with small_disk(target, "size=64k"):
        for content in (bytes(1 << 20), Pieces([bytes(16 << 10)] * 64, 1 << 20)):
            with (
                restoring(target, []) as extractor,
                pytest.raises(NoSpace, match="folder to restore into is full"),
            ):
                extractor.file(f(b"big", 1 << 20), content)
            assert os.listdir(target) == []


def test_a_folder_without_inodes_left_is_no_space(target: Path) -> None:
    with small_disk(target, "nr_inodes=5"):
        for kind in "fdlp":
            with OPENER.open(str(target), "never", special=False, report=lambda _: None) as extractor:
                with pytest.raises(NoSpace) as caught:
                    for at in range(9):
                        entry = of(kind, b"%s%d" % (kind.encode(), at), link=b"x", size=0)
                        if kind == "f":
                            extractor.file(attrs.evolve(entry, size=0), b"")
                        elif kind == "d":
                            extractor.directory(entry)
                        else:
                            extractor.other(entry)
                    extractor.finish()
                assert isinstance(caught.value.__cause__, OSError)


def test_a_read_only_file_system_is_a_target_error(target: Path) -> None:
    with small_disk(target, "size=64k"):
        subprocess.run(["mount", "-o", "remount,ro", target], check=True)
        with pytest.raises(TargetError, match="cannot be restored into"):
            OPENER.open(str(target), "never", special=False, report=lambda _: None)
        subprocess.run(["mount", "-o", "remount,rw", target], check=True)
        with restoring(target, []) as extractor:
            extractor.directory(of("d", b"d"))
            subprocess.run(["mount", "-o", "remount,ro", target], check=True)
            with pytest.raises(TargetError):
                extractor.file(f(b"d/x"), b"x")
            subprocess.run(["mount", "-o", "remount,rw", target], check=True)


def test_a_target_that_cannot_be_a_folder_is_a_target_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    os.symlink("nowhere", tmp_path / "dangling")
    for bad in (
        tmp_path / "file",
        tmp_path / "file/below",
        tmp_path / "dangling",
        "",
        "nul\0",
        "/proc/none/x",
    ):
        with pytest.raises(TargetError):
            OPENER.open(str(bad), "never", special=False, report=lambda _: None)
    assert sorted(os.listdir(tmp_path)) == ["dangling", "file"]


@pytest.mark.skipif(ROOT, reason="root may write anywhere")
def test_what_may_not_be_written_is_reported_and_the_rest_goes_on(target: Path) -> None:
    for name, mode in (("shut", 0), ("read-only", 0o500)):
        os.mkdir(target / name)
        os.chmod(target / name, mode)
    problems: list[Problem] = []
    with restoring(target, problems) as extractor:
        for name in (b"shut/x", b"shut/y", b"read-only/x"):
            assert extractor.file(f(name), b"x") is Outcome.SKIPPED
        assert extractor.file(f(b"fine"), b"x") is Outcome.CREATED
    assert [problem.path for problem in problems] == [b"shut", b"read-only/x", b"shut"]
    assert all(problem.incomplete for problem in problems)
    os.mkdir(target / "empty")
    os.chmod(target / "empty", 0o500)
    with pytest.raises(TargetError):
        OPENER.open(str(target / "empty"), "never", special=False, report=lambda _: None)


def test_a_file_too_large_for_the_file_system_is_reported_and_removed(target: Path) -> None:
    problems: list[Problem] = []
    with restoring(target, problems) as extractor:
        size = (1 << 63) - 1
        content = Pieces([b"0\n".ljust(512, b"\0")], 512, sparse=True)
        outcome = extractor.file(f(b"huge", size), content)
    # A file system without a limit of its own takes it.
    assert (outcome, os.listdir(target)) in [(Outcome.SKIPPED, []), (Outcome.CREATED, ["huge"])]
    assert len(problems) == (outcome is Outcome.SKIPPED)


def test_running_out_of_descriptors_is_said_plainly(target: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with restoring(target, []) as extractor:
        open_now = len(os.listdir("/proc/self/fd"))
        resource.setrlimit(resource.RLIMIT_NOFILE, (open_now + 3, hard))
        try:
            with pytest.raises(TargetError, match="cannot go on"):
                extractor.file(f(b"d/" * 50 + b"x"), b"x")
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_tree_deeper_than_the_limit_of_open_files_is_restored(target: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
    problems: list[Problem] = []
    try:
        with restoring(target, problems) as extractor:
            for depth in range(1, 300):
                extractor.directory(of("d", b"/".join([b"d"] * depth)))
            extractor.file(f(b"d/" * 299 + b"x"), b"x")
            extractor.other(of("h", b"d/y", link=b"d/" * 299 + b"x"))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert problems == []
    assert (target / ("d/" * 299 + "x")).read_bytes() == b"x"
    assert (target / "d/y").stat().st_nlink == 2


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o777])
def test_modes_are_exact_whatever_the_umask_row_76(target: Path, mask: int) -> None:
    problems: list[Problem] = []
    old = os.umask(mask)
    try:
        with restoring(target, problems) as extractor:
            extractor.directory(of("d", b"d", 0o777))
            assert stat.S_IMODE((target / "d").stat().st_mode) == 0o700
            extractor.file(f(b"d/file", mode=0o666), b"x")
            extractor.file(f(b"made/file", mode=0o604), b"x")
            extractor.other(of("p", b"d/pipe", 0o622))
        if mask != 0o777:
            with restoring(target / "new/er", problems):
                assert stat.S_IMODE((target / "new").stat().st_mode) == 0o700
                assert stat.S_IMODE((target / "new/er").stat().st_mode) == 0o700
    finally:
        os.umask(old)
    assert problems == []
    names = ("d", "d/file", "d/pipe", "made", "made/file")
    modes = [stat.S_IMODE((target / name).stat().st_mode) for name in names]
    assert modes == [0o777, 0o666, 0o622, 0o700, 0o604]


def test_a_folder_with_a_link_of_its_own_is_only_a_folder(target: Path) -> None:
    problems: list[Problem] = []
    with restoring(target, problems) as extractor:
        assert extractor.directory(of("d", b"d", 0o750, link=b"\0/etc\0")) is Outcome.CREATED
    assert problems == []
    assert stat.S_IMODE((target / "d").stat().st_mode) == 0o750


@pytest.mark.parametrize("moment", ["before", "between"])
def test_a_folder_swapped_for_a_symlink_during_the_restore_is_not_followed(
    victim: Path, target: Path, moment: Literal["before", "between"]
) -> None:
    before = look(victim)
    problems: list[Problem] = []
    with restoring(target, problems, "always") as extractor:
        extractor.directory(of("d", b"d", 0o777))
        if moment == "between":
            extractor.file(f(b"d/file"), b"x")
        os.rename(target / "d", target / "moved")
        os.symlink(victim, target / "d")
        extractor.file(f(b"elsewhere"), b"x")
        if moment == "before":
            extractor.file(f(b"d/file"), b"x")
    assert look(victim) == before
    assert len(problems) == (moment == "between")

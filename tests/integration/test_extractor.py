"""What a restore puts on the disk, on a real file system (FAULTS.md rows 9 and 11 to 17)."""

import os
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest

from bcper.adapters.fs.extract_paths import PathSet
from bcper.adapters.fs.extractor import FsExtractor, FsExtractorOpener
from bcper.domain.model.choices import Overwrite
from bcper.domain.model.entries import Entry, Problem
from bcper.ports.extractor import ExtractorOpener, Outcome

WHEN = 1_600_000_000_123_456_789
ROOT = os.geteuid() == 0
OPENER: ExtractorOpener = FsExtractorOpener()


@attrs.frozen
class Pieces:
    """A stream that says what it is told to say."""

    pieces: list[bytes]
    length: int
    sparse: bool = False

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)


def plain(*pieces: bytes) -> Pieces:
    return Pieces(list(pieces), sum(map(len, pieces)))


def area(*segments: tuple[int, bytes], cut: int = 700) -> Pieces:
    """A GNU sparse 1.0 data area, handed over in pieces of ``cut`` bytes."""
    lines = [len(segments), *(number for offset, data in segments for number in (offset, len(data)))]
    head = b"".join(b"%d\n" % number for number in lines)
    whole = head + bytes(-len(head) % 512) + b"".join(data for _, data in segments)
    return Pieces([whole[at : at + cut] for at in range(0, len(whole), cut)], len(whole), True)


def f(path: bytes, size: int = 0, mode: int = 0o644, mtime_ns: int = WHEN, **more: object) -> Entry:
    ids = {"uid": os.geteuid(), "gid": os.getegid()} | more
    return Entry(path=path, type="f", size=size, mode=mode, mtime_ns=mtime_ns, **ids)  # type: ignore[arg-type]


def of(kind: str, path: bytes, mode: int = 0o755, mtime_ns: int = WHEN, **more: object) -> Entry:
    return attrs.evolve(f(path, mode=mode, mtime_ns=mtime_ns, **more), type=kind)  # type: ignore[arg-type]


@contextmanager
def restoring(
    target: Path, problems: list[Problem], overwrite: Overwrite = "never", special: bool = False
) -> Iterator[FsExtractor]:
    with OPENER.open(str(target), overwrite, special=special, report=problems.append) as extractor:
        yield extractor  # type: ignore[misc]
        extractor.finish()


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """A folder for trees that Python's own rmtree cannot remove."""
    os.mkdir(tmp_path / "deep")
    yield tmp_path / "deep"
    subprocess.run(["rm", "-rf", tmp_path / "deep"], check=True)


def test_a_tree_comes_back_with_bytes_modes_and_times(tmp_path: Path) -> None:
    problems: list[Problem] = []
    with restoring(tmp_path / "out", problems) as extractor:
        assert extractor.directory(of("d", b"top", 0o750, WHEN + 1)) is Outcome.CREATED
        assert extractor.file(f(b"top/a", 3, 0o640), b"one") is Outcome.CREATED
        assert extractor.directory(of("d", b"top/sub", 0o1777, WHEN + 2)) is Outcome.CREATED
        assert extractor.file(f(b"top/sub/empty", 0, 0o400), b"") is Outcome.CREATED
        assert extractor.file(f(b"top/z", 6, 0o000), plain(b"two", b"", b"six")) is Outcome.CREATED
        assert extractor.other(of("l", b"top/link", link=b"/nowhere/../at all")) is Outcome.CREATED
        assert not os.path.lexists(tmp_path / "out/top/link")
        assert extractor.other(of("p", b"top/pipe", 0o622)) is Outcome.CREATED
    top = tmp_path / "out/top"
    assert problems == []
    assert (top / "a").read_bytes() == b"one"
    assert os.readlink(top / "link") == "/nowhere/../at all"
    assert stat.S_ISFIFO(os.lstat(top / "pipe").st_mode)
    assert {name: stat.S_IMODE(os.lstat(top / name).st_mode) for name in ("", "a", "sub", "z", "pipe")} == {
        "": 0o750,
        "a": 0o640,
        "sub": 0o1777,
        "z": 0,
        "pipe": 0o622,
    }
    times = {name: os.lstat(top / name).st_mtime_ns - WHEN for name in ("", "a", "sub", "z", "link", "pipe")}
    assert times == {"": 1, "a": 0, "sub": 2, "z": 0, "link": 0, "pipe": 0}
    os.chmod(top / "z", 0o600)
    assert (top / "z").read_bytes() == b"twosix"


def test_a_read_only_folder_is_filled_before_it_is_closed(tmp_path: Path) -> None:
    problems: list[Problem] = []
    with restoring(tmp_path, problems) as extractor:
        extractor.directory(of("d", b"a", 0o500))
        extractor.directory(of("d", b"a/b", 0o000))
        extractor.file(f(b"a/b/c", 1), b"x")
        extractor.other(of("l", b"a/b/s", link=b"c"))
    assert problems == []
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o500
    assert stat.S_IMODE((tmp_path / "a/b").stat().st_mode) == 0
    os.chmod(tmp_path / "a", 0o700)
    os.chmod(tmp_path / "a/b", 0o700)
    assert sorted(os.listdir(tmp_path / "a/b")) == ["c", "s"]


def test_folders_without_an_entry_are_made_for_the_owner_alone(tmp_path: Path) -> None:
    with restoring(tmp_path, []) as extractor:
        assert extractor.file(f(b"x/y/z", 1), b"z") is Outcome.CREATED
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("x", "x/y")] == [0o700, 0o700]


def test_hard_links_become_one_inode_again_row_9(tmp_path: Path) -> None:
    problems: list[Problem] = []
    with restoring(tmp_path, problems) as extractor:
        extractor.file(f(b"a/first", 2), b"hi")
        assert extractor.other(of("h", b"a/second", link=b"a/first")) is Outcome.CREATED
        assert extractor.other(of("h", b"b/c/third", link=b"a/second")) is Outcome.CREATED
        extractor.file(f(b"b/c/zzz", 1), b"z")
    assert problems == []
    inodes = {(tmp_path / name).stat().st_ino for name in ("a/first", "a/second", "b/c/third")}
    assert len(inodes) == 1
    assert (tmp_path / "b/c/zzz").read_bytes() == b"z"


def test_hard_links_replace_what_is_there_under_always(tmp_path: Path) -> None:
    (tmp_path / "second").write_bytes(b"old")
    problems: list[Problem] = []
    with restoring(tmp_path, problems, "always") as extractor:
        extractor.file(f(b"first", 2), b"hi")
        assert extractor.other(of("h", b"second", link=b"first")) is Outcome.REPLACED
        assert extractor.other(of("h", b"second", link=b"first")) is Outcome.REPLACED
    assert problems == []
    assert os.path.samefile(tmp_path / "first", tmp_path / "second")
    assert sorted(os.listdir(tmp_path)) == ["first", "second"]


def test_a_sparse_file_of_1_tib_stays_sparse_row_11(tmp_path: Path) -> None:
    size, far = 1 << 40, (1 << 40) - (1 << 21)
    data = os.urandom(1 << 20)
    problems: list[Problem] = []
    with restoring(tmp_path, problems) as extractor:
        content = area((4096, b"near"), (far, data), (size, b""))
        assert extractor.file(f(b"big", size), content) is Outcome.CREATED
    assert problems == []
    with open(tmp_path / "big", "rb") as file:
        status = os.fstat(file.fileno())
        assert (status.st_size, status.st_mtime_ns) == (size, WHEN)
        assert status.st_blocks * 512 < 4 << 20
        assert os.pread(file.fileno(), 6, 4095) == b"\0near\0"
        assert os.pread(file.fileno(), 1 << 20, far) == data


@pytest.mark.parametrize("cut", [1, 3, 512, 1 << 20])
def test_a_sparse_area_may_be_cut_anywhere(tmp_path: Path, cut: int) -> None:
    with restoring(tmp_path, []) as extractor:
        extractor.file(f(b"s", 30), area((0, b"abc"), (3, b"def"), (20, b"tail"), cut=cut))
        extractor.file(f(b"hole", 10_000), area(cut=cut))
        extractor.file(f(b"ends in a hole", 8), area((2, b"x"), (8, b""), cut=cut))
    assert (tmp_path / "s").read_bytes() == b"abcdef" + bytes(14) + b"tail" + bytes(6)
    assert (tmp_path / "hole").read_bytes() == bytes(10_000)
    assert (tmp_path / "ends in a hole").read_bytes() == b"\0\0x" + bytes(5)


def test_a_sparse_map_of_many_segments_is_read(tmp_path: Path) -> None:
    segments = [(at * 4096, b"%04d" % at) for at in range(5000)]
    with restoring(tmp_path, []) as extractor:
        extractor.file(f(b"s", 5000 * 4096), area(*segments, cut=1 << 20))
    with open(tmp_path / "s", "rb") as file:
        assert os.pread(file.fileno(), 4, 4999 * 4096) == b"4999"


def test_a_file_of_8_gib_and_1_keeps_its_size_row_17(tmp_path: Path) -> None:
    size = (8 << 30) + 1
    with restoring(tmp_path, []) as extractor:
        extractor.file(f(b"big", size), area((size - 1, b"!")))
    assert (tmp_path / "big").stat().st_size == size


def test_extended_attributes_are_restored_or_listed_as_lost_row_12(tmp_path: Path) -> None:
    problems: list[Problem] = []
    mine, folder = {"user.colour": b"blue\0"}, {"user.kind": b"folder"}
    lost = {"nonsense.\nname": b"x", "user.nul\0": b"y"}
    with restoring(tmp_path, problems) as extractor:
        extractor.directory(of("d", b"d", xattrs=folder))
        assert extractor.file(f(b"d/file", 1, 0o400, xattrs=lost | mine), b"x") is Outcome.CREATED
    told = [problem for problem in problems if "nonsense" in problem.reason or "nul" in problem.reason]
    assert [problem.path for problem in told] == [b"d/file", b"d/file"]
    assert "extended attribute nonsense.\\nname could not be restored" in told[0].reason
    assert not any(problem.incomplete for problem in problems)
    for name, wanted in ((b"d/file", mine), (b"d", folder)):
        path = os.fsencode(tmp_path) + b"/" + name
        for key, value in wanted.items():
            reported = any(problem.path == name and key in problem.reason for problem in problems)
            assert reported or os.getxattr(path, key) == value
    assert (tmp_path / "d/file").stat().st_mtime_ns == WHEN


def test_an_acl_comes_back_with_the_mode_row_12(tmp_path: Path) -> None:
    # user::rw- user:4242:r-- group::r-- mask::rw- other::--- in the kernel's form (acl(5)).
    tags = (
        (1, 6, 0xFFFFFFFF),
        (2, 4, 4242),
        (4, 4, 0xFFFFFFFF),
        (0x10, 6, 0xFFFFFFFF),
        (0x20, 0, 0xFFFFFFFF),
    )
    acl = (2).to_bytes(4, "little") + b"".join(
        tag.to_bytes(2, "little") + bits.to_bytes(2, "little") + who.to_bytes(4, "little")
        for tag, bits, who in tags
    )
    problems: list[Problem] = []
    with restoring(tmp_path, problems) as extractor:
        extractor.file(f(b"file", 1, 0o660, xattrs={"system.posix_acl_access": acl}), b"x")
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o660
    if not problems:
        assert os.getxattr(tmp_path / "file", "system.posix_acl_access") == acl


@pytest.mark.parametrize(
    "name", [b"bad\xff", b"new\nline", b"-rf", b"\x1b[31m", b" ", b"...", b"~", b"n" * 255]
)
def test_names_are_byte_exact_rows_13_and_14(tmp_path: Path, name: bytes) -> None:
    with restoring(tmp_path, []) as extractor:
        extractor.directory(of("d", b"d-" + name[:250]))
        assert extractor.file(f(b"d-" + name[:250] + b"/" + name, 1), b"x") is Outcome.CREATED
        extractor.other(of("l", name, link=name))
    assert sorted(os.listdir(os.fsencode(tmp_path))) == sorted([b"d-" + name[:250], name])
    assert os.listdir(os.fsencode(tmp_path) + b"/d-" + name[:250]) == [name]
    assert os.readlink(os.fsencode(tmp_path) + b"/" + name) == name


@pytest.mark.parametrize(("length", "component"), [(101, 50), (256, 200), (5_000, 250), (5_000, 1)])
def test_long_paths_come_back_row_14(deep: Path, length: int, component: int) -> None:
    names = []
    while sum(map(len, names)) + len(names) < length:
        names.append(b"p" * min(component, length - sum(map(len, names)) - len(names)))
    problems: list[Problem] = []
    with restoring(deep, problems) as extractor:
        for depth in range(1, len(names)):
            assert extractor.directory(of("d", b"/".join(names[:depth]), 0o755)) is Outcome.CREATED
            assert extractor.wants(f(b"/".join([*names[:depth], b"e"]), 1))
        assert extractor.file(f(b"/".join(names), 4), b"deep") is Outcome.CREATED
        # On the way back up, beyond what is kept open.
        for depth in range(len(names) - 1, 0, -1):
            assert extractor.file(f(b"/".join([*names[:depth], b"z"]), 1), b"z") is Outcome.CREATED
    assert problems == []
    assert _read_deep(deep, names) == (b"deep", {0o755})


def _read_deep(base: Path, names: list[bytes]) -> tuple[bytes, set[int]]:
    """The file at the end of the way, and the modes of the folders on it, whatever PATH_MAX says."""
    modes = set()
    here = os.open(base, os.O_RDONLY | os.O_DIRECTORY)
    for name in names[:-1]:
        below = os.open(name, os.O_RDONLY | os.O_DIRECTORY, dir_fd=here)
        os.close(here)
        here = below
        status = os.fstat(here)
        modes.add(stat.S_IMODE(status.st_mode))
        assert status.st_mtime_ns == WHEN
    with open(os.open(names[-1], os.O_RDONLY, dir_fd=here), "rb") as file:
        data = file.read()
    os.close(here)
    return data, modes


@pytest.mark.parametrize("seconds", [-5.5, -1, 0, 1 << 31, 1 << 40, 1 << 62, -(1 << 62)])
def test_odd_times_come_back_or_are_clamped_with_a_warning_row_15(tmp_path: Path, seconds: float) -> None:
    mtime_ns = int(seconds * 10) * 100_000_000
    problems: list[Problem] = []
    with restoring(tmp_path, problems) as extractor:
        extractor.file(f(b"old", 1, mtime_ns=mtime_ns), b"x")
        extractor.directory(of("d", b"folder", mtime_ns=mtime_ns))
        assert extractor.other(of("l", b"link", link=b"old", mtime_ns=mtime_ns)) is Outcome.CREATED
    told = {problem.path for problem in problems}
    for name in (b"old", b"folder"):
        exact = os.stat(os.fsencode(tmp_path) + b"/" + name).st_mtime_ns == mtime_ns
        assert exact != (name in told)
    assert not any(problem.incomplete for problem in problems)


@pytest.mark.parametrize("mtime_ns", [10**40, -(10**40), 10**400])
def test_a_time_beyond_64_bits_is_clamped_with_a_warning_row_15(tmp_path: Path, mtime_ns: int) -> None:
    problems: list[Problem] = []
    with restoring(tmp_path, problems) as extractor:
        assert extractor.file(f(b"old", 1, mtime_ns=mtime_ns), b"x") is Outcome.CREATED
    assert [problem.incomplete for problem in problems] == [False]


@pytest.mark.parametrize("uid", [4294967294, 4294967295, 1 << 40, -1, -7])
def test_odd_owners_come_back_or_are_listed_as_lost_row_16(tmp_path: Path, uid: int) -> None:
    problems: list[Problem] = []
    with restoring(tmp_path, problems) as extractor:
        assert extractor.file(f(b"file", 1, uid=uid, gid=uid), b"x") is Outcome.CREATED
        assert extractor.directory(of("d", b"folder", uid=uid, gid=uid)) is Outcome.CREATED
        assert extractor.other(of("l", b"link", link=b"x", uid=uid, gid=uid)) is Outcome.CREATED
    if not ROOT:
        assert problems == []
    for name in ("file", "folder", "link"):
        status = os.lstat(tmp_path / name)
        exact = (status.st_uid, status.st_gid) == (uid, uid)
        reported = any(
            problem.path == os.fsencode(name) and "owner" in problem.reason for problem in problems
        )
        assert exact or reported or not ROOT
    assert not any(problem.incomplete for problem in problems)


def test_wants_says_what_file_would_do(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"old")
    os.utime(tmp_path / "old", ns=(WHEN, WHEN))
    os.symlink("nowhere", tmp_path / "dangling")
    rules: tuple[Overwrite, ...] = ("never", "if-newer", "always")
    for rule, wanted in zip(rules, ([False, False], [False, True], [True, True]), strict=True):
        with restoring(tmp_path, [], rule) as extractor:
            asked = [extractor.wants(f(b"old", 3, mtime_ns=WHEN + more)) for more in (0, 1)]
            assert asked == wanted
            assert extractor.wants(f(b"dangling", 3)) is (rule == "always")
            assert extractor.wants(f(b"new", 3))
            assert extractor.wants(f(b"no/such/folder", 3))
    assert sorted(os.listdir(tmp_path)) == ["dangling", "old"]


def test_wants_reports_what_it_refuses_and_file_does_not_say_it_again(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_bytes(b"")
    os.mkdir(tmp_path / "folder")
    problems: list[Problem] = []
    with restoring(tmp_path, problems) as extractor:
        for path in (b"../x", b"blocked/x", b"folder"):
            assert not extractor.wants(f(path, 1))
            assert extractor.file(f(path, 1), b"x") is Outcome.SKIPPED
    assert [problem.path for problem in problems] == [b"../x", b"blocked", b"folder", b"blocked"]
    assert problems[-1].reason == "below it, 1 entry was not restored"


def test_folders_that_were_there_keep_their_mode_and_time_unless_told(tmp_path: Path) -> None:
    for rule, outcome, mode in (("never", Outcome.KEPT, 0o711), ("always", Outcome.REPLACED, 0o750)):
        target = tmp_path / rule
        os.makedirs(target / "d")
        os.chmod(target / "d", 0o711)
        os.utime(target / "d", ns=(5, 5))
        problems: list[Problem] = []
        with restoring(target, problems, rule) as extractor:  # type: ignore[arg-type]
            assert extractor.directory(of("d", b"d", 0o750)) is outcome
        assert problems == []
        assert stat.S_IMODE((target / "d").stat().st_mode) == mode
        assert (target / "d").stat().st_mtime_ns == (5 if rule == "never" else WHEN)


def test_of_a_folder_that_comes_twice_the_last_word_counts_under_always(tmp_path: Path) -> None:
    with restoring(tmp_path, [], "always") as extractor:
        extractor.directory(of("d", b"d", 0o700, 1))
        extractor.directory(of("d", b"d", 0o750, 2))
    status = (tmp_path / "d").stat()
    assert (stat.S_IMODE(status.st_mode), status.st_mtime_ns) == (0o750, 2)


def test_entries_out_of_order_are_restored_too(tmp_path: Path) -> None:
    problems: list[Problem] = []
    with restoring(tmp_path, problems) as extractor:
        for path in (b"a/b/c/1", b"z/1", b"a/b/2", b"3", b"a/b/c/4", b"z/y/x/w/5", b"a/6"):
            assert extractor.file(f(path, len(path)), path) is Outcome.CREATED
    assert problems == []
    assert (tmp_path / "z/y/x/w/5").read_bytes() == b"z/y/x/w/5"
    assert (tmp_path / "a/b/c/4").read_bytes() == b"a/b/c/4"


def test_the_target_is_made_with_what_is_above_it_and_may_be_a_symlink(tmp_path: Path) -> None:
    with restoring(tmp_path / "a/b/c/", []) as extractor:
        extractor.file(f(b"x", 1), b"x")
    os.symlink("a/b", tmp_path / "way")
    with restoring(tmp_path / "way/c", []) as extractor:
        extractor.file(f(b"y", 1), b"y")
    assert sorted(os.listdir(tmp_path / "a/b/c")) == ["x", "y"]


def test_every_descriptor_is_closed(deep: Path) -> None:
    before = os.listdir("/proc/self/fd")
    with restoring(deep, []) as extractor:
        for depth in range(1, 400):
            extractor.directory(of("d", b"/".join([b"d"] * depth)))
        extractor.file(f(b"x", 1), b"x")
        extractor.other(of("h", b"d/d/y", link=b"x"))
        extractor.other(of("p", b"d/d/p"))
    assert len(os.listdir("/proc/self/fd")) == len(before)


def test_a_path_set_knows_its_members() -> None:
    paths = PathSet()
    for at in range(20_000):
        paths.add(b"path/%d" % at)
    assert all(b"path/%d" % at in paths for at in range(0, 20_000, 97))
    assert not any(b"other/%d" % at in paths for at in range(0, 20_000, 97))


def test_symlinks_go_into_their_own_folder_when_the_restore_stands_elsewhere(tmp_path: Path) -> None:
    problems: list[Problem] = []
    opener = FsExtractorOpener()
    with opener.open(str(tmp_path / "out"), "never", special=False, report=problems.append) as extractor:
        for folder in (b"a", b"b"):
            extractor.directory(Entry(path=folder, type="d", mode=0o755))
            extractor.other(Entry(path=folder + b"/link", type="l", mode=0o777, link=folder))
        extractor.finish()
    assert problems == []
    assert [os.readlink(tmp_path / "out" / name / "link") for name in "ab"] == ["a", "b"]

"""What a SourceReader promises (ports.source_tree): bytes and metadata, whatever happens meanwhile."""

import gc
import os
import random
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bcper.domain.errors import SourceUnreadable
from bcper.domain.model.entries import SMALL_FILE, Root
from helpers.sources import TREE, contents, paths, root, walked

DEPTH = 3_000

SIZES = [0, 1, 4096, SMALL_FILE - 1, SMALL_FILE, SMALL_FILE + 1, 3 * SMALL_FILE + 7]


def test_a_file_comes_whole_up_to_a_mebibyte_and_as_a_stream_beyond(tmp_path: Path) -> None:
    data = random.Random(1).randbytes(SIZES[-1])
    for size in SIZES:
        (tmp_path / f"{size:09}").write_bytes(data[:size])
    found, problems = contents(root(tmp_path))
    assert not problems
    for size in SIZES:
        entry, content, way = found[b"r/%09d" % size]
        assert (entry.type, entry.size, content == data[:size]) == ("f", size, True)
        assert way == ("whole" if size <= SMALL_FILE else "stream")


@pytest.mark.parametrize(
    "segments",
    [[], [(0, 4096)], [(1 << 20, 8192)], [(8192, 4096), (1 << 30, 100)], [((1 << 40) - 5, 5)]],
    ids=["a hole", "then a hole", "hole and data", "two", "a tebibyte"],
)
def test_holes_are_not_read(tmp_path: Path, segments: list[tuple[int, int]]) -> None:
    size = max([100_000, *(start + length for start, length in segments)])
    with open(tmp_path / "x", "wb") as file:
        file.truncate(size)
        for start, length in segments:
            file.seek(start)
            file.write(b"x" * length)
    if os.stat(tmp_path / "x").st_blocks * 512 >= size:
        pytest.skip("This file system has no holes.")
    entry, area, way = contents(root(tmp_path))[0][b"r/x"]
    assert (way, entry.size) == ("sparse", size)
    head, count = area.split(b"\n", 1)[0], 0
    numbers = [int(line) for line in area.split(b"\n")[1 : 1 + 2 * int(head)]]
    at = -(-len(b"\n".join(area.split(b"\n")[: 1 + 2 * int(head)]) + b"\n") // 512) * 512
    for start, length in zip(numbers[::2], numbers[1::2], strict=True):
        for byte in area[at : at + length].replace(b"\0", b""):
            assert byte == ord("x")
            count += 1
        assert length == 0 or any(start <= first < start + length for first, _ in segments)
        at += length
    assert at == len(area) and count == sum(length for _, length in segments)


def test_what_is_no_file_comes_without_bytes(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.symlink(b"../no\xff/where", os.fsencode(tmp_path) + b"/link")
    os.symlink("link", tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    found, problems = contents(root(tmp_path))
    assert [(entry.type, data, entry.link) for entry, data, _ in found.values()] == [
        ("d", b"", None),
        ("d", b"", None),
        ("l", b"", b"../no\xff/where"),
        ("l", b"", b"link"),
        ("p", b"", None),
    ]
    assert not problems


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root makes devices.")
def test_a_device_comes_with_its_number(tmp_path: Path) -> None:
    try:
        os.mknod(tmp_path / "null", 0o020600, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("Not in this container.")
    entry, data, _ = contents(root(tmp_path))[0][b"r/null"]
    assert (entry.type, entry.device, entry.size, data) == ("c", (1, 3), 0, b"")


def test_extended_attributes_come_with_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"text")
    (tmp_path / "folder").mkdir()
    try:
        for name in ("x", "folder"):
            os.setxattr(tmp_path / name, "user.a", b"\0\xff")
            os.setxattr(tmp_path / name, "user.\xe9", b"")
    except OSError:
        pytest.skip("This file system has no extended attributes.")
    found, problems = contents(root(tmp_path))
    assert not problems
    for path in (b"r/x", b"r/folder"):
        assert found[path][0].xattrs == {"user.a": b"\0\xff", "user.\xe9": b""}
    assert not found[b"r"][0].xattrs


def test_hard_links_show_what_they_share(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"text")
    (tmp_path / "b").mkdir()
    os.link(tmp_path / "a", tmp_path / "b" / "c")
    (tmp_path / "d").write_bytes(b"text")
    found, _ = contents(root(tmp_path))
    one, other, alone = (found[path] for path in (b"r/a", b"r/b/c", b"r/d"))
    assert (one[0].nlink, other[0].nlink, alone[0].nlink) == (2, 2, 1)
    assert (one[0].device_id, one[0].inode) == (other[0].device_id, other[0].inode)
    assert one[1] == other[1] == b"text"


def into_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def into_a_symlink(path: Path) -> None:
    path.unlink()
    os.symlink("/etc/passwd", path)


def into_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def below_a_symlink(path: Path) -> None:
    os.rename(path.parent, f"{path.parent}2")
    os.symlink("/etc", path.parent)


CHANGES: dict[Callable[[Path], None], str] = {
    os.unlink: "vanished",
    into_a_pipe: "something else",
    into_a_symlink: "something else",
    into_a_folder: "something else",
    below_a_symlink: "",
}


@pytest.mark.parametrize(("act", "reason"), CHANGES.items())
def test_what_is_no_file_any_more_is_unreadable_and_never_waited_for(
    tmp_path: Path, act: Callable[[Path], None], reason: str
) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / "x").write_bytes(b"text")
    entries, problems = walked(root(folder))
    with TREE.reader(root(folder), problems.append) as reader:
        reader.content(entries[0])
        act(folder / "x")
        if reason:
            with pytest.raises(SourceUnreadable, match=reason):
                reader.content(entries[1])
        else:
            # The folder was opened before, and that is the one that is read.
            assert reader.content(entries[1]) == b"text"
    assert not problems


def test_metadata_are_those_of_the_open_file(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"text")
    entries, problems = walked(root(tmp_path))
    (tmp_path / "x").write_bytes(b"longer text")
    os.chmod(tmp_path / "x", 0o4711)
    os.utime(tmp_path / "x", ns=(0, -5_500_000_000))
    with TREE.reader(root(tmp_path), problems.append) as reader:
        reader.content(entries[0])
        assert reader.content(entries[1]) == b"longer text"
    entry = entries[1]
    assert (entry.size, entry.mode, entry.mtime_ns) == (11, 0o4711, -5_500_000_000)
    assert entry.ctime_ns == os.stat(tmp_path / "x").st_ctime_ns
    assert not problems


def test_a_stream_keeps_its_length_whatever_its_file_does(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"x" * 3 * SMALL_FILE)
    for new, incomplete in ((SMALL_FILE + 5, True), (4 * SMALL_FILE, False)):
        path.write_bytes(b"x" * 3 * SMALL_FILE)
        entries, problems = walked(root(tmp_path))
        with TREE.reader(root(tmp_path), problems.append) as reader:
            reader.content(entries[0])
            content = reader.content(entries[1])
            assert not isinstance(content, bytes)
            os.truncate(path, new)
            data = b"".join(content)
        assert data == (b"x" * min(new, 3 * SMALL_FILE)).ljust(3 * SMALL_FILE, b"\0")
        assert [(problem.path, problem.incomplete) for problem in problems] == [(b"r/x", incomplete)]


@pytest.mark.skipif(not os.path.exists("/sys/kernel/notes"), reason="Needs a file without blocks.")
def test_a_file_whose_blocks_are_fewer_than_its_bytes_but_has_no_hole_is_read() -> None:
    # Sysfs here; ZFS and EROFS with compression, and many FUSE file systems, do the same to any file.
    ((entry, data, way),) = contents([Root(b"r", b"/sys/kernel/notes")])[0].values()
    assert (data, way) == (Path("/sys/kernel/notes").read_bytes(), "whole")
    assert entry.size == len(data)


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_no_descriptor_is_left_open_by_work_that_is_broken_off(tmp_path: Path) -> None:
    folder = tmp_path
    for name in "abcdef":
        folder /= name
        folder.mkdir()
        (folder / "x").write_bytes(b"x" * 2 * SMALL_FILE)
    before = descriptors()
    walk = TREE.walk(root(tmp_path), None, (), lambda _: None)
    with pytest.raises(KeyError):
        with TREE.reader(root(tmp_path), lambda _: None) as reader:
            for entry in walk:
                content = reader.content(entry)
                if entry.depth == 5 and entry.type == "f":
                    next(iter(content))
                    raise KeyError
    del walk, reader, content
    gc.collect()
    assert descriptors() == before


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """A chain of folders with a file in the deepest, and a file that comes after all of them."""
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(DEPTH):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("x", os.O_CREAT, dir_fd=here))
    os.close(here)
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "last").write_bytes(b"text")
    yield tmp_path
    # The standard library's rmtree is recursive, and pytest's with it.
    subprocess.run(["rm", "-rf", "--", str(tmp_path / "d")], check=True)


def test_a_tree_of_three_thousand_levels_is_read(deep: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2 * DEPTH + 100:
        pytest.skip("This process may not open as many files.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * DEPTH + 100), hard))
    before = descriptors()
    try:
        found, problems = contents(root(deep))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert not problems
    assert paths([entry for entry, _, _ in found.values()]) == [
        *(b"r" + b"/d" * depth for depth in range(DEPTH + 1)),
        b"r" + b"/d" * DEPTH + b"/x",
        b"r/e",
        b"r/e/last",
    ]
    assert descriptors() == before


FEW_FILES = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
from helpers.sources import TREE, root
from bcper.domain.errors import SourceUnreadable
problems, stored, refused = [], 0, 0
roots = root(sys.argv[1])
walk = TREE.walk(roots, None, (), problems.append)
with TREE.reader(roots, problems.append) as reader:
    for entry in walk:
        try:
            last = reader.content(entry)
            stored += 1
        except SourceUnreadable:
            refused += 1
    assert last == b"text", last
    assert refused + len(problems) > 0
    assert all(problem.incomplete for problem in problems)
assert stored > 100, stored
assert len(os.listdir("/proc/self/fd")) < 8
"""


def test_with_few_descriptors_a_deep_tree_is_a_hole_and_the_rest_is_read(deep: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FEW_FILES, str(deep)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (done.returncode, done.stderr) == (0, "")

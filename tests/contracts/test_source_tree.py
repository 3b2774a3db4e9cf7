"""What a SourceTree promises (ports.source_tree), on real folders (FAULTS.md rows 1 to 19)."""

import os
import random
import socket
from pathlib import Path

import pytest

from bcper.domain.errors import UsageError
from bcper.domain.model.entries import Root
from bcper.ports.source_tree import Ignored
from helpers.sources import TREE, asking, contents, paths, root, walked

NAMES = [
    b"a",
    b"a.b",
    b"a b",
    b"a-",
    b"A",
    b"~",
    b"\xff",
    "é".encode(),
    b"\n",
    b"-rf",
    b"*",
    b" ",
    b"zz" * 100,
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Folders in folders with names that sort in many ways."""
    rng = random.Random(8)
    folders = [os.fsencode(tmp_path)]
    for _ in range(40):
        folder = os.path.join(rng.choice(folders), rng.choice(NAMES))
        if not os.path.lexists(folder):
            os.mkdir(folder)
            folders.append(folder)
    for _ in range(100):
        path = os.path.join(rng.choice(folders), rng.choice(NAMES) + b"f")
        Path(os.fsdecode(path)).touch()
    return tmp_path


def test_entries_come_by_components_compared_as_bytes_folders_first(tree: Path) -> None:
    entries, problems = walked(root(tree))
    found = paths(entries)
    assert not problems
    assert found == sorted(found, key=lambda path: path.split(b"/"))
    wanted = {b"r"}
    for folder, folders, files in os.walk(os.fsencode(tree)):
        below = b"r" + folder[len(os.fsencode(tree)) :]
        wanted |= {below + b"/" + name for name in (*folders, *files)}
    assert set(found) == wanted and len(found) == len(wanted)
    for entry in entries:
        assert entry.depth == entry.path.count(b"/")
        assert entry.path.endswith(entry.name) or entry.depth == 0
        status = os.lstat(os.fsencode(tree) + entry.path[1:])
        assert (entry.inode, entry.device_id, entry.nlink) == (status.st_ino, status.st_dev, status.st_nlink)
        assert (entry.mode, entry.uid, entry.gid) == (status.st_mode & 0o7777, status.st_uid, status.st_gid)
        assert (entry.mtime_ns, entry.ctime_ns) == (status.st_mtime_ns, status.st_ctime_ns)


def test_roots_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    roots = []
    for number, name in enumerate([b"b", b"a.b", b"a", b"~", b"B", b"\xff"]):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "x").write_bytes(name)
        roots.append(Root(name, os.fsencode(folder)))
    names = sorted(one.name for one in roots)
    entries, _ = walked(roots)
    assert paths(entries) == [path for name in names for path in (name, name + b"/x")]
    assert [entry.root for entry in entries] == [number for number in range(6) for _ in range(2)]
    found, _ = contents(roots[::-1])
    assert {path: data for path, (_, data, _) in found.items() if path.endswith(b"/x")} == {
        name + b"/x": name for name in names
    }


def test_a_root_that_is_a_file_is_one_entry(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"text")
    found, problems = contents([Root(b"x~2", os.fsencode(tmp_path / "x"))])
    assert list(found) == [b"x~2"] and found[b"x~2"][1] == b"text"
    assert not problems


def test_a_missing_root_is_a_hole_and_the_others_are_walked(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    roots = [Root(name, os.fsencode(tmp_path) + b"/" + name) for name in (b"gone", b"here", b"also-gone")]
    entries, problems = walked(roots)
    assert paths(entries) == [b"here"]
    assert [(problem.path, problem.incomplete) for problem in problems] == [
        (b"also-gone", True),
        (b"gone", True),
    ]


def test_ignored_is_asked_about_everything_below_a_root_in_order_but_not_below_what_it_ignores(
    tree: Path,
) -> None:
    everything = [path[2:] for path in paths(walked(root(tree))[0])[1:]]
    asked: list[tuple[bytes, bool]] = []

    def ignored(path: bytes, is_dir: bool) -> bool:
        asked.append((path, is_dir))
        return len(path) % 3 == 0

    entries, problems = walked(root(tree), ignored)

    def hidden(path: bytes) -> bool:
        parts = path.split(b"/")
        return any(len(b"/".join(parts[:length])) % 3 == 0 for length in range(1, len(parts)))

    assert [path for path, _ in asked] == [path for path in everything if not hidden(path)]
    assert paths(entries)[1:] == [b"r/" + path for path, _ in asked if len(path) % 3]
    assert all(is_dir == os.path.isdir(os.fsencode(tree) + b"/" + path) for path, is_dir in asked)
    assert not problems


def test_an_ignored_folder_is_never_opened_nor_looked_at(tmp_path: Path) -> None:
    (tmp_path / "gone" / "below").mkdir(parents=True)

    def ignored(path: bytes, is_dir: bool) -> bool:
        # Whoever opens it after this, or asks for its status, finds out and reports it.
        os.rename(tmp_path / "gone", tmp_path.parent / f"{tmp_path.name}-moved")
        return True

    entries, problems = walked(root(tmp_path), ignored)
    assert paths(entries) == [b"r"]
    assert not problems


def test_a_folder_that_is_left_out_is_not_stored_and_noted(tmp_path: Path) -> None:
    for name in ("a/store/run", "b"):
        (tmp_path / name).mkdir(parents=True)
    status = os.stat(tmp_path / "a" / "store")
    entries, problems = walked(root(tmp_path), None, [(status.st_dev, status.st_ino), (0, 0)])
    assert paths(entries) == [b"r", b"r/a", b"r/b"]
    assert [(problem.path, problem.incomplete) for problem in problems] == [(b"r/a/store", False)]


def test_nothing_comes_from_a_root_that_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    status = os.stat(tmp_path)
    entries, problems = walked(root(tmp_path), None, [(status.st_dev, status.st_ino)])
    assert b"r/run" not in paths(entries)
    assert [problem.incomplete for problem in problems] == [False]


@pytest.mark.parametrize("ignored", [None, lambda path, _: path.endswith(b"a")], ids=["all", "some"])
def test_the_fraction_grows_from_0_to_1_and_never_goes_back(tree: Path, ignored: Ignored | None) -> None:
    roots = [*root(tree), Root(b"gone", b"/nowhere/at/all"), *root(tree, b"z")]
    walk = TREE.walk(roots, asking(roots, ignored), (), lambda _: None)
    seen = [walk.fraction()]
    for _ in walk:
        seen.append(walk.fraction())
    seen.append(walk.fraction())
    assert seen[0] == 0.0 and seen[-1] == 1.0
    assert seen == sorted(seen)
    assert len(set(seen)) > len(seen) // 3


def test_a_socket_is_noted_and_no_hole(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_PATH)  # the path itself may be too long for a socket
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(f"/proc/self/fd/{folder}/socket")
    os.close(folder)
    entries, problems = walked(root(tmp_path))
    assert paths(entries) == [b"r"]
    assert [(problem.path, problem.incomplete) for problem in problems] == [(b"r/socket", False)]


def test_a_path_is_made_absolute_and_a_symlink_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "folder").mkdir()
    os.symlink("folder", "link")
    here = os.fsencode(os.path.realpath(tmp_path))
    for path in ("link", "folder", "./link/", "~/link", "folder/../folder"):
        assert TREE.resolve(path) == here + b"/folder"
    assert TREE.resolve("not/there") == here + b"/not/there"
    assert TREE.resolve("bad\udcff") == here + b"/bad\xff"
    for path in ("", "a\0b"):
        with pytest.raises(UsageError):
            TREE.resolve(path)

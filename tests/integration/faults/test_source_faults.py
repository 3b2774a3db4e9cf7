"""Sources that misbehave: FAULTS.md rows 1 to 8, 11 and 14 to 19, on real files and through the whole CLI."""

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bcper.adapters.archive.index_codec import entry_halves, entry_of
from bcper.adapters.fs.source_stream import FileStream
from bcper.adapters.fs.source_tree import FsSourceTree
from bcper.domain.errors import SourceUnreadable
from bcper.domain.model.entries import Problem, Root, SourceEntry
from bcper.domain.model.progress import Progress
from bcper.domain.model.runs import Run, RunStatus
from helpers.cli import Cli
from helpers.engine import Engine, Meddler
from helpers.hooked import hooked
from helpers.namespace import run_on_small_disk

ROOT = os.geteuid() == 0
MIB = 1 << 20


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path / "home")


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "tree").mkdir()
    yield tmp_path / "tree"
    # Python's own rmtree fails in very deep trees, and as an ordinary user in shut ones.
    for folder in ("tree", "out"):
        if os.path.lexists(tmp_path / folder):
            subprocess.run(["chmod", "-R", "u+rwX", tmp_path / folder], check=True)
            subprocess.run(["rm", "-rf", tmp_path / folder], check=True)


def come_back(cli: Cli, tmp_path: Path) -> Path:
    """Verify the newest run and restore it; where its root is now."""
    cli("backup", "verify", "latest")
    cli("backup", "restore", "latest", "--target-dir", tmp_path / "out")
    return tmp_path / "out" / "tree"


def newest(cli: Cli) -> dict[str, object]:
    found: dict[str, object] = json.loads(cli("--json", "backup", "list").stdout)[0]
    return found


# Rows 1 to 3: files that change under our hands


def test_row_1_what_vanishes_after_it_was_listed_is_named_and_the_rest_comes_back(
    cli: Cli, tree: Path, tmp_path: Path
) -> None:
    for number in range(30):
        (tree / f"f{number:02d}").write_text(f"{number}")
    (tree / "sub").mkdir()
    (tree / "sub" / "below").write_text("below")
    # When f00 is opened the folder has been listed; f02 has been looked at, too, but f25 and sub have not.
    code = """
EVENTS = {"open"}
def at(event, arguments):
    if arguments[0] == b"f00":
        for name in ("f02", "f25", "sub/below"):
            os.unlink(f"TREE/{name}")
        os.rmdir("TREE/sub")
""".replace("TREE", str(tree))
    done = hooked(cli, code, "backup", "now", tree, "--to", tmp_path / "store", status=3)
    for name in ("f02", "f25", "sub"):
        assert f"tree/{name} vanished while the backup ran" in done.stderr
    assert newest(cli)["status"] == "partial"
    assert newest(cli)["hold"]
    there = come_back(cli, tmp_path)
    gone = {"f02", "f25", "sub"}
    assert {path.name for path in there.iterdir()} == {f"f{n:02d}" for n in range(30)} - gone
    assert all(path.read_text() == str(int(path.name[1:])) for path in there.iterdir())


def test_row_1_what_vanishes_when_it_is_opened_is_named(cli: Cli, tree: Path, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tree / name).write_text(name)
    code = f"""
EVENTS = {{"open"}}
def at(event, arguments):
    if arguments[0] == b"b":
        os.path.exists("{tree}/b") and os.unlink("{tree}/b")
"""
    done = hooked(cli, code, "backup", "now", tree, "--to", tmp_path / "store", status=3)
    assert "tree/b vanished" in done.stderr
    assert sorted(path.name for path in come_back(cli, tmp_path).iterdir()) == ["a", "c"]


def between_fstat_and_read(tree: Path, name: str, action: str) -> str:
    """Extended attributes are looked at after the size, and before the first byte is read."""
    return f"""
EVENTS = {{"os.listxattr"}}
def at(event, arguments):
    if os.readlink(f"/proc/self/fd/{{arguments[0]}}") == "{tree}/{name}":
        {action}
"""


@pytest.mark.parametrize("left", [0, 999])
def test_row_2_a_small_file_that_shrinks_is_padded_and_the_next_is_whole(
    cli: Cli, tree: Path, tmp_path: Path, left: int
) -> None:
    data = os.urandom(1000)
    (tree / "small").write_bytes(data)
    (tree / "small2").write_text("the next member")
    code = between_fstat_and_read(tree, "small", f'os.truncate("{tree}/small", {left})')
    done = hooked(cli, code, "backup", "now", tree, "--to", tmp_path / "store", status=3)
    assert "tree/small shrank while it was read" in done.stderr
    assert newest(cli)["status"] == "partial"
    there = come_back(cli, tmp_path)
    assert (there / "small").read_bytes() == data[:left].ljust(1000, b"\0")
    assert (there / "small2").read_text() == "the next member"


def test_row_3_a_small_file_that_grows_is_stored_at_its_size_with_a_warning(
    cli: Cli, tree: Path, tmp_path: Path
) -> None:
    data = os.urandom(1000)
    (tree / "small").write_bytes(data)
    (tree / "small2").write_text("the next member")
    code = between_fstat_and_read(tree, "small", f'open("{tree}/small", "ab").write(b"x" * 5000)')
    done = hooked(cli, code, "backup", "now", tree, "--to", tmp_path / "store", status=0)
    assert "tree/small grew while it was read; its first 1000 bytes are stored" in done.stderr
    there = come_back(cli, tmp_path)
    assert (there / "small").read_bytes() == data
    assert (there / "small2").read_text() == "the next member"


def meddled(tmp_path: Path, tree: Path, act: Callable[[], object], at: int = 2 * MIB) -> tuple[Run, Path]:
    """Back up; when ``at`` bytes of the sources are read, ``act``. The run, and where it was restored."""

    def when(progress: Progress) -> bool:
        return progress.step == "Backing up" and progress.done >= at

    meddler = Meddler(when, act)
    with Engine(tmp_path / "home", tmp_path / "store") as engine:
        run = engine.back_up(tree, sink=meddler)
        assert meddler.done
        engine.verify(run.run_id)
        assert not engine.restore(run.run_id, tmp_path / "out").problems
    return run, tmp_path / "out" / "tree"


def test_row_2_a_long_file_that_shrinks_in_the_middle_is_padded_and_the_next_is_whole(
    tree: Path, tmp_path: Path
) -> None:
    data, left = os.urandom(5 * MIB + 77), 2 * MIB + 12_345
    (tree / "long").write_bytes(data)
    (tree / "next").write_text("the next member")
    run, there = meddled(tmp_path, tree, lambda: os.truncate(tree / "long", left))
    assert run.status is RunStatus.PARTIAL
    assert any("tree/long shrank while it was read" in warning for warning in run.warnings)
    assert (there / "long").read_bytes() == data[:left].ljust(len(data), b"\0")
    assert (there / "next").read_text() == "the next member"


def test_row_2_a_sparse_file_that_shrinks_is_padded_and_stays_sparse(tree: Path, tmp_path: Path) -> None:
    size, data = 1 << 30, os.urandom(3 * MIB)
    with (tree / "long").open("wb") as file:
        file.write(data)
        file.seek(size - len(data))
        file.write(data)
    (tree / "next").write_text("the next member")
    run, there = meddled(tmp_path, tree, lambda: os.truncate(tree / "long", 2 * MIB))
    assert run.status is RunStatus.PARTIAL
    with (there / "long").open("rb") as file:
        assert file.read(3 * MIB)[: 2 * MIB] == data[: 2 * MIB]
        file.seek(size - len(data))
        assert file.read() == bytes(len(data))
    assert (there / "long").stat().st_size == size
    assert (there / "long").stat().st_blocks * 512 < 16 * MIB
    assert (there / "next").read_text() == "the next member"


def test_row_3_a_long_file_that_grows_is_stored_at_its_size_with_a_warning(
    tree: Path, tmp_path: Path
) -> None:
    data = os.urandom(4 * MIB + 77)
    (tree / "long").write_bytes(data)
    (tree / "next").write_text("the next member")

    def grow() -> None:
        with (tree / "long").open("ab") as file:
            file.write(bytes(3 * MIB))

    run, there = meddled(tmp_path, tree, grow)
    assert run.status is RunStatus.SUCCESS
    assert any(f"its first {len(data)} bytes are stored" in warning for warning in run.warnings)
    assert (there / "long").read_bytes() == data
    assert (there / "next").read_text() == "the next member"


# Row 4: no permission


def powerless() -> list[str]:
    """What goes before a command so that it obeys permissions; for root that takes giving up powers."""
    if not ROOT:
        return []
    powers = "-dac_override,-dac_read_search"
    return ["setpriv", f"--bounding-set={powers}", f"--inh-caps={powers}"]


def test_row_4_what_may_not_be_read_is_named_and_the_rest_comes_back(
    cli: Cli, tree: Path, tmp_path: Path
) -> None:
    for name in ("shut", "unlistable", "unenterable"):
        (tree / name).mkdir()
        (tree / name / "below").write_text("below")
    (tree / "secret").write_text("secret")
    (tree / "zzz").write_text("readable")
    (tree / "secret").chmod(0)
    (tree / "shut").chmod(0)
    (tree / "unlistable").chmod(0o300)
    (tree / "unenterable").chmod(0o600)
    code = "EVENTS = set()"
    done = hooked(cli, code, "backup", "now", tree, "--to", tmp_path / "store", status=3, prefix=powerless())
    for name in ("secret", "shut", "unlistable", "unenterable/below"):
        assert f"tree/{name} cannot be read: Permission denied" in done.stderr
    assert "Warning: tree/zzz" not in done.stderr
    there = come_back(cli, tmp_path)
    assert (there / "zzz").read_text() == "readable"
    assert not (there / "secret").exists()
    assert stat.S_IMODE((there / "unlistable").stat().st_mode) == 0o300


# Row 5: roots that are not what they were


def test_row_5_a_root_that_is_missing_now_is_told_and_holds_pruning(
    cli: Cli, tree: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    for folder in (tree, other):
        folder.mkdir(exist_ok=True)
        (folder / "file").write_text("data")
    cli("backup", "now", other, tree, "--to", tmp_path / "store")
    (tree / "file").unlink()
    tree.rmdir()
    done = cli("backup", "now", other, tree, "--to", tmp_path / "store", status=3)
    assert "tree cannot be backed up: No such file" in done.stderr
    assert newest(cli)["hold"]


def test_row_5_a_run_of_nothing_but_a_missing_root_is_1_and_leaves_the_earlier_run_alone(
    cli: Cli, tree: Path, tmp_path: Path
) -> None:
    (tree / "file").write_text("data")
    made = cli.summary("backup", "now", tree, "--to", tmp_path / "store")
    (tree / "file").unlink()
    tree.rmdir()
    cli("backup", "now", tree, "--to", tmp_path / "store", status=1)
    assert newest(cli)["status"] == "failed"
    assert {path.parent.name for path in (tmp_path / "store").glob("*/*/*")} == {made["run_id"]}
    cli("backup", "verify", made["run_id"])


def test_row_5_a_root_that_is_empty_now_is_told_and_holds_pruning(
    cli: Cli, tree: Path, tmp_path: Path
) -> None:
    (tree / "file").write_text("data")
    cli("backup", "now", tree, "--to", tmp_path / "store")
    (tree / "file").unlink()
    done = subprocess.run(
        [sys.executable, "-P", "-m", "bcper.cli", "backup", "now", tree, "--to", tmp_path / "store"],
        capture_output=True,
        text=True,
        env=cli.environment(),
    )
    assert newest(cli)["hold"]
    assert done.returncode in (1, 3)
    assert "tree" in done.stderr


def test_row_5_a_root_that_stays_empty_goes_on_holding_pruning(tree: Path, tmp_path: Path) -> None:
    # Else a few nights without the disk are enough for retention to drop every good run.
    (tree / "file").write_text("data")
    with Engine(tmp_path / "home", tmp_path / "store") as engine:
        assert engine.back_up(tree).hold == ""
        (tree / "file").unlink()
        assert all(engine.back_up(tree).hold for _ in range(3))


def test_row_5_one_of_two_roots_that_is_empty_now_holds_pruning_too(
    cli: Cli, tree: Path, tmp_path: Path
) -> None:
    large = tmp_path / "large"
    large.mkdir()
    (large / "file").write_bytes(os.urandom(100_000))
    (tree / "file").write_text("a disk that is not mounted any more in the second run")
    cli("backup", "now", large, tree, "--to", tmp_path / "store")
    (tree / "file").unlink()
    subprocess.run(
        [sys.executable, "-P", "-m", "bcper.cli", "backup", "now", large, tree, "--to", tmp_path / "store"],
        capture_output=True,
        env=cli.environment(),
    )
    assert newest(cli)["hold"]


# Rows 6 and 7: what is no file and no folder


def test_rows_6_and_7_fifos_and_devices_are_headers_and_sockets_a_note(
    cli: Cli, tree: Path, tmp_path: Path
) -> None:
    os.mkfifo(tree / "fifo", 0o640)
    (tree / "zzz").write_text("after them")
    if ROOT:
        os.mknod(tree / "null", 0o640 | stat.S_IFCHR, os.makedev(1, 3))
        os.mknod(tree / "disk", 0o600 | stat.S_IFBLK, os.makedev(7, 200))
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(tree)
        try:
            server.bind("sock")
        finally:
            os.chdir(here)
        done = cli("backup", "now", tree, "--to", tmp_path / "store", status=0)
    assert "tree/sock is a socket" in done.stderr
    cli("backup", "verify", "latest")
    cli("backup", "restore", "latest", "--target-dir", tmp_path / "out", "--special")
    there = tmp_path / "out" / "tree"
    assert stat.S_ISFIFO(os.lstat(there / "fifo").st_mode)
    assert (there / "zzz").read_text() == "after them"
    assert not os.path.lexists(there / "sock")
    for name in ("null", "disk") if ROOT else ():
        old, new = os.lstat(tree / name), os.lstat(there / name)
        assert (old.st_mode, old.st_rdev) == (new.st_mode, new.st_rdev)


# Row 8: swapped between the walk and the reader


def make(path: Path, kind: str, victim: Path) -> None:
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "symlink":
        path.symlink_to(victim)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            here = Path.cwd()
            os.chdir(path.parent)
            try:
                server.bind(path.name)
            finally:
                os.chdir(here)
    elif kind == "device":
        os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 5))
    else:
        path.write_text("a file")


def walked(tree: Path) -> tuple[list[SourceEntry], list[Root], list[Problem]]:
    problems: list[Problem] = []
    roots = [Root(b"tree", os.fsencode(tree))]
    return list(FsSourceTree().walk(roots, None, (), problems.append)), roots, problems


@pytest.mark.parametrize("kind", ["fifo", "symlink", "folder", "socket", *(["device"] if ROOT else [])])
def test_row_8_a_file_swapped_after_lstat_is_neither_followed_nor_waited_for(
    tree: Path, tmp_path: Path, kind: str
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("not ours to store")
    for name in ("a", "b", "c"):
        (tree / name).write_text(name)
    entries, roots, problems = walked(tree)
    (tree / "b").unlink()
    make(tree / "b", kind, victim)
    said = {}
    with FsSourceTree().reader(roots, problems.append) as reader:
        for entry in entries:
            try:
                said[entry.name] = reader.content(entry)
            except SourceUnreadable as error:
                said[entry.name] = str(error).encode()
    assert said[b"a"] == b"a"
    assert said[b"c"] == b"c"
    assert said[b"b"] == b"turned into something else while the backup ran"
    assert problems == []


@pytest.mark.parametrize("kind", ["fifo", "symlink", "file"])
def test_row_8_a_folder_swapped_after_lstat_hands_over_nothing_of_another(
    tree: Path, tmp_path: Path, kind: str
) -> None:
    victim = tmp_path / "victim"
    for folder in (victim, tree / "sub", tree / "sub" / "deep"):
        folder.mkdir()
        (folder / "file").write_text(str(folder.name))
    (victim / "deep").mkdir()
    (victim / "deep" / "file").write_text("victim")
    (tree / "z").write_text("z")
    entries, roots, problems = walked(tree)
    (tree / "sub").rename(tmp_path / "moved")
    make(tree / "sub", kind, victim)
    said = {}
    with FsSourceTree().reader(roots, problems.append) as reader:
        for entry in entries:
            try:
                said[entry.path] = reader.content(entry)
            except SourceUnreadable as error:
                said[entry.path] = str(error).encode()
    assert said.pop(b"tree") == b""
    assert said.pop(b"tree/z") == b"z"
    assert set(said) == {b"tree/sub", b"tree/sub/file", b"tree/sub/deep", b"tree/sub/deep/file"}
    assert said.pop(b"tree/sub") == b"turned into something else while the backup ran"
    assert set(said.values()) == {b"is in a folder that could not be opened"}


def test_row_8_a_folder_swapped_between_lstat_and_listing_is_not_walked(tree: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "secret").write_text("not ours to store")
    (tree / "sub").mkdir()
    (tree / "z").write_text("z")
    problems: list[Problem] = []
    walk = FsSourceTree().walk([Root(b"tree", os.fsencode(tree))], None, (), problems.append)
    found = []
    for entry in walk:
        found.append(entry.path)
        if entry.path == b"tree/sub":
            (tree / "sub").rmdir()
            (tree / "sub").symlink_to(victim)
    assert found == [b"tree", b"tree/sub", b"tree/z"]
    assert [(problem.path, problem.incomplete) for problem in problems] == [(b"tree/sub", True)]


@pytest.mark.parametrize("swap", ['os.mkfifo("TREE/b")', 'os.symlink("/etc/passwd", "TREE/b")'])
def test_row_8_a_run_with_a_swapped_file_is_partial(cli: Cli, tree: Path, tmp_path: Path, swap: str) -> None:
    for name in ("a", "b", "c"):
        (tree / name).write_text(name)
    code = """
EVENTS = {"open"}
def at(event, arguments):
    if arguments[0] == b"b" and os.path.isfile("TREE/b") and not os.path.islink("TREE/b"):
        os.unlink("TREE/b")
        SWAP
""".replace("SWAP", swap).replace("TREE", str(tree))
    done = hooked(cli, code, "backup", "now", tree, "--to", tmp_path / "store", status=3)
    assert "tree/b turned into something else" in done.stderr
    assert sorted(path.name for path in come_back(cli, tmp_path).iterdir()) == ["a", "c"]


# Rows 11 and 17: very long files


def sparse_pieces(path: Path) -> list[tuple[int, bytes]]:
    pieces, at = [], 0
    with path.open("rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        while at < size:
            try:
                start = os.lseek(file.fileno(), at, os.SEEK_DATA)
            except OSError:
                break
            at = os.lseek(file.fileno(), start, os.SEEK_HOLE)
            piece = os.pread(file.fileno(), at - start, start).strip(b"\0")
            if piece:
                pieces.append((start, piece))
    return pieces


@pytest.mark.parametrize(
    ("size", "ends_in_data"),
    [((8 << 30) + 1, True), (1 << 40, False)],
    ids=["row 17: 8 GiB + 1", "row 11: 1 TiB"],
)
def test_a_very_long_sparse_file_comes_back_sparse(
    cli: Cli, tree: Path, tmp_path: Path, size: int, ends_in_data: bool
) -> None:
    with (tree / "sparse").open("wb") as file:
        os.truncate(file.fileno(), size)
        for at in (0, size // 3 // 4096 * 4096, size // 2 // 4096 * 4096):
            os.pwrite(file.fileno(), b"<" + os.urandom(MIB // 3) + b">", at)
        if ends_in_data:
            os.pwrite(file.fileno(), b"!", size - 1)
    (tree / "sparse2").write_text("the next member")
    made = cli.summary("backup", "now", tree, "--to", tmp_path / "store")
    assert made["status"] == "success"
    assert made["stored_bytes"] < 4 * MIB
    there = come_back(cli, tmp_path)
    assert (there / "sparse").stat().st_size == size
    assert (there / "sparse").stat().st_blocks * 512 < 4 * MIB
    assert sparse_pieces(there / "sparse") == sparse_pieces(tree / "sparse")
    assert (there / "sparse2").read_text() == "the next member"


# Row 14: long names


def facts(root: Path) -> str:
    """All of a tree however deep: find(1) and sha256sum(1) work folder by folder."""
    listed = subprocess.run(
        ["find", ".", "-printf", "%y %m %s %T@ %p\\n"], cwd=root, capture_output=True, text=True, check=True
    )
    sums = subprocess.run(
        ["find", ".", "-type", "f", "-execdir", "sha256sum", "{}", ";"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = listed.stdout.splitlines()
    # A folder's own size is the file system's business.
    lines = [" ".join(["d", "-", *line.split()[3:]]) if line.startswith("d") else line for line in lines]
    return "\n".join([*sorted(lines), *sorted(sums.stdout.splitlines())])


def make_deep(root: Path, name: str, length: int) -> int:
    """Folders in folders until a path has ``length`` bytes; a file at the end. How many folders."""
    fd, depth = os.open(root, os.O_RDONLY), 0
    while (depth + 1) * (len(name) + 1) < length:
        os.mkdir(name, dir_fd=fd)
        below = os.open(name, os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd, depth = below, depth + 1
    file = os.open("file", os.O_WRONLY | os.O_CREAT, dir_fd=fd)
    os.write(file, b"at the end")
    os.close(file)
    os.close(fd)
    return depth


@pytest.mark.parametrize(
    ("name", "length"),
    [("n" * 93, 101), ("ü" * 62, 256), ("n" * 255, 5000), ("ü" * 127, 5000), ("n" * 9, 5000), ("n", 5000)],
    ids=["101", "256", "5000 in 255s", "5000 in non-ASCII 254s", "5000 in 9s", "5000 in 1s"],
)
def test_row_14_long_paths_come_back(cli: Cli, tree: Path, tmp_path: Path, name: str, length: int) -> None:
    depth = make_deep(tree, name, length)
    (tree / "zzz").write_text("after it")
    # The usual soft limit, whatever this machine's is: a folder may be deeper than files may be open.
    prefix = ["prlimit", "--nofile=1024:"]
    code = "EVENTS = set()"
    done = hooked(cli, code, "backup", "now", tree, "--to", tmp_path / "store", prefix=prefix)
    assert f"{depth + 3:,} entries" in done.stdout
    hooked(cli, code, "backup", "verify", "latest", prefix=prefix)
    hooked(cli, code, "backup", "restore", "latest", "--target-dir", tmp_path / "out", prefix=prefix)
    assert facts(tmp_path / "out" / "tree") == facts(tree)


def test_row_14_names_of_255_bytes_come_back_whatever_the_bytes(cli: Cli, tree: Path, tmp_path: Path) -> None:
    names = [b"n" * 255, b"\xff" * 255, "ü".encode() * 127 + b"x", b"\n" * 255, b"-" * 255, b"\\" * 255]
    base = os.fsencode(tree)
    for name in names:
        with open(base + b"/" + name, "wb") as file:
            file.write(name[:1])
    cli("backup", "now", tree, "--to", tmp_path / "store")
    there = os.fsencode(come_back(cli, tmp_path))
    assert sorted(os.listdir(there)) == sorted(names)
    for name in names:
        with open(there + b"/" + name, "rb") as file:
            assert file.read() == name[:1]


# Rows 15 and 16: odd times and owners


ODD_TIMES = """
import os, subprocess, sys
os.makedirs(DISK + "/tree/folder")
times = {"before": -5_500_000_000, "far": 2**40 * 10**9, "far2": 2**33 * 10**9 + 999_999_999, "zero": 0,
         "just before": -1, "folder": -5_500_000_000, "link": -7}
for name, when in times.items():
    path = f"{DISK}/tree/{name}"
    if name == "link":
        os.symlink("zero", path)
    elif name != "folder":
        open(path, "w").close()
    os.utime(path, ns=(when, when), follow_symlinks=False)
kept = {name: os.lstat(f"{DISK}/tree/{name}").st_mtime_ns for name in times}
for words in (["now", DISK + "/tree", "--to", DISK + "/store"], ["verify", "latest"],
              ["restore", "latest", "--target-dir", DISK + "/out"]):
    done = subprocess.run([sys.executable, "-P", "-m", "bcper.cli", "backup", *words], capture_output=True,
                          text=True)
    print(done.stdout, done.stderr, file=sys.stderr)
    assert done.returncode == 0, words
back = {name: os.lstat(f"{DISK}/out/tree/{name}").st_mtime_ns for name in times}
assert back == kept, (back, kept)
print(kept)
"""


def test_row_15_times_before_1970_and_far_ahead_come_back(cli: Cli, tmp_path: Path) -> None:
    # On a tmpfs, which keeps every second of 64 bits; ext4 would clamp what we set.
    disk = tmp_path / "disk"
    done = run_on_small_disk(
        f"DISK = {str(disk)!r}\n{ODD_TIMES}", folder=disk, size=16 * MIB, env=cli.environment()
    )
    assert done.returncode == 0, done.stderr
    assert "'before': -5500000000" in done.stdout


@pytest.mark.parametrize("nanoseconds", [-5_500_000_000, (1 << 40) * 10**9])
def test_row_15_what_the_file_system_kept_comes_back(
    cli: Cli, tree: Path, tmp_path: Path, nanoseconds: int
) -> None:
    (tree / "odd").write_text("odd")
    os.utime(tree / "odd", ns=(nanoseconds, nanoseconds))
    cli("backup", "now", tree, "--to", tmp_path / "store")
    there = come_back(cli, tmp_path)
    assert (there / "odd").stat().st_mtime_ns == (tree / "odd").stat().st_mtime_ns


@pytest.mark.skipif(not ROOT, reason="only root may give files away")
def test_row_16_the_largest_owner_comes_back(cli: Cli, tree: Path, tmp_path: Path) -> None:
    for name, owner in (("largest", 4_294_967_294), ("octal", 0o7777777), ("beyond", 0o7777777 + 1)):
        (tree / name).write_text(name)
        os.chown(tree / name, owner, owner)
    cli("backup", "now", tree, "--to", tmp_path / "store")
    there = come_back(cli, tmp_path)
    for path in tree.iterdir():
        old, new = path.stat(), (there / path.name).stat()
        assert (old.st_uid, old.st_gid) == (new.st_uid, new.st_gid)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mtime_ns", (1 << 40) * 10**9),
        ("mtime_ns", ((1 << 63) - 1) * 10**9 + 999_999_999),
        ("mtime_ns", -(1 << 63) * 10**9),
        ("ctime_ns", (1 << 40) * 10**9),
        ("inode", (1 << 64) - 1),
        ("uid", (1 << 32) - 2),
        ("size", (1 << 63) - 1),
        ("device", ((1 << 32) - 1, (1 << 32) - 1)),
    ],
)
def test_rows_15_to_17_whatever_stat_can_say_an_index_can_be_read_again(field: str, value: object) -> None:
    # Inodes of overlayfs and of network file systems use all 64 bits; seconds are 64 bits with a sign.
    entry = SourceEntry(b"a", b"a", 0, 0, "f", 0o644, 0, 0, "", "", 1, 0, 0, 1, 1, 1)
    setattr(entry, field, value)
    if field == "device":
        entry.type = "c"
    digest = "0" * 64 if entry.type == "f" else ""
    found = entry_of(json.loads(digest.join(entry_halves(entry, 0, 512, None))))
    assert getattr(found, field) == value


# Rows 18 and 19


def test_row_18_a_store_deep_inside_the_source_is_left_out_at_every_run(
    cli: Cli, tree: Path, tmp_path: Path
) -> None:
    store = tree / "a" / "b" / "store"
    store.parent.mkdir(parents=True)
    (store.parent / "kept").write_text("kept")
    made = [cli.summary("backup", "now", tree, "--to", store) for _ in range(2)]
    assert [run["entries"] for run in made] == [4, 4]
    assert all("tree/a/b/store is the store itself" in " ".join(run["warnings"]) for run in made)
    assert not (come_back(cli, tmp_path) / "a" / "b" / "store").exists()


def test_row_19_a_read_error_in_a_source_is_3_and_named(cli: Cli, tree: Path, tmp_path: Path) -> None:
    (tree / "file").write_text("good")
    # Address 0 of a process is never mapped: a regular file whose first byte is an EIO, on every Linux.
    done = cli("backup", "now", "/proc/self/mem", tree, "--to", tmp_path / "store", status=3)
    assert "mem cannot be read: Input/output error" in done.stderr
    assert (come_back(cli, tmp_path) / "file").read_text() == "good"


def test_row_19_a_read_error_in_a_long_file_pads_it_to_its_length() -> None:
    problems: list[Problem] = []
    fd = os.open("/proc/self/mem", os.O_RDONLY)
    stream = FileStream(fd, b"mem", 3 * MIB + 5, None, problems.append)
    pieces = list(stream)
    assert stream.length == sum(map(len, pieces)) == 3 * MIB + 5
    assert not any(map(any, pieces))
    assert max(map(len, pieces)) <= MIB
    (problem,) = problems
    assert problem.incomplete
    assert "cannot be read beyond byte 0: Input/output error" in problem.reason

"""restore.py, by a bare Python without BCPER, against real stores (FORMAT.md section 7)."""

import ast
import hashlib
import importlib.util
import os
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from bcper.adapters.archive.rescue import rescue_files
from helpers.engine import Engine, files
from helpers.rescue import blob, install, listing, rescue

PASSWORD = "p\u00e4ssword"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with Engine(tmp_path / "home", tmp_path / "store") as made:
        yield made


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    (root / "sub" / "deep").mkdir(parents=True)
    (root / "hello").write_bytes(b"world\n")
    (root / "sub" / "empty").write_bytes(b"")
    (root / "sub" / "big").write_bytes(os.urandom(3_300_000))
    for number in range(40):
        (root / "sub" / "deep" / f"f{number}").write_bytes(os.urandom(number * 900))
    os.link(root / "hello", root / "sub" / "twin")
    (root / "link").symlink_to("../nowhere/é")
    os.symlink(b"bad\xff", os.fsencode(root) + b"/link2")
    os.mkfifo(root / "fifo", 0o640)
    Path(os.fsdecode(os.fsencode(root) + b"/bad\xff\n-")).write_bytes(b"weird")
    (root / ("ü" * 100)).write_bytes(b"long")
    deep = root / ("n" * 200) / ("m" * 200)
    deep.mkdir(parents=True)
    (deep / ("f" * 255)).write_bytes(b"deep")
    with (root / "sparse").open("wb") as file:
        file.seek(5 << 20)
        file.write(b"data" * 70_000)
        file.truncate(40 << 20)
    with (root / "hole").open("wb") as file:
        file.truncate(9 << 20)
    os.setxattr(root / "hello", "user.bcper", b"\0\xff")
    os.setxattr(root / "sub", "user.bcper", b"of a folder")
    os.utime(root / "sub" / "empty", ns=(0, -5_500_000_000))
    (root / "sub" / "deep").chmod(0o500)
    (root / "sub" / "big").chmod(0o040)
    os.utime(root / "sub", ns=(0, 1_234_567_890_123_456_789))
    return root


def widen(tree: Path) -> None:
    """More frames than a writer keeps under way, so that a small limit makes several volumes."""
    for number in range(20):
        (tree / f"wide{number}").write_bytes(os.urandom(1 << 20))


def same(out: Path, tree: Path) -> None:
    ours, theirs = listing(tree), listing(out / tree.name)
    assert set(theirs) == set(ours)
    for path, seen in ours.items():
        assert theirs[path] == seen, path


@pytest.mark.parametrize("password", [None, PASSWORD], ids=["plain", "encrypted"])
@pytest.mark.parametrize("volume_bytes", [0, 200_000])
def test_a_run_comes_back_byte_for_byte(
    engine: Engine, tree: Path, tmp_path: Path, password: str | None, volume_bytes: int
) -> None:
    if volume_bytes:
        widen(tree)
    run = engine.back_up(tree, password=password, volume_bytes=volume_bytes)
    volumes = [name for name in files(engine.store / run.folder) if ".tar.gz" in name]
    assert (len(volumes) > 1) == bool(volume_bytes)
    before = files(engine.store / run.folder)
    assert rescue(engine.store, run.run_id[:8], tmp_path / "out", password=password).stderr == ""
    same(tmp_path / "out", tree)
    for name in ("sparse", "hole"):
        assert (tmp_path / "out" / "tree" / name).stat().st_blocks * 512 < 1 << 20
    decomposed = password and unicodedata.normalize("NFD", password)
    assert rescue(engine.store, "--verify", "latest", password=decomposed).stderr == ""
    assert files(engine.store / run.folder) == before


def test_the_oldest_python_that_it_promises_can_read_it() -> None:
    source = rescue_files()["restore.py"].decode()
    parsed = ast.parse(source, feature_version=(3, 8))
    names = {
        alias.name.split(".")[0]
        for node in ast.walk(parsed)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert "bcper" not in names | {n.module for n in ast.walk(parsed) if isinstance(n, ast.ImportFrom)}


@pytest.mark.parametrize("minor", [8, 9, 13])
def test_older_and_newer_pythons_restore_too(engine: Engine, tree: Path, tmp_path: Path, minor: int) -> None:
    found = sorted(Path("~/.pyenv/versions").expanduser().glob(f"3.{minor}.*/bin/python3"))
    if not found:
        pytest.skip(f"no Python 3.{minor} here")
    engine.back_up(tree)
    rescue(engine.store, "latest", tmp_path / "out", python=str(found[0]))
    same(tmp_path / "out", tree)


def test_it_lists_runs_and_what_is_in_them(engine: Engine, tree: Path) -> None:
    plain = engine.back_up(tree)
    sealed = engine.back_up(tree / "hello", password=PASSWORD, job_name="my job")
    head, first, second = rescue(engine.store).stdout.splitlines()
    assert re.split(" +", head)[2:] == ["TARGET", "STARTED", "MODE", "STATUS", "ENCRYPTED", "SIZE", "ENTRIES"]
    rows = {line.split()[0]: line for line in (first, second)}
    assert set(rows) == {plain.run_id[:8], sealed.run_id[:8]}
    assert re.search(r"full +success +no +\d+\.\d MiB +\d+$", rows[plain.run_id[:8]])
    assert re.search(r"my job +target .* full +success +yes +6 B +1$", rows[sealed.run_id[:8]])
    inside = rescue(engine.store, plain.run_id).stdout.splitlines()
    assert {"tree/", "tree/sub/deep/", "tree/sub/deep/f7", "tree/bad\\xff\\n-"} < set(inside)
    assert rescue(engine.store, sealed.run_id, password=PASSWORD).stdout == "hello\n"


def test_only_some_paths(engine: Engine, tree: Path, tmp_path: Path) -> None:
    engine.back_up(tree)
    out = tmp_path / "out"
    done = rescue(engine.store, "latest", out, "tree/sub/deep/", "./tree/hello", "tree/none", status=3)
    assert "tree/none: is not in this run" in done.stderr
    wanted = {b"", b"/hello", b"/sub", b"/sub/deep", *(b"/sub/deep/f%d" % number for number in range(40))}
    assert set(listing(out / "tree")) == wanted
    ours = listing(tree)
    assert {path: seen[:3] for path, seen in listing(out / "tree").items()} == {
        p: ours[p][:3] for p in wanted
    }
    weird = os.fsdecode(b"tree/bad\xff\n-")
    rescue(engine.store, "latest", tmp_path / "weird", weird)
    assert set(listing(tmp_path / "weird" / "tree")) == {b"", b"/bad\xff\n-"}
    rescue(engine.store, "latest", tmp_path / "none", "nothing", status=1)
    assert not (tmp_path / "none").exists()


def test_runs_that_are_not_there_or_not_one(engine: Engine, tree: Path, tmp_path: Path) -> None:
    rescue(tmp_path, status=10)
    one = engine.back_up(tree / "hello")
    rescue(engine.store, "nonsense", tmp_path / "out", status=1)
    rescue(engine.store, "--verify", status=2)
    rescue(engine.store, "--store", tmp_path / "missing", status=10)
    for letter in "0123456789abcdef":
        twin = engine.store / "ad-hoc" / (one.run_id[:-1] + letter)
        if not twin.exists():
            twin.mkdir()
            name = (one.manifest or "").rpartition("/")[2]
            text = (engine.store / (one.manifest or "")).read_text()
            (twin / name).write_text(text.replace(f'"run_id": "{one.run_id}"', f'"run_id": "{twin.name}"'))
            break
    assert twin.name in rescue(engine.store, one.run_id[:8], tmp_path / "out", status=2).stderr
    assert len({line.split()[0] for line in rescue(engine.store).stdout.splitlines()}) == 3


def test_what_exists_is_kept_and_said(engine: Engine, tree: Path, tmp_path: Path) -> None:
    engine.back_up(tree)
    out = tmp_path / "out" / "tree"
    out.mkdir(parents=True, mode=0o711)
    os.utime(out, ns=(0, 7))
    (out / "hello").write_bytes(b"mine")
    (out / "link").write_bytes(b"mine too")
    (out / "sub").mkdir()
    (out / "sub" / "deep").symlink_to(tmp_path / "home")
    home = listing(tmp_path / "home")
    done = rescue(engine.store, "latest", tmp_path / "out", status=3)
    for said in ("tree/hello: exists already", "tree/link: exists already", "in the way: deep"):
        assert said in done.stderr
    assert "not restored: tree/hello" in done.stderr
    assert "and 21 more" in done.stderr
    assert (out / "hello").read_bytes() == b"mine"
    assert (out / "link").read_bytes() == b"mine too"
    assert out.stat().st_mode & 0o777 == 0o711
    assert (out / "sub" / "big").stat().st_size == 3_300_000
    assert not (out / "sub" / "twin").exists()
    assert listing(tmp_path / "home") == home


def test_set_user_id_and_devices_only_with_special(engine: Engine, tree: Path, tmp_path: Path) -> None:
    (tree / "hello").chmod(0o4755)
    (tree / "sub").chmod(0o2755)
    if os.geteuid() == 0:
        os.mknod(tree / "null", 0o020600, os.makedev(1, 3))
    engine.back_up(tree)
    done = rescue(engine.store, "latest", tmp_path / "out")
    assert "tree/hello: its set-user-ID" in done.stderr
    assert ("tree/null: a device node" in done.stderr) == (os.geteuid() == 0)
    assert not (tmp_path / "out" / "tree" / "null").exists()
    assert (tmp_path / "out" / "tree" / "hello").stat().st_mode & 0o7777 == 0o755
    assert (tmp_path / "out" / "tree" / "sub").stat().st_mode & 0o7777 == 0o2755
    rescue(engine.store, "--special", "latest", tmp_path / "special")
    same(tmp_path / "special", tree)


def test_cancelling_leaves_no_half_file(engine: Engine, tree: Path, tmp_path: Path) -> None:
    engine.back_up(tree)
    code = """
import os, signal
def hook(event, arguments):
    if event == "os.chmod" and os.fstat(arguments[0]).st_size > 3_000_000:
        os.kill(os.getpid(), signal.SIGTERM)
sys.addaudithook(hook)
"""
    paths = ("tree/hello", "tree/sub/big")
    assert (
        "Cancelled" in rescue(engine.store, "latest", tmp_path / "out", *paths, code=code, status=130).stderr
    )
    out = tmp_path / "out" / "tree"
    assert (out / "hello").read_bytes() == b"world\n"
    assert os.listdir(out / "sub") == []


def test_the_readme_names_the_script_and_its_commands_work(
    engine: Engine, tree: Path, tmp_path: Path
) -> None:
    widen(tree)
    run = engine.back_up(tree, volume_bytes=200_000)
    assert "target_" in blob(engine.store, run, ".1.tar.gz").name
    install(engine.store)
    readme = (engine.store / "README.txt").read_text()
    assert hashlib.sha256((engine.store / "restore.py").read_bytes()).hexdigest() in readme
    assert readme.isascii()
    assert max(map(len, readme.splitlines())) <= 72
    blocks = re.findall(r"^     [a-z][^\n]*\n(?: {5,}[a-z][^\n]*\n)*", readme, re.MULTILINE)
    sums, unpack, pick = [re.sub(r"\n +", "\n", block) for block in blocks]
    sums = sums.replace("JOB/RUN-ID", run.folder)
    subprocess.run(["bash", "-ec", sums], cwd=engine.store, check=True, capture_output=True)
    (tmp_path / "untar").mkdir()
    unpack = unpack.replace("FOLDER", str(tmp_path / "untar"))
    done = subprocess.run(
        ["bash", "-ec", unpack], cwd=engine.store / run.folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    ours, theirs = listing(tree), listing(tmp_path / "untar" / "tree")
    assert {p: (v[0], v[3]) for p, v in theirs.items()} == {p: (v[0], v[3]) for p, v in ours.items()}
    assert "zcat VOLUME | tail" in pick
    assert blob(engine.store, run, ".meta.json").exists()


def test_a_run_renews_an_older_script_in_its_store(engine: Engine, tree: Path, tmp_path: Path) -> None:
    engine.back_up(tree / "hello")
    ours = {name: (engine.store / name).read_bytes() for name in rescue_files()}
    assert ours == rescue_files()
    (engine.store / "restore.py").write_bytes(b"# BCPER restore 0\n")
    (engine.store / "README.txt").unlink()
    with Engine(tmp_path / "home", engine.store) as later:
        later.back_up(tree / "hello")
    assert {name: (engine.store / name).read_bytes() for name in ours} == ours


def test_importing_the_package_is_cheap() -> None:
    spec = importlib.util.find_spec("bcper.adapters.archive.rescue")
    assert spec is not None
    assert spec.origin is not None
    imports = [node for node in ast.parse(Path(spec.origin).read_text()).body if isinstance(node, ast.Import)]
    assert imports == []
    assert set(rescue_files()) == {"README.txt", "restore.py"}

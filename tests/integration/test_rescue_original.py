"""restore.py and what the original BCPER left in a store (FORMAT.md section 8)."""

import gzip
import importlib.util
import os
import re
import tarfile
import unicodedata
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bcper.adapters.archive.legacy.listing import legacy_runs
from bcper.adapters.fs.blob_store import LocalBlobStore
from helpers.engine import Engine, files
from helpers.original import TIME, encrypt, member, put, tar, tree, zipped
from helpers.rescue import flip, install, listing, rescue

PASSWORD = "p\u00e4ssword"
RECORD = b"9 path=x\n"
LIMITED = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (%d << 20, %d << 20))"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    root = tmp_path / "store"
    root.mkdir()
    return root


def kept(store: Path, packed: bytes, password: str | None = None, **more: Any) -> Path:
    """An archive of the original's in ``store``."""
    put(LocalBlobStore(str(store)), packed, password, **more)
    name = f"{more.get('folder', '')}{more.get('name', 'home')}_{TIME}.tar.gz{'.enc' if password else ''}"
    return store / name


@pytest.fixture
def source(tmp_path: Path) -> Path:
    root = tmp_path / "source"
    (root / "sub" / ("n" * 120)).mkdir(parents=True)
    (root / "hello").write_bytes(b"world\n")
    (root / "empty").write_bytes(b"")
    (root / "sub" / "big").write_bytes(os.urandom(3_300_000))
    (root / "sub" / ("n" * 120) / "é").write_bytes(b"long")
    Path(os.fsdecode(os.fsencode(root) + b"/bad\xff")).write_bytes(b"weird")
    (root / "sub" / "link").symlink_to("../hello")
    os.link(root / "hello", root / "sub" / "twin")
    os.mkfifo(root / "fifo", 0o640)
    (root / "hello").chmod(0o604)
    os.utime(root / "hello", ns=(0, 1_234_567_890_500_000_000))
    return root


def alike(out: Path, source: Path) -> None:
    """All but folders, of which the original stored none."""
    ours, theirs = listing(source), listing(out)
    assert set(theirs) == set(ours)
    for path, seen in ours.items():
        if not os.path.isdir(os.fsencode(source) + path):
            assert (theirs[path][0], *theirs[path][2:]) == (seen[0], *seen[2:]), path
            assert abs(int(str(theirs[path][1])) - int(str(seen[1]))) < 1000, path


@pytest.mark.parametrize("password", [None, PASSWORD], ids=["plain", "encrypted"])
def test_it_comes_back_and_nothing_is_left_or_changed(
    store: Path, source: Path, tmp_path: Path, password: str | None
) -> None:
    kept(store, tree([(".", source)]), password)
    before = files(store)
    assert rescue(store, "latest", tmp_path / "out", password=password).stderr == ""
    alike(tmp_path / "out", source)
    assert rescue(store, "--verify", "latest", password=password).stderr == ""
    inside = rescue(store, "latest", password=password).stdout.splitlines()
    assert {"hello", "sub/big", "bad\\xff"} < set(inside)
    assert {name: data for name, data in files(store).items() if name in before} == before
    assert set(os.listdir(tmp_path)) <= {"store", "source", "out", "libraries", "password"}


def test_a_password_in_another_form_of_unicode_opens_it(store: Path, tmp_path: Path) -> None:
    kept(store, zipped(member("a", b"1")), unicodedata.normalize("NFD", PASSWORD))
    rescue(store, "latest", tmp_path / "out", password=PASSWORD)
    assert files(tmp_path / "out") == {"a": b"1"}


def test_its_runs_are_listed_among_ours_with_the_ids_that_bcper_gives_them(
    store: Path, source: Path, tmp_path: Path
) -> None:
    kept(store, zipped(member("a", b"1")), name="plain")
    kept(store, zipped(member("b", b"2")), PASSWORD, name="sealed", kind="vault", folder="old/2024/deep/")
    kept(store, zipped(member("a", b"1")), name="plain", folder="copy/")
    assert len(rescue(store).stdout.splitlines()) == 2  # without a marker not all of a disk is searched
    with Engine(tmp_path / "home", store) as engine:
        ours = engine.back_up(source / "hello")
    theirs = {run.target_name: run.run_id for run in legacy_runs(LocalBlobStore(str(store)))}
    done = rescue(store)
    assert done.stderr == ""
    _, *rows = done.stdout.splitlines()
    assert re.split("  +", rows[0])[2] == "target"
    assert {row.split()[0] for row in rows} == {run[:8] for run in (ours.run_id, *theirs.values())}
    assert any(re.search(r"sealed +2024-05-06 07:08:09 +original +success +yes .* -$", row) for row in rows)
    rescue(store, ours.run_id[:8], tmp_path / "ours")
    rescue(store, theirs["sealed"], tmp_path / "theirs", password=PASSWORD)
    assert files(tmp_path / "theirs") == {"b": b"2"}


def test_only_some_paths_and_what_exists_is_kept(store: Path, source: Path, tmp_path: Path) -> None:
    kept(store, tree([(".", source)]))
    (tmp_path / "out" / "sub").mkdir(parents=True)
    (tmp_path / "out" / "sub" / "link").write_bytes(b"mine")
    done = rescue(store, "latest", tmp_path / "out", "sub/big", "sub/link", "none", status=3)
    assert "none: is not in this run" in done.stderr
    assert "sub/link: exists already" in done.stderr
    assert set(files(tmp_path / "out")) == {"sub/big", "sub/link"}


def test_names_that_are_there_twice_or_are_a_folders_too_all_come_back(store: Path, tmp_path: Path) -> None:
    packed = zipped(
        member("x", b"1"),
        member("x", b"2"),
        member("l", type=tarfile.LNKTYPE, linkname="x"),
        member("x~2", b"3"),
        member("f", b"4"),
        member("f/g", b"5"),
        member("d/", type=tarfile.DIRTYPE, mode=0o500),
        member("d/e", b"6"),
        member("s", type=tarfile.SYMTYPE, linkname="d"),
        member("s/t", b"7"),
    )
    kept(store, packed)
    rescue(store, "latest", tmp_path / "out")
    out = tmp_path / "out"
    assert files(out) == {
        "x": b"1",
        "x~2": b"2",
        "l": b"2",
        "x~2~2": b"3",
        "f~2": b"4",
        "f/g": b"5",
        "d/e": b"6",
        "s/t": b"7",
    }
    assert os.readlink(out / "s~2") == "d"
    assert (out / "d").stat().st_mode & 0o7777 == 0o500
    assert (out / "f").stat().st_mode & 0o7777 == 0o700


def test_wrong_and_missing_passwords_are_12_and_write_nothing(store: Path, tmp_path: Path) -> None:
    kept(store, zipped(member("a", b"1")), PASSWORD)
    for password in ("wrong", None):
        rescue(store, "latest", tmp_path / "out", password=password, sealed=True, status=12)
        rescue(store, "--verify", "latest", password=password, sealed=True, status=12)
    assert "cryptography" in rescue(store, "latest", tmp_path / "out", sealed=False, status=1).stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("password", [None, PASSWORD], ids=["plain", "encrypted"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: data[:30],
        lambda data: b"",
        lambda data: data + b"\0",
        lambda data: data + gzip.compress(b""),
        lambda data: data[:2000] + bytes([data[2000] ^ 1]) + data[2001:],
        lambda data: data[:-5] + bytes([data[-5] ^ 1]) + data[-4:],
    ],
)
def test_damage_is_13_before_anything_is_written(
    store: Path, tmp_path: Path, password: str | None, damage: Callable[[bytes], bytes]
) -> None:
    archive = kept(store, zipped(member("a", os.urandom(5000)), member("b", b"2")), password)
    archive.write_bytes(damage(archive.read_bytes()))
    for words in (("latest", tmp_path / "out"), ("--verify", "latest"), ("latest",)):
        assert archive.name in rescue(store, *words, password=password, status=13).stderr
    assert not (tmp_path / "out").exists()


def test_one_wrong_bit_at_the_begin_is_damage_and_not_a_wrong_password(store: Path, tmp_path: Path) -> None:
    flip(kept(store, zipped(member("a", b"1")), PASSWORD), 28)
    rescue(store, "latest", tmp_path / "out", password=PASSWORD, status=13)


def test_another_archive_in_its_place_is_found_by_its_sum(store: Path, tmp_path: Path) -> None:
    for password in (None, PASSWORD):
        archive = kept(
            store, zipped(member("a", b"1")), password, name="plain" if password is None else "sealed"
        )
        other = zipped(member("a", b"2"))
        archive.write_bytes(encrypt(other, password) if password else other)
    _, *rows = rescue(store).stdout.splitlines()
    for row in rows:
        done = rescue(store, row.split()[0], tmp_path / "out", password=PASSWORD, status=13)
        assert "another SHA-256" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "evil",
    [
        member("../victim/new", b"1"),
        member("/victim/new", b"1"),
        member("a/../../victim/new", b"1"),
        member("up", type=tarfile.LNKTYPE, linkname="../victim/file"),
        member("n/" * 3000 + "x", b"1"),
        member("odd", b"", type=b"S"),
        member("odd", type=b"9"),
        member("odd", pax_headers={"GNU.sparse.major": "1"}),
        member("odd", pax_headers={"mtime": "nan"}),
        member("odd", pax_headers={"size": "-1"}),
        member("odd", pax_headers={"uid": "9" * 50}),
        member("", b"1"),
        member("empty", type=tarfile.SYMTYPE, linkname=""),
    ],
)
def test_what_was_made_to_do_harm_writes_nothing_outside_row_69(
    store: Path, tmp_path: Path, evil: tuple[tarfile.TarInfo, bytes]
) -> None:
    (tmp_path / "victim").mkdir()
    (tmp_path / "victim" / "file").write_bytes(b"innocent")
    before = listing(tmp_path / "victim")
    kept(store, zipped(member("good", b"1"), evil))
    expect = 3 if evil[0].name == "empty" else 13
    rescue(store, "latest", tmp_path / "out", status=expect)
    assert (tmp_path / "out").exists() == (expect == 3)
    assert listing(tmp_path / "victim") == before


def test_no_symlink_of_the_archive_is_followed_row_70(store: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "file").write_bytes(b"innocent")
    before = listing(victim)
    kept(
        store,
        zipped(
            member("out", type=tarfile.SYMTYPE, linkname=str(victim)),
            member("out/file", b"evil"),
            member("s", type=tarfile.SYMTYPE, linkname=str(victim / "file")),
            member("h", type=tarfile.LNKTYPE, linkname="s"),
            member("there/file", b"evil"),
            member("null", type=tarfile.CHRTYPE, devmajor=1, devminor=3),
            member("suid", b"1", mode=0o4755),
        ),
    )
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "there").symlink_to(victim)
    done = rescue(store, "latest", tmp_path / "out", status=3)
    assert listing(victim) == before
    assert files(tmp_path / "out") == {"out/file": b"evil", "suid": b"1"}
    assert (tmp_path / "out" / "suid").stat().st_mode & 0o7777 == 0o755
    assert "null: a device node, left out" in done.stderr


@pytest.mark.parametrize(
    "stream",
    [
        b"",
        bytes(512),
        bytes(1024) + b"x",
        tar(member("a", b"1"))[:700],
        tar(member("a", b"1"))[:1024],
        tar(member("a", b"1"))[:1024] + bytes(512) + b"x" * 512,
        b"\xff" * 2048,
        member("x", RECORD, type=b"x")[0].tobuf() + RECORD.ljust(1536, b"\0"),
        member("x", RECORD[:-1], type=b"x")[0].tobuf() + RECORD[:-1].ljust(512, b"\0") + tar(member("a")),
        member("L", b"1" * (2 << 20), type=b"L")[0].tobuf() + bytes(4 << 20),
        member("a", b"1" * 10)[0].tobuf(),
    ],
)
def test_tars_that_are_none_are_13(store: Path, tmp_path: Path, stream: bytes) -> None:
    kept(store, gzip.compress(stream))
    rescue(store, "latest", tmp_path / "out", status=13)
    assert not (tmp_path / "out").exists()


def test_an_archive_is_never_in_memory_as_a_whole(store: Path, tmp_path: Path) -> None:
    noise = os.urandom(1 << 20) * 150
    kept(store, zipped(member("noise", noise)), PASSWORD)
    rescue(store, "latest", tmp_path / "out", password=PASSWORD, code=LIMITED % (120, 120))
    assert files(tmp_path / "out") == {"noise": noise}


def loaded(store: Path) -> ModuleType:
    """The script as a module, whose limits a test can lower."""
    install(store)
    spec = importlib.util.spec_from_file_location("restore", store / "restore.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("limits", "fits"),
    [
        ({}, True),
        ({"MOST_PLAIN": 1 << 19, "MOST_RATIO": 1}, False),
        ({"MOST_PLAIN": 1 << 19, "MOST_RATIO": 10_000}, True),
        ({"MOST_MEMBERS": 41}, False),
        ({"MOST_ODD": 38}, False),
        ({"MOST_ODD": 40, "MOST_MEMBERS": 42}, True),
    ],
)
def test_bombs_are_stopped_row_72(store: Path, tmp_path: Path, limits: dict[str, int], fits: bool) -> None:
    twins = [member("a", b"1") for _ in range(2)]
    folders = [member(f"d{number}", type=tarfile.DIRTYPE) for number in range(39)]
    kept(store, zipped(member("zeros", bytes(1 << 20)), *folders, *twins))
    script = loaded(store)
    for name, value in limits.items():
        setattr(script, name, value)
    given = script.parsed(["latest", str(tmp_path / "out")])
    if fits:
        script.work(given, script.Report())
        assert set(files(tmp_path / "out")) == {"a", "a~2", "zeros"}
    else:
        with pytest.raises(script.Damaged, match="any honest one does"):
            script.work(given, script.Report())
        assert not (tmp_path / "out").exists()


def test_descriptions_that_are_damaged_hide_no_other(store: Path, tmp_path: Path) -> None:
    kept(store, zipped(member("a", b"1")), name="good")
    said = {
        "broken": b"{",
        "list": b"[]",
        "empty": b"{}",
        "other": (store / f"good_{TIME}.meta.json").read_bytes(),
    }
    for name, data in said.items():
        (store / f"{name}_{TIME}.tar.gz").write_bytes(b"x")
        (store / f"{name}_{TIME}.meta.json").write_bytes(data)
    (store / "unrelated.meta.json").write_bytes(b"{")
    done = rescue(store, status=13)
    assert len(done.stdout.splitlines()) == 2
    assert len(done.stderr.splitlines()) == len(said)
    rescue(store, "latest", tmp_path / "out")
    (store / f"good_{TIME}.tar.gz").unlink()
    (store / f"good_{TIME}.tar.gz.enc").write_bytes(b"x")
    assert len(rescue(store, status=13).stdout.splitlines()) == 1


@pytest.mark.parametrize("minor", [8, 9, 13])
def test_older_and_newer_pythons_restore_it_too(
    store: Path, source: Path, tmp_path: Path, minor: int
) -> None:
    found = sorted(Path("~/.pyenv/versions").expanduser().glob(f"3.{minor}.*/bin/python3"))
    if not found:
        pytest.skip(f"no Python 3.{minor} here")
    kept(store, tree([(".", source)]))
    rescue(store, "latest", tmp_path / "out", python=str(found[0]))
    alike(tmp_path / "out", source)

"""A second reader, written from FORMAT.md alone, opens what we write and finds exactly what was backed up."""

import os
import stat
from pathlib import Path

import pytest

from helpers.cli import Cli
from helpers.format_reader import read_run

PASSWORD = "p\u00e4ssword"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "src"
    (root / "a").mkdir(parents=True)
    (root / "a.txt").write_bytes(b"x")
    (root / "a-b").write_bytes(b"")
    (root / "a" / "z").write_bytes(os.urandom(3_500_000))
    for number in range(60):
        (root / "a" / f"s{number}").write_bytes(os.urandom(number * 300))
    Path(os.fsdecode(os.fsencode(root) + b"/bad\xff\n-")).write_bytes(b"hello")
    deep = root / ("n" * 200) / ("m" * 200)
    deep.mkdir(parents=True)
    (deep / ("f" * 255)).write_bytes(b"deep")
    (root / "sym").symlink_to("/nowhere/\u00e9")
    os.symlink(b"bad\xff" * 40, os.fsencode(root) + b"/sym2")
    os.link(root / "a" / "z", root / "zz")
    os.mkfifo(root / "fifo")
    with (root / "sparse").open("wb") as file:
        file.seek(5 << 20)
        file.write(b"data" * 5000)
        file.truncate(30 << 20)
    with (root / "hole").open("wb") as file:
        file.truncate(8 << 20)
    os.utime(root / "a-b", ns=(0, -5_500_000_000))
    os.utime(root / "a.txt", ns=(0, 2**33 * 10**9 + 5))
    (root / "a-b").chmod(0o4755)
    return root


@pytest.mark.parametrize("password", [None, PASSWORD], ids=["plain", "encrypted"])
def test_a_reader_written_from_the_format_alone_agrees(
    tmp_path: Path, tree: Path, password: str | None
) -> None:
    cli, store = Cli(tmp_path / "home"), tmp_path / "store"
    env = {} if password is None else {"BCPER_PASSWORD": password}
    made = cli.summary("backup", "now", tree, "--to", store, env=env)
    found = read_run(store / made["folder"], password)
    base = os.fsencode(tree.parent)
    wanted = {b"src"}
    for folder, names, files in os.walk(os.fsencode(tree)):
        wanted |= {os.path.relpath(os.path.join(folder, name), base) for name in (*names, *files)}
    assert set(found) == wanted
    for path, (kind, content, mode, link) in found.items():
        full = os.path.join(base, path)
        assert mode == stat.S_IMODE(os.lstat(full).st_mode), path
        if kind == "f":
            assert content == Path(os.fsdecode(full)).read_bytes(), path
        elif kind == "l":
            assert link == os.readlink(full)
        elif kind == "h":
            assert os.path.samefile(full, os.path.join(base, link))


@pytest.mark.parametrize("password", [None, PASSWORD], ids=["plain", "encrypted"])
def test_it_refuses_a_volume_with_a_flipped_bit(tmp_path: Path, tree: Path, password: str | None) -> None:
    cli, store = Cli(tmp_path / "home"), tmp_path / "store"
    env = {} if password is None else {"BCPER_PASSWORD": password}
    made = cli.summary("backup", "now", tree, "--to", store, env=env)
    (volume,) = [path for path in (store / made["folder"]).iterdir() if ".tar.gz" in path.name]
    whole = volume.read_bytes()
    volume.write_bytes(whole[:5000] + bytes([whole[5000] ^ 4]) + whole[5001:])
    with pytest.raises(ValueError, match=r"."):
        read_run(store / made["folder"], password)

"""Back up, list, look, verify, restore, delete: real processes, with tar and sha256sum as oracles."""

import gzip
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers.cli import Cli
from helpers.stores import ROOT_FILES

SECRET = {"BCPER_PASSWORD": "correct horse"}


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path / "home")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    (root / "sub" / "deep").mkdir(parents=True)
    (root / "hello.txt").write_text("world\n")
    (root / "sub" / "empty").write_bytes(b"")
    (root / "sub" / "big.bin").write_bytes(os.urandom(3_500_000))
    for number in range(200):
        (root / "sub" / "deep" / f"f{number:03d}").write_bytes(os.urandom(50) * number * 7)
    (root / "link").symlink_to("hello.txt")
    (root / "dangling").symlink_to("/nowhere/at/all")
    os.link(root / "hello.txt", root / "sub" / "hard")
    os.mkfifo(root / "fifo")
    with (root / "sparse").open("wb") as sparse:
        sparse.seek(1 << 30)
        sparse.write(b"end")
        sparse.truncate((1 << 30) + 5_000_000)
    (root / ("ü" * 60)).write_text("umlaut")
    (root / ("n" * 255)).write_text("long")
    (Path(os.fsdecode(os.fsencode(root) + b"/bad\xff\nname"))).write_text("stray")
    os.utime(root / "sub" / "empty", ns=(1_500_000_000_123_456_789,) * 2)
    os.chmod(root / "sub" / "deep", 0o750)
    return root


def listing(root: Path) -> dict[bytes, tuple[object, ...]]:
    found: dict[bytes, tuple[object, ...]] = {}
    base = os.fsencode(root)
    for folder, names, files in os.walk(base):
        for name in (*names, *files):
            path = os.path.join(folder, name)
            status = os.lstat(path)
            content: object = None
            if stat.S_ISREG(status.st_mode) and status.st_size < 1 << 28:
                content = Path(os.fsdecode(path)).read_bytes()
            elif stat.S_ISLNK(status.st_mode):
                content = os.readlink(path)
            links = status.st_nlink if stat.S_ISREG(status.st_mode) else 0
            found[path[len(base) :]] = (
                status.st_mode,
                status.st_size if not stat.S_ISDIR(status.st_mode) else 0,
                status.st_mtime_ns,
                links,
                content,
            )
    return found


@pytest.mark.parametrize("env", [{}, SECRET], ids=["plain", "encrypted"])
@pytest.mark.parametrize("compression", ["fast", "balanced", "best"])
def test_what_was_backed_up_comes_back(
    cli: Cli, tree: Path, tmp_path: Path, env: dict[str, str], compression: str
) -> None:
    made = cli.summary(
        "backup", "now", tree, "--to", tmp_path / "store", "--compression", compression, env=env
    )
    assert made["status"] == "success"
    assert made["encrypted"] == bool(env)
    cli("backup", "verify", "latest", env=env)
    cli("backup", "restore", made["run_id"][:6], "--target-dir", tmp_path / "out", env=env)
    assert listing(tmp_path / "out" / "tree") == listing(tree)
    assert (tmp_path / "out" / "tree" / "sparse").stat().st_blocks * 512 < 1 << 24
    runs = json.loads(cli("--json", "backup", "list").stdout)
    assert [run["run_id"] for run in runs] == [made["run_id"]]


def test_gnu_tar_and_sha256sum_open_what_we_write(cli: Cli, tree: Path, tmp_path: Path) -> None:
    made = cli.summary("backup", "now", tree, "--to", tmp_path / "store")
    folder = tmp_path / "store" / made["folder"]
    (archive,) = folder.glob("*.tar.gz")
    (sums,) = folder.glob("*.sha256")
    subprocess.run(["sha256sum", "-c", "--strict", sums.name], cwd=folder, check=True, capture_output=True)
    (tmp_path / "untar").mkdir()
    done = subprocess.run(
        ["tar", "xzf", archive, "-C", tmp_path / "untar"], check=True, capture_output=True, text=True
    )
    assert done.stderr == ""
    ours, theirs = listing(tree), listing(tmp_path / "untar" / "tree")
    # tar's own headers hold whole seconds (FORMAT.md section 2).
    assert {p: (*v[:2], *v[3:]) for p, v in theirs.items()} == {p: (*v[:2], *v[3:]) for p, v in ours.items()}


def test_every_frame_holds_a_mebibyte_and_begins_where_the_index_says(
    cli: Cli, tree: Path, tmp_path: Path
) -> None:
    made = cli.summary("backup", "now", tree, "--to", tmp_path / "store")
    folder = tmp_path / "store" / made["folder"]
    (archive,) = folder.glob("*.tar.gz")
    (index,) = folder.glob("*.index.gz")
    lines = [json.loads(line) for line in gzip.decompress(index.read_bytes()).splitlines()]
    frames = lines[1]["frames"]
    data = archive.read_bytes()
    sizes = [len(gzip.decompress(data[a:b])) for a, b in zip(frames, [*frames[1:], len(data)], strict=True)]
    assert set(sizes[:-1]) == {1 << 20}
    stream = gzip.decompress(data)
    (hello,) = [line for line in lines if line.get("path") == "tree/hello.txt"]
    assert stream[hello["off"] : hello["off"] + hello["size"]] == b"world\n"
    assert lines[-1]["entries"] == len(lines) - 3 == made["entries"]


def test_include_restores_only_that(cli: Cli, tree: Path, tmp_path: Path) -> None:
    cli("backup", "now", tree, "--to", tmp_path / "store")
    cli("backup", "restore", "latest", "--include", "tree/sub/deep/f007", "--target-dir", tmp_path / "out")
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert files == [tmp_path / "out" / "tree" / "sub" / "deep" / "f007"]
    cli("backup", "restore", "latest", "--include", "nothing", "--target-dir", tmp_path / "o", status=1)


def test_existing_files_are_kept_unless_told_otherwise(cli: Cli, tree: Path, tmp_path: Path) -> None:
    cli("backup", "now", tree, "--to", tmp_path / "store")
    cli("backup", "restore", "latest", "--target-dir", tmp_path / "out")
    hello = tmp_path / "out" / "tree" / "hello.txt"
    hello.write_text("mine")
    assert "kept" in cli("backup", "restore", "latest", "--target-dir", tmp_path / "out").stdout
    assert hello.read_text() == "mine"
    cli("backup", "restore", "latest", "--target-dir", tmp_path / "out", "--overwrite", "always")
    assert hello.read_text() == "world\n"


def test_a_missing_or_wrong_password_is_12_and_writes_nothing(cli: Cli, tree: Path, tmp_path: Path) -> None:
    cli("backup", "now", tree, "--to", tmp_path / "store", env=SECRET)
    out = tmp_path / "out"
    cli("backup", "restore", "latest", "--target-dir", out, status=12)
    cli("backup", "restore", "latest", "--target-dir", out, status=12, env={"BCPER_PASSWORD": "wrong"})
    assert not out.exists()
    cli("backup", "verify", "latest")


def test_two_runs_of_one_password_share_their_salt(cli: Cli, tree: Path, tmp_path: Path) -> None:
    headers = []
    for _ in range(2):
        made = cli.summary("backup", "now", tree, "--to", tmp_path / "store", env=SECRET)
        (index,) = (tmp_path / "store" / made["folder"]).glob("*.index.gz.enc")
        headers.append(index.read_bytes()[:64])
    assert headers[0][:32] == headers[1][:32]
    assert headers[0][32:] != headers[1][32:]


def test_the_store_alone_is_enough(cli: Cli, tree: Path, tmp_path: Path) -> None:
    made = cli.summary("backup", "now", tree, "--to", tmp_path / "store", env=SECRET)
    other = Cli(tmp_path / "another home")
    runs = json.loads(other("--json", "backup", "list", "--store", tmp_path / "store").stdout)
    assert [run["run_id"] for run in runs] == [made["run_id"]]
    other(
        "backup",
        "restore",
        "latest",
        "--store",
        tmp_path / "store",
        "--target-dir",
        tmp_path / "out",
        env=SECRET,
    )
    assert listing(tmp_path / "out" / "tree") == listing(tree)


@pytest.mark.parametrize("env", [{}, SECRET], ids=["plain", "encrypted"])
def test_a_flipped_bit_anywhere_is_13(cli: Cli, tree: Path, tmp_path: Path, env: dict[str, str]) -> None:
    made = cli.summary("backup", "now", tree, "--to", tmp_path / "store", env=env)
    folder = tmp_path / "store" / made["folder"]
    for blob in sorted(folder.iterdir()):
        if blob.suffix in (".sha256", ".json"):
            continue
        whole = blob.read_bytes()
        for at in (20, 100, len(whole) // 2, len(whole) - 5):
            blob.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            done = cli("backup", "verify", "latest", env=env, status=13)
            assert blob.name in done.stderr
        blob.write_bytes(whole[:-1])
        cli("backup", "verify", "latest", env=env, status=13)
        blob.write_bytes(whole)
    cli("backup", "verify", "latest", env=env)


def test_a_lost_checksum_file_is_a_warning(cli: Cli, tree: Path, tmp_path: Path) -> None:
    made = cli.summary("backup", "now", tree, "--to", tmp_path / "store")
    (sums,) = (tmp_path / "store" / made["folder"]).glob("*.sha256")
    sums.write_text("nonsense")
    assert "checksum file" in cli("backup", "verify", "latest").stderr
    sums.unlink()
    assert "missing" in cli("backup", "verify", "latest").stderr


def test_indexes_swapped_between_runs_are_13(cli: Cli, tree: Path, tmp_path: Path) -> None:
    folders = []
    for _ in range(2):
        made = cli.summary("backup", "now", tree, "--to", tmp_path / "store", env=SECRET)
        folders.append(tmp_path / "store" / made["folder"])
    (one,), (two,) = (list(folder.glob("*.index.gz.enc")) for folder in folders)
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    cli("backup", "verify", "latest", status=13, env=SECRET)
    cli("backup", "restore", "latest", "--target-dir", tmp_path / "out", status=13, env=SECRET)


def test_a_store_without_its_marker_is_10_and_stays_untouched(cli: Cli, tree: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    cli("backup", "now", tree, "--to", store)
    marker = store / ".bcper-store.json"
    text = marker.read_text()
    marker.unlink()
    before = sorted(store.rglob("*"))
    cli("backup", "now", tree, "--to", store, status=10)
    assert sorted(store.rglob("*")) == before
    marker.write_text(text.replace(json.loads(text)["store_id"], "0" * 8 + "-0000-4000-8000-" + "0" * 12))
    cli("backup", "now", tree, "--to", store, status=10)
    assert "another" in cli("backup", "list", "--store", store, status=10).stderr.lower()


def test_sources_that_cannot_be_read_make_the_run_partial(cli: Cli, tmp_path: Path) -> None:
    root = tmp_path / "tree"
    root.mkdir()
    (root / "good").write_text("good")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(root)
        try:
            server.bind("sock")
        finally:
            os.chdir(here)
        done = cli(
            "backup",
            "now",
            root,
            tmp_path / "missing",
            "/proc/self/mem",
            "--to",
            tmp_path / "store",
            status=3,
        )
    assert "missing" in done.stderr
    assert "mem" in done.stderr
    assert "socket" in done.stderr
    (run,) = json.loads(cli("--json", "backup", "list").stdout)
    assert run["status"] == "partial"
    assert run["hold"]
    cli("backup", "restore", "latest", "--target-dir", tmp_path / "out")
    assert (tmp_path / "out" / "tree" / "good").read_text() == "good"


def test_nothing_to_back_up_is_1_and_leaves_nothing(cli: Cli, tmp_path: Path) -> None:
    cli("backup", "now", tmp_path / "missing", "--to", tmp_path / "store", status=1)
    assert sorted(path.name for path in (tmp_path / "store").rglob("*")) == ROOT_FILES


def test_ignored_files_and_the_store_itself_are_left_out(cli: Cli, tree: Path, tmp_path: Path) -> None:
    store = tree / "store"
    made = cli.summary("backup", "now", tree, "--to", store, "--ignore", "deep/", "--ignore", "*.bin")
    assert any("store itself" in warning for warning in made["warnings"])
    shown = cli("backup", "ls", "latest").stdout
    assert "deep" not in shown
    assert "big.bin" not in shown
    assert "store/" not in shown
    assert "hello.txt" in shown


def test_everything_ignored_holds_pruning(cli: Cli, tree: Path, tmp_path: Path) -> None:
    made = cli.summary("backup", "now", tree, "--to", tmp_path / "store", "--ignore", "*")
    assert made["hold"]
    assert any("left out" in warning for warning in made["warnings"])


def test_delete_removes_every_file_of_the_run(cli: Cli, tree: Path, tmp_path: Path) -> None:
    made = cli.summary("backup", "now", tree, "--to", tmp_path / "store")
    cli("backup", "delete", made["run_id"], status=2)
    cli("backup", "delete", made["run_id"], "--yes")
    assert sorted(path.name for path in (tmp_path / "store").rglob("*")) == ROOT_FILES
    assert json.loads(cli("--json", "backup", "list").stdout) == []


def test_modes_are_private_whatever_the_umask(cli: Cli, tree: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        cli("backup", "now", tree, "--to", tmp_path / "store", env=SECRET)
    finally:
        os.umask(before)
    for base in (tmp_path / "store", cli.home / ".config" / "bcper"):
        for path in (base, *base.rglob("*")):
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_ctrl_c_cancels_cleanly(cli: Cli, tmp_path: Path) -> None:
    root = tmp_path / "tree"
    root.mkdir()
    for number in range(40):
        (root / f"f{number}").write_bytes(os.urandom(8 << 20))
    process = subprocess.Popen(
        [
            sys.executable,
            "-P",
            "-m",
            "bcper.cli",
            "--json",
            "backup",
            "now",
            root,
            "--to",
            tmp_path / "store",
            "--compression",
            "best",
        ],
        env=cli.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    store = tmp_path / "store"
    while not list(store.rglob("*.part")) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, (out[-500:], err)
    assert sorted(path.name for path in store.rglob("*")) == ROOT_FILES
    (run,) = json.loads(cli("--json", "backup", "list").stdout)
    assert run["status"] == "cancelled"


def test_options_may_stand_anywhere(cli: Cli, tree: Path, tmp_path: Path) -> None:
    assert (
        cli("backup", "now", tree / "sub", "--to", tmp_path / "store", tree / "hello.txt", "-q").stdout == ""
    )
    (run,) = json.loads(cli("backup", "list", "--json").stdout)
    assert sorted(run["roots"]) == sorted(map(str, (tree / "sub", tree / "hello.txt")))
    shown = cli("backup", "ls", "latest", "--store", tmp_path / "store", "sub/deep").stdout
    assert "deep/f007" in shown
    assert "hello" not in shown


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_know_the_verbs(cli: Cli, shell: str) -> None:
    assert "restore" in cli("shell", "completion", shell).stdout


def test_what_it_says_is_what_was_done(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "D").mkdir()
    (tmp_path / "D" / "report.txt").write_text("x")
    (tmp_path / "pw").write_text("secret")
    sealed = ("--password-file", tmp_path / "pw")
    cli("backup", "now", tmp_path / "D", "--to", tmp_path / "store", *sealed)

    said = cli("backup", "verify", "latest").stdout
    assert "whole" not in said
    assert "was not read" in said
    assert "--ask-password" in said
    assert "whole: every byte" in cli("backup", "verify", "latest", *sealed).stdout

    cli("backup", "restore", "latest", "--target-dir", tmp_path / "out", *sealed)
    for overwrite, word in (("never", "kept (see --overwrite)."), ("if-newer", "--overwrite always")):
        again = cli(
            "backup", "restore", "latest", "--target-dir", tmp_path / "out", "--overwrite", overwrite, *sealed
        )
        assert word in again.stdout

    assert "'*repor*'" in cli("backup", "find", "repor", *sealed, status=1).stdout
    assert "part of a name" not in cli("backup", "find", "*nothing*", *sealed, status=1).stdout

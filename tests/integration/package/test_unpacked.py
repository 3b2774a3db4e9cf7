"""The package's programs from any folder, with Debian's Python, for a person with an empty environment."""

import os
import shlex
import shutil
import signal
import time
from pathlib import Path

import pytest

from integration.package.conftest import Unpacked

HOME = "usr/lib/bcper"


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    (folder / "letters").mkdir(parents=True)
    (folder / "letters" / "one").write_bytes(b"dear " * 10000)
    return folder


def test_a_backup_and_back(unpacked: Unpacked, documents: Path, tmp_path: Path) -> None:
    unpacked("bcper-cli", "backup", "now", documents, "--to", tmp_path / "store")
    unpacked("bcper-cli", "backup", "verify", "latest", "--store", tmp_path / "store")
    unpacked(
        "bcper-cli",
        "backup",
        "restore",
        "latest",
        "--store",
        tmp_path / "store",
        "--target-dir",
        tmp_path / "out",
    )
    assert (tmp_path / "out/documents/letters/one").read_bytes() == b"dear " * 10000


def test_an_encrypted_one(unpacked: Unpacked, documents: Path, tmp_path: Path) -> None:
    env = {"BCPER_PASSWORD": "open sesame"}
    unpacked("bcper-cli", "backup", "now", documents, "--to", tmp_path / "store", env=env)
    unpacked("bcper-cli", "backup", "verify", "latest", "--store", tmp_path / "store", env=env)


def test_the_persons_own_python_has_no_say(unpacked: Unpacked, documents: Path, tmp_path: Path) -> None:
    traps = tmp_path / "traps"
    own = unpacked.home / ".local/lib"
    for folder in (traps, *(own / f"python3.{minor}" / "site-packages" for minor in range(11, 15))):
        folder.mkdir(parents=True)
        for name in ("attrs", "attr", "bcper", "json", "sitecustomize", "usercustomize"):
            (folder / f"{name}.py").write_text("import os; os._exit(99)\n")
    env = {"PYTHONPATH": str(traps), "PYTHONHOME": "/nowhere", "PYTHONSTARTUP": str(traps / "attr.py")}
    unpacked("bcper-cli", "backup", "now", documents, "--to", tmp_path / "store", env=env)
    started = unpacked("bcper-cli", "daemon", "start", env=env)
    try:
        assert "runs (process" in started.stdout
        _job(unpacked, documents, tmp_path, env)
    finally:
        unpacked("bcper-cli", "daemon", "stop", env=env)


def test_commands_of_the_person_have_the_persons_python(
    unpacked: Unpacked, documents: Path, tmp_path: Path
) -> None:
    unpacked("bcper-cli", "daemon", "start", env={"PYTHONPATH": "/of/the/person"})
    try:
        wanted = f"sh -c {shlex.quote(f'echo $PYTHONPATH > {tmp_path}/told')}"
        _job(unpacked, documents, tmp_path, {}, "--before", wanted)
    finally:
        unpacked("bcper-cli", "daemon", "stop")
    assert (tmp_path / "told").read_text() == "/of/the/person\n"


def _job(unpacked: Unpacked, documents: Path, base: Path, env: dict[str, str], *more: str) -> None:
    for command in (
        ["item", "add", "documents", documents],
        ["store", "add", "disk", "--type", "local", "--path", base / "disk"],
        ["frequency", "add", "daily", "--every", "day at 22:00"],
        [
            *("job", "add", "--name", "nightly", "--target-type", "item", "--target-name", "documents"),
            *("--store-name", "disk", "--frequency-id", "daily", *more),
        ],
        ["job", "run", "nightly"],
    ):
        unpacked("bcper-cli", *command, env=env)


def test_its_programs_are_named_where_programs_are_named(unpacked: Unpacked) -> None:
    lines = unpacked("bcper-cli", "shell", "aliases", "--print").stdout
    for name in ("bcper", "bcperd", "bcper-cli"):
        assert f"alias {name}=" in lines and str(unpacked.tree / "usr/bin" / name) in lines
    unpacked("bcper-cli", "daemon", "install", env={"PATH": "/nowhere"})
    entry = (unpacked.home / ".config/autostart/bcperd.desktop").read_text()
    assert f'Exec="{unpacked.tree}/usr/bin/bcperd" --quiet\n' in entry


def test_a_daemon_in_the_foreground_ends_in_order(unpacked: Unpacked) -> None:
    import subprocess

    child = subprocess.Popen(
        [unpacked.tree / "usr/bin/bcperd", "--quiet"], env={"HOME": str(unpacked.home)}, cwd="/"
    )
    try:
        socket = unpacked.home / ".config/bcper/daemon.sock"
        while not socket.exists():
            assert child.poll() is None
            time.sleep(0.05)
        child.send_signal(signal.SIGTERM)
        assert child.wait(60) == 0
    finally:
        child.kill()


def test_another_python_gets_a_sentence(unpacked: Unpacked, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "usr").mkdir(parents=True)
    shutil.copytree(unpacked.tree / "usr/bin", other / "usr/bin")
    (other / HOME / "python").mkdir(parents=True)
    for name in ("bcper", "bcperd", "bcper-cli"):
        done = Unpacked(other, unpacked.home)(name, "--version", status=1)
        assert done.stderr.startswith("Error: This package of BCPER has no modules for Python 3.")
        assert (
            "\nHint: It has them for Python 3.11 to 3.14 on x86_64-linux-gnu and aarch64-linux-gnu."
            in done.stderr
        )


def test_started_by_a_link_it_finds_its_folder(unpacked: Unpacked, tmp_path: Path) -> None:
    (tmp_path / "usr/bin").mkdir(parents=True)
    os.symlink(unpacked.tree / "usr/bin/bcper-cli", tmp_path / "usr/bin/bcper-cli")
    assert Unpacked(tmp_path, unpacked.home)("bcper-cli", "--version").stdout.startswith("bcper-cli ")


def test_all_modules_are_there(unpacked: Unpacked) -> None:
    import subprocess

    code = """
import importlib, pkgutil, sys
sys.path += [sys.argv[1] + "/python", sys.argv[1] + "/" + sys.implementation._multiarch]
import bcper
for found in pkgutil.walk_packages(bcper.__path__, "bcper."):
    if not found.name.startswith("bcper.apps.gui"):
        importlib.import_module(found.name)
import bcper_core.engine, keyring.backends.SecretService
"""
    command = ["/usr/bin/python3", "-IS", "-c", code, unpacked.tree / HOME]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

"""``bcper-cli doctor`` on homes in every state: it always tells, and never changes anything."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.cli import Cli
from helpers.rclone import program, script

NEEDLE = "Tr0ub4dor"


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path / "home")


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No rclone, bus, screen and runtime folder of the machine's."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    monkeypatch.delenv("DISPLAY", raising=False)


def set_up(cli: Cli, tmp_path: Path) -> Path:
    """A job "nightly" that has run once; returns the folder of its store."""
    source, store = tmp_path / "docs", tmp_path / "store"
    source.mkdir()
    (source / "docs.txt").write_text("words")
    cli("item", "add", "docs", source)
    cli("store", "add", "disk", "--type", "local", "--path", store)
    cli("frequency", "add", "daily", "--cron", "0 22 * * *")
    cli(
        *("job", "add", "--name", "nightly", "--target-type", "item", "--target-name", "docs"),
        *("--store-name", "disk", "--frequency-id", "daily"),
    )
    cli("job", "run", "nightly")
    return store


def looked(cli: Cli, *more: object, status: int = 0, env: dict[str, str] | None = None) -> Any:
    return json.loads(cli("--json", "doctor", *more, status=status, env=env).stdout)


def problems(found: Any) -> set[str]:
    return {each["group"] for each in found["findings"] if each["state"] == "problem"}


def tree(*folders: Path) -> Iterator[tuple[object, ...]]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            status = path.lstat()
            data = path.read_bytes() if path.is_file() else b""
            yield str(path), status.st_mode, status.st_ino, status.st_mtime_ns * path.is_file(), data


def test_an_empty_home_is_fine_and_stays_empty(cli: Cli) -> None:
    assert problems(looked(cli)) == set()
    assert "Nothing is configured yet." in cli("doctor").stdout
    assert list(cli.home.iterdir()) == []


def test_where_all_is_well_it_says_so_and_changes_nothing(cli: Cli, tmp_path: Path) -> None:
    store = set_up(cli, tmp_path)
    before = list(tree(cli.home, store))
    done = cli("doctor")
    assert done.stdout.splitlines()[-1].startswith("Nothing is wrong: ")
    assert "disk is there, is the one that it was, and takes data" in done.stdout
    assert "1 job, and nothing to worry about." in done.stdout
    assert looked(cli)["well"] is True
    assert cli("doctor", "-q").stdout == ""
    assert "Stores were left out" in cli("doctor", "--no-stores").stdout
    assert list(tree(cli.home, store)) == before


def test_each_thing_that_is_broken_is_told_and_left(cli: Cli, tmp_path: Path) -> None:
    store, config = set_up(cli, tmp_path), cli.home / ".config" / "bcper"
    kept = {name: (config / name).read_bytes() for name in ("config.json", "bcper.db")}
    for name, text, group in (
        ("config.json", '{"version": 3', "Settings"),
        ("bcper.db", "no database", "List of runs"),
        ("secrets.json", NEEDLE, ""),
    ):
        (config / name).write_text(text)
        (config / name).chmod(0o600)
        before = list(tree(cli.home, store))
        found = looked(cli, status=1 if group else 0)
        assert problems(found) == ({group} if group else set())
        assert NEEDLE not in json.dumps(found)
        assert list(tree(cli.home, store)) == before
        (config / name).unlink()
        if name in kept:
            (config / name).write_bytes(kept[name])
            (config / name).chmod(0o600)
    config.chmod(0o755)
    (config / "config.json").chmod(0o644)
    assert problems(looked(cli, status=1)) == {"Permissions"}
    assert (config / "config.json").stat().st_mode & 0o777 == 0o644
    config.chmod(0o700)
    (config / "config.json").chmod(0o600)
    (store / ".bcper-store.json").unlink()
    done = cli("doctor", status=1)
    assert "its marker is missing" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("1 problem and ")


def test_the_originals_settings_are_not_taken_over(cli: Cli) -> None:
    config = cli.home / ".config" / "bcper"
    config.mkdir(parents=True, mode=0o700)
    text = json.dumps({"items": {"docs": {"name": "docs", "paths": ["/d"], "password": NEEDLE}}})
    (config / "config.json").write_text(text)
    (config / "config.json").chmod(0o600)
    found = looked(cli)
    assert "original" in json.dumps(found)
    assert NEEDLE not in json.dumps(found)
    assert [path.name for path in config.iterdir()] == ["config.json"]
    assert (config / "config.json").read_text() == text


def test_a_home_that_is_a_file_is_a_finding(cli: Cli, tmp_path: Path) -> None:
    (cli.home / ".config").write_text("")
    assert "Permissions" in problems(looked(cli, status=1))
    assert "Permissions" in problems(looked(cli, "--config-dir", "/dev/null", status=1))
    assert looked(
        cli, env={"HOME": "/nonexistent", "TMPDIR": "/nonexistent"}, status=1 if os.geteuid() else 0
    )


def test_leftovers_of_interrupted_runs_are_a_hint(cli: Cli, tmp_path: Path) -> None:
    folder = set_up(cli, tmp_path) / "nightly" / "11111111-1111-1111-1111-111111111111"
    folder.mkdir()
    (folder / "docs.tar.gz").write_bytes(b"half")
    (folder / ".docs-2.tar.gz.part").write_bytes(b"half")
    assert "In disk 1 run without an end and 1 unfinished file lie about." in cli("doctor").stdout
    assert len(list(folder.iterdir())) == 2


def test_rclone_that_hangs_or_is_not_there_is_told_and_none_is_fetched(cli: Cli, tmp_path: Path) -> None:
    cli("store", "add", "cloud", "--type", "rclone", "--remote", "alicesnas", "--path", NEEDLE)
    done = cli("doctor", env={"BCPER_RCLONE_URL": f"http://127.0.0.1:9/{NEEDLE}"})
    assert "cloud is on a remote, and rclone is not here." in done.stdout
    assert not (cli.home / ".local").exists()
    program(tmp_path / "bin", script(body="exit 3"))
    assert problems(looked(cli, status=1)) == {"rclone"}
    assert not (cli.home / ".cache").exists()


def test_a_daemon_that_hangs_is_given_up(cli: Cli) -> None:
    pid = json.loads(cli("--json", "daemon", "start").stdout)["pid"]
    try:
        assert "is of this version" in cli("doctor").stdout
        os.kill(pid, signal.SIGSTOP)
        assert problems(looked(cli, status=1)) == {"Daemon"}
    finally:
        os.kill(pid, signal.SIGCONT)
        cli("daemon", "stop")


def test_no_secret_is_in_the_document_wherever_there_is_one(cli: Cli, tmp_path: Path) -> None:
    set_up(cli, tmp_path)
    password = tmp_path / f"{NEEDLE}-file"
    password.write_text(NEEDLE)
    cli("item", "edit", "docs", "--password-file", password)
    cli("vault", "add", "home", "--items", "docs", "--password-file", password)
    cli(
        *("job", "edit", "nightly", "--before", f"mount {NEEDLE}", "--after", f"umount {NEEDLE}"),
        *("--ping-url", f"https://hc.example.org/{NEEDLE}"),
    )
    cli("settings", "set", "--rclone-url", f"https://mirror.example.org/{NEEDLE}")
    cli("store", "add", "cloud", "--type", "rclone", "--remote", f"{NEEDLE}nas", "--path", NEEDLE)
    rclone = cli.home / ".config" / "rclone"
    rclone.mkdir()
    (rclone / "rclone.conf").write_text(
        f"[{NEEDLE}nas]\ntype = sftp\nhost = {NEEDLE}.example.org\npass = {NEEDLE}\n"
    )
    program(
        tmp_path / "bin", script(body=f'[ "$1" = rcd ] && echo "CRITICAL: {NEEDLE}@{NEEDLE}.example.org" >&2')
    )
    names = ("PASSWORD", "PASSWORD_FILE", "PASSWORD_COMMAND")
    env = {
        **{f"BCPER_{name}": NEEDLE for name in names},
        "BCPER_RCLONE_URL": f"https://{NEEDLE}@mirror.example.org/",
        "KEYRING_PROPERTY_PASSWORD": NEEDLE,
        "RCLONE_CONFIG_PASS": NEEDLE,
    }
    found = looked(cli, status=1, env=env)
    text = json.dumps(found)
    assert problems(found) == {"Stores"}
    assert "cloud is on a remote, and cannot be used (StoreError)." in text
    for secret in (NEEDLE, "example.org", str(cli.home)):
        assert secret not in text
    assert "~/.config/bcper" in text
    assert found["libraries"]["attrs"]
    assert found["system"]["python"]
    assert "BCPER_PASSWORD_COMMAND" in found["system"]["variables"]
    done = cli("-v", "doctor", status=1, env=env)
    assert f"mount {NEEDLE}" not in done.stdout + done.stderr


def test_without_utf_8_it_can_be_read(cli: Cli) -> None:
    done = cli("doctor", env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert "  + ok" in done.stdout
    done.stdout.encode("ascii")


def left_behind(tmp_path: Path) -> list[str]:
    """Programs that were asked something, by this test, and run on."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if str(tmp_path).encode() in (path / "environ").read_bytes():
                found.append((path / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return [each for each in found if "sleep" in each]


def test_on_a_terminal_it_says_what_it_waits_for_and_ctrl_c_ends_it(cli: Cli, tmp_path: Path) -> None:
    program(tmp_path / "bin", b"#!/bin/sh\nexec /bin/sleep 60\n")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-P", "-m", "bcper.cli", "doctor"]
    child = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=cli.environment(TERM="xterm")
    )
    os.close(theirs)
    shown, until = b"", time.monotonic() + 60
    try:
        while b"rclone" not in shown and time.monotonic() < until:
            if select.select([ours], [], [], 0.1)[0]:
                shown += os.read(ours, 1 << 16)
        assert b"Checking: " in shown
        child.send_signal(signal.SIGINT)
        assert child.wait(60) == 130
        assert not left_behind(tmp_path)
    finally:
        child.kill()
        os.close(ours)

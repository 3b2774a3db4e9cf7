"""Rows 74 and 75 of FAULTS.md: where a password is not, whatever is done with it."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from helpers.cli import Cli
from helpers.hooked import hooked

ITEM, VAULT, OTHER = "Tr0ub4dor-of-item", "Tr0ub4dor-of-vault", "Tr0ub4dor-of-before"
NEEDLE = b"Tr0ub4dor"

# What starts a process says how; and at every open or rename each process below this one is looked at.
WATCH = """
EVENTS = ("subprocess.Popen", "os.posix_spawn", "os.exec", "os.system", "os.fork", "open", "os.rename")
out = open(os.environ["HOME"] + "/seen", "ab", buffering=0)
def below(parent):
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            stat = open(f"/proc/{pid}/stat").read()
            if int(stat.rpartition(")")[2].split()[1]) == parent:
                yield pid
                yield from below(int(pid))
        except OSError:
            pass
def at(event, arguments):
    if event == "open" or event == "os.rename":
        for pid in below(os.getpid()):
            try:
                for name in ("cmdline", "environ"):
                    data = open(f"/proc/{pid}/{name}", "rb").read()
                    out.write(b"child " + name.encode() + b" " + data.replace(b"\\n", b" ") + b"\\n")
            except OSError:
                pass
    else:
        out.write(b"event " + repr((event, arguments)).encode() + b"\\n")
"""

BUG = """
EVENTS = ("open",)
def at(event, arguments):
    if str(arguments[0]).strip("b'").endswith("shared.txt"):
        raise RuntimeError("a bug")
"""


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path / "home")


class Said:
    """Commands, and all that they said."""

    def __init__(self, cli: Cli) -> None:
        self.cli = cli
        self.text = ""

    def __call__(
        self, *arguments: object, status: int = 0, password: str | None = None
    ) -> "subprocess.CompletedProcess[str]":
        env = {} if password is None else {"BCPER_PASSWORD": password}
        done = self.cli(*arguments, status=status, env=env)
        self.text += done.stdout + done.stderr
        return done


def set_up(said: Said, tmp_path: Path) -> None:
    for name in ("shared", "own"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.txt").write_text("words")
        (tmp_path / name / "random").write_bytes(os.urandom(3_000_000))
    said("item", "add", "shared", tmp_path / "shared")
    said("item", "add", "own", tmp_path / "own", password=OTHER)
    file = tmp_path / "password"
    file.write_text(ITEM + "\n")
    said("item", "edit", "own", "--password-file", file)
    said("--json", "vault", "add", "home", "--items", "shared", "own", password=VAULT)
    said("store", "add", "disk", "--type", "local", "--path", tmp_path / "store")
    said("frequency", "add", "daily", "--cron", "0 22 * * *")
    said(
        *("job", "add", "--name", "nightly", "--target-type", "vault", "--target-name", "home"),
        *("--store-name", "disk", "--frequency-id", "daily", "--keep-last", "1"),
    )


def holding(folder: Path) -> set[str]:
    """The files below ``folder`` that have a password in them."""
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and NEEDLE in path.read_bytes()
    }


def test_row_75_a_password_is_in_the_file_of_passwords_and_nowhere_else(cli: Cli, tmp_path: Path) -> None:
    said, config = Said(cli), cli.home / ".config" / "bcper"
    set_up(said, tmp_path)
    said("job", "run", "nightly")
    said("--json", "-v", "job", "run", "nightly")
    for noun in ("item", "vault", "store", "frequency", "job"):
        said("--json", noun, "list")
        said(noun, "list")
    said("vault", "show", "home")
    said("--json", "backup", "show", "latest")
    said("backup", "restore", "latest", "--target-dir", tmp_path / "out")
    assert (tmp_path / "out" / "own" / "own" / "own.txt").read_text() == "words"
    said("item", "edit", "own", "--new-name", "mine")
    said("item", "add", "own/", "/x", status=2, password=ITEM)
    said("item", "add", "mine", "/x", status=2, password=ITEM)
    other = Said(Cli(tmp_path / "other"))
    other("store", "import", tmp_path / "store")
    other(
        "-v",
        "backup",
        "restore",
        "latest",
        "--target-dir",
        tmp_path / "no",
        status=12,
        password="wrong " + ITEM,
    )
    for text in (said.text, other.text):
        assert text
        assert NEEDLE.decode() not in text
    assert (config / "config.json").read_bytes()
    assert (config / "bcper.db").read_bytes()
    assert holding(config) == {"secrets.json"}
    assert holding(tmp_path / "other") == set()
    assert holding(tmp_path / "store") == set()
    manifests = list((tmp_path / "store").rglob("*.meta.json"))
    assert [len(json.loads(path.read_text())["parts"]) for path in manifests] == [2]


def test_row_75_neither_is_it_in_the_trace_of_a_bug_nor_in_what_is_kept_of_it(
    cli: Cli, tmp_path: Path
) -> None:
    said = Said(cli)
    set_up(said, tmp_path)
    done = hooked(cli, BUG, "-v", "job", "run", "nightly", status=1, trace=True)
    assert "RuntimeError: a bug" in done.stderr
    assert "Traceback" in done.stderr
    assert NEEDLE.decode() not in done.stdout + done.stderr
    assert holding(cli.home / ".config" / "bcper") == {"secrets.json"}
    (run,) = json.loads(said("--json", "backup", "list").stdout)
    assert (run["status"], run["error"]) == ("failed", "RuntimeError")


@pytest.mark.parametrize("work", ["run", "restore"])
def test_row_74_no_child_ever_has_a_password_in_its_arguments_or_environment(
    cli: Cli, tmp_path: Path, work: str
) -> None:
    said = Said(cli)
    set_up(said, tmp_path)
    arguments: tuple[object, ...] = ("job", "run", "nightly")
    if work == "restore":
        said(*arguments)
        arguments = ("backup", "restore", "latest", "--target-dir", tmp_path / "out")
    # The person's own environment has one, too: it is not for children.
    hooked(cli, WATCH, *arguments, env={"BCPER_PASSWORD": ITEM})
    seen = (cli.home / "seen").read_bytes()
    assert NEEDLE not in seen
    if len(os.sched_getaffinity(0)) > 1 and work == "run":
        assert b"event ('subprocess.Popen'" in seen
        assert b"child environ " in seen
        assert b"child cmdline " in seen

"""Completion scripts, and the names that they ask for."""

import os
import pty
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bcper.domain.policy.profile_block import completion_lines
from helpers.cli import Cli


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    cli = Cli(tmp_path / "home")
    for name in ("documents", "downloads", "letters"):
        cli("item", "add", name, tmp_path)
    return cli


def test_names_are_printed_a_line_each(cli: Cli) -> None:
    assert cli("shell", "names", "item").stdout.split() == ["documents", "downloads", "letters"]
    assert cli("shell", "names", "job").stdout.strip() == ""


@pytest.mark.parametrize(
    ("shell", "asked"),
    [("bash", "bcper-cli shell names "), ("zsh", "_bcper_cli_names "), ("fish", "bcper-cli shell names ")],
)
def test_a_script_asks_for_names(cli: Cli, shell: str, asked: str) -> None:
    script = cli("shell", "completion", shell).stdout
    assert f"{asked}item" in script
    assert f"{asked}job" in script


def test_zsh_asks_when_it_completes_and_not_for_every_option_when_it_loads(cli: Cli) -> None:
    script = cli("shell", "completion", "zsh").stdout
    assert script.count("$(bcper-cli") == 1
    assert script.count("_bcper_cli_names() {\n  compadd") == 1


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is missing")
def test_bash_completes_nouns_and_names(cli: Cli, tmp_path: Path) -> None:
    script = tmp_path / "completion.bash"
    script.write_text(cli("shell", "completion", "bash").stdout)
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "bcper-cli"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m bcper.cli "$@"\n')
    program.chmod(0o755)
    asked = f"""
        PATH="{program.parent}:$PATH"
        . "{script}"
        COMP_WORDS=(bcper-cli item show do); COMP_CWORD=3
        $(complete -p bcper-cli | sed 's/.*-F \\([^ ]*\\).*/\\1/') bcper-cli do show
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(
        ["bash", "-c", asked], env=cli.environment(BCPER_SECRETS="file"), capture_output=True, text=True
    )
    assert done.stdout.split() == ["documents", "downloads"], done.stderr


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is missing")
def test_a_profile_completes_at_the_first_tab_and_not_before(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    program, asked = tmp_path / "bin" / "bcper-cli", tmp_path / "asked"
    program.write_text(f'#!/bin/sh\necho "$*" >> "{asked}"\nexec "{sys.executable}" -P -m bcper.cli "$@"\n')
    program.chmod(0o755)
    profile = tmp_path / "profile"
    profile.write_text("\n".join(completion_lines("bash")) + "\necho READY\n")
    master, slave = pty.openpty()
    child = subprocess.Popen(
        ["bash", "--rcfile", str(profile), "-i"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=cli.environment(BCPER_SECRETS="file", PATH=f"{program.parent}:/usr/bin:/bin", TERM="dumb"),
        start_new_session=True,
    )
    os.close(slave)
    try:
        said = read_until(master, b"READY")
        assert not asked.exists()
        os.write(master, b"bcper-cli item show let\t")
        said = read_until(master, b"letters")
        assert said.count(b"letters") == 1
    finally:
        child.kill()
        child.wait()
        os.close(master)
    assert asked.read_text().split("\n")[0] == "shell completion bash"


def read_until(master: int, text: bytes) -> bytes:
    said = b""
    while text not in said:
        assert select.select([master], [], [], 120)[0], said
        said += os.read(master, 1000)
    return said

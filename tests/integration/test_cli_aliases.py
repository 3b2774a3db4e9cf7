"""``shell aliases`` with real shells."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.cli import Cli

NAMES = ("bcper", "bcperd", "bcper-cli")
RC = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/conf.d/bcper.fish"}


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    # Where the suite runs they may be on PATH; a person without them is what these tests are about.
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("SHELL", "/bin/bash")
    monkeypatch.delenv("ZDOTDIR", raising=False)
    return Cli(tmp_path / "home")


def asked(cli: Cli, shell: str, command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    environment = {k: v for k, v in cli.environment().items() if not k.startswith("PYTHON")}
    return subprocess.run(
        [shell, "-i", "-c", command] if shell != "bash" else ["bash", "-i"],
        input=command + "\n" if shell == "bash" else "",
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        start_new_session=True,  # an interactive shell takes the terminal, if there is one
        timeout=120,
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_new_terminal_has_the_command_wherever_it_is(cli: Cli, shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is missing")
    elsewhere = tmp_path / "else where"
    (elsewhere / "bcper").mkdir(parents=True)
    (elsewhere / "bcper" / "__init__.py").write_text("raise SystemExit('the wrong one')\n")
    if shell != "fish":
        (cli.home / RC[shell]).write_text("export MINE=1")
    cli("shell", "aliases", "--shell", shell)
    done = asked(cli, shell, "bcper-cli --version", elsewhere)
    assert done.stdout.startswith("bcper-cli "), done.stderr
    assert asked(cli, shell, "bcper --version", elsewhere).stdout.startswith("bcper ")
    assert asked(cli, shell, "bcperd --help", elsewhere).stdout.startswith("usage: bcperd ")
    cli("shell", "aliases", "--remove")
    assert not asked(cli, shell, "bcper-cli --version", elsewhere).stdout.startswith("bcper-cli ")
    if shell == "fish":
        assert not (cli.home / RC[shell]).exists()
    else:
        assert (cli.home / RC[shell]).read_text() == "export MINE=1"


def test_what_is_done_is_said_and_how_to_load_it(cli: Cli) -> None:
    (cli.home / ".zshrc").touch()
    said = cli("shell", "aliases").stdout
    assert "Added the aliases bcper, bcperd and bcper-cli to ~/.bashrc." in said
    assert "(bash): . ~/.bashrc\n" in said
    assert "(zsh): . ~/.zshrc\n" in said
    assert "has the aliases bcper, bcperd and bcper-cli already" in cli("shell", "aliases").stdout
    assert cli("shell", "aliases", "-q").stdout == ""
    assert "Removed the aliases from ~/.bashrc." in cli("shell", "aliases", "--remove").stdout
    assert cli("shell", "aliases", "--remove").stdout == "There are no aliases to remove.\n"
    assert not (cli.home / ".config").exists()


def test_json(cli: Cli) -> None:
    made = cli.summary("shell", "aliases")
    assert made["on_path"] is False
    assert tuple(made["aliases"]) == NAMES
    assert made["profiles"] == [
        {"shell": "bash", "path": str(cli.home / ".bashrc"), "outcome": "added"},
    ]
    (removed,) = cli.summary("shell", "aliases", "--remove")["profiles"]
    assert removed["outcome"] == "removed"


def test_print_changes_nothing_and_prints_what_would_be_put_in(cli: Cli) -> None:
    printed = cli("shell", "aliases", "--print", "--shell", "zsh").stdout
    assert not (cli.home / ".zshrc").exists()
    cli("shell", "aliases", "--shell", "zsh")
    assert (cli.home / ".zshrc").read_text() == printed
    assert cli("shell", "aliases", "--print").stdout == printed
    assert list(cli.summary("shell", "aliases", "--print")["lines"]) == ["bash"]


def scripts(folder: Path) -> Path:
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_text("#!/bin/sh\necho installed\n")
        (folder / name).chmod(0o755)
    return folder


def test_programs_on_path_need_no_aliases(cli: Cli, tmp_path: Path) -> None:
    there = {"PATH": f"{scripts(tmp_path / 'bin')}:/usr/bin:/bin"}
    said = cli("shell", "aliases", env=there).stdout
    assert f"on your PATH already: {tmp_path / 'bin'}\n" in said
    assert not (cli.home / ".bashrc").exists()
    assert cli.summary("shell", "aliases", env=there)["on_path"] is True
    cli("shell", "aliases", "--force", env=there)
    assert (cli.home / ".bashrc").exists()
    assert "~/.bashrc has aliases, which come first" in cli("shell", "aliases", env=there).stdout
    assert "Removed" in cli("shell", "aliases", "--remove", env=there).stdout


def test_the_scripts_beside_python_are_what_an_alias_runs(cli: Cli, tmp_path: Path) -> None:
    folder = scripts(tmp_path / "en v")
    (folder / "python").symlink_to(sys.executable)
    python = str(folder / "python")
    code = f"import sys; sys.executable = {python!r}; from bcper.cli import main; sys.exit(main())"
    subprocess.run(
        [sys.executable, "-P", "-c", code, "shell", "aliases"],
        env=cli.environment(),
        check=True,
        capture_output=True,
    )
    assert asked(cli, "bash", "bcperd", tmp_path).stdout == "installed\n"


def test_a_block_that_somebody_broke_is_told(cli: Cli) -> None:
    cli("shell", "aliases")
    path = cli.home / ".bashrc"
    broken = path.read_text().replace("# <<<", "#")
    path.write_text(broken)
    for more in ([], ["--remove"]):
        assert "text editor" in cli("shell", "aliases", *more, status=14).stderr
    assert path.read_text() == broken


def test_a_shell_that_is_not_known_and_one_that_is_none(cli: Cli) -> None:
    assert "--shell" in cli("shell", "aliases", env={"SHELL": "/bin/ksh"}, status=2).stderr
    cli("shell", "aliases", "--shell", "tcsh", status=2)
    cli("shell", "aliases", "--print", "--remove", status=2)
    failed = json.loads(cli("--json", "shell", "aliases", env={"SHELL": "/bin/ksh"}, status=2).stdout)
    assert failed["message_type"] == "error"
    assert os.listdir(cli.home) == []


def test_help_has_an_example(cli: Cli) -> None:
    assert "example: bcper-cli shell aliases" in cli("shell", "aliases", "--help").stdout

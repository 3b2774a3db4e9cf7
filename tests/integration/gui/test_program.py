"""The program bcper: what it says where it cannot show a window, and how it ends."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bcper import __version__
from bcper.apps.gui.main import main
from helpers.cli import Cli
from helpers.daemon import until
from helpers.display import Display


def test_without_a_screen_it_says_so_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    assert main(["--config-dir", str(tmp_path / "new")]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    message, hint = said.err.strip().split("\n")
    assert message.startswith("Error: There is no screen for the window")
    assert hint == "Hint: The command line needs no screen: bcper-cli --help"
    assert not (tmp_path / "new").exists()


def test_without_tk_it_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['tkinter'] = None; from bcper.apps.gui.main import main; sys.exit(main([]))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "python3-tk" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--version"], 0, f"bcper {__version__}"),
        (["--help"], 0, "bcper --page Backups"),
        (["--page", "Nowhere"], 2, "invalid choice"),
    ],
    ids=["version", "help", "page"],
)
def test_arguments(arguments: list[str], status: int, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == status
    said = capsys.readouterr()
    assert words in said.out + said.err


def test_settings_that_cannot_be_kept_are_told(
    display: Display,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DISPLAY", display.name)
    (tmp_path / "file").touch()
    assert main(["--config-dir", str(tmp_path / "file" / "inside")]) == 14
    said = capsys.readouterr().err
    assert "cannot be used: Not a directory." in said
    assert "Hint: " in said


def test_it_ends_in_order_and_comes_again_where_it_was(display: Display, tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home")
    folder = cli.home / ".config" / "bcper"
    env = cli.environment(DISPLAY=display.name, DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent/bus")

    def hands(*command: str) -> str:
        done = subprocess.run(["xdotool", *command], env=env, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def once(size: str) -> str:
        """Show it, make it that large, and end it; how large it was at first."""
        (folder / "bcper.db").unlink(missing_ok=True)  # when it is there again all is at work
        command = [sys.executable, "-P", "-m", "bcper"]
        process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True)
        try:
            window = until(lambda: hands("search", "--onlyvisible", "--class", "Bcper"))
            until((folder / "bcper.db").exists)
            first = hands("getwindowgeometry", window)
            hands("windowsize", window, *size.split("x"))
            until(lambda: size in hands("getwindowgeometry", window))
            process.send_signal(signal.SIGTERM)
            assert process.communicate(timeout=60)[1] == ""
            assert process.returncode == 0
        finally:
            process.kill()
            process.communicate()
        return first

    once("1000x700")
    assert "1000x700" in once("1010x710")
    assert json.loads((folder / "gui.json").read_text())["geometry"].startswith("1010x710")
    modes = {path.name: stat.S_IMODE(os.stat(path).st_mode) for path in folder.iterdir() if path.is_file()}
    assert set(modes.values()) == {0o600}
    assert (folder / "gui.log").read_text() == ""

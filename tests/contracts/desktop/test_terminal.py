"""What every Terminal promises (ports.terminal): programs of PATH, and the fake."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bcper.adapters.memory.terminal import MemoryTerminal
from bcper.adapters.system.terminal import DesktopTerminal, ProcessWindow
from bcper.domain.errors import BcperError
from bcper.ports.terminal import Terminal, TerminalWindow

COMMAND = ("/opt/my programs/rclone", "config; touch no", "$HOME")


class Programs:
    """A PATH with terminals that write down what they are asked, and stay until ``go`` is there."""

    def __init__(self, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bin, self.asked, self.go = base / "bin", base / "asked", base / "go"
        self.bin.mkdir()
        monkeypatch.setenv("PATH", str(self.bin))
        monkeypatch.setenv("BCPER_PASSWORD", "secret")

    def add(self, name: str, *, status: int = 0) -> Path:
        path = self.bin / name
        path.write_text(
            "#!/bin/sh\n"
            '{ echo "$0"; for word; do echo "$word"; done; echo "$BCPER_PASSWORD"; }'
            f" > '{self.asked}.new'\n"
            f"/bin/mv '{self.asked}.new' '{self.asked}'\n"
            f"while ! [ -e '{self.go}' ]; do /bin/sleep 0.02; done; exit {status}\n"
        )
        path.chmod(0o755)
        return path

    def read(self) -> list[str]:
        until(self.asked.exists)
        return self.asked.read_text().split("\n")[:-1]


def until(done: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not done():
        assert time.monotonic() < limit
        time.sleep(0.01)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    return Programs(tmp_path, monkeypatch)


@pytest.fixture(params=["real", "fake"])
def opened(request: pytest.FixtureRequest, programs: Programs) -> tuple[TerminalWindow, Callable[[], None]]:
    """An open window, and what ends it."""
    if request.param == "fake":
        window = MemoryTerminal().open(COMMAND)
        return window, window.close
    programs.add("xterm")
    return DesktopTerminal().open(COMMAND), programs.go.touch


def test_a_window_lasts_as_long_as_what_runs_in_it(opened: tuple[TerminalWindow, Callable[[], None]]) -> None:
    window, end = opened
    assert not window.ended()
    end()
    until(window.ended)


@pytest.mark.parametrize("terminal", [DesktopTerminal(), MemoryTerminal("None.")], ids=["real", "fake"])
def test_without_one_the_command_is_for_a_person_to_type(programs: Programs, terminal: Terminal) -> None:
    with pytest.raises(BcperError) as caught:
        terminal.open(COMMAND)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("there", "taken", "before"),
    [
        (("xterm", "konsole"), "konsole", ["-e"]),
        (("gnome-terminal", "xterm"), "gnome-terminal", ["--wait", "--"]),
        (("xfce4-terminal",), "xfce4-terminal", ["--disable-server", "-x"]),
        (("xdg-terminal-exec", "xterm"), "xdg-terminal-exec", []),
        (("x-terminal-emulator", "xdg-terminal-exec"), "x-terminal-emulator", ["-e"]),
    ],
)
def test_the_first_of_the_list_gets_the_command_word_by_word(
    programs: Programs, there: tuple[str, ...], taken: str, before: list[str]
) -> None:
    for name in there:
        programs.add(name)
    window = DesktopTerminal().open(COMMAND)
    assert isinstance(window, ProcessWindow)
    assert programs.read() == [str(programs.bin / taken), *before, *COMMAND, ""]
    assert os.getsid(window._child.pid) == window._child.pid  # it outlives us
    programs.go.touch()
    until(window.ended)


def test_what_debian_wraps_is_asked_itself_for_a_wrapper_does_not_wait(programs: Programs) -> None:
    programs.add("gnome-terminal")
    wrapper = programs.add("gnome-terminal.wrapper")
    (programs.bin / "x-terminal-emulator").symlink_to(wrapper)
    window = DesktopTerminal().open(COMMAND)
    assert programs.read()[:3] == [str(programs.bin / "gnome-terminal"), "--wait", "--"]
    programs.go.touch()
    until(window.ended)


def test_one_that_fails_at_once_says_so(programs: Programs) -> None:
    programs.add("xterm", status=3)
    programs.go.touch()
    window = DesktopTerminal().open(COMMAND)
    with pytest.raises(BcperError) as caught:
        until(window.ended)
    assert "'/opt/my programs/rclone' 'config; touch no'" in caught.value.hint


def test_one_that_cannot_be_run_says_so(programs: Programs) -> None:
    programs.add("xterm").write_bytes(b"\x7fELF no program")
    with pytest.raises(BcperError) as caught:
        DesktopTerminal().open(COMMAND)
    assert "cannot be run" in str(caught.value)

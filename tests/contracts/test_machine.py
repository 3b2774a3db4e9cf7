"""What every Machine promises (ports.machine), on this machine and on the fake."""

import getpass
import os
import platform
import sys
from pathlib import Path

import pytest

from bcper.adapters.memory.machine import MemoryMachine
from bcper.adapters.system import machine as module
from bcper.adapters.system.machine import SystemMachine
from bcper.domain.model.checkup import Module, Seen
from bcper.ports.machine import Machine


@pytest.fixture(params=["system", "memory"])
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Machine:
    if request.param == "system":
        return SystemMachine(("Inter",))
    there = {str(tmp_path): Seen(True, 0o700, os.geteuid(), True)}
    return MemoryMachine(files=there, number=os.geteuid())


def test_whatever_it_is_it_can_be_asked(machine: Machine, tmp_path: Path) -> None:
    python = machine.interpreter()
    assert python.version
    assert {each.name for each in python.modules} == {"isal", "zlib-ng", "cryptography"}
    kit = machine.window()
    assert kit.problem or (kit.version and kit.screen and kit.family)
    space = machine.space(str(tmp_path / "not" / "there"))
    assert space is not None
    assert 0 <= space.free <= space.total
    assert machine.lingers() in (True, False, None)
    assert machine.zone_is_set() in (True, False)
    assert machine.system()
    assert machine.libraries()["attrs"]


def test_what_is_there_is_seen_and_what_is_not_is_not(machine: Machine, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert machine.seen(str(tmp_path)) == Seen(True, 0o700, machine.user(), True)
    assert machine.seen(str(tmp_path / "nothing")) is None


def test_files_and_links_are_seen_as_stat_has_them(tmp_path: Path) -> None:
    file, link, dead = tmp_path / "file", tmp_path / "link", tmp_path / "dead"
    file.write_text("")
    file.chmod(0o640)
    link.symlink_to(file)
    dead.symlink_to(tmp_path / "nowhere")
    machine = SystemMachine()
    assert machine.seen(str(link)) == Seen(False, 0o640, os.geteuid(), True)
    assert machine.seen(str(dead)) is None
    assert machine.seen(str(file / "below")) is None
    assert machine.seen("nul\0") is None
    assert machine.space("nul\0") is None


def test_modules_are_used_and_not_only_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    found = SystemMachine().interpreter()
    assert (found.version, found.executable) == (platform.python_version(), sys.executable)
    assert [each.problem for each in found.modules] == ["", "", ""]

    def broken() -> bool:
        raise OSError("a library of the system's is missing")

    def missing() -> bool:
        raise ImportError

    monkeypatch.setattr(
        module, "_COMPILED", {"isal": broken, "zlib-ng": missing, "cryptography": lambda: False}
    )
    problems = [each.problem for each in SystemMachine().interpreter().modules]
    assert problems == [
        "it fails (OSError)",
        "it is not installed, or not for this Python",
        "what it gives back is wrong",
    ]
    assert isinstance(found.modules[0], Module)


def test_without_a_screen_tk_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tkinter")
    monkeypatch.delenv("DISPLAY", raising=False)
    kit = SystemMachine().window()
    assert (kit.screen, kit.family) == (False, "")
    assert kit.version
    assert "display" in kit.problem


def test_without_tk_or_python_that_is_the_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "tkinter.py").write_text("raise ImportError('no Tk')\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert SystemMachine().window().problem == "no Tk"
    (tmp_path / "tkinter.py").write_text("import os; os._exit(3)\n")
    assert SystemMachine().window().problem == "Tk ended without a word"
    (tmp_path / "tkinter.py").write_text("import time; time.sleep(60)\n")
    monkeypatch.setattr(module, "_TK_SECONDS", 0.2)
    assert "did not answer" in SystemMachine().window().problem
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    assert "cannot be started" in SystemMachine().window().problem


def test_who_lingers_is_in_systemds_folder(tmp_path: Path) -> None:
    machine = SystemMachine(linger=str(tmp_path))
    assert machine.lingers() is False
    (tmp_path / getpass.getuser()).touch()
    assert machine.lingers() is True


def test_a_zone_is_set_by_the_variable_or_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ", raising=False)
    machine = SystemMachine(localtime=str(tmp_path / "localtime"))
    assert machine.zone_is_set() is False
    (tmp_path / "localtime").touch()
    assert machine.zone_is_set() is True
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert SystemMachine(localtime="/nonexistent").zone_is_set() is True


def test_names_of_variables_are_told_and_not_what_is_in_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BCPER_PASSWORD", "Tr0ub4dor")
    told = SystemMachine().system()
    assert "BCPER_PASSWORD" in told["variables"]
    assert "Tr0ub4dor" not in repr(told)

"""How the programs of this very BCPER are started, and not those of another one on the machine."""

import os
import sys
from pathlib import Path

import pytest

from bcper.apps import programs as module
from bcper.apps.programs import programs

NAMES = ("bcper", "bcperd", "bcper-cli")
SOURCE = str(Path(module.__file__).parents[2])


def scripts(folder: Path) -> dict[str, list[str]]:
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        (folder / name).touch(mode=0o755)
    return {name: [str(folder / name)] for name in NAMES}


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Python that is not of this environment."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python3"))
    return tmp_path


def from_source(prefix: Path) -> dict[str, list[str]]:
    begin = ["env", f"PYTHONPATH={SOURCE}", str(prefix / "bin" / "python3"), "-P", "-m"]
    return {"bcper": [*begin, "bcper"], "bcperd": [*begin, "bcperd"], "bcper-cli": [*begin, "bcper.cli"]}


def test_python_and_the_modules_where_nothing_is_installed(prefix: Path) -> None:
    assert programs() == from_source(prefix)


def test_the_scripts_beside_python(prefix: Path) -> None:
    made = scripts(prefix / "bin")
    assert programs() == made
    os.unlink(prefix / "bin" / "bcperd")
    assert programs() == from_source(prefix)


def test_not_those_of_a_package_that_is_another_one(prefix: Path) -> None:
    scripts(prefix / "bin")
    (prefix / "lib" / "bcper" / "python").mkdir(parents=True)
    assert programs() == from_source(prefix)


def test_the_programs_of_the_package_this_is(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts(prefix / "bin")
    elsewhere = prefix / "unpacked" / "usr"
    made = scripts(elsewhere / "bin")
    own = elsewhere / "lib" / "bcper" / "python" / "bcper" / "apps"
    own.mkdir(parents=True)
    monkeypatch.setattr(module, "__file__", str(own / "programs.py"))
    assert programs() == made

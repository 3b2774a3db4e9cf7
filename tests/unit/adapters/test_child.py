"""Python processes of ours: as much cut off from the person's own Python as we are, and no more."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bcper.adapters.child import own_python, start_python

REPORT = """
import json, os, sys

def main():
    flags = [sys.flags.isolated, sys.flags.no_site, sys.flags.safe_path]
    told = {"path": sys.path, "argv": sys.argv[1:], "flags": flags}
    told["PYTHONPATH"] = os.environ.get("PYTHONPATH")
    os.write(1, json.dumps(told).encode())
    return 3

if __name__ == "__main__":
    sys.exit(main())
"""
PARENT = """
import os, sys
sys.path[:0] = [{folder!r}, {source!r}]
from bcper.adapters.child import start_python
child = start_python("report", "one", "two three", stdin=0, stdout=1)
sys.exit(child.wait())
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "of:modules é"
    made.mkdir()
    (made / "report.py").write_text(REPORT)
    return made


def report(flags: list[str], folder: Path, **env: str) -> dict[str, object]:
    import json

    source = str(Path(sys.modules["bcper"].__file__ or "").parent.parent)
    done = subprocess.run(
        [sys.executable, *flags, "-c", PARENT.format(folder=str(folder), source=source)],
        capture_output=True,
        env={**os.environ, **env},
    )
    assert done.returncode == 3, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def test_a_child_imports_what_we_import_from_whatever_folder(folder: Path) -> None:
    told = report(["-P"], folder)
    path = told["path"]
    assert isinstance(path, list) and path[0] == str(folder)
    assert told["argv"] == ["one", "two three"]
    assert told["flags"] == [0, 0, True]


def test_the_environment_of_what_it_starts_is_the_persons(folder: Path) -> None:
    assert report(["-P"], folder, PYTHONPATH="/of/the/person")["PYTHONPATH"] == "/of/the/person"
    assert report(["-I", "-S"], folder, PYTHONPATH="/of/the/person")["PYTHONPATH"] == "/of/the/person"


def test_a_child_is_as_isolated_as_we_are(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('not this one')")
    told = report(["-I", "-S"], folder, PYTHONHOME="/nowhere", PYTHONPATH=str(tmp_path))
    assert told["flags"] == [1, 1, True]
    path = told["path"]
    assert isinstance(path, list)
    assert str(tmp_path) not in path


def test_it_is_told_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BCPER_PASSWORD", "hunter2")
    monkeypatch.setenv("BCPER_PASSWORD_FILE", "hunter3")
    command, env = own_python("report")
    assert "hunter" not in repr((command, env))


def test_without_a_python_there_is_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(OSError, match="not known"):
        start_python("report", stdin=0, stdout=1)

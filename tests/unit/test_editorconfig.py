"""Every text of the tree is as .editorconfig says."""

import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def faults(name: str, text: bytes) -> list[str]:
    lines = text.decode().split("\n")
    return [
        *([f"{name}: a carriage return"] if b"\r" in text else []),
        *([f"{name}: no newline at its end"] if text and lines[-1] else []),
        *(f"{name}:{n}: blanks at the end" for n, line in enumerate(lines, 1) if line != line.rstrip(" \t")),
        *(f"{name}:{n}: a tab" for n, line in enumerate(lines, 1) if line.startswith("\t")),
    ]


def test_every_text_is_as_it_says() -> None:
    said = ConfigParser()
    said.read_string("[top]\n" + (ROOT / ".editorconfig").read_text())
    assert dict(said["*"]) == {
        "charset": "utf-8",
        "end_of_line": "lf",
        "indent_size": "4",
        "indent_style": "space",
        "insert_final_newline": "true",
        "trim_trailing_whitespace": "true",
    }
    if not (ROOT / ".git").exists():
        pytest.skip("no clone: which files belong to the tree is not known")
    asked = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split("\0")
    files = [name for name in listed if name and not name.endswith(".png") and (ROOT / name).is_file()]
    assert [fault for name in files for fault in faults(name, (ROOT / name).read_bytes())] == []


def test_what_is_not_so_is_noticed() -> None:
    assert faults("good", b"a\n\n    b\tc\n") == faults("empty", b"") == []
    for bad in (b"a\r\n", b"a", b"a \n", b"\ta\n", b"a\n  "):
        assert faults("bad", bad)

"""docs/library.md: its examples are whole programs, typed, and print what the page says."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import attrs

from helpers.tried import ROOT, Block, home, run

PAGE = ROOT / "docs" / "library.md"
_FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@attrs.frozen
class Example:
    """A program of the page; ``said`` are all the lines that it prints, where the page shows them."""

    language: str
    text: str
    said: tuple[str, ...] = ()


def examples(page: str) -> list[Example]:
    """In their order. What a program prints stands in a block of text after it."""
    found: list[Example] = []
    for language, text in _FENCED.findall(page):
        if language == "text":
            found[-1] = attrs.evolve(found[-1], said=tuple(text.splitlines()))
        else:
            found.append(Example(language, text))
    return found


def problems(example: Example, number: int, place: Path) -> list[str]:
    """Run it; what is not as the page says, a sentence each."""
    if example.language == "bash":
        return run(Block(example.text, 0, example.said), place)
    file, out = place / f".example{number}.py", place / f".example{number}.out"
    file.write_text(example.text)
    command = f"{shlex.quote(sys.executable)} -P {shlex.quote(str(file))} | tee {shlex.quote(str(out))}"
    wrong = run(Block(f"set -o pipefail; {command}", 0, example.said), place)
    printed = len(out.read_text().splitlines())
    if printed != len(example.said):
        wrong.append(f"It prints {printed} lines and not {len(example.said)}: {example.text}")
    return wrong


def test_every_example_runs_and_prints_what_the_page_says() -> None:
    found = examples(PAGE.read_text())
    assert len([each for each in found if each.language == "python"]) >= 10
    with home() as place:
        # A remote that is another folder: rclone itself is real.
        (place / ".config/rclone").mkdir(parents=True)
        remote = f"[gdrive]\ntype = alias\nremote = {place / '.drive'}\n"
        (place / ".config/rclone/rclone.conf").write_text(remote)
        for number, example in enumerate(found):
            assert problems(example, number, place) == []


def test_every_example_is_typed(tmp_path: Path) -> None:
    files = []
    for number, example in enumerate(examples(PAGE.read_text())):
        if example.language == "python":
            files.append(tmp_path / f"example{number}.py")
            files[-1].write_text(example.text)
    # From the root, and so with the project's settings and what the checks have cached.
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", *map(str, files)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_an_example_that_fails_or_prints_something_else_is_noticed(tmp_path: Path) -> None:
    (good,) = examples('```python\nprint("one", 2)\n```\n\nIt says:\n\n```text\none 7\n```\n')
    with home() as place:
        assert problems(good, 0, place) == []
        assert problems(attrs.evolve(good, said=()), 1, place)
        assert problems(attrs.evolve(good, said=("two 7",)), 2, place)
        assert problems(attrs.evolve(good, text=f"{good.text}raise SystemExit(1)"), 3, place)

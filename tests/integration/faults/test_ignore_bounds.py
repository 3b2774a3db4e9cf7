"""Rows 23 and 24 of FAULTS.md through the whole command line: patterns without end, and nothing left.

A pattern that backtracks would run into the time limit of the process (helpers.cli), not of a clock here.
"""

import json
import os
from pathlib import Path

import pytest

from helpers.cli import Cli

HARD = [
    "**/*a*a*a*b",
    "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b",
    "**/a/**/a/**/a/**/a/**/b",
    "a/**/a/**/a/**/a/**/a/**/a/**/b",
    "**/**/**/**/**/**/**/**/b",
    "[a-a][a-a]*[a-a]*[a-a]*[a-a]*[a-a]*[a-a]*[a-a]*b",
    "*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?b",
    "a" * 5000 + "*" * 5000 + "b",
    "[" * 3000,
    "\\" * 3001,
]


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path / "home")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Names that match all of a hard pattern but its end, and folders that do the same."""
    root = tmp_path / "tree"
    deep = root.joinpath(*["a"] * 25)
    deep.mkdir(parents=True)
    for folder in (root, deep):
        for number in range(200, 256):
            (folder / ("a" * number)).write_bytes(b"")
    (root / "kept").write_text("kept")
    (deep / "b").write_text("left out by some")
    return root


def listed(cli: Cli, tree: Path) -> set[str]:
    lines = cli("--json", "backup", "ls", "latest").stdout.splitlines()
    return {json.loads(line)["path"].removeprefix(f"{tree.name}/") for line in lines}


@pytest.mark.parametrize("pattern", [*HARD, None], ids=lambda p: "all at once" if p is None else p[:24])
def test_row_23_a_pattern_that_could_backtrack_is_decided_in_bounded_time(
    cli: Cli, tree: Path, tmp_path: Path, pattern: str | None
) -> None:
    patterns = HARD if pattern is None else [pattern]
    words = [word for one in patterns for word in ("--ignore", one)]
    cli("backup", "now", tree, "--to", tmp_path / "store", *words)
    found = listed(cli, tree)
    assert {"kept", "a" * 200, "a" * 255, "a/" * 25 + "a" * 255} <= found
    deep = {
        "**/a/**/a/**/a/**/a/**/b",
        "a/**/a/**/a/**/a/**/a/**/a/**/b",
        "**/**/**/**/**/**/**/**/b",
    }
    assert ("a/" * 25 + "b" in found) == (not deep & set(patterns))


def test_row_23_a_hard_pattern_of_a_restore_is_decided_in_bounded_time(
    cli: Cli, tree: Path, tmp_path: Path
) -> None:
    cli("backup", "now", tree, "--to", tmp_path / "store")
    words = ["--target-dir", tmp_path / "out", "--include", "**/a*a*a*a*a*a*a*b"]
    done = cli("backup", "restore", "latest", *words, status=1)
    assert "Nothing in the run matches" in done.stderr


def test_row_23_ten_thousand_patterns_are_obeyed_in_bounded_time(cli: Cli, tmp_path: Path) -> None:
    root = tmp_path / "many"
    (root / "sub" / "deep").mkdir(parents=True)
    for folder in (root, root / "sub", root / "sub" / "deep"):
        for number in range(100):
            (folder / f"f{number}x").write_bytes(b"")
    words: list[str] = []
    for number in range(2500):
        # One of each kind: a name, an extension, a glob in a name, and a glob over folders.
        for pattern in (f"n{number}", f"*.e{number}", f"f{2 * number}?", f"sub/**/g{number}*[xy]"):
            words += ["--ignore", pattern]
    assert len(words) == 20_000
    cli("backup", "now", root, "--to", tmp_path / "store", *words)
    odd = {f"f{number}x" for number in range(1, 100, 2)}
    expected = {f"{folder}{name}" for folder in ("", "sub/", "sub/deep/") for name in odd}
    assert listed(cli, root) == expected | {"many", "sub", "sub/deep"}


@pytest.mark.parametrize(
    ("patterns", "env"),
    [
        (["*"], {"BCPER_PASSWORD": "correct horse"}),
        *(([one], {}) for one in ("*", "/*", "**/*")),
        (["*.txt", "sub/"], {}),
    ],
    ids=str,
)
def test_row_24_a_run_that_ignores_everything_warns_and_holds_pruning(
    cli: Cli, tmp_path: Path, patterns: list[str], env: dict[str, str]
) -> None:
    root = tmp_path / "tree"
    (root / "sub").mkdir(parents=True)
    for name in ("one.txt", "two.txt", "sub/three.bin"):
        (root / name).write_bytes(os.urandom(100))
    first = cli.summary("backup", "now", root, "--to", tmp_path / "store", env=env)
    assert first["hold"] == ""
    words = [word for pattern in patterns for word in ("--ignore", pattern)]
    done = cli("backup", "now", root, "--to", tmp_path / "store", *words, env=env)
    assert "left out by the ignore patterns" in done.stderr
    newest = json.loads(cli("--json", "backup", "list").stdout)[0]
    assert newest["hold"] == "everything was left out by ignore patterns"
    assert newest["source_bytes"] == 0
    cli("backup", "verify", "--all", env=env)
    cli("backup", "restore", first["run_id"], "--target-dir", tmp_path / "out", env=env)
    assert (tmp_path / "out/tree/sub/three.bin").read_bytes() == (root / "sub/three.bin").read_bytes()


def test_row_24_a_run_that_ignores_more_than_half_of_what_there_was_holds_pruning(
    cli: Cli, tmp_path: Path
) -> None:
    root = tmp_path / "tree"
    root.mkdir()
    (root / "large.bin").write_bytes(os.urandom(3000))
    (root / "small.txt").write_bytes(os.urandom(1000))
    cli("backup", "now", root, "--to", tmp_path / "store")
    made = cli.summary("backup", "now", root, "--to", tmp_path / "store", "--ignore", "*.bin")
    assert made["hold"] == "the sources shrank by more than half"

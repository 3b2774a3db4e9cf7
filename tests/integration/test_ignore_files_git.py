"""``.bcpignore`` files in a tree, decided as git decides its own: ``git`` is the oracle."""

import os
import random
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from helpers.sources import kept_and_left_out, root, rules_for

SETS = 40
NAMES = ["a", "b", "c", "ab", "a.o", "b.o", "keep.o", "A", "é", "a b"]
PATTERNS = [
    *("*", "*.o", "a", "b/", "/a", "/b", "a/b", "a/*", "a/**", "**/a", "**/b/", "keep.o", "?", "[ab]", "c/"),
    *("/c/", "b/c", "*b", "a*", "é", "a b", "/*", "*/", "/*/", "# a", "", " ", "a ", "**/a/b", "b/**/c"),
]


def lines(rng: random.Random, most: int) -> list[str]:
    return [rng.choice(("", "", "", "!")) + rng.choice(PATTERNS) for _ in range(rng.randint(1, most))]


def grown(rng: random.Random, tree: Path) -> None:
    """Folders with files in them, and ignore files in some."""
    folders = [tree]
    for _ in range(14):
        folder = rng.choice(folders) / rng.choice(NAMES)
        if not folder.exists():
            folder.mkdir()
            folders.append(folder)
    for folder in folders:
        for name in rng.sample(NAMES, 4):
            if not (folder / name).exists():
                (folder / name).touch()
        if rng.random() < 0.45:
            text = rng.choice(("\n", "\r\n")).join(lines(rng, 4)) + rng.choice(("", "\n"))
            (folder / ".bcpignore").write_bytes(text.encode())


def git(tree: Path, *arguments: str, given: bytes = b"") -> bytes:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tree),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "LC_ALL": "C",
    }
    words = ["git", "-c", "core.ignoreCase=false", *arguments]
    done = subprocess.run(words, cwd=tree, env=environment, input=given, capture_output=True)
    # check-ignore exits with 1 when nothing matched.
    assert done.returncode in (0, 1) and not done.stderr, done.stderr
    return done.stdout


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tree").mkdir()
    git(tmp_path / "tree", "init", "--quiet", "--template=")
    return tmp_path / "tree"


def emptied(tree: Path) -> None:
    for path in tree.iterdir():
        if path.name != ".git":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def kept_by_git(tree: Path, given: Sequence[str]) -> list[bytes]:
    arguments = ["ls-files", "-z", "--others", "--exclude-per-directory=.bcpignore"]
    # "-x" is what gitignore(5) means by the command line; a file by "-X" would yield to those in the tree.
    arguments += [f"--exclude={pattern}" for pattern in given]
    return sorted(git(tree, *arguments).split(b"\0")[:-1])


def test_a_walk_keeps_the_files_that_git_lists_under_patterns_given_and_found(tree: Path) -> None:
    rng = random.Random(23)
    between = 0
    for _ in range(SETS):
        emptied(tree)
        grown(rng, tree)
        # Comments and spaces at the end mean nothing on the command line.
        given = [line for line in lines(rng, 3) if line.strip("! ") and not line.endswith((" ", "# a"))]
        roots = root(tree)
        kept, surveyed, problems = kept_and_left_out(
            roots, rules_for(roots, *given, "/.git", ignore_files=True)
        )
        files = sorted(found.entry.path[2:] for found in surveyed if found.kept and found.entry.type == "f")
        assert files == kept_by_git(tree, given), given
        assert not problems
        between += 0 < len(kept) < len(surveyed)
    assert between > SETS // 2


def test_a_survey_names_the_file_that_git_names(tree: Path) -> None:
    rng = random.Random(24)
    named = 0
    for _ in range(SETS // 2):
        emptied(tree)
        grown(rng, tree)
        for file in tree.rglob(".bcpignore"):
            shutil.copy(file, file.with_name(".gitignore"))
        roots = root(tree)
        _, surveyed, _ = kept_and_left_out(roots, rules_for(roots, "/.git", ignore_files=True))
        here = {
            found.entry.path[2:]: None if found.reason is None else found.reason.folder
            for found in surveyed[1:]
            if not found.entry.path.startswith(b"r/.git")
            or found.entry.path.rpartition(b"/")[2] == b".gitignore"
        }
        asked = b"".join(path + b"\0" for path in here)
        out = git(tree, "check-ignore", "--no-index", "-v", "-n", "-z", "--stdin", given=asked).split(b"\0")[
            :-1
        ]
        there = {
            path: None if not source or pattern.startswith(b"!") else source.rpartition(b"/")[0]
            for source, pattern, path in zip(out[::4], out[2::4], out[3::4], strict=True)
        }
        assert here == there
        named += len({folder for folder in here.values() if folder})
    assert named > SETS // 2

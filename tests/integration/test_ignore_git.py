"""The same answer as git: ``git check-ignore`` is the oracle (FAULTS.md rows 20 and 21).

The paths are the same in every set of patterns. One repository has all of them as folders, the other none
of them on the disk, which is how git is told what is a directory.
"""

import os
import random
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from bcper.domain.policy.ignore import IgnoreRules

SEED = 20
SETS = 120

NAMES = [
    *(b"a", b"b", b"c", b"ab", b"aab", b"abc", b"A", b"foo", b"foobar", b"a.log", b"keep.log", b".a"),
    *(
        b".log",
        b"a b",
        b"a ",
        b" a",
        b"a\\",
        b"\\a",
        b"#a",
        b"!a",
        b"*",
        b"?",
        b"[",
        b"]",
        b"[a]",
        b"^",
        b"-",
    ),
    *(b"a-b", b"a:]", b"**", b"a*", b"\t", b"a\t", b"a\r", b"x\ny", b"\xff", b"a\xffb", b"\xc3\xa9", b"\x7f"),
    *(b"\x01", b"\x0b", b"0", b"z9", b"_", b"~", b"a~", b"/".join([b"a"] * 6)),
]

BY_HAND = [
    ["*.log", "!keep.log"],
    ["a/", "!a/b"],
    ["a/*", "!a/b"],
    ["**/foo", "a/**/b", "ab/", "/top", "\\#a", "\\!a", "a  ", "[a-c]", "?"],
    [
        "foo/**",
        "**/foo/**",
        "a/**/**/b",
        "**",
        "/**",
        "**/",
        "/**/",
        "a**",
        "/a**",
        "a**/b",
        "/foo**/b",
        "**a",
    ],
    ["a\\ ", "a\\  ", "a \\ ", "a\\\\ ", "a \t", "\\a", "a\\", "a\\/", "\\", "\\\\"],
    [
        "[",
        "[]",
        "[]]",
        "[]a]",
        "[!]]",
        "[^]]",
        "[!a]",
        "[^a]",
        "[a-]",
        "[-a]",
        "[a-c-]",
        "[c-a]",
        "[\\]]",
        "[\\a-\\c]",
    ],
    [
        "[[:alpha:]]",
        "[[:digit:]]",
        "[![:print:]]",
        "[[:nonsense:]]",
        "[[:]",
        "[[::]]",
        "[[:alpha:]-z]",
        "[[:a]",
    ],
    [
        "[[:space:]]",
        "[[:cntrl:]]",
        "[[:punct:]]",
        "[[:blank:]]a",
        "[[:xdigit:]]",
        "[[:graph:]]",
        "[a-[:alpha:]]",
    ],
    ["/", "//", "!", "!/", "", " ", "#", "a//", "//a", "a//b", "/a/", "!!a", "!#a", "#!a"],
    ["a\r", "a\r\r", "\r", "a \r", "*.log\r", "\x00a", "a\x00b", "a \x00"],
    ["\ufefffoo", "\ufeff#a"],
    ["\ufeff#a", "\ufefffoo"],
    ["\udcff", "?", "*\udcff*", "[\udc80-\udcff]", "é", "??", "[é]"],
    ["**\\/b", "a/**\\/b", "a\\/b", "a/\\**/b", "*\\/b", "\\**", "a/*\\", "***/b", "a/***/b", "a/***"],
    ["*", "!*/", "!*.log", "!a/**"],
]

PIECES = [
    *("a", "b", "c", "ab", "foo", "log", ".", "-", "é", "\udcff", "A", "~", "x\x0by"),
    *("*", "*", "*", "?", "**", "***", "/", "/", "/", "**/", "/**", "/**/", "/*/"),
    *("[a-c]", "[!a]", "[^b]", "[]a]", "[a", "]", "[", "[[:alpha:]]", "[[:punct:][:digit:]]", "[^[:alnum:]]"),
    *("[a-]", "[*]", "[\\]]", "[a/b]", "[!/]", "[.-z]", "[[:x:]]"),
    *("\\", "\\a", "\\*", "\\?", "\\[", "\\\\", "\\/", "\\ ", " ", "\t", "\r", "!", "#", ":", "^"),
]


def universe(rng: random.Random) -> list[bytes]:
    """Paths, each once; the parents of every path are in it."""
    paths = set(NAMES)
    for depth in (2, 2, 3, 3, 4):
        for _ in range(90):
            paths.add(
                b"/".join(rng.choice(NAMES[:24] if rng.random() < 0.8 else NAMES) for _ in range(depth))
            )
    whole = set()
    for path in paths:
        parts = path.split(b"/")
        whole.update(b"/".join(parts[:end]) for end in range(1, len(parts) + 1))
    return sorted(whole)


def from_pieces(rng: random.Random) -> str:
    return "".join(rng.choice(PIECES) for _ in range(rng.choice((1, 2, 2, 3, 3, 4, 5, 7))))


def from_path(rng: random.Random, paths: Sequence[bytes]) -> str:
    """A pattern that nearly matches some path, so that near misses are tried as well as hits."""
    text = rng.choice(paths).decode("utf-8", "surrogateescape").replace("\n", "?")
    out = []
    for char in text:
        dice = rng.random()
        if dice < 0.08:
            out.append(rng.choice(PIECES))
        elif dice < 0.16 and char != "/":
            out.append(rng.choice(("?", "*", "**", f"[{char}]", f"[!{char}]", f"\\{char}", f"[a-{char}]")))
        elif dice < 0.24 and char == "/":
            out.append(rng.choice(("/**/", "**/", "/**", "/*/", "\\/", "*/", "**\\/")))
        elif dice > 0.03 + 0.24:
            out.append(char)
    return "".join(out)


def pattern(rng: random.Random, paths: Sequence[bytes]) -> str:
    body = from_pieces(rng) if rng.random() < 0.5 else from_path(rng, paths)
    before = rng.choice(("", "", "", "", "!", "!", "/", "!/", "**/", "\\", " "))
    after = rng.choice(("", "", "", "", "", "/", "/", " ", "\\ ", "/**", "/*", "\r", "  ", "\t"))
    return before + body + after


class Git:
    """Two repositories, one with every path as a folder, one with none."""

    def __init__(self, folder: Path, paths: Sequence[bytes]) -> None:
        self.paths = paths
        self.asked = b"".join(path + b"\0" for path in paths)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "LC_ALL": "C",
        }
        self.tree = {is_dir: folder / ("folders" if is_dir else "nothing") for is_dir in (True, False)}
        for tree in self.tree.values():
            tree.mkdir()
            self.run(tree, "init", "--quiet", "--template=")
            self.run(tree, "config", "core.ignoreCase", "false")
        for path in paths:
            os.makedirs(os.path.join(os.fsencode(self.tree[True]), path), exist_ok=True)

    def run(self, tree: Path, *arguments: str, given: bytes = b"") -> bytes:
        done = subprocess.run(
            ["git", *arguments], cwd=tree, env=self.environment, input=given, capture_output=True, check=False
        )
        # check-ignore exits with 1 when nothing matched.
        assert done.returncode in (0, 1), done.stderr
        assert not done.stderr, done.stderr
        return done.stdout

    def lines(self, patterns: Iterable[str], is_dir: bool) -> dict[bytes, int]:
        """For each path the line (from 1) of the pattern that decides, 0 for none."""
        tree = self.tree[is_dir]
        written = "".join(f"{text}\n" for text in patterns).encode("utf-8", "surrogateescape")
        (tree / ".gitignore").write_bytes(written)
        out = self.run(tree, "check-ignore", "--no-index", "-v", "-n", "-z", "--stdin", given=self.asked)
        fields = out.split(b"\0")[:-1]
        return {path: int(line or 0) for line, path in zip(fields[1::4], fields[3::4], strict=True)}


@pytest.fixture(scope="module")
def git(tmp_path_factory: pytest.TempPathFactory) -> Git:
    return Git(tmp_path_factory.mktemp("ignore"), universe(random.Random(SEED)))


def differences(git: Git, patterns: Sequence[str]) -> list[str]:
    """What git and the rules say differently about ``patterns``, in words."""
    rules = IgnoreRules.parse(patterns)
    found = []
    for is_dir in (True, False):
        expected = git.lines(patterns, is_dir)
        assert len(expected) == len(git.paths)
        for path, line in expected.items():
            # git names the pattern that re-includes a path too.
            deciding = rules.excluded(path, is_dir) or rules.decide(path, is_dir)
            got = deciding.line if deciding else 0
            if got != line:
                names = [patterns[number - 1] if number else None for number in (line, got)]
                found.append(f"{path!r} is_dir={is_dir}: git {names[0]!r}, here {names[1]!r}")
    return found


@pytest.mark.parametrize("patterns", BY_HAND, ids=range(len(BY_HAND)))
def test_a_set_by_hand_is_decided_as_git_does(git: Git, patterns: list[str]) -> None:
    together = differences(git, patterns)
    one_by_one = [difference for text in patterns for difference in differences(git, [text])]
    assert together + one_by_one == []


def test_generated_sets_are_decided_as_git_does(git: Git) -> None:
    rng = random.Random(SEED)
    for _ in range(SETS):
        patterns = [pattern(rng, git.paths) for _ in range(rng.choice((1, 2, 5, 12)))]
        assert differences(git, patterns) == [], patterns


CLASSES = [
    *("alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper"),
    *("xdigit", "nonsense"),
]


def test_every_byte_is_in_the_classes_in_which_git_has_it(tmp_path: Path) -> None:
    names = [
        b"%d=" % number + bytes([byte])
        for number in range(len(CLASSES))
        for byte in range(1, 256)
        if byte != 47
    ]
    patterns = [f"{number}=[[:{name}:]]" for number, name in enumerate(CLASSES)]
    assert differences(Git(tmp_path, names), patterns) == []

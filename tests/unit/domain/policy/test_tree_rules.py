"""Patterns given and patterns found in a tree, together."""

import pytest

from bcper.domain.model.left_out import Reason
from bcper.domain.model.targets import LeaveOut
from bcper.domain.policy.ignore import IgnoreRules, TreeRules
from bcper.domain.policy.left_out import blamed, root_rules
from bcper.ports.source_tree import RootRules


def rules(*given: str, **files: bytes) -> TreeRules:
    """Rules in the deepest folder of ``files``, whose names have ``_`` for ``/`` and end with it."""
    made = TreeRules(IgnoreRules.parse(given[:1], given[1:]))
    for folder, content in files.items():
        made = made.within(folder.strip("_").replace("_", "/").encode() + b"/" * (folder != "_"), content)
    return made


def answers(made: TreeRules, path: bytes, is_dir: bool = False) -> Reason | None:
    reason = made.explain(path, is_dir)
    assert made.ignored(path, is_dir) == (reason is not None)
    return reason


def test_without_files_the_question_is_the_given_patterns_own() -> None:
    given = IgnoreRules.parse(["*.log"])
    assert TreeRules(given).ignored == given.ignored


def test_the_pattern_that_decides_is_named_with_its_line() -> None:
    made = TreeRules(IgnoreRules.parse(["# a comment", "*.log"], ["", "!keep.log", "tmp/"]))
    assert answers(made, b"a.log") == Reason("pattern", "*.log", "vault", 2)
    assert answers(made, b"x/tmp", True) == Reason("pattern", "tmp/", "item", 3)
    assert answers(made, b"x/tmp") is None
    assert answers(made, b"keep.log") is None


def test_patterns_in_a_file_are_relative_to_its_folder() -> None:
    made = rules("", a_b_=b"/top\n*.o\n")
    assert answers(made, b"a/b/top") == Reason("ignore-file", folder=b"a/b")
    assert answers(made, b"a/b/c/x.o") == Reason("ignore-file", folder=b"a/b")
    assert answers(made, b"a/b/c/top") is None


def test_the_deeper_file_wins_and_asks_no_further() -> None:
    made = rules("", _=b"*.o\n*.a\n", a_=b"!x.o\n", a_b_=b"x.a")
    assert answers(made, b"a/b/x.o") is None
    assert answers(made, b"a/b/y.o") == Reason("ignore-file", folder=b"")
    assert answers(made, b"a/b/x.a") == Reason("ignore-file", folder=b"a/b")


def test_what_is_given_wins_over_every_file_both_ways() -> None:
    made = rules("*.log", "!keep.log", _=b"!*.log\nkeep.*\n")
    assert answers(made, b"a.log") == Reason("pattern", "*.log", "vault", 1)
    assert answers(made, b"keep.log") is None
    assert answers(made, b"keep.txt") == Reason("ignore-file", folder=b"")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"# only this", b"\xef\xbb\xbf\n", b"   \n"])
def test_a_file_without_patterns_changes_nothing(content: bytes) -> None:
    made = TreeRules(IgnoreRules())
    assert made.within(b"", content) is made


def test_any_bytes_are_patterns() -> None:
    made = rules("", _=b"\xef\xbb\xbffoo\r\n\xff*\x00rest\nlast")
    assert answers(made, b"foo") and answers(made, b"\xffx") and answers(made, b"last")
    assert answers(made, bytes(range(1, 47))) is None
    assert not made.within(b"a/", bytes(range(256))).ignored(b"a/b", False)


def test_where_nothing_is_left_out_there_are_no_rules() -> None:
    assert root_rules(IgnoreRules(), LeaveOut()) == RootRules()
    assert blamed(RootRules()) == ""
    assert root_rules(IgnoreRules(), LeaveOut(ignore_files=True)).rules is not None
    assert blamed(root_rules(IgnoreRules.parse(["a"]), LeaveOut(caches=True))) == "ignore patterns"
    only_caches = root_rules(IgnoreRules(), LeaveOut(caches=True))
    assert only_caches.rules is None and blamed(only_caches) == "leave-out settings"


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (Reason("pattern", "*.\x1b"), "*.\\x1b"),
        (Reason("ignore-file", folder=b"r/\xff"), ".bcpignore in r/\\xff"),
        (Reason("cache"), "CACHEDIR.TAG"),
        (Reason("size", limit=10), "larger than 10 bytes"),
        (Reason("file-system"), "other file system"),
    ],
)
def test_a_reason_is_fit_for_a_terminal(reason: Reason, text: str) -> None:
    assert str(reason) == text

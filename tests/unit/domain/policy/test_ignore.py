"""Ignore rules by themselves; that they answer as git does is tests/integration/test_ignore_git.py."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.domain.errors import UsageError
from bcper.domain.policy.ignore import IgnoreRules, Pattern

FILE, FOLDER = False, True


def matches(pattern: str, path: bytes, is_dir: bool = FILE) -> bool:
    return IgnoreRules.parse([pattern]).decide(path, is_dir) is not None


def text(pattern: Pattern | None) -> str | None:
    return pattern and pattern.text


def test_a_negated_pattern_keeps_what_an_earlier_one_ignores():
    rules = IgnoreRules.parse(["*.log", "!keep.log"])
    assert rules.ignored(b"a/x.log", FILE)
    assert not rules.ignored(b"a/keep.log", FILE)
    assert text(rules.decide(b"a/keep.log", FILE)) == "!keep.log"


def test_nothing_below_an_ignored_folder_is_re_included():
    rules = IgnoreRules.parse(["a/", "!a/b"])
    assert text(rules.excluded(b"a/b", FILE)) == "a/"
    assert text(rules.excluded(b"a/c/d", FILE)) == "a/"
    assert rules.excluded(b"a", FILE) is None


def test_a_folder_whose_contents_are_ignored_lets_one_of_them_back_in():
    rules = IgnoreRules.parse(["a/*", "!a/b"])
    assert rules.excluded(b"a/b", FILE) is None
    assert text(rules.excluded(b"a/c/b", FILE)) == "a/*"


def test_the_topmost_excluded_folder_is_the_one_named():
    rules = IgnoreRules.parse(["b", "a/b/c", "a"])
    assert text(rules.excluded(b"a/b/c", FILE)) == "a"


def test_the_items_pattern_wins_over_the_vaults():
    assert not IgnoreRules.parse(["*.log"], ["!x.log"]).ignored(b"x.log", FILE)
    assert IgnoreRules.parse(["!x.log"], ["*.log"]).ignored(b"x.log", FILE)


def test_the_last_matching_pattern_decides_whatever_shape_it_has():
    shapes = [
        "x.log",
        "*.log",
        "*x.log",
        "*g",
        "x*",
        "x.l?g",
        "/d/x.log",
        "d/*.log",
        "**/x.log",
        "**/d/x.log",
        "d/**",
        "*/x*",
    ]
    for shape in shapes:
        before = [other for other in shapes if other != shape]
        assert IgnoreRules.parse([*before, "!" + shape]).ignored(b"d/x.log", FILE) is False
        assert IgnoreRules.parse(["!" + shape, *before]).ignored(b"d/x.log", FILE) is True


def test_a_pattern_knows_where_it_was_written():
    rules = IgnoreRules.parse(["# vault", "", "*.log  "], ["*.tmp", "!build/\n"])
    log, build = rules.decide(b"x.log", FILE), rules.decide(b"build", FOLDER)
    assert log is not None
    assert (log.text, log.layer, log.line, log.negated, log.directory_only) == ("*.log  ", 0, 3, False, False)
    assert build is not None
    assert (build.text, build.layer, build.line, build.negated, build.directory_only) == (
        "!build/",
        1,
        2,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("lines", "any_pattern"),
    [([], False), (["", "# x", "   "], False), (["x"], True), (["!x"], True), (["["], True)],
)
def test_rules_are_true_when_there_is_any_pattern(lines: list[str], any_pattern: bool):
    assert bool(IgnoreRules.parse(lines, [])) is any_pattern


@pytest.mark.parametrize(
    ("pattern", "path", "is_dir", "expected"),
    [
        ("build/", b"build", FOLDER, True),
        ("build/", b"build", FILE, False),
        ("build/", b"a/build", FOLDER, True),
        ("/build", b"build", FILE, True),
        ("/build", b"a/build", FILE, False),
        ("a/b", b"a/b", FILE, True),
        ("a/b", b"x/a/b", FILE, False),
        ("**/a/b", b"x/y/a/b", FILE, True),
        ("**/a", b"a", FILE, True),
        ("a/**", b"a/b/c", FILE, True),
        ("a/**", b"a", FOLDER, False),
        ("a/**/b", b"a/b", FILE, True),
        ("a/**/b", b"a/x/y/b", FILE, True),
        ("a/**/b", b"ax/b", FILE, False),
        ("a/x**/b", b"a/xy/b", FILE, True),
        ("a/x?**/b", b"a/xy/z/b", FILE, False),
        ("*.log", b".log", FILE, True),
        ("*.", b"x.", FILE, True),
        ("*.tar.gz", b"x.tar.gz", FILE, True),
        ("*.tar.gz", b"x.gz", FILE, False),
        ("*~", b"x~", FILE, True),
        ("longer*", b"long", FILE, False),
        ("a*a", b"a", FILE, False),
        ("a*ab", b"aab", FILE, True),
        ("d/*", b"d/x/y", FILE, False),
        ("d/?", b"d//", FILE, False),
        ("*", b"x\ny", FILE, True),
        ("a?b", b"a\nb", FILE, True),
        ("A", b"a", FILE, False),
        ("\\#a", b"#a", FILE, True),
        ("\\!a", b"!a", FILE, True),
        ("#a", b"#a", FILE, False),
        ("a  ", b"a", FILE, True),
        ("a\\ ", b"a ", FILE, True),
        ("a\\  ", b"a ", FILE, True),
        ("a\\\\ ", b"a\\", FILE, True),
        ("a\t", b"a\t", FILE, True),
        ("a\r\n", b"a", FILE, True),
        ("a\r\r", b"a\r", FILE, True),
        ("\ufeffa", b"a", FILE, True),
        ("[!a]", b"b", FILE, True),
        ("[^a-c]", b"b", FILE, False),
        ("[]-]", b"]", FILE, True),
        ("[[:digit:]_]x", b"_x", FILE, True),
        ("d[/]x", b"d/x", FILE, False),
        ("\\", b"\\", FILE, False),
        ("[", b"[", FILE, False),
        ("[[:nonsense:]]", b"n", FILE, False),
        ("é", "é".encode(), FILE, True),
        ("?", "é".encode(), FILE, False),
        ("??", "é".encode(), FILE, True),
        ("\udcff*", b"\xff\xfe", FILE, True),
    ],
)
def test_one_pattern_matches_as_gitignore_says(pattern: str, path: bytes, is_dir: bool, expected: bool):
    assert matches(pattern, path, is_dir) is expected


def test_a_byte_order_mark_counts_only_before_the_first_line_of_a_layer():
    rules = IgnoreRules.parse(["x", "\ufeffa"], ["\ufeffb"])
    assert not rules.ignored(b"a", FILE)
    assert rules.ignored(b"b", FILE)


def test_text_that_is_no_file_name_is_refused_in_a_sentence():
    with pytest.raises(UsageError, match="not valid text"):
        IgnoreRules.parse(["ok", "\ud800"])


AS = b"a" * 4000


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("**/*a*a*a*b", AS, False),
        ("*a" * 200 + "*b", AS, False),
        ("*a" * 200 + "*b", AS + b"b", True),
        ("*?" * 300 + "[b-d]", AS, False),
        ("*[ab]" * 300 + "[cd]", AS, False),
        ("*a" * 4000 + "*", AS, True),
        ("*a" * 4001 + "*", AS, False),
        ("/" + "*a" * 200 + "*/" + "*a" * 200 + "?b", AS + b"/" + AS, False),
        ("**/a/" * 50 + "b?", b"a/" * 2000 + b"a", False),
        ("**/a/" * 50 + "[ab]", b"a/" * 2000 + b"a", True),
        ("**/" + "*a*/" * 100 + "[bc]", b"aa/" * 2000 + b"a", False),
        ("**/*a*a/**/*a*a/**/*a*a/*[bc]", b"aaaaaaaa/" * 500 + b"a", False),
        ("x**/" + "**/*a/" * 30 + "[bc]", b"xa/" + b"a/" * 2000 + b"a", False),
        ("a/" + "**\\/" * 40 + "b?", b"a/" * 2000 + b"a", False),
        ("*" * 4000 + "[bc]", AS, False),
    ],
    ids=range(15),
)
def test_many_stars_on_a_long_path_end_in_bounded_time(pattern: str, path: bytes, expected: bool):
    # Anything that backtracks over two stars would not end before the machine does.
    assert matches(pattern, path) is expected


def test_ten_thousand_patterns_of_every_shape_are_decided():
    kinds = (
        "name{}",
        "*.ext{}",
        "*tail{}~",
        "head{}*",
        "/top/{}",
        "top/**/x{}",
        "x[ab]{}",
        "**/*a*a*a*b{}",
        "d{}/*.log",
    )
    rules = IgnoreRules.parse(kinds[i % len(kinds)].format(i) for i in range(10_000))
    assert not rules.ignored(AS, FILE)
    assert not rules.ignored(b"top/some/where/else.py", FILE)
    assert text(rules.decide(b"q/x.ext1", FILE)) == "*.ext1"
    assert text(rules.decide(b"q/xb6", FILE)) == "x[ab]6"
    assert text(rules.decide(b"q/aaaab7", FILE)) == "**/*a*a*a*b7"
    assert text(rules.decide(b"top/q/q/x5", FILE)) == "top/**/x5"
    assert text(rules.decide(b"d8/q.log", FILE)) == "d8/*.log"


PIECES = [
    "a",
    "b",
    "ab",
    ".a",
    "*",
    "*",
    "?",
    "**",
    "/",
    "/",
    "**/",
    "/**",
    "[ab]",
    "[!a]",
    "[",
    "\\",
    "\\a",
    "\\/",
]
patterns = st.builds(
    lambda sign, body, end: sign + "".join(body) + end,
    st.sampled_from(["", "", "!", "/"]),
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=6),
    st.sampled_from(["", "", "/", " "]),
)
layers = st.lists(patterns, max_size=8)
paths = st.lists(st.sampled_from([b"a", b"b", b"ab", b".a", b"b.a", b"aab"]), min_size=1, max_size=4).map(
    b"/".join
)


@settings(deadline=None)
@given(layers, layers, paths, st.booleans())
def test_excluded_is_what_a_walk_that_opens_no_ignored_folder_never_reaches(
    vault: list[str], item: list[str], path: bytes, is_dir: bool
):
    rules = IgnoreRules.parse(vault, item)
    parts = path.split(b"/")
    steps = [(b"/".join(parts[:depth]), depth < len(parts) or is_dir) for depth in range(1, len(parts) + 1)]
    stopped_by = next((rules.decide(*step) for step in steps if rules.ignored(*step)), None)
    assert rules.excluded(path, is_dir) == stopped_by


@settings(deadline=None)
@given(layers, paths, st.booleans())
def test_many_patterns_decide_as_the_last_of_them_that_matches_alone(
    lines: list[str], path: bytes, is_dir: bool
):
    alone = [number for number, line in enumerate(lines, 1) if matches(line, path, is_dir)]
    together = IgnoreRules.parse(lines).decide(path, is_dir)
    assert (together.line if together else None) == (alone[-1] if alone else None)


@settings(deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_categories=())), max_size=3), st.binary(min_size=1, max_size=20)
)
def test_any_text_is_parsed_or_refused_in_a_sentence(lines: list[str], path: bytes):
    try:
        rules = IgnoreRules.parse(lines)
    except UsageError:
        return
    assert rules.ignored(path, FILE) in (True, False)

"""BCPER's lines in a profile: put in, renewed, taken out, and nothing of the person's touched."""

import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcper.domain.errors import ConfigurationError, UsageError
from bcper.domain.model.shell import SHELLS
from bcper.domain.policy.profile_block import (
    BEGIN,
    END,
    alias_lines,
    block,
    completion_lines,
    holds_block,
    installed,
    removed,
)

LINES = alias_lines("bash", {"bcper": ["/opt/b/bcper"], "bcper-cli": ["/opt/b/bcper-cli"]})
OTHER = alias_lines("bash", {"bcper": ["/new/bcper"]})

PIECES = st.sampled_from(
    [b"\n", b"\r\n", b"\r", b"x", b"# ", b" ", b"\xff", b"\0", BEGIN[:9], END[2:], b"y\n"]
)
# Of either kind: Hypothesis takes constants that it finds in the code under test, these markers among them.
MARKERS = [line for kind in ("aliases", "completion") for line in block((), kind).splitlines()]
TEXTS = st.one_of(st.binary(max_size=40), st.lists(PIECES, max_size=9).map(b"".join)).filter(
    lambda text: not text.rstrip(b"\r\n").endswith(b"\\") and not any(marker in text for marker in MARKERS)
)


@given(TEXTS)
def test_put_in_and_taken_out_the_text_is_what_it_was(text: bytes) -> None:
    put = installed(text, LINES, "p")
    assert put.startswith(text)
    assert put.endswith(END + b"\n")
    assert holds_block(put, "p")
    assert not holds_block(text, "p")
    assert removed(put, "p") == text


@given(TEXTS, TEXTS)
def test_once_more_is_no_change_and_other_lines_take_its_place(before: bytes, after: bytes) -> None:
    text = installed(before, LINES, "p") + after
    assert installed(text, LINES, "p") == text
    renewed = installed(text, OTHER, "p")
    assert renewed != text
    assert renewed == installed(before, OTHER, "p") + after
    assert installed(renewed, LINES, "p") == text
    assert removed(removed(text, "p"), "p") == removed(text, "p")


def test_what_was_appended_keeps_a_line_of_its_own() -> None:
    text = installed(b"export A=1", LINES, "p") + b"export B=2\n"
    assert removed(text, "p") == b"export A=1\nexport B=2\n"


def test_an_editor_with_crlf_or_without_a_last_line_end_does_not_hide_it() -> None:
    text = installed(b"a\n", LINES, "p")
    crlf = text.replace(b"\n", b"\r\n")
    assert removed(crlf, "p") == b"a\r\n"
    assert installed(crlf, LINES, "p") == b"a\r\n" + block(LINES)
    assert installed(text.rstrip(), LINES, "p") == text
    assert removed(text.rstrip(), "p") == b"a\n"


def test_its_own_lines_end_as_a_shell_wants_them_in_a_file_with_crlf() -> None:
    assert installed(b"a\r\n", LINES, "p") == b"a\r\n" + block(LINES)
    assert b"\r" not in block(LINES)


@pytest.mark.parametrize(
    "text",
    [
        BEGIN + b"\nalias x=y\n",
        b"alias x=y\n" + END + b"\n",
        END + b"\n" + BEGIN + b"\n",
        BEGIN + b"\n" + BEGIN + b"\n" + END + b"\n",
        2 * block(LINES),
    ],
)
def test_an_unfinished_or_doubled_block_is_for_a_person_to_mend(text: bytes) -> None:
    for act in (
        lambda: removed(text, "~/.bashrc"),
        lambda: installed(text, LINES, "~/.bashrc"),
        lambda: holds_block(text, "~/.bashrc"),
    ):
        with pytest.raises(ConfigurationError, match=r"~/\.bashrc") as caught:
            act()
        assert "text editor" in caught.value.hint


@pytest.mark.parametrize("text", [b"echo \\\n", b"a\necho \\", b"echo \\\r\n"])
def test_a_last_line_that_goes_on_is_not_gone_on_with(text: bytes) -> None:
    with pytest.raises(ConfigurationError, match="backslash"):
        installed(text, LINES, "p")


def test_a_comment_does_not_go_on() -> None:
    assert holds_block(installed(b"# art \\\n", LINES, "p"), "p")


def test_text_that_only_talks_of_the_markers_is_no_block() -> None:
    text = b"echo '" + BEGIN + b"'\n # " + END + b"\n"
    assert not holds_block(text, "p")


WORDS = st.text(
    st.characters(blacklist_characters="\n\r\0", blacklist_categories=["Cs"]), min_size=1, max_size=9
)


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_a_shell_reads_the_words_that_were_meant(words: list[str]) -> None:
    (line,) = alias_lines("bash", {"bcper": words})
    assert line.startswith("alias bcper=")
    (value,) = shlex.split(line.removeprefix("alias bcper="))
    assert shlex.split(value) == words


def test_bash_runs_an_alias_with_awkward_words() -> None:
    words = ["printf", "%s|", "a b", "it's", '"', "$HOME", "`x`", "\\", "~", "é", "*", "#"]
    (line,) = alias_lines("bash", {"bcper-cli": words})
    script = f"shopt -s expand_aliases\n{line}\nbcper-cli more\n"
    done = subprocess.run(["bash"], input=script, capture_output=True, text=True, check=True)
    assert done.stdout == "".join(f"{word}|" for word in [*words[2:], "more"])


def test_fish_quotes_in_its_own_way() -> None:
    assert alias_lines("fish", {"b": ["/it's/a\\\\b"]}) == (r"alias b='\'/it\\\'s/a\\\\\\\\b\''",)
    assert alias_lines("fish", {"b": ["/plain", "x"]}) == ("alias b='/plain x'",)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_line_break_fits_in_no_line(shell: str) -> None:
    with pytest.raises(UsageError):
        alias_lines(shell, {"bcper": ["/a\nb"]})  # type: ignore[arg-type]


def test_bytes_of_a_path_are_what_they_were() -> None:
    assert b"/b\xffd" in block(alias_lines("bash", {"bcper": ["/b\udcffd"]}))


@given(TEXTS)
def test_aliases_and_completion_mind_only_their_own_lines(text: bytes) -> None:
    lines = completion_lines("bash")
    both = installed(installed(text, LINES, "p"), lines, "p", "completion")
    assert installed(both, lines, "p", "completion") == both
    assert holds_block(both, "p")
    assert holds_block(both, "p", "completion")
    assert removed(removed(both, "p", "completion"), "p") == text
    # A line end that the first needed stays for the second.
    assert removed(removed(both, "p"), "p", "completion") in (text, text + b"\n")

"""The manual is what the parsers say: all of it, and nothing that the formats choke on."""

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bcper.apps.cli.parser import parser
from bcper.apps.exit_statuses import EXIT_STATUSES
from bcper.apps.failures import explain
from bcper.apps.files import FILES
from bcper.apps.paths import Places
from bcper.apps.variables import HOOK_VARIABLES, VARIABLES
from bcper.domain import errors
from bcper.domain.model.jobs import Job
from bcper.domain.model.stores import Store
from bcper.domain.policy.hook_words import Moment, environment
from manual import man, markdown
from manual.book import book, date
from manual.model import Command
from manual.roff import escaped, page, prose
from manual.tree import command
from manual.words import typed

ROOT = Path(__file__).parents[3]
MAN = dict(man.pages(book()))
MARKDOWN = dict(markdown.pages(book()))


def below(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from below(each)


PARSERS = {each.prog: each for each in below(parser())}


def plain(roff: str) -> str:
    """As a reader sees it, roughly."""
    text = re.sub(r"\\f[BIR]|\\&", "", roff).replace("\\-", "-").replace("\\ ", " ")
    text = re.sub(
        r"\\\(([a-z]{2})", lambda found: {"aq": "'", "dq": '"', "ti": "~", "ha": "^"}[found[1]], text
    )
    return " ".join(text.replace("\\e", "\\").split())


@pytest.mark.parametrize("prog", PARSERS)
def test_each_command_and_each_of_its_options_is_in_both(prog: str) -> None:
    words = prog.split()
    roff = plain(MAN["-".join(words[:2]) + ".1"])
    marked = MARKDOWN[f"{words[1]}.md" if len(words) > 1 else "index.md"]
    shown = marked + MARKDOWN["index.md"]
    assert prog in roff
    assert len(words) < 3 or f"\n## {words[2]}\n" in marked
    for action in PARSERS[prog]._actions:
        assert isinstance(action, argparse._SubParsersAction) or action.help
        for option in action.option_strings:
            assert option in roff
            assert f"`{option}" in shown
        verbs = isinstance(action, argparse._SubParsersAction)
        if not action.option_strings and action.metavar and not verbs:
            assert str(action.metavar) in roff
            assert str(action.metavar) in marked


def test_the_synopsis_says_what_must_be_and_what_may_be() -> None:
    made = argparse.ArgumentParser("tool")
    made.add_argument("paths", nargs="+", metavar="PATH")
    made.add_argument("one", nargs="?", metavar="ONE")
    made.add_argument("--to", required=True, metavar="DIR")
    made.add_argument("-n", "--lines", type=int, metavar="N")
    made.add_argument("--ignore", action="append", metavar="PATTERN")
    made.add_argument("--kind", choices=["a", "b"])
    either = made.add_mutually_exclusive_group(required=True)
    either.add_argument("--yes", action="store_true")
    either.add_argument("--no", metavar="WHY")
    assert command(made).synopsis == (
        *("PATH...", "[ONE]", "--to DIR", "[--lines N]", "[--ignore PATTERN]...", "[--kind {a,b}]"),
        "(--yes | --no WHY)",
    )


@pytest.mark.parametrize("name", MAN)
@pytest.mark.parametrize(
    "tool", [("groff", "-ww", "-man", "-Tutf8"), ("mandoc", "-T", "lint", "-W", "style")]
)
def test_the_pages_have_no_warnings(name: str, tool: tuple[str, ...], tmp_path: Path) -> None:
    if shutil.which(tool[0]) is None:
        pytest.skip(f"{tool[0]} is not there")
    path = tmp_path / name
    path.write_text(MAN[name].replace(" unreleased ", " 2026-01-31 "))
    done = subprocess.run([*tool, path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert tool[0] == "groff" or done.stdout == ""


@pytest.mark.parametrize("name", MAN)
def test_every_page_has_its_sections(name: str) -> None:
    sections = re.findall(r"^\.SH (.*)$", MAN[name], re.MULTILINE)
    assert [each for each in sections if each != "COMMANDS"] == [
        *("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "FILES"),
        *("EXAMPLES", "SEE ALSO"),
    ]


def test_whatever_a_text_has_in_it_stays_as_it_is() -> None:
    assert escaped(".bcpignore 'x' \\n -a") == "\\&.bcpignore \\(aqx\\(aq \\en \\-a"
    assert prose("say --all, or\nnothing") == "say \\fB\\-\\-all\\fR, or nothing"
    assert prose("é").startswith("\\[u00E9]")
    folded = page(["word " * 15 + "of .bcpignore " * 5]).splitlines()
    assert max(map(len, folded)) <= 80
    assert not [line for line in folded if line.startswith((".", "'"))]


def test_a_long_command_goes_on_before_an_option() -> None:
    assert typed("tool --a " + "x" * 60 + " --b c") == ["tool --a " + "x" * 60 + " \\", "    --b c"]
    assert typed("tool --a b") == ["tool --a b"]


def anchors(text: str) -> set[str]:
    """As GitHub and Python-Markdown make them of headings."""
    titles = re.findall(
        r"^#+ (.*)$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )
    plain = [re.sub(r"\[(.*?)\]\(.*?\)", r"\1", title) for title in titles]
    return {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in plain}


def test_no_link_leads_nowhere() -> None:
    links = [(name, link) for name, text in MARKDOWN.items() for link in re.findall(r"\]\((.*?)\)", text)]
    assert links
    for name, link in links:
        target, _, anchor = link.partition("#")
        assert (target or name) in MARKDOWN, (name, link)
        assert not anchor or anchor in anchors(MARKDOWN[target or name]), (name, link)


@pytest.mark.parametrize("name", MARKDOWN)
def test_tables_have_two_columns(name: str) -> None:
    rows = [line for line in MARKDOWN[name].splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} <= {3}


def test_the_same_source_makes_the_same_pages_whatever_the_time_and_the_terminal(tmp_path: Path) -> None:
    made = []
    for number, columns in enumerate(("40", "200")):
        folder = tmp_path / str(number)
        env = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "COLUMNS": columns,
            "SOURCE_DATE_EPOCH": "86400",
        }
        for kind in ("man", "markdown"):
            subprocess.run([sys.executable, ROOT / "packaging/manual", kind, folder], env=env, check=True)
        made.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert made[0] == made[1]
    assert set(made[0]) == set(MAN) | set(MARKDOWN)
    assert b" 1970-01-02 " in made[0]["bcperd.1"]
    assert str(Path.home()).encode() not in b"".join(made[0].values()) or str(Path.home()) == "/"


def test_the_date_is_the_sources() -> None:
    assert date({"SOURCE_DATE_EPOCH": "0"}) == "1970-01-01"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d|unreleased", date({}))


def test_every_exit_status_of_a_failure_is_told() -> None:
    classes = [
        each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Exception)
    ]
    assert {each.exit_status for each in classes} <= set(EXIT_STATUSES)  # type: ignore[attr-defined]
    assert explain(RuntimeError()).exit_status in EXIT_STATUSES
    for status, (name, what) in EXIT_STATUSES.items():
        assert name
        assert f".TP 7n\n\\fB{status}\\fR\n" in MAN["bcperd.1"]
        assert what in plain(MAN["bcperd.1"])


def test_the_readme_has_the_same_exit_statuses() -> None:
    said = (ROOT / "README.md").read_text().partition("**Exit status**:")[2].partition("\n\n")[0]
    assert [int(number) for number in re.findall(r"\b\d+\b", said)] == list(EXIT_STATUSES)


def test_every_variable_that_the_source_reads_is_told() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "src/bcper").rglob("*.py"))
    read = set(re.findall(r"\b(?:BCPER|XDG)_[A-Z_]*[A-Z]\b", source))
    told = {each.name for each in (*VARIABLES, *HOOK_VARIABLES)}
    # keyring's own business, remembered with its choice; and what a report of a bug says of the desktop.
    assert read - told == {"XDG_DATA_DIRS", "XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE"}


def test_hooks_variables_are_those_of_the_hooks() -> None:
    job = Job("1", "nightly", "item", "docs", "disk", "daily")
    moment = Moment(job, Store("disk", "local", "/mnt/disk"), "1", datetime(2026, 1, 1, tzinfo=UTC))
    assert [each.name for each in HOOK_VARIABLES] == list(environment(moment))


def test_every_file_of_the_settings_folder_is_told() -> None:
    where = Places("~/.config/bcper")
    files = {getattr(where, name) for name, kind in vars(Places).items() if isinstance(kind, property)}
    assert files - {path for path, _ in FILES} == {where.locks}


def test_a_group_lists_its_verbs_examples() -> None:
    def examples(each: Command) -> Iterator[str]:
        yield from each.examples
        for verb in each.commands:
            yield from examples(verb)

    for group in book().cli.commands:
        text = plain(MAN[f"{group.page}.1"]).partition(" EXAMPLES ")[2]
        for example in examples(group):
            assert example in text.replace("\\ ", "").replace("\\", "")

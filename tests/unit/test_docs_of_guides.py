"""What the guide says of patterns and of retention is what the policies decide."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bcper.domain.model.jobs import Keep
from bcper.domain.policy.ignore import IgnoreRules
from bcper.domain.policy.retention import decide
from helpers.runs import a_run

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
ZONE = ZoneInfo("Europe/Berlin")


def cells(row: str) -> list[list[str]]:
    """Of each cell of a table's row, what is written as code."""
    return [re.findall(r"`([^`]+)`", cell) for cell in row.strip().strip("|").split("|")]


def pattern_rows() -> list[str]:
    page = (GUIDE / "ignore.md").read_text()
    tables = re.findall(r"^\| pattern.*\n\|[-|]+\n((?:\|.*\n)+)", page, re.MULTILINE)
    assert len(tables) == 2
    return [row for table in tables for row in table.splitlines()]


@pytest.mark.parametrize("row", pattern_rows())
def test_each_pattern_leaves_out_what_the_page_says(row: str) -> None:
    patterns, out, kept = cells(row)
    rules = IgnoreRules.parse(patterns)
    assert patterns
    assert out + kept
    assert [path for path in out if rules.excluded(path.encode(), is_dir=False) is None] == []
    assert [path for path in kept if rules.excluded(path.encode(), is_dir=False) is not None] == []


def test_the_example_of_retention_is_what_the_policy_keeps() -> None:
    page = (GUIDE / "keep.md").read_text()
    told = page.partition("**An example.**")[2].partition("## ")[0]
    rules = {rule: int(number) for rule, number in re.findall(r"--keep-(\w+) (\d+)", told)}
    first, last = datetime(2026, 1, 1, 22, tzinfo=ZONE), datetime(2026, 3, 31, 22, tzinfo=ZONE)
    days = (last - first).days + 1
    assert f"from {first.day} January to {last.day} March {last.year}" in told
    assert f"Of its {days} runs" in told
    runs = [a_run(f"{day:02}", first + timedelta(days=day)) for day in range(days)]

    kept = [each for each in decide(runs, Keep(**rules), ZONE, now=last + timedelta(hours=1)) if each.kept]

    def why(reasons: tuple[str, ...]) -> str:
        named = [each if each.startswith("last ") else each.split()[0] for each in reasons]
        return ", ".join(each for each, reason in zip(named, reasons, strict=True) if "good" not in reason)

    table = [f"| {each.run.started_at.astimezone(ZONE):%a %Y-%m-%d} | {why(each.reasons)} |" for each in kept]
    assert [
        line for line in told.splitlines() if line.startswith(("| Mon", "| T", "| W", "| F", "| S"))
    ] == table

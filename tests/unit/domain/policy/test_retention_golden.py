"""Retention against golden files: histories, and the verdict on each run, for a person to read.

A file has ``keep:``, ``zone:`` and maybe ``now:``, then a line for each run, newest first: its start in UTC,
its status and flags, ``|``, the verdict and its reasons.
"""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bcper.domain.model.jobs import Keep
from bcper.domain.model.runs import Run, RunStatus
from bcper.domain.policy.retention import decide
from helpers.runs import a_run

GOLDEN = sorted((Path(__file__).parent / "golden").glob("retention_*.txt"))
_HOLD = re.compile(r" hold\((.*)\)")


def run_of(history: str, run_id: str) -> Run:
    hold = _HOLD.search(history)
    start, status, *flags = _HOLD.sub("", history).split()
    when = datetime.fromisoformat(start)
    return a_run(
        run_id,
        when,
        RunStatus(status),
        hold=hold[1] if hold else "",
        pinned="pinned" in flags,
        pruned_at=when if "pruned" in flags else None,
        deleted_at=when if "deleted" in flags else None,
    )


def judged(text: str) -> str:
    """``text`` with every verdict given anew."""
    settings = dict(re.findall(r"^(keep|zone|now): (.*)$", text, re.MULTILINE))
    counts = dict(rule.split() for rule in settings["keep"].split(", ")) if settings["keep"] != "all" else {}
    keep = Keep(**{"last": 0} | {rule: int(count) for rule, count in counts.items()})
    now = datetime.fromisoformat(settings["now"]) if "now" in settings else None
    lines = text.splitlines()
    histories = {f"{n:03}": line.partition("|")[0] for n, line in enumerate(lines) if "|" in line}
    runs = [run_of(history, run_id) for run_id, history in histories.items()]
    verdicts = decide(runs[::-1], keep, ZoneInfo(settings["zone"]), now=now)
    assert [verdict.run for verdict in verdicts] == runs, "the golden file is not in order"
    for verdict in verdicts:
        word = "keep" if verdict.kept else "DROP"
        said = f"{histories[verdict.run.run_id]}| {word}  {'; '.join(verdict.reasons)}"
        lines[int(verdict.run.run_id)] = said
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_the_verdicts_are_those_in_the_file(path: Path) -> None:
    text = path.read_text()
    assert judged(text) == text


def test_there_are_golden_files() -> None:
    assert len(GOLDEN) >= 8

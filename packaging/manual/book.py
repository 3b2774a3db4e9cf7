"""All that there is to tell: the programs, and what holds for all of them."""

import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import attrs

from bcper import __version__
from bcper.apps.cli import parser as cli
from bcper.apps.daemon import main as daemon
from bcper.apps.exit_statuses import EXIT_STATUSES
from bcper.apps.files import FILES
from bcper.apps.gui import main as window
from bcper.apps.variables import HOOK_VARIABLES, VARIABLES, Variable
from manual.model import Command
from manual.tree import command

_CHANGES = Path(__file__).parents[2] / "CHANGELOG.md"

SUMMARIES = {
    "bcper": "back folders up and get them back, in a window",
    "bcper-cli": "back folders up and get them back, by command",
    "bcperd": "run backup jobs when they are due",
}


@attrs.frozen
class Book:
    """What the pages are made of; ``date`` is ISO's, or what stands instead of one."""

    version: str
    date: str
    cli: Command
    window: Command
    daemon: Command

    @property
    def statuses(self) -> Mapping[int, tuple[str, str]]:
        """Every exit status: its name, and a sentence."""
        return EXIT_STATUSES

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """Paths, each with a sentence."""
        return FILES

    def variables(self, program: str) -> tuple[Variable, ...]:
        """What ``program`` heeds of the environment."""
        return tuple(each for each in VARIABLES if program in each.programs)

    def hooks(self, page: Command) -> tuple[Variable, ...]:
        """What the commands around a job's run get; told where they are set."""
        return HOOK_VARIABLES if page.name == "bcper-cli job" else ()


def book() -> Book:
    """The whole of it."""
    return Book(
        __version__,
        date(),
        command(cli.parser(), SUMMARIES["bcper-cli"]),
        command(window.parser(), SUMMARIES["bcper"]),
        command(daemon.parser(), SUMMARIES["bcperd"]),
    )


def date(environ: Mapping[str, str] = os.environ) -> str:
    """The same for the same source: SOURCE_DATE_EPOCH's day, or the day of the newest release that has one.

    See https://reproducible-builds.org/specs/source-date-epoch/; "unreleased" where there is neither.
    """
    if told := environ.get("SOURCE_DATE_EPOCH"):
        return datetime.fromtimestamp(int(told), UTC).date().isoformat()
    if _CHANGES.exists():
        headings = re.findall(r"^## .*?(\d{4}-\d\d-\d\d)", _CHANGES.read_text(encoding="utf-8"), re.MULTILINE)
        return headings[0] if headings else "unreleased"
    return "unreleased"

"""The documentation names every setting, file, variable and status, and no more than there are."""

import re
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

from bcper.apps.exit_statuses import EXIT_STATUSES
from bcper.apps.files import FILES
from bcper.apps.variables import VARIABLES
from bcper.domain.model.entries import Entry
from bcper.domain.model.jobs import Job
from bcper.domain.model.manifest import Manifest, Part, VolumeLine
from bcper.domain.model.settings import Settings
from bcper.domain.model.stores import Store
from bcper.domain.policy.hook_words import Moment, environment

DOCS = Path(__file__).parents[2] / "docs"
JOB = Job("1", "nightly", "item", "docs", "disk", "daily")
MOMENT = Moment(JOB, Store("disk", "local", "/mnt/disk"), "1", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("document", "names"),
    [
        ("reference/settings.md", [field.name for field in attrs.fields(Settings)]),
        ("reference/configuration.md", [field.name for field in attrs.fields(Settings)]),
        ("reference/configuration.md", [field.name for field in attrs.fields(Job) if field.name != "id"]),
        ("guide/hooks.md", list(environment(MOMENT))),
        (
            "reference/format.md",
            [field.name for kind in (Manifest, Part, VolumeLine, Entry) for field in attrs.fields(kind)],
        ),
        ("reference/files.md", [path for path, _ in FILES]),
        ("reference/environment.md", [each.name for each in VARIABLES]),
    ],
)
def test_nothing_is_left_out(document: str, names: list[str]) -> None:
    text = (DOCS / document).read_text()
    assert [name for name in names if f"`{name}`" not in text] == []


def test_the_statuses_are_those_of_the_program() -> None:
    text = (DOCS / "reference/exit-statuses.md").read_text()
    told = {
        int(status): (name, when)
        for status, name, when in re.findall(r"^\| `(\d+)` \| (.+?) \| (.+?) \|", text, re.MULTILINE)
    }
    assert {status: name for status, (name, _) in told.items()} == {
        status: name for status, (name, _) in EXIT_STATUSES.items()
    }
    for status, (_, sentence) in EXIT_STATUSES.items():
        assert told[status][1].replace("`", "").startswith(sentence.rstrip(".")), status

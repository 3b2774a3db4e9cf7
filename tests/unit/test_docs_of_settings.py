"""The documentation names every setting, every field of a job and every variable of a command."""

from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

from bcper.domain.model.jobs import Job
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
    ],
)
def test_nothing_is_left_out(document: str, names: list[str]) -> None:
    text = (DOCS / document).read_text()
    assert [name for name in names if f"`{name}`" not in text] == []

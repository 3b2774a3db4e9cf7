"""Jobs of a configuration of the original's: they run by themselves as ours do."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from dependency_injector import providers

from bcper.adapters.memory.clock import FakeClock
from bcper.adapters.memory.power import MemoryPower
from bcper.apps.container import Container
from bcper.apps.paths import places
from bcper.domain.model.requests.jobs import RunJob
from bcper.domain.usecases.plan_jobs import Agenda

FIRST = datetime(2026, 3, 2, 3, tzinfo=UTC)
DUE = datetime(2026, 3, 2, 4, 0, 5, tzinfo=UTC)


@pytest.fixture
def old(tmp_path: Path) -> Container:
    source = tmp_path / "source"
    source.mkdir()
    (source / "file").write_text("x")
    written: dict[str, Any] = {
        "items": {"docs": {"key": "docs", "paths": [str(source)], "password": "", "bcpignore": []}},
        "stores": {"disk": {"name": "disk", "type": "local", "path": str(tmp_path / "store")}},
        "frequencies": {"f": {"id": "f", "name": "Daily", "cron": "0 4 * * *"}},
        "jobs": {
            "j": {
                "id": "j",
                "name": "Docs",
                "target_type": "item",
                "target_name": "docs",
                "store_name": "disk",
                "frequency_id": "f",
                "keep_last": 3,
                "enabled": True,
            }
        },
    }
    config = tmp_path / "config"
    config.mkdir()
    (config / "config.json").write_text(json.dumps(written))
    return Container(places=providers.Object(places(str(config))))


def plan(container: Container, now: datetime) -> Agenda:
    agenda: Agenda = attrs.evolve(container.plan_jobs(), clock=FakeClock(now), power=MemoryPower())()
    return agenda


def test_a_store_that_the_original_wrote_is_there_before_it_has_a_marker(
    old: Container, tmp_path: Path
) -> None:
    (tmp_path / "store").mkdir()
    assert plan(old, FIRST).waiting == {}
    agenda = plan(old, DUE)
    assert agenda.waiting == {}
    assert [each.job_id for each in agenda.due] == ["j"]


def test_where_its_folder_is_not_there_nothing_is_made_in_its_place(old: Container, tmp_path: Path) -> None:
    plan(old, FIRST)
    assert plan(old, DUE).waiting["j"].kind == "store"
    assert not (tmp_path / "store").exists()


def test_once_it_was_used_a_folder_without_the_marker_is_another_disk(old: Container, tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    plan(old, FIRST)
    old.service()(RunJob("Docs"))
    (store / ".bcper-store.json").unlink()
    assert plan(old, DUE + timedelta(days=1)).waiting["j"].kind == "store"

"""What every BackupService is (ports.service): one list of requests, each of which somebody answers.

What the answers are is in test_backup_service_targets.py, _stores.py, _jobs.py and _runs.py.
"""

import pkgutil
from importlib import import_module
from pathlib import Path
from typing import Any

import attrs
import pytest
from dependency_injector import providers

import bcper.domain.model.requests
from bcper.apps.container import Container
from bcper.apps.paths import places
from bcper.apps.service import ANSWERS, WATCHED
from bcper.domain.errors import Cancelled
from bcper.domain.model.jobs import Keep
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.jobs import EditJob, ListJobs, PruneJob, RunJob
from bcper.domain.model.requests.targets import ListItems, PreviewItem
from helpers.engine import Meddler
from helpers.service import Kit


def requests() -> list[type[Request[Any]]]:
    package = bcper.domain.model.requests
    modules = [
        import_module(f"{package.__name__}.{each.name}") for each in pkgutil.iter_modules(package.__path__)
    ]
    return [
        found
        for module in modules
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Request) and found is not Request
    ]


def test_every_request_is_answered_and_nothing_else_is() -> None:
    assert sorted(kind.__name__ for kind in requests()) == sorted(ANSWERS)
    assert set(ANSWERS) >= WATCHED


@pytest.mark.parametrize("kind", requests(), ids=lambda kind: kind.__name__)
def test_a_request_is_a_frozen_value_that_names_its_reply(kind: type[Request[Any]]) -> None:
    assert attrs.has(kind)
    (base,) = kind.__orig_bases__  # type: ignore[attr-defined]
    (reply,) = base.__args__
    assert reply is not Any
    example = kind(**{field.name: "x" for field in attrs.fields(kind) if field.default is attrs.NOTHING})
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        example.name = "other"  # type: ignore[attr-defined]
    assert example == attrs.evolve(example)


def test_every_provider_of_the_container_resolves(tmp_path: Path) -> None:
    container = Container(places=providers.Object(places(str(tmp_path / "config"))))
    for name, provider in container.providers.items():
        assert provider() is not None, name
    for provider, method in ANSWERS.values():
        assert callable(getattr(getattr(container, provider)(), method)), (provider, method)
    assert not (tmp_path / "config").exists()


def test_reading_an_empty_configuration_writes_nothing(kit: Kit) -> None:
    assert kit.ask(ListItems()) == ()
    assert kit.ask(ListJobs()) == ()
    assert kit.catalog.revision == 0
    assert not (kit.base / "config" / "config.json").exists()


@pytest.mark.parametrize("request_", [PreviewItem("docs"), RunJob("nightly"), PruneJob("nightly")], ids=repr)
def test_what_takes_long_tells_its_sink_and_the_sink_cancels_it(kit: Kit, request_: Request[Any]) -> None:
    def stop() -> None:
        raise Cancelled

    kit.item("docs")
    kit.job("docs", last=2)
    for _ in range(2):
        kit.ask(RunJob("nightly"))
        kit.later()
    kit.ask(EditJob("nightly", keep=Keep(last=1)))
    before = kit.listed()
    with pytest.raises(Cancelled):
        kit.ask(request_, Meddler(lambda _: True, stop))
    assert [run.run_id for run in kit.container.ledger().list() if run.status.restorable] == before

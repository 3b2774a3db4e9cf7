"""What every CatalogRepository promises (ports.catalog_repository), on the file and on the fake."""

import os
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from bcper.adapters.config_json.repository import JsonCatalogRepository
from bcper.adapters.memory.catalog_repository import MemoryCatalogRepository
from bcper.domain.errors import Locked, UsageError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.frequency import Cron, Frequency
from bcper.domain.model.stores import Store
from bcper.domain.model.targets import Item, Vault
from bcper.ports.catalog_repository import CatalogRepository
from helpers.catalogs import a_catalog, a_job

Edit = Callable[[Catalog], Catalog]


def no_passwords(passwords: object) -> None:
    pytest.fail("there is nothing to adopt")


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "config" / "bcper" / "config.json")


@pytest.fixture(params=["file", "memory"])
def repository(request: pytest.FixtureRequest, path: str) -> CatalogRepository:
    if request.param == "memory":
        return MemoryCatalogRepository(patience=0.2)
    return JsonCatalogRepository(path, adopt=no_passwords, patience=0.2)


def adding(name: str) -> Edit:
    return lambda catalog: attrs.evolve(catalog, items={**catalog.items, name: Item(name, (f"/{name}",))})


def to(catalog: Catalog) -> Edit:
    return lambda _: catalog


WHOLE = a_catalog(
    items=("Docs", "Bücher \udcff", "..a"),
    vaults={"Home": ("Docs", "gone", "Bücher \udcff"), "empty": ()},
    stores=("disk",),
    frequencies=("daily",),
    jobs=(a_job("2", "item", "Docs"), a_job("1", "vault", "nowhere", store="gone", frequency="gone")),
)


def test_at_first_it_is_empty_and_nothing_is_created(repository: CatalogRepository, tmp_path: Path) -> None:
    assert repository.load() == Catalog()
    assert os.listdir(tmp_path) == []


def test_what_is_saved_is_loaded_in_its_order_gone_references_and_all(repository: CatalogRepository) -> None:
    saved = repository.change(to(WHOLE))
    assert saved == attrs.evolve(WHOLE, revision=1)
    assert repository.load() == saved
    assert list(repository.load().jobs) == ["2", "1"]
    assert list(repository.load().items) == ["Docs", "Bücher \udcff", "..a"]


def test_each_change_begins_with_the_newest_and_counts_one_more(repository: CatalogRepository) -> None:
    for number, name in enumerate("abc", 1):
        assert repository.change(adding(name)).revision == number
    assert set(repository.load().items) == set("abc")


def test_an_edit_has_no_say_in_the_revision(repository: CatalogRepository) -> None:
    assert repository.change(to(attrs.evolve(WHOLE, revision=99))).revision == 1
    assert repository.change(lambda catalog: attrs.evolve(catalog, revision=5)).revision == 1
    assert repository.load().revision == 1


def test_an_edit_that_changes_nothing_saves_nothing(repository: CatalogRepository, path: str) -> None:
    assert repository.change(lambda catalog: catalog) == Catalog()
    assert not os.path.exists(path)
    saved = repository.change(to(WHOLE))
    assert repository.change(to(WHOLE)) == saved


def test_what_an_edit_raises_comes_out_and_nothing_is_saved(repository: CatalogRepository) -> None:
    saved = repository.change(adding("a"))

    def failing(_: Catalog) -> Catalog:
        raise OSError("mine")  # an adapter must not take it for its own

    with pytest.raises(OSError, match="mine"):
        repository.change(failing)
    assert repository.load() == saved
    assert repository.change(adding("b")).revision == 2  # and the lock is free


REFUSED: dict[str, dict[str, Any]] = {
    "row 39: a parent": {"items": {"../x": Item("../x", ("/x",))}},
    "row 39: NUL": {"vaults": {"a\0": Vault("a\0", ())}},
    "row 39: NUL in a path": {"items": {"x": Item("x", ("/x\0",))}},
    "row 39: NUL in a pattern": {"items": {"x": Item("x", ("/x",), ("\0",))}},
    "row 39: a parent in a vault": {"vaults": {"a": Vault("a", ("../b",))}},
    "row 39: a store": {"stores": {"a/b": Store("a/b", "local", "/m")}},
    "row 39: a store's path": {"stores": {"a": Store("a", "local", "/m/../n")}},
    "row 39: an id": {"frequencies": {"..": Frequency("..", "x", Cron("0 0 * * *"))}},
    "row 39: a job's id": {"jobs": {"a/b": a_job("a/b", "item", "x")}},
    "row 39: a job's frequency": {"jobs": {"a": a_job("a", "item", "x", frequency="/")}},
    "row 39: a job's target": {"jobs": {"a": a_job("a", "item", "../x")}},
    "no name": {"frequencies": {"a": Frequency("a", " ", Cron("0 0 * * *"))}},
    "row 25: too often": {"frequencies": {"a": Frequency("a", "A", Cron("*/7 * * * *"))}},
    "not normalised": {"frequencies": {"a": Frequency("a", "A", Cron("@daily"))}},
    "no zone": {"jobs": {"a": a_job("a", "item", "x", created_at=datetime(2025, 1, 1))}},
    "a wrong key": {"items": {"x": Item("y", ("/x",))}},
    "a wrong id": {"jobs": {"b": a_job("a", "item", "x")}},
}


@pytest.mark.parametrize("sections", REFUSED.values(), ids=REFUSED)
def test_what_could_not_be_read_back_is_refused(
    repository: CatalogRepository, sections: dict[str, Any]
) -> None:
    saved = repository.change(adding("a"))
    with pytest.raises(UsageError):
        repository.change(lambda catalog: attrs.evolve(catalog, **sections))
    assert repository.load() == saved


@pytest.mark.parametrize("kind", ["file", "memory"])
def test_threads_lose_nothing(kind: str, path: str) -> None:
    memory = MemoryCatalogRepository(patience=60)
    shared = memory if kind == "memory" else JsonCatalogRepository(path, adopt=no_passwords, patience=60)

    def five(one: str) -> None:
        for number in range(5):
            shared.change(adding(f"{one}{number}"))

    threads = [threading.Thread(target=five, args=(one,)) for one in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(shared.load().items) == shared.load().revision == 15


def test_a_change_within_a_change_is_locked_out_and_reading_is_not(repository: CatalogRepository) -> None:
    def nested(catalog: Catalog) -> Catalog:
        assert repository.load() == catalog
        with pytest.raises(Locked):
            repository.change(adding("inner"))
        return adding("outer")(catalog)

    assert set(repository.change(nested).items) == {"outer"}

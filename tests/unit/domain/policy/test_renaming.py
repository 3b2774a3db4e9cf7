"""A new name is the name everywhere, and nothing else changes."""

from hypothesis import given
from hypothesis import strategies as st

from bcper.domain.model.catalog import Catalog
from bcper.domain.policy.references import users
from bcper.domain.policy.renaming import rename_store, rename_target
from helpers.catalogs import a_catalog, a_job

WHOLE = a_catalog(
    items=("docs", "letters", "home"),
    vaults={"home": ("letters", "docs"), "other": ("letters",)},
    stores=("disk", "docs"),
    frequencies=("daily", "docs"),
    jobs=(
        a_job("1", "item", "docs"),
        a_job("2", "vault", "home", store="docs"),
        a_job("3", "item", "home", frequency="docs"),
        a_job("4", "vault", "other"),
    ),
)
"""An item, a store and a frequency are all called docs, and an item and a vault home."""


def targets(catalog: Catalog) -> list[tuple[str, str]]:
    return [(job.target_type, job.target_name) for job in catalog.jobs.values()]


def test_an_items_new_name_is_in_its_vaults_in_its_place_and_in_its_jobs() -> None:
    after = rename_target(WHOLE, "item", "docs", "papers")
    assert after.vaults["home"].items == ("letters", "papers")
    assert after.vaults["other"] == WHOLE.vaults["other"]
    assert targets(after) == [("item", "papers"), ("vault", "home"), ("item", "home"), ("vault", "other")]
    assert set(after.items) == {"letters", "home"}
    assert (after.stores, after.frequencies) == (WHOLE.stores, WHOLE.frequencies)
    assert [job.store_name for job in after.jobs.values()] == ["disk", "docs", "disk", "disk"]
    assert [job.frequency_id for job in after.jobs.values()] == ["daily", "daily", "docs", "daily"]


def test_a_vaults_new_name_is_not_for_the_item_of_the_same_name() -> None:
    after = rename_target(WHOLE, "vault", "home", "house")
    assert targets(after) == [("item", "docs"), ("vault", "house"), ("item", "home"), ("vault", "other")]
    assert set(after.vaults) == {"other"}
    assert after.items == WHOLE.items


def test_an_items_new_name_is_not_for_the_vault_of_the_same_name() -> None:
    after = rename_target(WHOLE, "item", "home", "house")
    assert targets(after) == [("item", "docs"), ("vault", "home"), ("item", "house"), ("vault", "other")]
    assert after.vaults == WHOLE.vaults


def test_a_stores_new_name_is_in_the_jobs_that_use_it() -> None:
    after = rename_store(WHOLE, "docs", "second disk")
    assert [job.store_name for job in after.jobs.values()] == ["disk", "second disk", "disk", "disk"]
    assert set(after.stores) == {"disk"}
    assert targets(after) == targets(WHOLE)
    assert (after.items, after.vaults) == (WHOLE.items, WHOLE.vaults)


@given(st.sampled_from([("item", name) for name in WHOLE.items] + [("vault", name) for name in WHOLE.vaults]))
def test_whoever_used_the_old_name_uses_the_new_one_and_there_is_a_way_back(target: tuple[str, str]) -> None:
    kind, old = target
    section = WHOLE.items if kind == "item" else WHOLE.vaults
    after = rename_target(WHOLE, kind, old, "new")  # type: ignore[arg-type]
    assert users(after, kind, old) == ()  # type: ignore[arg-type]
    assert users(after, kind, "new") == users(WHOLE, kind, old)  # type: ignore[arg-type]
    back = rename_target(after, kind, "new", old)  # type: ignore[arg-type]
    remaining = back.items if kind == "item" else back.vaults
    assert {**remaining, old: section[old]} == section
    assert back.jobs == WHOLE.jobs

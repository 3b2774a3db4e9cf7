"""What refers to something that is gone."""

import attrs

from bcper.domain.policy.orphans import gaps, orphans
from helpers.catalogs import a_catalog, a_job

WHOLE = a_catalog(
    items=("Docs", "Photos"),
    vaults={"Home": ("Docs", "Photos")},
    stores=("disk",),
    frequencies=("daily",),
    jobs=(a_job("1", "item", "Docs"), a_job("2", "vault", "Home")),
)


def test_in_a_whole_catalogue_nothing_is_amiss() -> None:
    assert orphans(WHOLE) == ()
    assert gaps(WHOLE) == ()


def reasons(**gone: dict[str, object]) -> dict[str, str]:
    return {orphan.job.id: orphan.reason for orphan in orphans(attrs.evolve(WHOLE, **gone))}


def test_a_job_says_what_it_lacks() -> None:
    assert reasons(stores={}) == {"1": "its store 'disk' is gone", "2": "its store 'disk' is gone"}
    assert reasons(frequencies={})["1"] == "its frequency 'daily' is gone"
    assert reasons(vaults={}) == {"2": "its vault 'Home' is gone"}
    assert reasons(items={"Photos": WHOLE.items["Photos"]}) == {"1": "its item 'Docs' is gone"}


def test_a_vault_without_items_is_as_good_as_gone() -> None:
    assert reasons(items={})["2"] == "no item is left in its vault 'Home'"


def test_a_job_that_lacks_several_things_is_told_of_once() -> None:
    found = orphans(a_catalog(jobs=(a_job("1", "item", "a\nb"),)))
    assert [orphan.reason for orphan in found] == [
        "its item 'a\\\\nb' is gone and its store 'disk' is gone and its frequency 'daily' is gone"
    ]


def test_an_item_does_not_stand_in_for_a_vault_of_its_name() -> None:
    catalog = a_catalog(("x",), {}, ("disk",), ("daily",), (a_job("1", "vault", "x"),))
    assert [orphan.reason for orphan in orphans(catalog)] == ["its vault 'x' is gone"]


def test_a_vault_drops_the_names_of_items_that_are_gone() -> None:
    catalog = a_catalog(("b",), {"v": ("a", "b", "c"), "w": ("b",), "x": ("c",)})
    first, second = gaps(catalog)
    assert (first.missing, first.mended.items) == (("a", "c"), ("b",))
    assert first.reason == "the vault 'v' names the items 'a', 'c' that are gone"
    assert (second.mended.items, second.reason) == ((), "the vault 'x' names the item 'c' that is gone")
    mended = {gap.vault.name: gap.mended for gap in (first, second)}
    assert gaps(attrs.evolve(catalog, vaults={**catalog.vaults, **mended})) == ()

"""Who uses what, and what goes with it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.domain.errors import UsageError
from bcper.domain.model.catalog import Catalog
from bcper.domain.policy.cascade import cascade, without
from bcper.domain.policy.orphans import gaps, orphans
from bcper.domain.policy.references import (
    Kind,
    User,
    in_words,
    users,
    users_of_frequency,
    users_of_item,
    users_of_store,
    users_of_vault,
)
from helpers.catalogs import a_catalog, a_job

CATALOG = a_catalog(
    items=("Docs", "Photos", "Spare"),
    vaults={"Home": ("Docs", "Photos"), "Docs": ("Docs",)},
    stores=("disk", "cloud"),
    frequencies=("daily", "weekly"),
    jobs=(
        a_job("1", "item", "Docs"),
        a_job("2", "vault", "Docs"),
        a_job("3", "vault", "Home", "cloud", "weekly"),
    ),
)


def test_each_thing_knows_its_users_and_names_of_other_kinds_do_not_count() -> None:
    assert users_of_item(CATALOG, "Docs") == (
        User("vault", "Home", "Home"),
        User("vault", "Docs", "Docs"),
        User("job", "1", "Job 1"),
    )
    assert users_of_item(CATALOG, "Spare") == ()
    assert users_of_vault(CATALOG, "Docs") == (User("job", "2", "Job 2"),)
    assert [user.id for user in users_of_store(CATALOG, "disk")] == ["1", "2"]
    assert [user.id for user in users_of_frequency(CATALOG, "weekly")] == ["3"]


def test_users_are_said_in_words() -> None:
    assert in_words(()) == ""
    assert in_words(users_of_vault(CATALOG, "Docs")) == "the job 'Job 2'"
    said = in_words(users_of_item(CATALOG, "Docs"))
    assert said == "the vault 'Home', the vault 'Docs' and the job 'Job 1'"
    assert in_words([User("job", "x", "a\x1b[31m")]).isprintable()


def test_what_is_gone_still_has_users() -> None:
    assert users_of_store(a_catalog(jobs=(a_job("1", "item", "Docs"),)), "disk")


def test_deleting_an_item_takes_its_jobs_and_leaves_its_vaults_without_it() -> None:
    removal = cascade(CATALOG, "item", "Docs")
    assert [job.id for job in removal.jobs] == ["1"]
    assert {vault.name: vault.items for vault in removal.vaults_changed} == {"Home": ("Photos",), "Docs": ()}
    assert removal.vaults_emptied == ("Docs",)
    after = without(CATALOG, removal)
    assert set(after.items) == {"Photos", "Spare"}
    assert [orphan.job.id for orphan in orphans(after)] == ["2"]


def test_deleting_a_vault_takes_its_jobs_and_leaves_its_items() -> None:
    removal = cascade(CATALOG, "vault", "Home")
    assert [job.id for job in removal.jobs] == ["3"]
    assert removal.vaults_changed == ()
    after = without(CATALOG, removal)
    assert set(after.vaults) == {"Docs"}
    assert after.items == CATALOG.items


@pytest.mark.parametrize("kind", ["item", "vault", "store", "frequency"])
def test_what_is_not_there_cannot_be_deleted(kind: Kind) -> None:
    with pytest.raises(UsageError, match=kind) as error:
        cascade(CATALOG, kind, "absent")
    assert f"bcper-cli {kind} list" in error.value.hint


some = st.sampled_from("abc")
kinds = st.sampled_from(["item", "vault", "store", "frequency"])


@st.composite
def catalogs(draw: st.DrawFn) -> Catalog:
    jobs = draw(st.lists(st.tuples(st.sampled_from(["item", "vault"]), some, some, some), max_size=5))
    held = st.lists(some, max_size=3).map(tuple)
    return a_catalog(
        items=draw(st.sets(some)),
        vaults=draw(st.dictionaries(some, held, max_size=3)),
        stores=draw(st.sets(some)),
        frequencies=draw(st.sets(some)),
        jobs=[a_job(str(number), *job) for number, job in enumerate(jobs)],
    )


@settings(deadline=None)
@given(catalogs(), kinds, some)
def test_after_a_cascade_nothing_refers_to_what_is_gone_and_the_rest_is_as_it_was(
    catalog: Catalog, kind: Kind, name: str
) -> None:
    try:
        removal = cascade(catalog, kind, name)
    except UsageError:
        return
    after = without(catalog, removal)
    assert users(after, kind, name) == ()
    assert set(catalog.jobs) - set(after.jobs) == {job.id for job in removal.jobs}
    changed = {vault.name for vault in removal.vaults_changed} | ({name} if kind == "vault" else set())
    assert {k: v for k, v in after.vaults.items() if k not in changed} == {
        k: v for k, v in catalog.vaults.items() if k not in changed
    }
    # New orphans are only the jobs of vaults that the removal says it empties.
    before = {orphan.job.id for orphan in orphans(catalog)}
    for orphan in orphans(after):
        said = removal.vaults_emptied + tuple(gap.vault.name for gap in gaps(after))
        assert orphan.job.id in before or orphan.job.target_name in said


@settings(deadline=None)
@given(catalogs(), kinds, some)
def test_what_nobody_uses_takes_nothing_along(catalog: Catalog, kind: Kind, name: str) -> None:
    if not users(catalog, kind, name):
        try:
            removal = cascade(catalog, kind, name)
        except UsageError:
            return
        assert (removal.jobs, removal.vaults_changed) == ((), ())

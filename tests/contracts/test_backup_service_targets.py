"""Items and vaults by request (ports.service)."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from dependency_injector import providers

from bcper.domain.errors import ConfigurationError, UsageError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.owners import Owner
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.jobs import ListJobs, RunJob
from bcper.domain.model.requests.targets import (
    AddItem,
    AddVault,
    DeleteTarget,
    EditItem,
    EditVault,
    ListItems,
    ListVaults,
    PasswordChange,
    PreviewItem,
    PreviewPaths,
    Removed,
)
from bcper.domain.model.targets import LeaveOut
from helpers.service import PASSWORDS, Kit


def test_items_are_listed_by_name_with_all_that_was_said(kit: Kit) -> None:
    leave_out = LeaveOut(caches=True, larger_than=5)
    added = kit.ask(AddItem("b", ("/b", "/c"), ("*.log", "!keep.log"), leave_out, PASSWORDS.item))
    kit.ask(AddItem("a", ("/a",)))
    kit.ask(AddVault("home", ("b",)))
    first, second = kit.ask(ListItems())
    assert [first.item.name, second.item.name] == ["a", "b"]
    assert second.item == added.item
    assert (second.item.paths, second.item.ignore) == (("/b", "/c"), ("*.log", "!keep.log"))
    assert second.item.leave_out == leave_out
    assert (first.vaults, second.vaults) == ((), ("home",))
    assert (first.item.has_password, first.password_place) == (False, "")
    assert second.item.has_password
    assert second.password_place == kit.container.secrets().place
    assert kit.container.secrets().get(Owner("item", "b")) == PASSWORDS.item
    assert PASSWORDS.item not in repr(AddItem("b", ("/b",), password=PASSWORDS.item))


@pytest.mark.parametrize(
    "refused",
    [
        AddItem("../a", ("/a",)),
        AddItem("", ("/a",)),
        AddItem("a\0", ("/a",)),
        AddItem("a", ()),
        AddItem("a", ("relative",)),
        AddItem("a", ("/a\0b",)),
        AddItem("a", ("/a",), ("x\0y",)),
        AddItem("a", ("/a",), password=""),
        AddVault("v/w", ("docs",)),
        AddVault("v", ()),
        AddVault("v", ("docs", "docs")),
        AddVault("v", ("nobody",)),
        AddVault("v", ("docs",), password=""),
        EditItem("docs", paths=()),
        EditItem("docs", new_name="a/b"),
        EditItem("docs", new_name=""),
        EditItem("docs", password=PasswordChange("")),
        EditVault("home", items=()),
        EditVault("home", items=("docs", "nobody")),
        EditVault("home", new_name="."),
        EditVault("home", new_name=""),
    ],
    ids=repr,
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(kit: Kit, refused: Request[object]) -> None:
    kit.item("docs")
    kit.ask(AddVault("home", ("docs",)))
    before = kit.catalog
    with pytest.raises(UsageError):
        kit.ask(refused)
    assert kit.catalog == before


@pytest.mark.parametrize(
    "unknown",
    [
        EditItem("nobody", paths=("/a",)),
        EditVault("nobody", items=("docs",)),
        AddVault("home", ("nobody",)),
        PreviewItem("nobody"),
        PreviewItem("docs", "nobody"),
        DeleteTarget("item", "nobody"),
        DeleteTarget("vault", "nobody"),
    ],
    ids=repr,
)
def test_an_unknown_name_is_said_with_where_to_look(kit: Kit, unknown: Request[object]) -> None:
    kit.item("docs")
    with pytest.raises(UsageError, match=r"There is no (item|vault) 'nobody'") as error:
        kit.ask(unknown)
    assert "list" in error.value.hint


@pytest.mark.parametrize(
    "twice",
    [
        AddItem("docs", ("/other",), password=PASSWORDS.item),
        AddVault("home", ("letters",), password=PASSWORDS.vault),
        EditItem("letters", new_name="docs"),
        EditVault("second", new_name="home"),
    ],
    ids=repr,
)
def test_a_name_that_is_taken_is_refused_and_no_password_is_kept(kit: Kit, twice: Request[object]) -> None:
    kit.item("docs")
    kit.item("letters")
    kit.ask(AddVault("home", ("docs",)))
    kit.ask(AddVault("second", ("docs",)))
    before = kit.catalog
    with pytest.raises(UsageError, match="already"):
        kit.ask(twice)
    assert kit.catalog == before
    for owner in (Owner("item", "docs"), Owner("vault", "home")):
        assert kit.container.secrets().get(owner) is None


def test_an_edit_changes_what_is_given_and_nothing_else(kit: Kit) -> None:
    kit.ask(AddItem("docs", ("/a",), ("*.log",), LeaveOut(caches=True)))
    kit.ask(AddVault("home", ("docs",), ("*.tmp",)))
    view = kit.ask(EditItem("docs", paths=("/b",)))
    assert (view.item.paths, view.item.ignore, view.item.leave_out) == (
        ("/b",),
        ("*.log",),
        LeaveOut(caches=True),
    )
    assert kit.ask(EditItem("docs", ignore=(), leave_out=LeaveOut())).item.ignore == ()
    assert kit.ask(EditVault("home", ignore=("*.o",))).vault.items == ("docs",)
    assert kit.ask(ListVaults())[0].vault.ignore == ("*.o",)


def test_an_edit_without_a_change_writes_nothing(kit: Kit) -> None:
    kit.ask(AddItem("docs", ("/a",), password=PASSWORDS.item))
    kit.ask(AddVault("home", ("docs",)))
    revision = kit.catalog.revision
    file = kit.base / "config" / "config.json"
    written = file.stat().st_ino if file.exists() else None
    kit.ask(EditItem("docs"))
    kit.ask(EditItem("docs", new_name="docs", paths=("/a",), password=PasswordChange(PASSWORDS.item)))
    kit.ask(EditVault("home", items=("docs",)))
    assert kit.catalog.revision == revision
    assert (file.stat().st_ino if file.exists() else None) == written
    assert kit.container.secrets().earlier(Owner("item", "docs")) == ()


def test_a_new_name_follows_into_vaults_and_jobs_and_the_password_goes_along(kit: Kit) -> None:
    kit.item("docs", password=PASSWORDS.item)
    kit.ask(AddVault("home", ("docs",), password=PASSWORDS.vault))
    kit.job("docs")
    kit.job("home", "vault", name="weekly")
    view = kit.ask(EditItem("docs", new_name="papers"))
    assert (view.item.name, view.vaults, view.item.has_password) == ("papers", ("home",), True)
    kit.ask(EditVault("home", new_name="house"))
    targets = {job.job.name: (job.job.target_name, job.trouble) for job in kit.ask(ListJobs())}
    assert targets == {"nightly": ("papers", ""), "weekly": ("house", "")}
    (vault,) = kit.ask(ListVaults())
    assert (vault.vault.name, vault.vault.items, vault.missing) == ("house", ("papers",), ())
    secrets = kit.container.secrets()
    assert secrets.get(Owner("item", "papers")) == PASSWORDS.item
    assert secrets.get(Owner("vault", "house")) == PASSWORDS.vault
    assert secrets.get(Owner("item", "docs")) is None
    assert secrets.get(Owner("vault", "home")) is None


def test_a_password_is_changed_and_taken_away_and_the_old_ones_are_kept(kit: Kit) -> None:
    kit.ask(AddItem("docs", ("/a",), password=PASSWORDS.item))
    secrets, owner = kit.container.secrets(), Owner("item", "docs")
    assert kit.ask(EditItem("docs", password=PasswordChange("another"))).item.has_password
    assert (secrets.get(owner), tuple(secrets.earlier(owner))) == ("another", (PASSWORDS.item,))
    view = kit.ask(EditItem("docs", password=PasswordChange(None)))
    assert (view.item.has_password, view.password_place) == (False, "")
    assert (secrets.get(owner), tuple(secrets.earlier(owner))) == (None, ("another", PASSWORDS.item))
    assert PASSWORDS.item not in repr(PasswordChange(PASSWORDS.item))


def test_a_vault_shows_what_holds_for_each_item_and_from_where(kit: Kit) -> None:
    kit.ask(AddItem("docs", ("/a",), ("*.log",)))
    kit.ask(AddItem("own", ("/b",), password=PASSWORDS.item))
    kit.ask(AddVault("home", ("own", "docs"), ("*.tmp",), PASSWORDS.vault))
    (view,) = kit.ask(ListVaults())
    assert view.password_place == kit.container.secrets().place
    own, docs = view.items
    assert (own.password_from, own.part) == ("item", "home.own")
    assert (docs.password_from, docs.part) == ("vault", "home")
    assert docs.ignore == (("*.tmp", "vault"), ("*.log", "item"))
    assert own.ignore == (("*.tmp", "vault"),)


def test_deleting_what_is_in_use_says_by_whom_and_changes_nothing(kit: Kit) -> None:
    kit.item("docs")
    kit.ask(AddVault("home", ("docs",)))
    kit.job("docs")
    kit.job("home", "vault", name="weekly")
    before = kit.catalog
    with pytest.raises(UsageError, match="used by the vault 'home' and the job 'nightly'") as error:
        kit.ask(DeleteTarget("item", "docs"))
    assert "--cascade" in error.value.hint
    with pytest.raises(UsageError, match="used by the job 'weekly'"):
        kit.ask(DeleteTarget("vault", "home"))
    assert kit.catalog == before


def test_a_cascade_takes_along_what_uses_it_and_says_so(kit: Kit) -> None:
    kit.item("docs", password=PASSWORDS.item)
    kit.item("letters")
    kit.ask(AddVault("home", ("docs",)))
    kit.ask(AddVault("both", ("letters", "docs")))
    kit.job("docs")
    kit.job("letters", name="other")
    removed = kit.ask(DeleteTarget("item", "docs", cascade=True))
    assert removed == Removed("docs", ("nightly",), ("home", "both"), ("home",))
    assert {name: vault.items for name, vault in kit.catalog.vaults.items()} == {
        "home": (),
        "both": ("letters",),
    }
    assert [view.job.name for view in kit.ask(ListJobs())] == ["other"]
    assert kit.ask(DeleteTarget("vault", "both")) == Removed("both")
    # Its runs need it.
    assert kit.container.secrets().get(Owner("item", "docs")) == PASSWORDS.item


def test_a_preview_says_what_an_item_keeps_alone_and_in_a_vault(kit: Kit) -> None:
    source = kit.source("docs")
    (Path(source) / "sub").mkdir()
    (Path(source) / "sub" / "large").write_text("x" * 1000)
    kit.ask(AddItem("docs", (source,), ("*.log",)))
    kit.ask(AddVault("home", ("docs",), ("sub/",)))
    alone = kit.ask(PreviewItem("docs"))
    inside = kit.ask(PreviewItem("docs", "home"))
    assert (alone.kept, alone.kept_bytes) == (4, 1007)
    assert (inside.kept, inside.kept_bytes) == (2, 7)
    assert [line.saved for line in inside.left_out] == [1000, 0]


@pytest.mark.parametrize("kind", ["item", "vault"])
def test_a_new_name_that_could_not_be_saved_can_be_given_again_and_the_password_is_there(
    kit: Kit, kind: Literal["item", "vault"]
) -> None:
    kit.item("docs", password=PASSWORDS.item if kind == "item" else None)
    kit.ask(AddVault("home", ("docs",), password=PASSWORDS.vault if kind == "vault" else None))
    kit.job("docs" if kind == "item" else "home", kind)
    edit = EditItem("docs", "papers") if kind == "item" else EditVault("home", "house")
    saving = kit.container.catalogs()

    class Full:
        """A disk that is full when the configuration is to be saved."""

        load = staticmethod(saving.load)

        def change(self, change: Callable[[Catalog], Catalog]) -> Catalog:
            change(saving.load())
            raise ConfigurationError("No space left on device.")

    with kit.container.catalogs.override(providers.Object(Full())):
        kit.container.edit_items.reset()
        kit.container.edit_vaults.reset()
        with pytest.raises(ConfigurationError):
            kit.ask(edit)
    kit.container.edit_items.reset()
    kit.container.edit_vaults.reset()
    assert kit.ask(RunJob("nightly")).encrypted
    kit.ask(edit)
    assert kit.ask(RunJob("nightly")).encrypted


def test_a_preview_of_paths_is_that_of_an_item_with_them(kit: Kit) -> None:
    paths, ignore = (kit.source("docs"),), ("*.txt",)
    found = kit.ask(PreviewPaths("new", paths, ignore))
    assert kit.catalog.revision == 0
    kit.ask(AddItem("new", paths, ignore))
    assert found == kit.ask(PreviewItem("new"))
    assert [line.matches for line in found.left_out] == [1]
    kit.ask(EditItem("new", ignore=()))
    kit.ask(AddVault("all", ("new",), ("docs.*",)))
    assert kit.ask(PreviewPaths("x", paths, vault="all")) == kit.ask(PreviewItem("new", "all"))
    for wrong in (PreviewPaths("x", ()), PreviewPaths("x", ("docs",)), PreviewPaths("x", paths, vault="no")):
        with pytest.raises(UsageError):
            kit.ask(wrong)

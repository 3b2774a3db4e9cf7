"""Passwords change with the catalogue: whatever fails in between, what is configured finds its own."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import attrs
import pytest

from bcper.domain.errors import BcperError, ConfigurationError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.owners import Owner
from bcper.domain.model.passwords import Kept
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.jobs import RunJob
from bcper.domain.model.requests.targets import (
    AddItem,
    AddVault,
    DeleteTarget,
    EditItem,
    EditVault,
    PasswordChange,
)
from bcper.ports.catalog_repository import CatalogRepository
from helpers.service import PASSWORDS, Kit

DOCS, PAPERS, NEW = Owner("item", "docs"), Owner("item", "papers"), Owner("item", "new")
HOME, HOUSE = Owner("vault", "home"), Owner("vault", "house")
EVERYBODY = (DOCS, PAPERS, NEW, HOME, HOUSE)

CHANGES = [
    AddItem("new", ("/new",), password="of the new one"),
    AddItem("papers", ("/new",), password="of the new one"),
    AddVault("house", ("docs",), password="of the new one"),
    EditItem("docs", password=PasswordChange("another")),
    EditItem("docs", paths=("/other",), password=PasswordChange("another")),
    EditItem("docs", password=PasswordChange(None)),
    EditItem("docs", new_name="papers"),
    EditItem("docs", new_name="papers", password=PasswordChange("another")),
    EditItem("docs", new_name="papers", password=PasswordChange(None)),
    EditVault("home", password=PasswordChange("another")),
    EditVault("home", password=PasswordChange(None)),
    EditVault("home", new_name="house"),
    EditVault("home", new_name="house", ignore=("*.o",), password=PasswordChange("another")),
    DeleteTarget("item", "docs", cascade=True),
]


class Killed(BaseException):
    """What ends a process ends it: nothing more is done."""


@attrs.define
class Faulty:
    """A repository whose next change fails, before it is saved or behind that; ``dies``: with the process."""

    inner: CatalogRepository
    saves: bool = False
    dies: bool = False
    armed: bool = False
    dead: bool = False

    def load(self) -> Catalog:
        self._alive()
        return self.inner.load()

    def change(self, edit: Callable[[Catalog], Catalog]) -> Catalog:
        self._alive()
        if not self.armed:
            return self.inner.change(edit)
        self.armed, self.dead = False, self.dies
        if self.saves:
            self.inner.change(edit)
            self._fail()

        def fails(catalog: Catalog) -> Catalog:
            wanted = edit(catalog)
            if wanted != catalog:
                self._fail()
            return wanted

        return self.inner.change(fails)

    def _fail(self) -> None:
        if self.dies:
            raise Killed
        raise ConfigurationError("It cannot be saved.")

    def _alive(self) -> None:
        if self.dead:
            raise Killed


@pytest.fixture(params=("real", "fakes"))
def faulty(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Faulty":
    monkeypatch.setenv("BCPER_SECRETS", "file")
    plain = Kit(tmp_path, request.param)
    return Faulty(plain.container.catalogs())


@pytest.fixture
def kit(faulty: Faulty, request: pytest.FixtureRequest, tmp_path: Path) -> Kit:
    """A user whose catalogue is ``faulty``, with an item and a vault that have passwords, and had others."""
    kit = Kit(tmp_path, request.node.callspec.params["faulty"], catalogs=faulty)
    kit.item("docs", password="first")
    kit.ask(EditItem("docs", password=PasswordChange(PASSWORDS.item)))
    kit.ask(AddVault("home", ("docs",), password=PASSWORDS.vault))
    # The name was somebody's, whose runs are still there.
    kit.item("papers", password="of the old papers")
    kit.ask(DeleteTarget("item", "papers"))
    kit.job("docs")
    kit.job("home", "vault", name="weekly")
    return kit


def all_kept(kit: Kit) -> dict[Owner, Kept]:
    return {owner: kit.container.secrets().read(owner) for owner in EVERYBODY}


def known(kit: Kit) -> set[str]:
    """Every password that is kept, of whomever."""
    return {
        password
        for kept in all_kept(kit).values()
        for password in (kept.current, *kept.earlier)
        if password is not None
    }


def check_all_found(kit: Kit, catalog: Catalog) -> None:
    """Whoever has a password by ``catalog`` finds one, and a job's run is not plain."""
    secrets = kit.container.secrets()
    for name, item in catalog.items.items():
        assert (secrets.get(Owner("item", name)) is not None) or not item.has_password
    for name, vault in catalog.vaults.items():
        assert (secrets.get(Owner("vault", name)) is not None) or not vault.has_password


@pytest.mark.parametrize("change", CHANGES, ids=repr)
def test_a_change_that_is_not_saved_changes_no_password(
    kit: Kit, faulty: Faulty, change: Request[object]
) -> None:
    catalog, before = kit.catalog, all_kept(kit)
    faulty.armed = True
    try:
        kit.ask(change)
    except ConfigurationError:
        assert all_kept(kit) == before
    else:
        # Nothing had to be saved: the password alone was changed.
        assert getattr(change, "password").password == "another"  # noqa: B009 - only edits have it
    assert kit.catalog == catalog
    check_all_found(kit, catalog)
    assert kit.ask(RunJob("nightly")).encrypted


@pytest.mark.parametrize("saves", [False, True], ids=["before it is saved", "behind that"])
@pytest.mark.parametrize("change", CHANGES, ids=repr)
def test_killed_in_the_middle_every_password_is_found_and_none_is_lost(
    kit: Kit, faulty: Faulty, change: Request[object], saves: bool
) -> None:
    kept = known(kit)
    docs, home = (kit.container.secrets().get(owner) for owner in (DOCS, HOME))
    catalog = kit.catalog
    faulty.armed, faulty.dies, faulty.saves = True, True, saves
    with suppress(Killed):
        kit.ask(change)
    faulty.dead = False
    check_all_found(kit, kit.catalog)
    assert kept <= known(kit)
    if kit.catalog == catalog and "another" not in known(kit):
        assert [kit.container.secrets().get(owner) for owner in (DOCS, HOME)] == [docs, home]
    # Asked for again, it is done as if nothing had been.
    if kit.catalog == catalog:
        kit.ask(change)
        check_all_found(kit, kit.catalog)
        assert kept <= known(kit)


@pytest.mark.parametrize("change", CHANGES, ids=repr)
def test_a_change_that_is_saved_and_fails_behind_that_keeps_its_passwords(
    kit: Kit, faulty: Faulty, change: Request[object]
) -> None:
    kept = known(kit)
    faulty.armed, faulty.saves = True, True
    with pytest.raises(BcperError):
        kit.ask(change)
    check_all_found(kit, kit.catalog)
    assert kept <= known(kit)
    if isinstance(change, AddItem):
        assert kit.container.secrets().get(Owner("item", change.name)) == "of the new one"


def test_a_name_that_is_taken_again_at_once_keeps_its_new_password(kit: Kit) -> None:
    """Somebody adds an item under the old name while the rename is still being finished."""
    inner = kit.container.catalogs()
    other = Kit(kit.base, "fakes", catalogs=inner, secrets=kit.container.secrets())

    @attrs.define
    class Between:
        calls: int = 0

        def load(self) -> Catalog:
            return inner.load()

        def change(self, edit: Callable[[Catalog], Catalog]) -> Catalog:
            self.calls += 1
            saved = inner.change(edit)
            if self.calls == 1:
                other.ask(AddItem("docs", ("/x",), password="of another"))
            return saved

    slow = Kit(kit.base, "fakes", catalogs=Between(), secrets=kit.container.secrets())
    slow.ask(EditItem("docs", new_name="papers"))
    secrets = kit.container.secrets()
    assert (secrets.get(DOCS), secrets.get(PAPERS)) == ("of another", PASSWORDS.item)


def test_a_disk_that_takes_the_passwords_and_not_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BCPER_SECRETS", "file")
    kit = Kit(tmp_path, "real")
    kit.item("docs", password=PASSWORDS.item)
    kit.job("docs")
    (tmp_path / "config" / "config.json.tmp").mkdir()
    before = all_kept(kit)
    for change in (CHANGES[0], *CHANGES[4:9]):
        with pytest.raises(ConfigurationError, match="cannot be saved"):
            kit.ask(change)
        assert all_kept(kit) == before
    assert kit.ask(RunJob("nightly")).encrypted

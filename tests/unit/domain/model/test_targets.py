"""Items and vaults, checked at the edge (FAULTS.md row 39)."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcper.domain.errors import UsageError
from bcper.domain.model.targets import Item, LeaveOut, Vault, check_item, check_vault

ITEM = Item("Docs", ("/home/a/Docs", "/srv/bad\udcff"))
VAULT = Vault("Home", ("Docs", "Photos"))


def test_what_is_sound_comes_back_as_it_is() -> None:
    assert check_item(ITEM) is ITEM
    assert check_vault(VAULT) is VAULT


def test_nothing_is_left_out_unless_asked_for() -> None:
    assert not any(attrs.astuple(LeaveOut()))
    assert ITEM.leave_out == LeaveOut()


def test_no_field_can_hold_a_password() -> None:
    for kind in (Item, Vault):
        fields = {field.name: field.type for field in attrs.fields(kind) if "password" in field.name}
        assert fields == {"has_password": bool}


@pytest.mark.parametrize("name", ["", "../x", "a\0b", "a/b", "..", "a\nb"])
def test_row_39_names_that_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(UsageError):
        check_item(attrs.evolve(ITEM, name=name))
    with pytest.raises(UsageError):
        check_vault(attrs.evolve(VAULT, name=name))
    with pytest.raises(UsageError):
        check_vault(attrs.evolve(VAULT, items=("Docs", name)))


@pytest.mark.parametrize("paths", [(), ("",), ("Docs",), ("~/Docs",), ("/a", "/b\0c"), ("/a\ud800",)])
def test_paths_that_cannot_be_walked_are_refused(paths: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        check_item(attrs.evolve(ITEM, paths=paths))


@given(st.text(max_size=20))
def test_a_path_is_taken_exactly_if_it_is_absolute_and_can_be_one(path: str) -> None:
    sound = path.startswith("/") and "\0" not in path
    try:
        check_item(attrs.evolve(ITEM, paths=(path,)))
    except UsageError as error:
        assert not sound
        assert str(error).isprintable()
    else:
        assert sound


@pytest.mark.parametrize("size", [0, -1])
def test_a_size_that_would_leave_out_everything_is_refused(size: int) -> None:
    with pytest.raises(UsageError):
        LeaveOut(larger_than=size)


def test_a_vault_names_an_item_once_and_may_be_empty() -> None:
    with pytest.raises(UsageError, match="Docs"):
        check_vault(attrs.evolve(VAULT, items=("Docs", "Photos", "Docs")))
    assert check_vault(attrs.evolve(VAULT, items=())).items == ()

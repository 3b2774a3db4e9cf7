"""Parts of a run: a password each (FORMAT.md section 1)."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.domain.errors import UsageError
from bcper.domain.model.names import safe_name
from bcper.domain.model.targets import Item, Vault, check_vault
from bcper.domain.policy.parts import PartOf, item_part, parts


def an_item(name: str, has_password: bool = False) -> Item:
    return Item(name, (f"/src/{name}",), has_password=has_password)


def file_names(found: Sequence[PartOf]) -> list[str]:
    return [safe_name(part.name) for part in found]


def test_items_without_a_password_of_their_own_share_the_vaults_part() -> None:
    items = [an_item("Docs"), an_item("Photos")]
    assert parts(Vault("Home", ("Docs", "Photos")), items) == (PartOf("Home", ("Docs", "Photos"), None),)
    locked = Vault("Home", ("Photos", "Docs"), has_password=True)
    assert parts(locked, items) == (PartOf("Home", ("Photos", "Docs"), ("vault", "Home")),)


def test_an_item_with_its_own_password_is_a_part_of_its_own() -> None:
    items = [an_item("Keys", True), an_item("Docs"), an_item("Bank", True)]
    assert parts(Vault("Home", ("Keys", "Docs", "Bank")), items) == (
        PartOf("Home", ("Docs",), None),
        PartOf("Home.Keys", ("Keys",), ("item", "Keys")),
        PartOf("Home.Bank", ("Bank",), ("item", "Bank")),
    )


def test_a_vault_of_locked_items_has_no_part_of_its_own_and_an_empty_one_none() -> None:
    found = parts(Vault("Home", ("Keys",), has_password=True), [an_item("Keys", True)])
    assert found == (PartOf("Home.Keys", ("Keys",), ("item", "Keys")),)
    assert parts(Vault("Home", ()), [an_item("Keys", True)]) == ()


def test_items_that_are_gone_or_not_in_the_vault_are_in_no_part() -> None:
    found = parts(Vault("Home", ("Docs", "Gone", "Docs")), [an_item("Docs"), an_item("Other", True)])
    assert found == (PartOf("Home", ("Docs",), None),)


def test_an_item_alone_is_one_part() -> None:
    assert item_part(an_item("Docs")) == PartOf("Docs", ("Docs",), None)
    assert item_part(an_item("Keys", True)) == PartOf("Keys", ("Keys",), ("item", "Keys"))


def test_names_that_are_one_file_name_are_told_apart_and_keep_their_names_in_any_order() -> None:
    names = ("a b", "a_b", "A:B", "a_b-2", "a.b")
    items = [an_item(name, True) for name in names]
    forwards = {part.items: part.name for part in parts(Vault("v", names), items)}
    backwards = {part.items: part.name for part in parts(Vault("v", names[::-1]), items)}
    assert forwards == backwards
    assert sorted(forwards.values()) == ["v.A:B", "v.a.b", "v.a_b-2", "v.a_b-2-2", "v.a_b-3"]


def test_dots_in_names_mislead_nobody_within_a_vault() -> None:
    found = parts(Vault("a.b", ("c", "b.c")), [an_item("c", True), an_item("b.c", True)])
    assert [part.name for part in found] == ["a.b.c", "a.b.b.c"]


def test_names_too_long_for_a_file_name_are_told_apart() -> None:
    vault = "v" * 120
    items = [an_item("plain"), an_item("x", True), an_item("y", True)]
    found = parts(Vault(vault, ("plain", "x", "y")), items)
    assert file_names(found) == ["v" * 100, "v" * 98 + "-2", "v" * 98 + "-3"]


names = st.one_of(
    st.text(alphabet="aAb.: _-2\u00e9e\u0301\u00df", min_size=1, max_size=4),
    st.text(alphabet="a\u00e9", min_size=95, max_size=102),
    st.text(min_size=1, max_size=6),
)


@settings(deadline=None)
@given(names, st.dictionaries(names, st.booleans(), max_size=8), st.booleans())
def test_no_two_parts_are_ever_one_file_name_and_every_item_is_in_one_part(
    vault_name: str, locked: dict[str, bool], has_password: bool
) -> None:
    vault = Vault(vault_name, tuple(locked), has_password=has_password)
    try:
        check_vault(vault)
    except UsageError:
        return
    found = parts(vault, [an_item(name, own) for name, own in locked.items()])
    files = [name.casefold() for name in file_names(found)]
    assert len(set(files)) == len(files)
    assert sorted(name for part in found for name in part.items) == sorted(locked)
    for part in found:
        own = [locked[name] for name in part.items]
        assert own in ([True], [False] * len(own))
    assert parts(vault, [an_item(name, own) for name, own in reversed(locked.items())]) == found

"""A vault's settings and an item's (FAULTS.md row 22)."""

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.domain.model.targets import Item, LeaveOut, Vault
from bcper.domain.policy.inheritance import Setting, effective

ITEM = Item("Docs", ("/home/a/Docs",), ignore=("!keep.log",))
VAULT = Vault("Home", ("Docs",), ignore=("*.log",))


def test_row_22_the_items_pattern_wins_and_each_says_whose_it_is() -> None:
    both = effective(ITEM, VAULT)
    assert both.ignore == (Setting("*.log", "vault"), Setting("!keep.log", "item"))
    assert both.rules().ignored(b"a.log", False)
    assert not both.rules().ignored(b"keep.log", False)
    # The other way round the item's word would count for nothing.
    swapped = effective(attrs.evolve(ITEM, ignore=("*.log",)), attrs.evolve(VAULT, ignore=("!keep.log",)))
    assert swapped.rules().ignored(b"keep.log", False)


def test_an_item_alone_has_only_its_own_settings() -> None:
    alone = effective(ITEM)
    assert alone.ignore == (Setting("!keep.log", "item"),)
    assert alone.password == Setting(None, "default")
    assert not alone.rules().ignored(b"a.log", False)


def test_the_line_numbers_of_patterns_stay_those_of_their_layer() -> None:
    item = attrs.evolve(ITEM, ignore=("# why", "*.tmp"))
    pattern = effective(item, VAULT).rules().decide(b"x.tmp", False)
    assert pattern is not None
    assert (pattern.layer, pattern.line) == (1, 2)


def test_a_password_is_the_items_own_else_the_vaults_else_none() -> None:
    item, vault = attrs.evolve(ITEM, has_password=True), attrs.evolve(VAULT, has_password=True)
    assert effective(item, vault).password == Setting(("item", "Docs"), "item")
    assert effective(item, VAULT).password == Setting(("item", "Docs"), "item")
    assert effective(item).password == Setting(("item", "Docs"), "item")
    assert effective(ITEM, vault).password == Setting(("vault", "Home"), "vault")
    assert effective(ITEM, VAULT).password == Setting(None, "default")


def test_what_is_left_out_is_the_items_own_affair() -> None:
    assert effective(ITEM, VAULT).leave_out == Setting(LeaveOut(), "default")
    picky = LeaveOut(caches=True, larger_than=1 << 30)
    assert effective(attrs.evolve(ITEM, leave_out=picky), VAULT).leave_out == Setting(picky, "item")


patterns = st.lists(st.sampled_from(["*.log", "!*.log", "a", "!a", "/b/", "!/b/", "# x", ""]), max_size=4)


@settings(deadline=None)
@given(patterns, patterns, st.sampled_from([b"a", b"b", b"x.log", b"b/a"]), st.booleans())
def test_the_vault_decides_only_what_the_item_says_nothing_about(
    of_vault: list[str], of_item: list[str], path: bytes, is_dir: bool
) -> None:
    item, vault = attrs.evolve(ITEM, ignore=tuple(of_item)), attrs.evolve(VAULT, ignore=tuple(of_vault))
    own = effective(item).rules().decide(path, is_dir)
    theirs = effective(attrs.evolve(ITEM, ignore=()), vault).rules().decide(path, is_dir)
    both = effective(item, vault).rules().decide(path, is_dir)
    decided = own or theirs
    assert (both and both.text) == (decided and decided.text)

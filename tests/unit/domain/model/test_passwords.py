"""What is kept of an owner's passwords (FAULTS.md rows 75 and 78)."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcper.domain.errors import UsageError
from bcper.domain.model.owners import Owner
from bcper.domain.model.passwords import Kept, check_password


def test_row_75_what_is_kept_is_not_shown_pickled_or_copied() -> None:
    kept = Kept("hunter2", ("hunter1",))
    assert "hunter" not in repr(kept) + str(kept) + f"{kept}"
    for act in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError) as caught:
            act(kept)
        assert "hunter" not in str(caught.value)


@pytest.mark.parametrize("password", ["", "\ud800", "x\udcff"])
def test_row_78_what_is_no_password(password: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_password(password)
    assert caught.value.exit_status == 2
    assert caught.value.__context__ is None


passwords = st.sampled_from("abcd")
kepts = st.builds(
    lambda set_, gone: Kept().with_current(set_[0]) if not gone else _after(set_),
    st.lists(passwords, min_size=1),
    st.booleans(),
)


def _after(passwords: list[str]) -> Kept:
    kept = Kept()
    for password in passwords:
        kept = kept.with_current(password)
    return kept


@given(kepts, kepts, passwords)
def test_nothing_is_lost_and_nothing_is_there_twice(kept: Kept, other: Kept, password: str) -> None:
    for result, wanted in (
        (kept.with_current(password), all_of(kept) | {password}),
        (kept.forgotten(earlier=False), all_of(kept)),
        (kept.joined(other), all_of(kept) | all_of(other)),
        (kept.forgotten(earlier=False).joined(other), all_of(kept) | all_of(other)),
    ):
        assert all_of(result) == wanted
        assert len(result.earlier) == len(wanted) - (result.current is not None)
    assert kept.with_current(password).current == password
    assert kept.joined(other).current == kept.current
    assert not kept.forgotten(earlier=True)


def all_of(kept: Kept) -> set[str]:
    return {one for one in (kept.current, *kept.earlier) if one is not None}


def test_an_owner_is_a_kind_and_a_name() -> None:
    assert str(Owner("item", "My\nhome")) == "item 'My\\nhome'"
    assert Owner("item", "a") != Owner("vault", "a")

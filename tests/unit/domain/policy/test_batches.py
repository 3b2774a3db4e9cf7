"""Batches: the same everywhere, in order, and none much larger than the others."""

from hypothesis import given
from hypothesis import strategies as st

from bcper.domain.policy.batches import Batches

sizes = st.lists(st.integers(0, 1 << 20) | st.integers(0, 1 << 30), max_size=400)


@given(sizes)
def test_numbers_are_the_same_in_every_process_and_go_up_by_one(files: list[int]) -> None:
    one, other = Batches(), Batches()
    numbers = [one.number(size) for size in files]
    assert numbers == [other.number(size) for size in files]
    assert all(after - before in (0, 1) for before, after in zip([0, *numbers], numbers, strict=False))


@given(sizes)
def test_a_batch_is_closed_once_it_is_full(files: list[int]) -> None:
    batches = Batches()
    weights: dict[int, int] = {}
    for size in files:
        number = batches.number(size)
        # What was in it before this file was less than a full batch.
        assert weights.get(number, 0) < 32 << 20
        weights[number] = weights.get(number, 0) + size


def test_many_empty_files_make_more_than_one_batch() -> None:
    batches = Batches()
    assert {batches.number(0) for _ in range(5000)} == set(range(5))

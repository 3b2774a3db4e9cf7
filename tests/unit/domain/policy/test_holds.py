"""Retention must not act on the word of a run that looks wrong."""

from datetime import UTC, datetime

import attrs
import pytest

from bcper.domain.model.runs import Run, RunStatus
from bcper.domain.policy.holds import emptied_roots, hold_reason
from bcper.domain.policy.space import needed_bytes

GOOD = Run(
    run_id="1",
    job_name="j",
    target_type="item",
    target_name="t",
    store="/s",
    store_id="i",
    folder="j/1",
    started_at=datetime(2026, 1, 1, tzinfo=UTC),
    status=RunStatus.SUCCESS,
    source_bytes=1000,
    roots=("/a", "/b"),
)


def test_a_good_run_is_not_held() -> None:
    assert hold_reason(GOOD, None, left_out_by="") == ""
    assert hold_reason(GOOD, GOOD, left_out_by="") == ""


@pytest.mark.parametrize(
    ("change", "left_out_by", "words"),
    [
        ({"status": RunStatus.PARTIAL}, "", "could not be read"),
        ({"source_bytes": 0}, "", "nothing was found"),
        ({"source_bytes": 499}, "", "shrank"),
        ({"source_bytes": 0}, "ignore patterns", "left out by ignore patterns"),
    ],
)
def test_what_looks_wrong_is_held_with_its_reason(
    change: dict[str, object], left_out_by: str, words: str
) -> None:
    assert words in hold_reason(attrs.evolve(GOOD, **change), GOOD, left_out_by=left_out_by)  # type: ignore[arg-type]


def test_half_is_not_less_than_half() -> None:
    assert hold_reason(attrs.evolve(GOOD, source_bytes=500), GOOD, left_out_by="") == ""


def test_a_root_that_held_something_and_is_empty_now_is_named() -> None:
    assert emptied_roots(("/a",), ("/a", "/b", "/c"), GOOD) == ("/b",)
    assert emptied_roots(("/a", "/b"), ("/a", "/b"), GOOD) == ()
    assert emptied_roots((), ("/a",), None) == ()


def test_space_is_what_the_last_run_took_and_never_nothing() -> None:
    assert needed_bytes(10_000_000) == 10_000_000
    assert needed_bytes(None) == needed_bytes(0) > 0

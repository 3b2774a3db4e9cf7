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
    assert hold_reason(GOOD, None, all_ignored=False) == ""
    assert hold_reason(GOOD, GOOD, all_ignored=False) == ""


@pytest.mark.parametrize(
    ("change", "ignored", "words"),
    [
        ({"status": RunStatus.PARTIAL}, False, "could not be read"),
        ({"source_bytes": 0}, False, "nothing was found"),
        ({"source_bytes": 499}, False, "shrank"),
        ({"source_bytes": 0}, True, "ignore"),
    ],
)
def test_what_looks_wrong_is_held_with_its_reason(
    change: dict[str, object], ignored: bool, words: str
) -> None:
    assert words in hold_reason(attrs.evolve(GOOD, **change), GOOD, all_ignored=ignored)  # type: ignore[arg-type]


def test_half_is_not_less_than_half() -> None:
    assert hold_reason(attrs.evolve(GOOD, source_bytes=500), GOOD, all_ignored=False) == ""


def test_a_root_that_held_something_and_is_empty_now_is_named() -> None:
    assert emptied_roots(("/a",), ("/a", "/b", "/c"), GOOD) == ("/b",)
    assert emptied_roots(("/a", "/b"), ("/a", "/b"), GOOD) == ()
    assert emptied_roots((), ("/a",), None) == ()


def test_space_is_what_the_last_run_took_and_never_nothing() -> None:
    assert needed_bytes(10_000_000) == 10_000_000
    assert needed_bytes(None) == needed_bytes(0) > 0

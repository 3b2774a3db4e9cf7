"""Retention must not act on the word of a run that looks wrong."""

from datetime import UTC, datetime

import attrs
import pytest

from bcper.domain.model.runs import Run, RunStatus
from bcper.domain.policy.holds import emptied_roots, hold_reason, last_trusted
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


def test_the_last_run_of_the_same_line_before_this_one_is_trusted() -> None:
    def day(number: int, **more: object) -> Run:
        return attrs.evolve(
            GOOD, run_id=str(number), started_at=datetime(2026, 1, number, tzinfo=UTC), job_id="a", **more
        )

    now = day(9)
    assert last_trusted([day(1), day(3), day(2)], now) == day(3)
    assert last_trusted([], now) is None
    renamed = day(3, job_name="k")
    assert last_trusted([day(1), renamed], now) == renamed
    for other in (
        {"hold": "held"},
        {"status": RunStatus.FAILED},
        {"status": RunStatus.RUNNING},
        {"store": "/t"},
        {"target_type": "vault"},
        {"target_name": "u"},
    ):
        assert last_trusted([day(1), day(3, **other)], now) == day(1), other
    assert last_trusted([attrs.evolve(day(3, job_name="k"), job_id="b")], now) is None
    assert (
        last_trusted([attrs.evolve(day(3, job_name="k"), job_id=None)], attrs.evolve(now, job_id=None))
        is None
    )
    assert last_trusted([now, day(10)], now) is None

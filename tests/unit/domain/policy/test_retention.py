"""Retention, asked about every kind of history."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from zoneinfo import ZoneInfo

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.domain.model.jobs import Keep
from bcper.domain.model.runs import Run, RunStatus
from bcper.domain.policy.retention import Verdict, decide
from helpers.runs import a_run

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2025, 12, 1, tzinfo=UTC)

zones = st.sampled_from([UTC, BERLIN, ZoneInfo("America/Havana"), timezone(timedelta(hours=14))])
counts = st.integers(0, 4)
keeps = st.builds(Keep, last=counts, daily=counts, weekly=counts, monthly=counts, yearly=counts)
rules = keeps.filter(lambda keep: not keep.everything)
# Close together, so that days are shared, or far apart, so that years are not.
hours = st.one_of(st.integers(0, 100), st.integers(0, 30_000))
statuses = st.sampled_from([*RunStatus, *[RunStatus.SUCCESS] * 6])


@st.composite
def histories(draw: st.DrawFn, holds: bool = True, odd: bool = True) -> list[Run]:
    """Runs in any order; ``odd`` ones are pinned, or on their way out of the store."""
    found = []
    for number, hour in enumerate(draw(st.lists(hours, max_size=14))):
        flags = draw(st.sampled_from(["", "", "", "pinned", "pruned_at", "deleted_at"])) if odd else ""
        more = {flags: True if flags == "pinned" else START} if flags else {}
        hold = draw(st.sampled_from(["", "", "the sources shrank"])) if holds else ""
        status = draw(statuses)
        found.append(a_run(f"{number:02}", START + timedelta(hours=hour), status, hold=hold, **more))
    return found


def dropped(verdicts: Sequence[Verdict]) -> set[str]:
    return {verdict.run.run_id for verdict in verdicts if not verdict.kept}


def in_store(runs: Sequence[Run]) -> list[Run]:
    """Newest first, what a restore could use."""
    there = [run for run in runs if run.status.restorable and not run.pruned_at and not run.deleted_at]
    return sorted(there, key=lambda run: (run.started_at, run.run_id), reverse=True)


@settings(deadline=None)
@given(histories(), keeps, zones)
def test_every_run_has_one_verdict_with_reasons_newest_first(
    runs: list[Run], keep: Keep, zone: ZoneInfo
) -> None:
    verdicts = decide(runs, keep, zone)
    assert [verdict.run for verdict in verdicts] == sorted(
        runs, key=lambda run: (run.started_at, run.run_id), reverse=True
    )
    assert all(verdict.reasons and all(verdict.reasons) for verdict in verdicts)


@settings(deadline=None)
@given(histories(), keeps, zones)
def test_the_last_good_run_and_pinned_ones_are_never_dropped(
    runs: list[Run], keep: Keep, zone: ZoneInfo
) -> None:
    gone = dropped(decide(runs, keep, zone))
    there = in_store(runs)
    if there:
        good = next((run for run in there if run.status is RunStatus.SUCCESS), there[0])
        assert good.run_id not in gone
    assert not gone & {run.run_id for run in runs if run.pinned}


@settings(deadline=None)
@given(histories(), keeps, zones)
def test_only_what_is_whole_in_the_store_is_ever_dropped(runs: list[Run], keep: Keep, zone: ZoneInfo) -> None:
    assert dropped(decide(runs, keep, zone)) <= {run.run_id for run in in_store(runs)}


@settings(deadline=None)
@given(histories(), rules, zones, st.sampled_from(["last", "daily", "weekly", "monthly", "yearly"]))
def test_a_larger_keep_never_drops_more(runs: list[Run], keep: Keep, zone: ZoneInfo, rule: str) -> None:
    larger = attrs.evolve(keep, **{rule: getattr(keep, rule) + 1})
    assert dropped(decide(runs, larger, zone)) <= dropped(decide(runs, keep, zone))


@settings(deadline=None)
@given(histories(), keeps, zones, st.randoms(use_true_random=False))
def test_the_order_of_what_is_asked_does_not_matter(
    runs: list[Run], keep: Keep, zone: ZoneInfo, random: Random
) -> None:
    shuffled = list(runs)
    random.shuffle(shuffled)
    assert decide(shuffled, keep, zone) == decide(runs, keep, zone)


@settings(deadline=None)
@given(histories(), keeps, zones, st.booleans())
def test_deciding_again_after_dropping_drops_nothing_more(
    runs: list[Run], keep: Keep, zone: ZoneInfo, forget: bool
) -> None:
    gone = dropped(decide(runs, keep, zone))
    pruned = [attrs.evolve(run, pruned_at=START) if run.run_id in gone else run for run in runs]
    if forget:
        pruned = [run for run in runs if run.run_id not in gone]
    assert dropped(decide(pruned, keep, zone)) == set()


@settings(deadline=None)
@given(histories(), rules, zones)
def test_a_hold_on_the_newest_run_drops_nothing_and_any_other_hold_changes_nothing(
    runs: list[Run], keep: Keep, zone: ZoneInfo
) -> None:
    free = dropped(decide([attrs.evolve(run, hold="") for run in runs], keep, zone))
    verdicts = decide(runs, keep, zone)
    there = in_store(runs)
    if there and there[0].hold:
        held = {v.run.run_id for v in verdicts if v.reasons == (f"held: {there[0].hold}",)}
        assert dropped(verdicts) == set()
        assert held == free
    else:
        assert dropped(verdicts) == free


@settings(deadline=None)
@given(histories(), keeps, zones)
def test_what_is_not_in_the_store_never_counts(runs: list[Run], keep: Keep, zone: ZoneInfo) -> None:
    there = {run.run_id for run in in_store(runs)}
    of_all = [verdict for verdict in decide(runs, keep, zone) if verdict.run.run_id in there]
    assert of_all == list(decide(in_store(runs), keep, zone))


@settings(deadline=None)
@given(histories(), keeps, zones)
def test_pinning_costs_no_other_run(runs: list[Run], keep: Keep, zone: ZoneInfo) -> None:
    gone = dropped(decide(runs, keep, zone))
    for run in in_store(runs):
        pinned = [attrs.evolve(one, pinned=True) if one is run else one for one in runs]
        assert dropped(decide(pinned, keep, zone)) <= gone


@settings(deadline=None)
@given(histories(holds=False, odd=False), rules, zones)
def test_each_rule_keeps_the_newest_run_of_each_of_its_newest_periods(
    runs: list[Run], keep: Keep, zone: ZoneInfo
) -> None:
    there = in_store(runs)
    periods: dict[str, Callable[[Run], object]] = {
        "last": lambda run: run.run_id,
        "daily": lambda run: run.started_at.astimezone(zone).date(),
        "weekly": lambda run: run.started_at.astimezone(zone).isocalendar()[:2],
        "monthly": lambda run: run.started_at.astimezone(zone).timetuple()[:2],
        "yearly": lambda run: run.started_at.astimezone(zone).year,
    }
    wanted: set[str] = set()
    for rule, period in periods.items():
        newest: dict[object, str] = {}
        for run in there:
            newest.setdefault(period(run), run.run_id)
        wanted |= set(list(newest.values())[: getattr(keep, rule)])
    good = next((run for run in there if run.status is RunStatus.SUCCESS), there[0] if there else None)
    kept = {v.run.run_id for v in decide(runs, keep, zone) if v.kept and v.run in there}
    assert kept == wanted | ({good.run_id} if good else set())


@settings(deadline=None)
@given(histories(), zones)
def test_without_a_rule_nothing_is_dropped(runs: list[Run], zone: ZoneInfo) -> None:
    assert dropped(decide(runs, Keep(last=0), zone)) == set()


def test_row_31_a_night_with_the_clock_ten_years_ahead_costs_no_new_run() -> None:
    ahead = a_run("ahead", START + timedelta(days=3653))
    today, yesterday = a_run("today", START), a_run("yesterday", START - timedelta(days=1))
    runs = [ahead, today, yesterday]
    assert dropped(decide(runs, Keep(last=1), UTC)) == {"today", "yesterday"}
    verdicts = decide(runs, Keep(last=1), UTC, now=START)
    assert dropped(verdicts) == {"yesterday"}
    assert verdicts[0].reasons == ("dated in the future",)
    assert verdicts[1].reasons == ("last 1", "the last good run")


def test_a_day_that_comes_twice_has_one_place() -> None:
    # St. John's, 2010: at a minute past midnight the clock goes back to 23:01 of the day before.
    zone = ZoneInfo("America/St_Johns")
    first = datetime(2010, 11, 7, 2, 30, tzinfo=UTC)
    ages = {"7th again": 60, "6th again": 15, "7th": 0, "5th": -60 * 30}
    runs = [a_run(name, first + timedelta(minutes=minutes)) for name, minutes in ages.items()]
    assert [run.started_at.astimezone(zone).day for run in runs] == [7, 6, 7, 5]
    assert dropped(decide(runs, Keep(last=0, daily=3), zone)) == {"7th"}


def test_runs_of_one_moment_are_told_apart_by_their_ids() -> None:
    runs = [a_run("a", START), a_run("b", START)]
    assert dropped(decide(runs, Keep(last=1), UTC)) == {"a"}


def test_of_one_start_the_one_that_ended_last_is_the_newest() -> None:
    """As of two runs of one second that were imported."""
    runs = [a_run("a", START, completed_at=START + timedelta(1)), a_run("b", START, completed_at=START)]
    assert dropped(decide(runs, Keep(last=1), UTC)) == {"b"}

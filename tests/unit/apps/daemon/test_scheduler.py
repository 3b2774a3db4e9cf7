"""When the daemon starts which job, over weeks of simulated time (FAULTS.md rows 31 to 33)."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import attrs
import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.apps.daemon.scheduler import LONGEST
from bcper.domain.errors import ConfigurationError, NoSpace
from bcper.domain.model.frequency import Cron, Every, Frequency, Interval, Once, Schedule
from bcper.domain.policy.catch_up import ON_TIME
from bcper.domain.policy.schedule import next_firing
from bcper.domain.usecases.plan_jobs import Agenda
from bcper.ports.power import Battery
from helpers.simulated import Simulation

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 10, 12, tzinfo=UTC)
SLOT = datetime(2026, 3, 10, 21, tzinfo=UTC)
DAILY = Cron("0 22 * * *")
DAY, HOUR, MINUTE, SECOND = timedelta(1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
DECADE = 3653 * DAY


def firings(schedule: Schedule, start: datetime, end: datetime) -> list[datetime]:
    found = []
    firing = next_firing(schedule, start, BERLIN)
    while firing is not None and firing <= end:
        found.append(firing)
        firing = next_firing(schedule, firing, BERLIN)
    return found


async def wait(span: timedelta) -> None:
    await trio.sleep(span.total_seconds())


def test_each_slot_of_each_job_runs_once_and_on_time() -> None:
    """Over months, and the night on which summer time begins."""
    schedules: dict[str, Schedule] = {
        "daily": Cron("30 2 * * *"),
        "weekly": Cron("0 8 * * 1"),
        "monthly": Cron("15 3 31 * *"),
        "five": Every(Interval("hours", 5), START),
        "once": Once(),
        "later": Once(START + 9 * DAY),
    }
    sim = Simulation(START, schedules, longest=1800)
    sim.takes = {"daily": 600, "weekly": 7200}
    span = 120 * DAY + MINUTE
    sim.play(lambda: wait(span))
    for name, schedule in schedules.items():
        wanted = [START] if name == "once" else firings(schedule, START, START + span)
        assert sim.slots_of(name) == wanted
    assert all(each.at - each.slot < SECOND for each in sim.started)
    assert len(sim.started) > 700
    assert sim.log == []


def test_row_32_missed_jobs_come_first_one_after_the_other_the_longest_overdue_first() -> None:
    schedules: dict[str, Schedule] = {
        "daily": DAILY,
        "monthly": Cron("0 6 15 * *"),
        "weekly": Cron("0 8 * * 1"),
    }
    sim = Simulation(START, schedules)
    sim.takes = dict.fromkeys(schedules, 600)
    sim.clock.jump(30 * DAY)  # the machine was off
    sim.play(lambda: wait(HOUR))
    assert [each.job for each in sim.started] == ["daily", "monthly", "weekly"]
    assert sim.at_once == 1
    for earlier, later in pairwise(sim.started):
        assert earlier.ended <= later.at
    assert sim.started[0].slot == SLOT + 29 * DAY - HOUR  # summer time


def test_what_is_due_waits_for_the_catch_up_at_the_start_and_then_comes_at_once() -> None:
    sim = Simulation(START, {"daily": DAILY, "due": Once(SLOT + DAY - HOUR)})
    sim.takes = {"daily": 30}
    sim.clock.jump(SLOT + DAY - HOUR - START)
    sim.play(lambda: wait(2 * MINUTE))
    assert [(each.job, each.slot) for each in sim.started] == [
        ("daily", SLOT),
        ("due", SLOT + DAY - HOUR),
    ]
    assert sim.at_once == 1


def test_a_catch_up_is_left_to_a_regular_slot_that_is_near() -> None:
    sim = Simulation(START, {"daily": DAILY})
    sim.clock.jump(SLOT + DAY - 29 * MINUTE - START)
    sim.play(lambda: wait(HOUR))
    assert sim.slots_of("daily") == [SLOT + DAY]


def test_row_33_a_suspend_over_a_slot_is_noticed_on_waking_and_moves_no_slot() -> None:
    sim = Simulation(START, {"daily": DAILY, "hourly": Cron("0 * * * *")})

    async def story() -> None:
        await wait(HOUR + 7 * SECOND)
        sim.clock.jump(12 * HOUR)
        woken = sim.clock.now()
        await trio.sleep(LONGEST + 1)
        assert {each.job for each in sim.started if each.at >= woken} == {"daily", "hourly"}
        await wait(DAY)

    sim.play(story)
    assert sim.slots_of("daily") == [SLOT, SLOT + DAY]
    assert len(set(sim.slots_of("hourly"))) == len(sim.slots_of("hourly"))


def test_after_waking_one_catches_up_after_the_other_and_regular_ones_go_beside() -> None:
    names = [f"j{number}" for number in range(4)]
    sim = Simulation(START, {**dict.fromkeys(names, DAILY), "hourly": Cron("0 * * * *")})
    sim.takes = dict.fromkeys(names, 3 * 3600)
    overlapping = []

    async def story() -> None:
        await wait(MINUTE)
        sim.clock.jump(SLOT - START + HOUR)
        for _ in range(13 * 6):
            await wait(10 * MINUTE)
            overlapping.append(len(sim.busy - {"hourly"}))

    sim.play(story)
    assert max(overlapping) == 1
    assert [each.job for each in sim.started if each.job != "hourly"] == names
    assert len(sim.slots_of("hourly")) >= 12


def test_row_31_a_clock_ten_years_ahead_and_back_is_one_catch_up_per_job() -> None:
    schedules: dict[str, Schedule] = {
        "daily": DAILY,
        "weekly": Cron("0 8 * * 1"),
        "often": Cron("*/5 * * * *"),
    }
    sim = Simulation(START, schedules)

    async def story() -> None:
        await wait(2 * DAY)
        before = len(sim.started)
        sim.clock.jump(DECADE)
        await wait(MINUTE)
        ahead = sim.started[before:]
        assert sorted(each.job for each in ahead if each.job != "often") == ["daily", "weekly"]
        await wait(6 * HOUR)
        assert sorted(each.job for each in sim.started[before:] if each.job != "often") == ["daily", "weekly"]
        sim.clock.jump(-DECADE)
        await wait(3 * DAY)

    sim.play(story)
    assert len({(each.job, each.slot) for each in sim.started}) == len(sim.started)
    end = START + 5 * DAY + 6 * HOUR + MINUTE
    assert [slot for slot in sim.slots_of("daily") if slot < START + DECADE] == firings(DAILY, START, end)
    often = [slot for slot in sim.slots_of("often") if slot < START + DECADE]
    assert abs(len(often) - len(firings(schedules["often"], START, end)) + 6 * 12) <= 3


def test_row_31_a_clock_put_back_a_day_runs_no_recorded_slot_again() -> None:
    sim = Simulation(START, {"daily": DAILY, "hourly": Cron("0 * * * *"), "once": Once()})

    async def story() -> None:
        await wait(3 * DAY)
        before = list(sim.started)
        sim.clock.jump(-DAY)
        await wait(DAY - MINUTE)
        assert sim.started == before
        await wait(DAY)

    sim.play(story)
    for name in ("daily", "hourly"):
        slots = sim.slots_of(name)
        assert len(set(slots)) == len(slots)
        assert slots == firings(Cron("0 22 * * *" if name == "daily" else "0 * * * *"), START, slots[-1])
    assert sim.slots_of("once") == [START]


def test_a_run_that_takes_longer_than_its_interval_is_not_started_twice() -> None:
    sim = Simulation(START, {"often": Cron("*/10 * * * *")})
    sim.takes = {"often": 25 * 60}
    sim.play(lambda: wait(6 * HOUR))
    assert sim.at_once == 1
    slots = sim.slots_of("often")
    # Those that passed meanwhile are left to the next regular one.
    assert slots == [START + each * MINUTE for each in range(10, 340, 30)][: len(slots)]
    assert len(slots) == 11


def test_a_poke_has_it_look_at_once() -> None:
    sim = Simulation(START, {})
    job = sim.job("new")

    async def story() -> None:
        await wait(7 * SECOND)
        sim.catalogs.change(
            lambda catalog: attrs.evolve(
                catalog, jobs={"new": job}, frequencies={"new": Frequency("new", "new", Once())}
            )
        )
        await wait(SECOND)
        assert sim.busy == set()
        sim.scheduler.poke()
        await trio.sleep(0.5)
        assert sim.busy == {"new"}

    sim.play(story)


def test_without_a_poke_a_new_job_is_seen_soon() -> None:
    sim = Simulation(START, {})

    async def story() -> None:
        await wait(DAY)
        job = attrs.evolve(sim.job("new"), created_at=sim.clock.now())
        sim.catalogs.change(
            lambda catalog: attrs.evolve(
                catalog, jobs={"new": job}, frequencies={"new": Frequency("new", "new", Once())}
            )
        )
        await trio.sleep(LONGEST + 1.5)

    sim.play(story)
    assert len(sim.started) == 1


def test_planning_that_fails_is_told_once_and_tried_again() -> None:
    sim = Simulation(START, {"daily": DAILY})
    plan, looks = sim.plan, []

    def fails(busy: Collection[str]) -> Agenda:
        looks.append(sim.clock.now())
        if sim.clock.now() < SLOT - 4 * HOUR:
            raise ConfigurationError("The configuration is damaged.")
        if sim.clock.now() < SLOT - 3 * HOUR:
            raise ZeroDivisionError
        return plan(busy)

    sim.plan = fails
    sim.play(lambda: wait(12 * HOUR))
    assert sim.slots_of("daily") == [SLOT]
    assert sim.log == [
        "Nothing can be planned: The configuration is damaged.",
        "Nothing can be planned: ZeroDivisionError ZeroDivisionError()",
    ]
    assert len(looks) <= 12 * 3600 / LONGEST + 10


@pytest.mark.parametrize("missed", [False, True])
def test_a_slot_that_cannot_be_recorded_is_tried_again_and_nothing_spins(missed: bool) -> None:
    """The disk is full, or another process keeps the list of runs busy: no reason for the daemon to end."""
    sim = Simulation(START, {"daily": DAILY})
    tries: list[datetime] = []

    def fails(job: str, slot: datetime) -> bool:
        tries.append(slot)
        if len(tries) < 3:
            raise NoSpace("There is no space left for the list of runs.")
        return sim.slots.record(job, slot)

    sim.record = fails
    if missed:
        sim.clock.jump(DAY)
    sim.play(lambda: wait(10 * HOUR))
    assert tries == [SLOT] * 3 + ([SLOT + DAY] if missed else [])
    assert sim.slots_of("daily")[0] == SLOT
    assert all("no space left" in line for line in sim.log)
    assert 1 <= len(sim.log) <= 2


def test_a_slot_that_somebody_else_has_used_is_not_run() -> None:
    sim = Simulation(START, {"daily": DAILY})
    real = sim.slots.record

    def lost(job: str, slot: datetime) -> bool:
        real(job, slot)
        return real(job, slot)

    sim.record = lost
    sim.play(lambda: wait(3 * DAY))
    assert sim.started == []


def test_a_job_waits_for_power_and_runs_when_it_has_it() -> None:
    sim = Simulation(START, {"daily": DAILY}, only_on_power=True)

    async def story() -> None:
        sim.power.level = Battery(80, on_battery=True)
        await wait(12 * HOUR)
        assert sim.started == []
        assert "mains power" in sim.scheduler.waiting["daily"].reason
        sim.power.level = Battery(80, on_battery=False)
        await trio.sleep(LONGEST + 2)
        assert sim.slots_of("daily") == [SLOT]
        assert sim.scheduler.waiting == {}
        await wait(DAY)

    sim.play(story)
    assert sim.slots_of("daily") == [SLOT, SLOT + DAY]
    assert len(sim.log) == 1


def test_a_job_waits_for_its_disk_and_runs_when_it_is_there() -> None:
    sim = Simulation(START, {"daily": DAILY})
    disk = sim.opener.stores.pop("/mnt/disk")

    async def story() -> None:
        await wait(3 * DAY)
        assert "plugged in" in sim.scheduler.waiting["daily"].reason
        sim.opener.stores["/mnt/disk"] = disk
        await trio.sleep(LONGEST + 2)

    sim.play(story)
    assert sim.slots_of("daily") == [SLOT + 2 * DAY]
    assert len(sim.log) == 1


def test_one_that_waits_at_the_start_holds_up_nobody() -> None:
    sim = Simulation(START, {"a": DAILY}, store="cloud")
    sim.catalogs.change(
        lambda catalog: attrs.evolve(
            catalog,
            jobs={**catalog.jobs, "b": attrs.evolve(sim.job("b"), frequency_id="a")},
        )
    )
    sim.network.there = False

    async def story() -> None:
        sim.clock.jump(2 * DAY)
        await wait(HOUR)
        assert [each.job for each in sim.started] == ["b"]
        sim.network.there = True
        await trio.sleep(LONGEST + 2)
        assert [each.job for each in sim.started] == ["b", "a"]

    sim.play(story)


def test_a_pause_holds_all_jobs_until_it_ends() -> None:
    sim = Simulation(START, {"daily": DAILY, "hourly": Cron("0 * * * *")})
    sim.settings(paused_until=SLOT + HOUR + 30 * MINUTE)
    sim.play(lambda: wait(13 * HOUR))
    assert sim.slots_of("daily") == [SLOT]
    assert sim.slots_of("hourly")[0] == SLOT + 2 * HOUR
    assert next(each for each in sim.started if each.job == "daily").at >= SLOT + HOUR + 30 * MINUTE


def test_nothing_is_made_up_for_where_that_is_not_wanted() -> None:
    sim = Simulation(START, {"daily": DAILY})
    sim.settings(catch_up=False)
    sim.clock.jump(5 * DAY)
    sim.play(lambda: wait(DAY))
    assert sim.slots_of("daily") == [SLOT + 5 * DAY]
    assert all(each.at - each.slot < ON_TIME for each in sim.started)


crons = st.builds("{} {} * * *".format, st.integers(0, 59), st.sampled_from(["*", "*/3", "3,14", "22"])).map(
    Cron
)
everies = st.builds(
    Every,
    st.builds(Interval, st.just("hours"), st.integers(1, 30)),
    st.integers(-5000, 5000).map(lambda minutes: START + minutes * MINUTE),
)
onces = st.one_of(st.none(), st.integers(-1000, 3000).map(lambda each: START + each * MINUTE)).map(Once)
waits = st.integers(1, 600).map(lambda minutes: minutes * MINUTE)
jumps = st.one_of(
    st.integers(-1500, 3000).map(lambda minutes: minutes * MINUTE), st.sampled_from([DECADE, -DECADE, -DAY])
)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    st.lists(st.one_of(crons, everies, onces), min_size=1, max_size=3),
    st.lists(st.tuples(waits, jumps), max_size=4),
    st.integers(1, 90).map(lambda minutes: minutes * 60.0),
)
def test_whatever_the_clock_does(
    schedules: list[Schedule], steps: list[tuple[timedelta, timedelta]], takes: float
) -> None:
    """No slot runs twice, no job beside itself, none late but once after a jump, and none is left out."""
    sim = Simulation(START, {f"j{number}": each for number, each in enumerate(schedules)}, longest=60)
    slow = "j0"
    sim.takes = {slow: takes}
    stretches: list[tuple[datetime, datetime]] = []

    async def story() -> None:
        for span, jump in [*steps, (5 * HOUR, timedelta(0))]:
            begin = sim.clock.now()
            await wait(span)
            stretches.append((begin, sim.clock.now()))
            sim.clock.jump(jump)
        await trio.sleep(4 * takes)

    sim.play(story)
    assert len({(each.job, each.slot) for each in sim.started}) == len(sim.started)
    for name, schedule in zip(sim.catalogs.load().jobs, schedules, strict=True):
        runs = [each for each in sim.started if each.job == name]
        assert all(each.slot <= each.at for each in runs)
        if schedule == Once():
            assert [each.slot for each in runs] == [START]
        elif name != slow:
            late = [each for each in runs if each.at - each.slot > ON_TIME]
            assert len(late) <= len(steps)
            for begin, end in stretches:
                regular = firings(schedule, begin + ON_TIME, end - 2 * MINUTE)
                assert set(regular) <= {each.slot for each in runs}

"""A year of days."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bcper.domain.model.frequency import Cron, Once
from bcper.domain.model.runs import Run, RunStatus
from bcper.domain.policy.history.days import Day, History, day_grid
from bcper.domain.policy.history.recent import recent
from helpers.catalogs import a_job
from helpers.runs import a_run

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 14, 32, tzinfo=ZONE)
DAILY = Cron("0 22 * * *")
JOB = a_job("a", "item", "docs", created_at=datetime(2026, 11, 1, tzinfo=ZONE))


def at(day: int, hour: int = 22, status: RunStatus = RunStatus.SUCCESS) -> Run:
    return a_run(f"{day} {hour}", datetime(2026, 11, day, hour, tzinfo=ZONE), status)


def grid(*runs: Run, count: int = 23, **job: object) -> list[Day]:
    import attrs

    return list(day_grid([History(attrs.evolve(JOB, **job), DAILY, runs)], NOW, ZONE, count))


def test_days_end_with_today_and_are_local() -> None:
    days = grid(at(3, 0), count=400)
    assert len(days) == 400
    assert [day.date for day in days] == [NOW.date() - timedelta(days=back) for back in reversed(range(400))]
    assert [day.date.day for day in days if day.good] == [3]


def test_a_slot_without_a_run_is_missed_once_the_next_one_has_come() -> None:
    days = grid(at(20))
    assert {day.date.day: day.kind for day in days[-4:]} == {
        20: "good",
        21: "missed",
        22: "none",  # it may still be made up for until today's
        23: "none",
    }


def test_a_run_that_made_up_for_a_slot_takes_the_miss_away() -> None:
    late = grid(at(20), at(22, 9))
    assert [day.kind for day in late[-4:]] == ["good", "none", "good", "none"]


def test_nothing_is_missed_before_the_job_was_made_nor_while_it_is_off() -> None:
    assert {day.kind for day in grid(count=400)[:-23]} == {"none"}
    assert {day.kind for day in grid(enabled=False)} == {"none"}
    assert {day.kind for day in grid(created_at=None)} == {"none"}
    once = day_grid([History(JOB, Once(), ())], NOW, ZONE, 30)
    assert {day.kind for day in once} == {"none"}


def test_the_last_run_of_a_day_says_whether_it_failed() -> None:
    bad = RunStatus.FAILED
    assert grid(at(20, 8, bad), at(20))[-4].kind == "good"
    assert grid(at(20, 8), at(20, 22, bad))[-4] == Day(NOW.date() - timedelta(days=3), "failed", 1, 4)


def test_one_job_s_failure_shows_whatever_the_others_did() -> None:
    other = a_job("b", "item", "docs")
    days = day_grid(
        [History(JOB, None, (at(20),)), History(other, None, (at(20, 23, RunStatus.FAILED),))], NOW, ZONE, 5
    )
    assert days[1].kind == "failed"


@given(st.lists(st.integers(0, 24 * 40), max_size=20))
def test_levels_follow_the_counts(hours: list[int]) -> None:
    runs = [a_run(str(number), NOW - timedelta(hours=hour)) for number, hour in enumerate(hours)]
    days = day_grid([History(JOB, None, runs)], NOW, ZONE, 60)
    assert sum(day.good for day in days) == len(hours)
    assert all((day.level > 0) == (day.good > 0) for day in days)
    assert max(day.level for day in days) == (4 if hours else 0)
    ordered = sorted(days, key=lambda day: day.good)
    assert [day.level for day in ordered] == sorted(day.level for day in days)


def test_what_retention_took_is_one_happening() -> None:
    end = datetime(2026, 11, 22, 10, 0, 30, tzinfo=UTC)
    gone = [
        a_run(str(day), end - timedelta(days=day), stored_bytes=5, pruned_at=end + timedelta(seconds=day))
        for day in (1, 2)
    ]
    newest = a_run("n", end, completed_at=end + timedelta(minutes=5))
    found = recent([newest, *gone], 3)
    assert [each.kind for each in found] == ["run", "pruned", "run"]
    assert found[0].runs == (newest,)
    assert found[1].freed == 10
    assert found[1].at == end + timedelta(seconds=2)

"""What a person is told without having asked (usecases/attend.py; when: policy/attention.py)."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from bcper.adapters.memory.catalog_repository import MemoryCatalogRepository
from bcper.adapters.memory.clock import FakeClock
from bcper.adapters.memory.notices import MemoryNotices
from bcper.adapters.memory.notifier import MemoryNotifier
from bcper.adapters.memory.run_ledger import MemoryRunLedger
from bcper.domain.errors import LedgerDamaged
from bcper.domain.model.runs import Run, RunStatus
from bcper.domain.usecases.attend import Attend
from helpers.catalogs import a_catalog, a_job
from helpers.runs import a_run

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Desk:
    def __init__(self, *names: str) -> None:
        jobs = [attrs.evolve(a_job(name, "item", "docs", created_at=NOW), name=name) for name in names]
        catalog = a_catalog(["docs"], stores=["disk"], frequencies=["daily"], jobs=jobs)
        self.catalogs = MemoryCatalogRepository(catalog)
        self.clock, self.ledger, self.desktop = FakeClock(NOW), MemoryRunLedger(), MemoryNotifier()
        self.notices = MemoryNotices()
        self.attend = Attend(self.catalogs, self.ledger, self.clock, self.notices, self.desktop)

    def run(self, name: str, status: RunStatus, job: str = "nightly", **more: object) -> Run:
        self.clock.advance(HOUR.total_seconds())
        made = attrs.evolve(a_run(name, self.clock.now(), status), job_id=job, job_name=job, **more)
        made = attrs.evolve(made, completed_at=self.clock.now())
        self.ledger.add(made)
        return made


def test_where_there_is_no_job_nothing_is_looked_at() -> None:
    class Damaged(MemoryRunLedger):
        def list(self, **_: object) -> tuple[Run, ...]:  # type: ignore[override]
            raise LedgerDamaged("It is damaged.")

    desk = Desk()
    assert attrs.evolve(desk.attend, ledger=Damaged())() == ()
    desk = Desk("nightly")
    with pytest.raises(LedgerDamaged):
        attrs.evolve(desk.attend, ledger=Damaged())()


def test_a_failure_is_told_once_and_urgently_and_so_is_its_end_though_less() -> None:
    desk = Desk("nightly")
    desk.run("1", RunStatus.SUCCESS)
    assert desk.attend() == ()
    desk.run("2", RunStatus.FAILED, error="The store is full.")
    assert desk.attend() == ("nightly failed: The store is full.",)
    assert desk.attend() == ()
    desk.run("3", RunStatus.FAILED, error="The store is full.")
    assert desk.attend() == ()
    desk.run("4", RunStatus.SUCCESS)
    assert desk.attend() == ("nightly works again.",)
    assert desk.attend() == ()
    assert [(each.title, each.urgent) for each in desk.desktop.shown] == [("BCPER", True), ("BCPER", False)]
    assert [each.body for each in desk.desktop.shown] == [
        "nightly failed: The store is full.",
        "nightly works again.",
    ]


def test_what_was_told_is_told_without_a_desktop_too_and_remembered() -> None:
    desk = Desk("nightly")
    desk.desktop.there = False
    desk.run("1", RunStatus.FAILED, error="No.")
    assert len(desk.attend()) == 1
    desk.desktop.there = True
    again = Attend(desk.catalogs, desk.ledger, desk.clock, desk.notices, desk.desktop)
    assert again() == ()
    assert desk.desktop.shown == []


def test_each_job_is_told_of_by_itself_and_a_long_silence_is_urgent() -> None:
    desk = Desk("nightly", "other")
    desk.run("1", RunStatus.FAILED, error="No.")
    desk.clock.advance(8 * DAY.total_seconds())
    texts = desk.attend()
    assert len(texts) == 3
    assert texts[0] == "nightly failed: No."
    assert all(text.startswith("There is no backup") for text in texts[1:])
    assert all(each.urgent for each in desk.desktop.shown)
    assert desk.attend() == ()
    desk.clock.advance(DAY.total_seconds())
    assert len(desk.attend()) == 2


def test_who_wants_to_hear_nothing_hears_nothing() -> None:
    desk = Desk("nightly")
    desk.catalogs.change(
        lambda catalog: attrs.evolve(catalog, settings=attrs.evolve(catalog.settings, notify=False))
    )
    desk.run("1", RunStatus.FAILED, error="No.")
    assert desk.attend() == ()
    assert desk.desktop.shown == []


def test_what_retention_took_out_still_counts_as_a_good_run() -> None:
    desk = Desk("nightly")
    desk.clock.advance(6 * DAY.total_seconds())
    desk.run("1", RunStatus.SUCCESS, pruned_at=desk.clock.now())
    desk.clock.advance(5 * DAY.total_seconds())
    assert desk.attend() == ()


def test_a_job_is_not_told_of_for_another_that_had_its_name_before() -> None:
    desk = Desk("nightly", "renamed")
    desk.run("1", RunStatus.SUCCESS, job="renamed")
    failed = desk.run("2", RunStatus.FAILED, job="renamed", error="No.")
    desk.ledger.update(attrs.evolve(failed, job_name="nightly"))
    assert desk.attend() == ("renamed failed: No.",)

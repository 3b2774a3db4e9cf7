"""Frequencies and jobs by request (ports.service)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from bcper.domain.errors import UsageError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.frequency import Cron, Every, Once
from bcper.domain.model.jobs import Keep
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.jobs import (
    AddFrequency,
    AddJob,
    CheckSchedule,
    CleanOrphans,
    DeleteFrequency,
    DeleteJob,
    EditFrequency,
    EditJob,
    ListFrequencies,
    ListJobs,
    OrphanLine,
    PruneJob,
    RunJob,
    When,
)
from bcper.domain.model.requests.stores import AddStore
from bcper.domain.model.requests.targets import AddVault, Removed
from bcper.domain.model.targets import Vault
from helpers.service import Kit


def test_frequencies_are_listed_by_id_in_words_with_their_next_firings_and_users(kit: Kit) -> None:
    kit.item("docs")
    kit.job("docs")
    added = kit.ask(AddFrequency("b", "Half hours", When(cron="*/30 * * * *")))
    assert added.frequency.schedule == Cron("*/30 * * * *")
    assert len(added.next) == 5
    first, second = kit.ask(ListFrequencies(count=3))
    assert [first.frequency.id, second.frequency.id] == ["b", "daily"]
    assert (first.words, first.jobs) == ("Every 30 minutes", ())
    assert [b - a for a, b in zip(first.next, first.next[1:], strict=False)] == [timedelta(minutes=30)] * 2
    assert all(when.utcoffset() == timedelta(0) and when > kit.container.clock().now() for when in first.next)
    assert (second.frequency.name, second.words) == ("Daily", "Every day at 22:00")
    assert second.jobs == ("nightly",)


def test_a_frequency_may_be_once(kit: Kit) -> None:
    when = kit.container.clock().now().replace(microsecond=0) + timedelta(days=3)
    assert kit.ask(AddFrequency("a", "a", When(cron="once"))).frequency.schedule == Once(None)
    assert kit.ask(AddFrequency("b", "b", When(once=True))).frequency.schedule == Once(None)
    view = kit.ask(AddFrequency("c", "c", When(once=True, at=when)))
    assert (view.frequency.schedule, view.next) == (Once(when), (when,))


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        (When(cron="*/7 * * * *"), "less than 5 minutes"),
        (When(cron="0 0 30 2 *"), "never fires"),
        (When(cron="0 0 22 * * *"), "6 fields|five fields|fields"),
        (When(cron="@reboot"), "reboot"),
        (When(cron="61 * * * *"), "61"),
        (When(every="4 minutes"), "no interval"),
        (When(every="0 days at 22:00"), "0"),
        (When(every="week at 08:00"), "on which day"),
        (When(once=True, at=datetime(2020, 1, 1, tzinfo=UTC)), "passed"),
        (When(), "one way"),
        (When(cron="0 22 * * *", every="day"), "one way"),
    ],
    ids=repr,
)
def test_a_schedule_that_makes_no_sense_is_refused_with_the_reason(kit: Kit, when: When, reason: str) -> None:
    kit.ask(AddFrequency("daily", "Daily", When(cron="0 22 * * *")))
    before = kit.catalog
    for request in (AddFrequency("new", "New", when), EditFrequency("daily", when=when)):
        with pytest.raises(UsageError, match=reason) as error:
            kit.ask(request)
        assert error.value.hint or "must be from" in str(error.value)
    assert kit.catalog == before


def test_the_same_words_again_keep_the_phase_and_others_begin_anew(kit: Kit) -> None:
    first = kit.ask(AddFrequency("f", "F", When(every="2 days at 22:00"))).frequency
    assert isinstance(first.schedule, Every)
    revision = kit.catalog.revision
    kit.clock.advance(36 * 3600)
    assert kit.ask(EditFrequency("f", when=When(every="every 2 days at 22:00"))).frequency == first
    assert kit.catalog.revision == revision
    assert kit.ask(EditFrequency("f", name="Other")).frequency == attrs.evolve(first, name="Other")
    other = kit.ask(EditFrequency("f", when=When(every="3 days at 21:00"))).frequency
    assert (other.name, other.schedule != first.schedule) == ("Other", True)


def test_a_frequency_in_use_is_not_deleted_but_with_its_jobs(kit: Kit) -> None:
    kit.item("docs")
    kit.job("docs")
    with pytest.raises(UsageError, match="The frequency 'daily' is used by the job 'nightly'"):
        kit.ask(DeleteFrequency("daily"))
    assert kit.ask(DeleteFrequency("daily", cascade=True)) == Removed("daily", ("nightly",))
    assert kit.ask(ListFrequencies()) == ()
    assert kit.ask(ListJobs()) == ()


@pytest.mark.parametrize(
    ("unknown", "kind"),
    [
        (EditFrequency("nobody", name="x"), "frequency"),
        (DeleteFrequency("nobody"), "frequency"),
        (EditJob("nobody", enabled=True), "job"),
        (DeleteJob("nobody"), "job"),
        (RunJob("nobody"), "job"),
        (EditJob("nightly", target_name="nobody"), "item"),
        (EditJob("nightly", target_type="vault"), "vault"),
        (EditJob("nightly", store_name="nobody"), "store"),
        (EditJob("nightly", frequency_id="nobody"), "frequency"),
        (AddJob("new", "item", "nobody", "disk", "daily"), "item"),
        (AddJob("new", "vault", "docs", "disk", "daily"), "vault"),
        (AddJob("new", "item", "docs", "nobody", "daily"), "store"),
        (AddJob("new", "item", "docs", "disk", "nobody"), "frequency"),
    ],
    ids=repr,
)
def test_an_unknown_name_is_said_with_where_to_look(kit: Kit, unknown: Request[object], kind: str) -> None:
    kit.item("docs")
    kit.job("docs")
    before = kit.catalog
    with pytest.raises(UsageError, match=f"There is no {kind} '(nobody|docs)'") as error:
        kit.ask(unknown)
    assert f"{kind} list" in error.value.hint
    assert kit.catalog == before


@pytest.mark.parametrize(
    "taken",
    [
        AddFrequency("daily", "Again", When(cron="0 1 * * *")),
        AddJob("nightly", "item", "docs", "disk", "daily"),
        AddJob("NIGHTLY", "item", "docs", "disk", "daily"),
        EditJob("weekly", new_name="nightly"),
        AddJob("two_words", "item", "docs", "disk", "daily"),
    ],
    ids=repr,
)
def test_a_name_that_is_taken_is_refused_also_where_it_is_only_one_in_a_store(
    kit: Kit, taken: Request[object]
) -> None:
    kit.item("docs")
    kit.job("docs")
    kit.job("docs", name="weekly")
    kit.job("docs", name="two words")
    before = kit.catalog
    with pytest.raises(UsageError, match="already"):
        kit.ask(taken)
    assert kit.catalog == before


def test_jobs_are_listed_by_name_with_when_and_what_they_did_last(kit: Kit) -> None:
    kit.item("docs")
    kit.ask(AddVault("home", ("docs",)))
    added = kit.job("docs")
    kit.job("home", "vault", name="asleep", enabled=False, last=0)
    run = kit.ask(RunJob("nightly"))
    asleep, nightly = kit.ask(ListJobs())
    assert (asleep.job.name, asleep.job.target_type, asleep.job.keep.last) == ("asleep", "vault", 0)
    assert (asleep.job.enabled, asleep.next, asleep.last) == (False, None, None)
    assert nightly == attrs.evolve(added, last=run, next=nightly.next)
    assert (nightly.when, nightly.trouble) == ("Every day at 22:00", "")
    assert nightly.next is not None
    assert nightly.next > kit.container.clock().now()
    assert (run.job_id, run.job_name) == (nightly.job.id, "nightly")


@pytest.mark.parametrize("by", ["name", "id"])
def test_a_job_is_edited_by_name_or_id_and_keeps_what_is_not_given(kit: Kit, by: str) -> None:
    kit.item("docs")
    kit.item("letters")
    before = kit.job("docs").job
    called = getattr(before, by)
    after = kit.ask(EditJob(called, new_name="other", target_name="letters", keep=Keep(last=0, daily=7))).job
    assert after == attrs.evolve(before, name="other", target_name="letters", keep=Keep(last=0, daily=7))
    assert [view.job for view in kit.ask(ListJobs())] == [after]
    revision = kit.catalog.revision
    kit.ask(EditJob("other", target_name="letters", enabled=True))
    assert kit.catalog.revision == revision
    assert kit.ask(DeleteJob("other" if by == "name" else after.id)) == Removed("other")
    assert kit.ask(ListJobs()) == ()


@pytest.mark.parametrize("name", ["ad-hoc", "AD-HOC", "a/b", ""])
def test_a_job_cannot_have_the_name_that_runs_without_a_job_have_nor_a_path(kit: Kit, name: str) -> None:
    kit.item("docs")
    kit.job("docs")
    with pytest.raises(UsageError):
        kit.job("docs", name=name)
    with pytest.raises(UsageError):
        kit.ask(EditJob("nightly", new_name=name))
    assert [view.job.name for view in kit.ask(ListJobs())] == ["nightly"]


def test_enabling_a_job_or_giving_it_another_frequency_begins_its_slots_anew(kit: Kit) -> None:
    kit.item("docs")
    times = [kit.job("docs").job.created_at]
    kit.ask(AddFrequency("hourly", "Hourly", When(every="1 hour")))

    def created(**change: Any) -> datetime | None:
        kit.later()
        return kit.ask(EditJob("nightly", **change)).job.created_at

    assert created(enabled=True) == times[0]
    assert created(enabled=False) == times[0]
    times.append(created(enabled=True))
    assert created(keep=Keep(last=9)) == times[1]
    times.append(created(frequency_id="hourly"))
    assert created(frequency_id="hourly") == times[2]
    assert None not in times
    assert times == sorted(set(times), key=str)


def test_orphans_are_named_and_removed_only_when_that_is_meant(kit: Kit) -> None:
    kit.item("docs")
    kit.item("letters")
    kit.ask(AddVault("home", ("docs", "letters")))
    kit.job("letters", name="whole")
    kit.job("docs", name="lost item")
    kit.job("docs", name="lost store")
    kit.ask(AddStore("other", "local", kit.place("other")))
    kit.ask(EditJob("lost store", target_name="letters", store_name="other"))
    assert kit.ask(CleanOrphans()) == ()

    def by_hand(catalog: Catalog) -> Catalog:
        items = {"letters": catalog.items["letters"]}
        return attrs.evolve(catalog, items=items, stores={"disk": catalog.stores["disk"]})

    kit.container.catalogs().change(by_hand)
    troubles = {view.job.name: view.trouble for view in kit.ask(ListJobs())}
    assert troubles == {
        "whole": "",
        "lost item": "its item 'docs' is gone",
        "lost store": "its store 'other' is gone",
    }
    before = kit.catalog
    found = kit.ask(CleanOrphans(dry_run=True))
    assert found == (
        OrphanLine("job", "lost item", troubles["lost item"]),
        OrphanLine("job", "lost store", troubles["lost store"]),
        OrphanLine("vault", "home", "the vault 'home' names the item 'docs' that is gone"),
    )
    assert kit.catalog == before
    assert kit.ask(CleanOrphans()) == found
    assert [view.job.name for view in kit.ask(ListJobs())] == ["whole"]
    assert kit.catalog.vaults == {"home": Vault("home", ("letters",))}
    assert kit.ask(CleanOrphans()) == ()


def test_a_job_s_runs_under_its_earlier_name_count_and_are_pruned(kit: Kit) -> None:
    kit.item("docs")
    kit.job("docs")
    kit.ask(EditJob("nightly", keep=Keep(last=1)))
    first = kit.ask(RunJob("nightly"))
    kit.later()
    kit.ask(EditJob("nightly", new_name="evening"))
    second = kit.ask(RunJob("evening"))
    lines = kit.ask(PruneJob("evening", dry_run=True))
    assert [line.run.run_id for line in lines] == [second.run_id]
    assert first.run_id not in {run.run_id for run in kit.container.ledger().list()}


def test_another_schedule_of_a_frequency_makes_nothing_missed(kit: Kit) -> None:
    kit.item("docs")
    before = kit.job("docs")
    kit.later()
    kit.ask(EditFrequency(before.job.frequency_id, when=When(every="3 days at 04:00")))
    (after,) = kit.ask(ListJobs())
    assert after.job.created_at is not None
    assert before.job.created_at is not None
    assert after.job.created_at > before.job.created_at


@pytest.mark.parametrize(
    "when",
    [When(cron="0 22 * * *"), When(every="day at 22:00"), When(every="2 days at 22:00"), When(once=True)],
    ids=repr,
)
def test_a_schedule_is_checked_as_it_would_be_added_and_nothing_is_saved(kit: Kit, when: When) -> None:
    found = kit.ask(CheckSchedule(when))
    assert kit.catalog.revision == 0
    view = kit.ask(AddFrequency("x", "X", when))
    assert (found.words, found.next, found.error) == (view.words, view.next, "")
    schedule = view.frequency.schedule
    assert found.cron == (schedule.expression if isinstance(schedule, Cron) else None)
    assert (found.interval is None) == isinstance(schedule, Once)


def test_a_schedule_that_would_be_refused_is_answered_with_the_reason(kit: Kit) -> None:
    for when in (When(cron="61 * * * *"), When(every="fortnight"), When(), When(cron="* * * * *")):
        found = kit.ask(CheckSchedule(when))
        with pytest.raises(UsageError) as raised:
            kit.ask(AddFrequency("x", "X", when))
        assert found.error == str(raised.value)
        assert (found.hint, found.words, found.next) == (raised.value.hint, "", ())

"""Pruning stays held whatever became of names, lists and clocks (FAULTS.md, introduction; ports.service)."""

from datetime import timedelta

import attrs
import pytest
from dependency_injector import providers

from bcper.domain.model.jobs import Keep
from bcper.domain.model.requests.jobs import EditJob, PruneJob, RunJob
from bcper.domain.model.requests.stores import ImportStore
from bcper.domain.model.requests.targets import AddVault
from bcper.domain.model.runs import Run, RunStatus
from helpers.service import Kit


@pytest.fixture(autouse=True)
def slow_clock(kit: Kit) -> None:
    """Manifests tell seconds, and by the real clock all of these runs may begin in one."""
    kit.container.clock.override(providers.Object(kit.clock))


def run(kit: Kit, name: str = "nightly") -> Run:
    kit.later()
    return kit.ask(RunJob(name))


def two_good_runs(kit: Kit) -> tuple[str, str]:
    """Of a job that keeps three; after this its source is next to nothing."""
    kit.item("docs")
    kit.source("docs", "x" * 1000)
    kit.job("docs", last=3)
    made = run(kit).run_id, run(kit).run_id
    kit.source("docs", "x")
    return made


def test_under_a_new_name_of_the_job_too(kit: Kit) -> None:
    good = two_good_runs(kit)
    kit.ask(EditJob("nightly", new_name="evening", keep=Keep(last=1)))
    doubtful = run(kit, "evening")
    assert doubtful.hold
    assert kit.listed() == [doubtful.run_id, good[1], good[0]]


def test_after_the_list_of_runs_was_lost_too(kit: Kit) -> None:
    good = two_good_runs(kit)
    doubtful = run(kit)
    for row in kit.container.ledger().list():
        kit.container.ledger().delete(row.run_id)
    kit.ask(ImportStore("disk"))
    assert {row.run_id: row.hold for row in kit.container.ledger().list()} == {
        doubtful.run_id: doubtful.hold,
        good[0]: "",
        good[1]: "",
    }
    kit.ask(EditJob("nightly", keep=Keep(last=1)))
    kit.ask(PruneJob("nightly"))
    again = run(kit)
    assert again.hold
    assert kit.listed() == [again.run_id, doubtful.run_id, good[1], good[0]]


def test_by_a_run_that_was_killed_before_the_list_knew_of_its_end(kit: Kit) -> None:
    good = two_good_runs(kit)
    doubtful = run(kit)
    killed = attrs.evolve(doubtful, status=RunStatus.RUNNING, manifest=None, hold="", completed_at=None)
    kit.container.ledger().update(killed)
    kit.ask(EditJob("nightly", keep=Keep(last=1)))
    again = run(kit)
    assert again.hold
    assert kit.listed() == [again.run_id, doubtful.run_id, good[1], good[0]]
    assert kit.container.ledger().get(doubtful.run_id).hold == doubtful.hold


def test_a_run_dated_in_the_future_is_no_measure(kit: Kit) -> None:
    good = two_good_runs(kit)
    ahead = kit.container.ledger().get(good[1])
    ahead = attrs.evolve(ahead, started_at=ahead.started_at + timedelta(days=3650), source_bytes=1)
    kit.container.ledger().update(ahead)
    doubtful = run(kit)
    assert doubtful.hold


def test_an_item_and_a_vault_of_one_name_have_runs_of_their_own(kit: Kit) -> None:
    kit.item("home")
    kit.ask(AddVault("home", ("home",)))
    kit.job("home", last=1)
    alone = run(kit)
    kit.ask(EditJob("nightly", target_type="vault"))
    made = [run(kit), run(kit)]
    assert kit.listed() == [made[1].run_id, alone.run_id]


def test_a_job_does_not_prune_the_runs_of_the_one_that_had_its_name_before(kit: Kit) -> None:
    kit.item("docs")
    kit.job("docs", last=5)
    others = [run(kit), run(kit)]
    kit.ask(EditJob("nightly", new_name="evening"))
    kit.job("docs", last=1)
    mine = [run(kit), run(kit)]
    assert kit.listed() == [mine[1].run_id, others[1].run_id, others[0].run_id]

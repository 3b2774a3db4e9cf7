"""How every job stands, asked of the service where no daemon runs, and as a daemon adds to it."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from bcper.domain.errors import DaemonError
from bcper.domain.model.events import Activity
from bcper.domain.model.requests.daemon import CancelRun, DaemonInfo, ShowStatus, StopDaemon
from bcper.domain.model.requests.jobs import EditJob, RunJob
from bcper.domain.model.requests.settings import Resume
from bcper.domain.model.runs import RunStatus
from bcper.domain.policy.conditions import Waiting
from helpers.service import Kit

DAY = timedelta(days=1)


def test_where_nothing_is_configured_there_is_nothing_to_tell(kit: Kit) -> None:
    status = kit.ask(ShowStatus())
    assert (status.daemon, status.paused_until, status.jobs, status.activities) == (None, None, (), ())


def test_how_each_job_stands_by_name(kit: Kit) -> None:
    kit.item("docs")
    kit.job("docs", name="b")
    kit.job("docs", name="a", enabled=False)
    a, b = kit.ask(ShowStatus()).jobs
    assert (a.job.name, b.job.name) == ("a", "b")
    assert (a.next, b.last, b.last_good, b.waiting, b.trouble, b.worry) == (None, None, None, "", "", "")
    now = kit.container.clock().now()
    assert b.next is not None and now < b.next <= now + DAY + timedelta(hours=1)
    good = kit.ask(RunJob("b"))
    kit.later()
    failed = attrs.evolve(
        good,
        run_id="f" * 36,
        status=RunStatus.FAILED,
        manifest=None,
        started_at=good.started_at + timedelta(seconds=1),
        error="No.",
    )
    kit.container.ledger().add(failed)
    a, b = kit.ask(ShowStatus()).jobs
    assert (a.last, b.last, b.last_good) == (None, failed, good)


def test_a_new_name_keeps_its_runs_and_the_old_name_brings_none(kit: Kit) -> None:
    kit.item("docs")
    kit.job("docs")
    run = kit.ask(RunJob("nightly"))
    kit.ask(EditJob("nightly", new_name="renamed"))
    kit.job("docs")
    fresh, renamed = kit.ask(ShowStatus()).jobs
    assert (fresh.job.name, fresh.last, fresh.last_good) == ("nightly", None, None)
    assert (renamed.job.name, renamed.last) == ("renamed", run)


def test_a_job_whose_target_is_gone_says_so(kit: Kit) -> None:
    kit.item("docs")
    job = kit.job("docs").job
    kit.container.catalogs().change(lambda catalog: attrs.evolve(catalog, items={}))
    (state,) = kit.ask(ShowStatus()).jobs
    assert state.job == job
    assert "docs" in state.trouble


def test_a_pause_is_told_while_it_lasts(kit: Kit) -> None:
    until = kit.container.clock().now() + DAY
    kit.container.catalogs().change(
        lambda catalog: attrs.evolve(catalog, settings=attrs.evolve(catalog.settings, paused_until=until))
    )
    assert kit.ask(ShowStatus()).paused_until == until
    kit.ask(Resume())
    assert kit.ask(ShowStatus()).paused_until is None
    kit.container.catalogs().change(
        lambda catalog: attrs.evolve(
            catalog, settings=attrs.evolve(catalog.settings, paused_until=until - 2 * DAY)
        )
    )
    assert kit.ask(ShowStatus()).paused_until is None


@pytest.mark.parametrize("request_", [CancelRun("x"), StopDaemon()], ids=lambda each: type(each).__name__)
def test_what_only_a_daemon_can_do_is_said_to_need_one(kit: Kit, request_: CancelRun | StopDaemon) -> None:
    with pytest.raises(DaemonError, match="does not run") as error:
        kit.ask(request_)
    assert error.value.hint


def test_a_daemon_adds_what_it_does_and_why_a_job_waits(kit: Kit) -> None:
    kit.item("docs")
    job = kit.job("docs").job
    kit.job("docs", name="other")
    info = DaemonInfo(7, "1.0", datetime(2026, 1, 1, tzinfo=UTC))
    activity = Activity("i", "backup", "other", None, "waiting", None, 0, None, None)
    waits = {job.id: Waiting("store", "Waiting: away."), "gone": Waiting("paused", "Waiting: paused.")}
    status = kit.container.status().full(info, waits, (activity,), ("A note.",))
    assert (status.daemon, status.activities, status.notes) == (info, (activity,), ("A note.",))
    assert [state.waiting for state in status.jobs] == ["Waiting: away.", ""]


def test_a_job_without_a_backup_for_too_long_is_a_worry(kit: Kit) -> None:
    kit.item("docs")
    kit.job("docs")
    long_ago = kit.container.clock().now() - 30 * DAY
    kit.container.catalogs().change(
        lambda catalog: attrs.evolve(
            catalog,
            jobs={key: attrs.evolve(job, created_at=long_ago) for key, job in catalog.jobs.items()},
        )
    )
    (state,) = kit.ask(ShowStatus()).jobs
    assert "30 days" in state.worry
    kit.ask(RunJob("nightly"))
    (state,) = kit.ask(ShowStatus()).jobs
    assert state.worry == ""

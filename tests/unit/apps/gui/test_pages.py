"""Status, jobs, frequencies, items, vaults, stores: what the pages show, and what one does on them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import trio

from bcper.adapters.memory.daemon_control import MemoryDaemonControl
from bcper.apps.gui.presenters.frequencies import FrequenciesPresenter, FrequenciesView
from bcper.apps.gui.presenters.jobs import STRIP, JobsPresenter, JobsView
from bcper.apps.gui.presenters.status import StatusPresenter, StatusView
from bcper.apps.gui.presenters.stores import StoresPresenter, StoresView
from bcper.apps.gui.presenters.targets import ItemsPresenter, ItemsView, VaultsPresenter, VaultsView
from bcper.apps.gui.presenters.tiles import full_in
from bcper.domain.errors import Cancelled, Skipped, StoreError
from bcper.domain.model.events import Activity
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.daemon import CancelRun
from bcper.domain.model.requests.jobs import AddFrequency, EditJob, RunJob, When
from bcper.domain.model.requests.runs import BackUpNow
from bcper.domain.model.requests.stores import DeleteStore, StoreTest
from bcper.domain.model.requests.targets import AddVault
from bcper.domain.model.runs import RunStatus
from helpers.desk import Desk, Shown, run
from helpers.runs import a_run
from helpers.service import PASSWORDS, Kit

NOW = datetime(2026, 11, 23, 14, 32, tzinfo=UTC)


def world(kit: Kit) -> None:
    """Two jobs: one that is well, one that failed; a run that was pruned."""
    kit.clock.time = NOW
    kit.item("docs", password=PASSWORDS.item)
    kit.item("mail")
    good = kit.job("docs", name="nightly").job
    bad = kit.job("mail", name="hourly").job
    ledger = kit.container.ledger()

    def add(run_id: str, hours: float, status: RunStatus = RunStatus.SUCCESS, **more: Any) -> None:
        began = NOW - timedelta(hours=hours)
        made = a_run(run_id, began, status, completed_at=began + timedelta(minutes=5))
        ledger.add(attrs.evolve(made, store=kit.place(), **more))

    add("one", 2, job_id=good.id, source_bytes=3 << 30, stored_bytes=1 << 30, entries=1204)
    add("old", 240, job_id=good.id, stored_bytes=1 << 30, pruned_at=NOW - timedelta(days=1))
    add("bad", 1, RunStatus.FAILED, job_id=bad.id, job_name="hourly", target_name="mail", error="no disk")
    add("was", 26, job_id=bad.id, job_name="hourly", target_name="mail", source_bytes=1 << 30)


async def status(desk: Desk, control: MemoryDaemonControl) -> tuple[StatusPresenter, Shown[StatusView]]:
    shown: Shown[StatusView] = Shown()
    page = StatusPresenter(desk.tools, shown, control)
    await page.refresh()
    return page, shown


def test_the_status_has_one_verdict_and_names_the_jobs(kit: Kit, desk: Desk) -> None:
    world(kit)

    async def test() -> None:
        page, shown = await status(desk, MemoryDaemonControl())
        view = shown.last
        assert (view.level, view.verdict) == ("bad", "1 of 2 jobs needs attention")
        assert view.details == ("hourly: failed: no disk",)
        assert view.attention_deed == "Run it now"
        assert attrs.evolve(view, attention=("a", "b")).attention_deed == "Run both now"
        assert attrs.evolve(view, attention=("a", "b", "c")).attention_deed == "Run all 3 now"
        assert view.date == "Monday 23 November 2026, 14:32"
        exposed, protected, proven, space = view.tiles
        assert proven.figure == "never"
        assert exposed.figure == "26 h"
        assert exposed.text == ("of work would be lost (worst job: hourly); the newest backup is 2 h old")
        assert (protected.figure, protected.text) == ("4.0 GiB", "2 jobs · 2 backups kept")
        assert space.figure == "—"
        assert view.chart is not None
        assert view.chart.sizes[-2:] == (0, 1 << 30)
        assert view.chart.sizes[-12:-10] == (0, 1 << 30)
        assert (len(view.days), view.days[-1].kind, view.days[-2].kind) == (365, "failed", "good")
        assert [(line.title, line.when) for line in view.coming] == [
            ("hourly", "22:00"),
            ("nightly", "22:00"),
        ]
        assert [(line.title, line.text, line.when) for line in view.recent][:3] == [
            ("hourly", "Failed · no disk", "13:37"),
            ("nightly", "Completed · 1.0 GiB · 5:00 min", "12:37"),
            ("nightly", "Removed 1 old backup, freed 1.0 GiB", "24 hours ago"),
        ]
        desk.replies["RunJob"] = a_run("x", NOW)
        await page.run_attention()
        assert desk.asked[-1] == RunJob(view.attention[0])

    run(test)


def test_the_status_of_nothing_and_of_what_cannot_be_read(kit: Kit, desk: Desk) -> None:
    async def test() -> None:
        page, shown = await status(desk, MemoryDaemonControl())
        assert (shown.last.level, shown.last.tiles[0].text) == ("none", "there are no jobs yet")
        desk.errors["ListRuns"] = StoreError("No.")
        await page.refresh()
        assert shown.last.trouble is not None
        assert shown.last.loaded

    run(test)


def test_space_and_log_are_asked_for(kit: Kit, desk: Desk) -> None:
    world(kit)

    async def test() -> None:
        control = MemoryDaemonControl()
        page, shown = await status(desk, control)
        desk.replies["TestStore"] = StoreTest(kit.catalog.stores["disk"], "s", 41 << 30, 2)
        await page.look_at_space()
        assert shown.last.tiles[3].figure == "disk 41.0 GiB"
        await page.read_log()
        assert shown.last.trouble is not None
        control.lines = ("one", "two\x1b")
        await page.read_log()
        assert shown.last.log == ("one", "two\\x1b")
        await page.refresh()
        assert shown.last.log == ("one", "two\\x1b")
        assert attrs.evolve(shown.last, log=tuple("abcdefg")).latest == tuple("cdefg")

    run(test)


def test_a_year_is_full_in_words() -> None:
    assert full_in(None) == ("does not fill up at this rate", "good")
    assert full_in(0) == ("full in about 1 day at this rate", "bad")
    assert full_in(30)[1] == "warning"
    assert full_in(150) == ("full in about 5 months at this rate", "warning")
    assert full_in(1100) == ("full in about 3 years at this rate", "good")


async def jobs(desk: Desk) -> tuple[JobsPresenter, Shown[JobsView]]:
    shown: Shown[JobsView] = Shown()
    page = JobsPresenter(desk.tools, shown)
    await page.refresh()
    return page, shown


def test_a_job_s_row_says_how_it_stands(kit: Kit, desk: Desk) -> None:
    world(kit)
    kit.item("photos")
    kit.job("photos", name="new")
    kit.ask(EditJob("new", enabled=False))
    for number in range(30):
        kit.container.ledger().add(a_run(f"n{number}", NOW - timedelta(days=99, hours=number)))

    async def test() -> None:
        _, shown = await jobs(desk)
        rows = {row.name: row for row in shown.last.rows}
        assert [(row.mark, row.state) for row in shown.last.rows] == [
            ("bad", "Failed: no disk"),
            ("none", "Off"),
            ("good", "OK · 115 minutes ago"),
        ]
        assert rows["nightly"].line == "docs (item) → disk · Every day at 22:00 · keep last 3"
        assert (rows["nightly"].next, rows["new"].next) == ("today 22:00", "—")
        assert [cell.mark for cell in rows["hourly"].strip] == ["good", "bad"]
        assert len(rows["nightly"].strip) == STRIP
        assert rows["nightly"].strip[-1].run_id == "one"

    run(test)


def test_jobs_are_switched_run_and_cancelled(kit: Kit, desk: Desk) -> None:
    kit.item("docs")
    job = kit.job("docs").job

    async def test() -> None:
        page, shown = await jobs(desk)
        await page.set_enabled(job.id, enabled=False)
        assert not shown.last.rows[0].enabled
        await page.run_now(job.id)
        assert [cell.mark for cell in shown.last.rows[0].strip] == ["good"]
        work = Activity("act", "backup", "nightly", "r", "running", Progress("Storing", 1, 2), 0, None, NOW)
        page.works((work,))
        found = shown.last.rows[0].work
        assert found is not None
        assert found.percent == "50 %"
        desk.replies["CancelRun"] = ()
        await page.cancel(job.id)
        assert desk.asked[-1] == CancelRun("act")
        page.works(())
        assert shown.last.rows[0].work is None
        for error, note in ((Skipped("Not at home."), "Not at home."), (Cancelled(), "Cancelled.")):
            desk.errors["RunJob"] = error
            await page.run_now(job.id)
            assert shown.last.note == note
            assert shown.last.trouble is None
        desk.errors["RunJob"] = StoreError("No disk.", "Use bcper-cli.")
        await page.run_now(job.id)
        assert shown.last.trouble is not None
        assert (shown.last.trouble.message, shown.last.trouble.hint) == ("No disk.", "")

    run(test)


def test_frequencies_show_words_cron_and_five_firings(kit: Kit, desk: Desk) -> None:
    kit.item("docs")
    kit.job("docs")
    kit.ask(AddFrequency("odd", "Odd", When(every="5 hours")))

    async def test() -> None:
        shown: Shown[FrequenciesView] = Shown()
        await FrequenciesPresenter(desk.tools, shown).refresh()
        daily, odd = shown.last.rows
        assert (daily.words, daily.cron, daily.jobs) == ("Every day at 22:00", "0 22 * * *", ("nightly",))
        assert daily.next[:3] == ("today 22:00", "tomorrow 22:00", "Fri 22:00")
        assert (len(daily.next), odd.cron, odd.jobs) == (5, "", ())

    run(test)


def test_items_and_vaults_show_locks_sizes_and_who_uses_them(kit: Kit, desk: Desk) -> None:
    world(kit)
    kit.ask(AddVault("home", ("docs", "mail")))

    async def test() -> None:
        items: Shown[ItemsView] = Shown()
        await ItemsPresenter(desk.tools, items).refresh()
        docs, mail = items.last.rows
        assert (docs.size, docs.files, docs.last) == ("3.0 GiB", "1,204", "2 hours ago")
        assert (bool(docs.lock), mail.lock) == (True, "")
        assert (docs.vaults, docs.jobs) == (("home",), ("nightly",))
        vaults: Shown[VaultsView] = Shown()
        await VaultsPresenter(desk.tools, vaults).refresh()
        (home,) = vaults.last.rows
        assert (home.items, home.size, home.jobs) == (("docs", "mail"), "", ())
        assert vaults.last.items == ("docs", "mail")

    run(test)


def test_stores_are_tried_and_imported(kit: Kit, desk: Desk, tmp_path: Path) -> None:
    world(kit)
    kit.ask(BackUpNow((kit.source("more"),), kit.place("other"), "more"))

    async def test() -> None:
        shown: Shown[StoresView] = Shown()
        page = StoresPresenter(desk.tools, shown)
        await page.refresh()
        (row,) = shown.last.rows
        assert (row.runs, row.used, sorted(row.jobs)) == (2, "1.0 GiB", ["hourly", "nightly"])
        assert row.reach.state == "unknown"
        await page.test_all()
        assert shown.last.rows[0].reach.state == "good"
        assert "reachable · " in shown.last.rows[0].reach.text
        assert any(view.rows[0].reach.state == "testing" for view in shown if view.rows)
        async with trio.open_nursery() as nursery:  # its button, while the page tries them all
            nursery.start_soon(page.test_all)
            nursery.start_soon(page.test, "disk")
        assert desk.names().count("TestStore") == 2
        desk.errors["TestStore"] = StoreError("It is not there.", "Plug it in.")
        await page.test("disk")
        assert shown.last.rows[0].reach.text == "It is not there. Plug it in."
        await page.refresh()
        assert shown.last.rows[0].reach.state == "bad"
        await page.import_runs(kit.place("other"))
        assert shown.last.note == "1 backup there, 0 new ones."
        assert shown.last.addable == kit.place("other")
        assert any(view.importing is not None for view in shown)
        assert shown.last.importing is None
        await page.import_runs("disk")
        assert shown.last.addable == ""
        desk.held.add("ImportStore")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(page.import_runs, "disk")
            await trio.sleep(1)
            assert shown.last.importing is not None
            page.cancel()
        assert (shown.last.importing, shown.last.note) == (None, "Cancelled.")
        desk.held.clear()
        kit.ask(DeleteStore("disk", cascade=True))
        await page.import_runs("nowhere")
        assert shown.last.trouble is not None

    run(test)


def test_a_test_that_is_cancelled_is_not_for_ever_at_work(kit: Kit, desk: Desk) -> None:
    world(kit)

    async def test() -> None:
        shown: Shown[StoresView] = Shown()
        page = StoresPresenter(desk.tools, shown)
        await page.refresh()
        desk.held.add("TestStore")
        with trio.move_on_after(1):
            await page.test("disk")
        assert shown.last.rows[0].reach.state == "unknown"

    run(test)

"""Editors: errors under the field while one types, Save off meanwhile, and what is saved."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trio
import trio.testing

from bcper.apps.gui.presenters.fields import name_error, suggestion
from bcper.apps.gui.presenters.first_start import FirstStart, FirstStartView, needed
from bcper.apps.gui.presenters.frequency_editor import FrequencyEditor, FrequencyEditorView
from bcper.apps.gui.presenters.item_editor import ItemEditor, ItemEditorView
from bcper.apps.gui.presenters.job_editor import JobEditor
from bcper.apps.gui.presenters.job_fields import JobEditorView
from bcper.apps.gui.presenters.removal import Removal, RemovalView, What
from bcper.apps.gui.presenters.store_editor import StoreEditor, StoreEditorView
from bcper.apps.gui.presenters.vault_editor import VaultEditor, VaultEditorView
from bcper.domain.errors import StoreError
from bcper.domain.model.frequency import Cron, Every
from bcper.domain.model.jobs import Job, Keep
from bcper.domain.model.names import safe_name
from bcper.domain.model.owners import Owner
from bcper.domain.model.requests.jobs import AddFrequency, EditJob, ListJobs, RunJob, ScheduleCheck, When
from bcper.domain.model.requests.stores import AddStore
from bcper.domain.model.requests.targets import AddVault
from bcper.domain.model.targets import LeaveOut
from helpers.desk import Desk, Shown, run
from helpers.service import PASSWORDS, Kit


@pytest.mark.parametrize("name", ["", " ", "a/b", ".", "..", "new\nline", "docs", "ad-hoc", "\x7f", "💾/"])
def test_a_name_that_cannot_be_has_a_suggestion_that_can(name: str) -> None:
    error = name_error(name, {"docs"}, "job", job=True)
    assert error is not None
    if name.strip():
        assert name_error(error.suggestion, {"docs"}, "job", job=True) is None
        safe_name(error.suggestion)


def test_jobs_clash_by_folder_and_items_by_name() -> None:
    assert name_error("My docs", {"my_docs"}, "job", job=True) is not None
    assert name_error("My docs", {"my_docs"}, "item") is None
    assert suggestion("docs", {"docs", "docs 2"}, "item") == "docs 3"


def item_editor(desk: Desk, name: str | None = None) -> tuple[ItemEditor, Shown[ItemEditorView]]:
    shown: Shown[ItemEditorView] = Shown()
    return ItemEditor(desk.tools, shown, name), shown


def test_an_item_is_made(kit: Kit, desk: Desk) -> None:
    kit.item("mail")

    async def test() -> None:
        editor, shown = item_editor(desk)
        await editor.open()
        assert not shown.last.can_save
        assert shown.last.name_error is None
        editor.change(name="mail")
        assert shown.last.name_error is not None
        assert shown.last.name_error.suggestion == "mail 2"
        assert shown.last.name_error.words == "There is an item “mail” already. Suggestion: mail 2"
        editor.change(name="docs", paths=("docs",))
        assert shown.last.paths_error is not None
        editor.change(paths=("/a", "/b\nc"), ignore="*.tmp\n\n!keep\n", larger_than="1.5G")
        assert shown.last.can_save
        editor.change(larger_than="big")
        assert shown.last.larger_error is not None
        assert not shown.last.can_save
        editor.change(larger_than="", caches=True)
        editor.set_password("one", "other")
        assert shown.last.password.error is not None
        assert not shown.last.can_save
        editor.set_password(PASSWORDS.item, PASSWORDS.item)
        await editor.save()
        assert shown.last.saved == "docs"
        assert PASSWORDS.item not in repr([*shown, vars(editor)])

    run(test)
    item = kit.catalog.items["docs"]
    assert (item.paths, item.ignore) == (("/a", "/b\nc"), ("*.tmp", "", "!keep"))
    assert (item.leave_out, item.has_password) == (LeaveOut(caches=True), True)
    assert kit.container.secrets().get(Owner("item", "docs")) == PASSWORDS.item


def test_an_item_is_changed_and_its_password_stays_unless_that_is_meant(kit: Kit, desk: Desk) -> None:
    kit.item("docs", password=PASSWORDS.item)

    async def test() -> None:
        editor, shown = item_editor(desk, "docs")
        await editor.open()
        assert shown.last.password.plan == "kept"
        editor.change(name="papers")
        await editor.save()
        assert kit.container.secrets().get(Owner("item", "papers")) == PASSWORDS.item
        editor, shown = item_editor(desk, "papers")
        await editor.open()
        editor.set_password("", "")
        assert shown.last.password.error is not None
        editor.keep_password()
        assert shown.last.can_save
        editor.remove_password()
        await editor.save()

    run(test)
    assert list(kit.catalog.items) == ["papers"]
    assert not kit.catalog.items["papers"].has_password


def test_a_save_that_is_refused_says_why_and_nothing_is_saved(kit: Kit, desk: Desk) -> None:
    async def test() -> None:
        editor, shown = item_editor(desk)
        await editor.open()
        editor.change(name="docs", paths=("/a",))
        kit.item("docs")  # somebody else was faster
        await editor.save()
        assert shown.last.trouble is not None
        assert (shown.last.saved, shown.last.saving) == ("", False)

    run(test)


def test_the_preview_follows_the_fields_and_the_last_one_counts(kit: Kit, desk: Desk) -> None:
    folder = kit.source("docs", "x" * 2048)

    async def test() -> None:
        editor, shown = item_editor(desk)
        await editor.open()
        editor.change(name="docs", paths=(folder,), ignore="*.none")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(editor.preview)
            await trio.sleep(0.1)
            editor.change(ignore="*.txt")
            nursery.start_soon(editor.preview)
        assert desk.names().count("PreviewPaths") == 1
        (row,) = shown.last.preview.rows
        assert (row.pattern, row.matches, row.saves) == ("*.txt", "1 match", "2.0 KiB")
        assert not shown.last.preview.running
        assert kit.catalog.items == {}
        editor.change(paths=("nothing",))
        await editor.preview()
        assert shown.last.preview.rows == ()
        desk.held.add("PreviewPaths")
        editor.change(paths=(folder,))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(editor.preview)
            await trio.sleep(5)
            assert shown.last.preview.running
            assert shown.last.preview.status == "Held · 25 % · 1 B of 4 B"
            editor.close()
        desk.held.clear()
        desk.errors["PreviewPaths"] = StoreError("No.")
        await editor.preview()
        assert shown.last.preview.status == "No."

    run(test)


def test_a_vault_shows_what_holds_for_each_item(kit: Kit, desk: Desk) -> None:
    kit.item("docs", ignore=("*.bak",), password=PASSWORDS.item)
    kit.item("mail")

    async def test() -> None:
        shown: Shown[VaultEditorView] = Shown()
        editor = VaultEditor(desk.tools, shown)
        await editor.open()
        assert shown.last.choices == ("docs", "mail")
        editor.change(name="home", items=())
        assert shown.last.items_error is not None
        editor.change(items=("mail", "docs"), ignore="*.tmp")
        editor.set_password(PASSWORDS.vault, PASSWORDS.vault)
        mail, docs = shown.last.effective
        assert (mail.patterns, mail.password_from) == ((("*.tmp", "vault"),), "vault")
        assert docs.patterns == (("*.tmp", "vault"), ("*.bak", "item"))
        assert docs.password_from == "item"
        await editor.save()
        assert shown.last.saved == "home"
        editor = VaultEditor(desk.tools, shown, "home")
        await editor.open()
        assert (shown.last.items, shown.last.password.plan) == (("mail", "docs"), "kept")
        editor.remove_password()
        assert shown.last.effective[0].password_from == "default"
        editor.change(name="house")
        await editor.save()

    run(test)
    (vault,) = kit.catalog.vaults.values()
    assert (vault.name, vault.items, vault.ignore, vault.has_password) == (
        "house",
        ("mail", "docs"),
        ("*.tmp",),
        False,
    )


def test_a_store_is_made_and_tried(kit: Kit, desk: Desk) -> None:
    async def test() -> None:
        shown: Shown[StoreEditorView] = Shown()
        editor = StoreEditor(desk.tools, shown)
        await editor.open()
        editor.change(name="disk", path="relative")
        assert shown.last.place_error is not None
        editor.change(path=kit.place(), bandwidth="fast")
        assert shown.last.size_error is not None
        editor.change(bandwidth="1M", volume="")
        assert shown.last.can_save
        editor.change(kind="rclone", remote="-bad")
        assert shown.last.place_error is not None
        editor.change(kind="local")
        await editor.save()
        assert (shown.last.saved, shown.last.trouble) == ("disk", None)
        assert shown.last.tested.startswith("It can be used: 0 backups there")
        editor.change(name="usb")
        await editor.save()

    run(test)
    (store,) = kit.catalog.stores.values()
    assert (store.name, store.bandwidth) == ("usb", 1 << 20)


async def frequency_editor(
    desk: Desk, id_: str | None = None
) -> tuple[FrequencyEditor, Shown[FrequencyEditorView]]:
    shown: Shown[FrequencyEditorView] = Shown()
    editor = FrequencyEditor(desk.tools, shown, id_)
    await editor.open()
    return editor, shown


def test_the_builder_and_cron_tell_what_they_mean_while_one_types(kit: Kit, desk: Desk) -> None:
    async def test() -> None:
        editor, shown = await frequency_editor(desk)
        form = shown.last.form
        assert (form.words, form.as_cron) == ("Every day at 22:00", "0 22 * * *")
        assert form.next[:2] == ("today 22:00", "tomorrow 22:00")
        assert not shown.last.can_save
        editor.rename("Nightly run")
        assert shown.last.can_save
        await editor.change(hour="24")
        assert "no time of day" in shown.last.form.error
        assert not shown.last.can_save
        await editor.change(mode="weeks", hour="3", minute="5", weekday=6)
        assert shown.last.form.words == "Every week on Sunday at 03:05"
        await editor.change(mode="cron")
        assert shown.last.form.cron == "5 3 * * 0"
        await editor.change(cron="61 * * * *")
        assert shown.last.form.error
        await editor.change(mode="once", once="soon")
        assert "no time" in shown.last.form.error
        await editor.change(once="2020-01-01 10:00")
        assert "passed" in shown.last.form.error
        await editor.change(mode="months", day="31", count="2")
        await editor.save()
        assert shown.last.saved == "nightly-run"

    run(test)
    frequency = kit.catalog.frequencies["nightly-run"]
    assert frequency.name == "Nightly run"
    assert isinstance(frequency.schedule, Every)


def test_answers_that_overtake_each_other_do_not_count(kit: Kit, desk: Desk) -> None:
    async def test() -> None:
        editor, shown = await frequency_editor(desk)
        gate = trio.Event()
        plain = desk.ask

        async def slow(request: Any, report: Any = None) -> Any:
            if getattr(request, "when", None) == When(cron="bad"):
                await gate.wait()
                return ScheduleCheck(error="late")
            return await plain(request, report)

        editor._checker._tools = type(desk.tools)(slow, kit.clock)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(lambda: editor.change(mode="cron", cron="bad"))
            await trio.testing.wait_all_tasks_blocked()
            await editor.change(cron="0 4 * * *")
            gate.set()
        assert shown.last.form.words == "Every day at 04:00"

    run(test)


@pytest.mark.parametrize(
    "when",
    [
        When(cron="0 22 * * *"),
        When(cron="15 3 1-7 * 1"),
        When(every="5 hours from 02:00"),
        When(every="2 weeks on friday at 04:00"),
        When(once=True),
        When(once=True, at=datetime(2030, 1, 2, 3, 4, tzinfo=UTC)),
    ],
    ids=repr,
)
def test_what_there_is_opens_and_is_saved_as_it_was(kit: Kit, desk: Desk, when: When) -> None:
    before = kit.ask(AddFrequency("x", "X", when)).frequency
    kit.later()

    async def test() -> None:
        editor, shown = await frequency_editor(desk, "x")
        assert shown.last.form.good
        editor.rename("Y")
        await editor.save()

    run(test)
    after = kit.catalog.frequencies["x"]
    assert (after.name, after.schedule) == ("Y", before.schedule)


async def job_editor(desk: Desk, job_id: str | None = None) -> tuple[JobEditor, Shown[JobEditorView]]:
    shown: Shown[JobEditorView] = Shown()
    editor = JobEditor(desk.tools, shown, job_id)
    await editor.open()
    return editor, shown


def only_job(kit: Kit) -> Job:
    (view,) = kit.ask(ListJobs())
    return view.job


def test_a_job_is_made_with_a_frequency_of_its_own(kit: Kit, desk: Desk) -> None:
    kit.item("docs")
    kit.ask(AddStore("disk", "local", kit.place()))

    async def test() -> None:
        editor, shown = await job_editor(desk)
        view = shown.last
        assert (view.target, view.store, view.name_error) == (("item", "docs"), "disk", None)
        assert view.targets[0].words == "not encrypted"
        await editor.change(name="nightly/docs")
        assert shown.last.name_error is not None
        assert shown.last.name_error.suggestion == "nightly-docs"
        assert not shown.last.can_save
        await editor.change(name="nightly-docs", last="14")
        assert shown.last.keep_words == "newest backups (about 14 days)"
        for field, bad in (("last", "x"), ("hook_seconds", "-1"), ("ping_url", "no"), ("warn_days", "99999")):
            good = getattr(shown.last, field)
            await editor.change(**{field: bad})
            assert not shown.last.can_save, field
            await editor.change(**{field: good})
        await editor.change_form(mode="hours", count="6", hour="0")
        assert shown.last.form.words == "Every 6 hours"
        await editor.save()
        assert shown.last.saved == "nightly-docs"

    run(test)
    job = only_job(kit)
    assert (job.target_name, job.store_name, job.frequency_id) == ("docs", "disk", "every-6-hours")
    assert job.keep == Keep(14)
    assert kit.catalog.frequencies["every-6-hours"].schedule == Cron("0 */6 * * *")


def test_a_job_opens_as_it_is_and_what_nobody_touched_stays(kit: Kit, desk: Desk) -> None:
    kit.item("docs")
    kit.job("docs", warn_after_days=3, only_on_power=True)
    kit.ask(RunJob("nightly"))
    made = kit.ask(EditJob("nightly", before="true x")).job

    async def test() -> None:
        editor, shown = await job_editor(desk, made.id)
        assert shown.last.can_save
        assert (shown.last.frequency, shown.last.form.words) == ("daily", "Every day at 22:00")
        assert "roughly" in shown.last.keep_words
        await editor.save()
        assert only_job(kit) == made
        await editor.change(name="evening", warn_days="", enabled=False, before="")
        await editor.save()

    run(test)
    after = only_job(kit)
    assert (after.id, after.name, after.warn_after_days, after.before) == (made.id, "evening", None, "")
    assert not after.enabled


def test_a_schedule_that_there_is_makes_no_second_frequency(kit: Kit, desk: Desk) -> None:
    kit.item("docs")
    made = kit.job("docs").job
    kit.ask(AddFrequency("weekly", "Weekly", When(every="week on monday at 08:00")))

    async def test() -> None:
        editor, shown = await job_editor(desk, made.id)
        await editor.change_form(mode="weeks", weekday=0, hour="8", minute="0")
        await editor.save()
        assert only_job(kit).frequency_id == "weekly"
        await editor.change(frequency="daily")
        assert shown.last.form.words == "Every day at 22:00"
        await editor.save()

    run(test)
    assert only_job(kit).frequency_id == "daily"
    assert sorted(kit.catalog.frequencies) == ["daily", "weekly"]


async def removal(desk: Desk, what: What, id_: str) -> tuple[Removal, Shown[RemovalView]]:
    shown: Shown[RemovalView] = Shown()
    made = Removal(desk.tools, shown, what, id_)
    await made.open()
    return made, shown


def test_a_removal_says_what_goes_along_before_it_goes(kit: Kit, desk: Desk) -> None:
    kit.item("docs")
    kit.item("mail")
    kit.job("docs")
    kit.ask(AddVault("one", ("docs",)))
    kit.ask(AddVault("two", ("docs", "mail")))
    kit.job("one", "vault", name="of one")
    kit.job("two", "vault", name="of two")

    async def test() -> None:
        for what, id_, jobs in (
            ("store", "disk", 3),
            ("frequency", "daily", 3),
            ("vault", "two", 1),
            ("job", "nightly", 0),
        ):
            _, shown = await removal(desk, what, id_)
            assert shown.last.deed == f"Delete {what}" + (
                f" and {jobs} job" + "s" * (jobs > 1) if jobs else ""
            )
        made, shown = await removal(desk, "item", "docs")
        assert shown.last.along == (
            "It is taken out of “one” and “two”.",
            "Nothing would be left in “one”.",
            "With it 1 job would go: “nightly”.",
        )
        before = kit.catalog
        assert before.items
        await made.confirm()
        assert shown.last.removed == "Deleted the item “docs” and 1 job."

    run(test)
    assert [view.job.name for view in kit.ask(ListJobs())] == ["of one", "of two"]


def test_the_first_start_makes_everything_and_the_first_backup(kit: Kit, desk: Desk) -> None:
    folder = kit.source("docs")

    async def test() -> None:
        assert await needed(desk.tools)
        shown: Shown[FirstStartView] = Shown()
        start = FirstStart(desk.tools, shown)
        await start.open()
        await start.next()
        assert shown.last.step == "what"
        start.set_paths("docs")
        assert shown.last.paths_error is not None
        start.set_paths(folder)
        start.set_password(PASSWORDS.item, PASSWORDS.item)
        await start.next()
        start.set_store(f"{folder}/backups")
        assert shown.last.warning
        start.set_store(kit.place())
        assert not shown.last.warning
        await start.next()
        start.back()
        await start.next()
        await start.change_form(hour="25")
        await start.next()
        assert (shown.last.step, shown.last.can_go_on) == ("when", False)
        await start.change_form(hour="20")
        await start.next()
        assert (shown.last.step, shown.last.job) == ("done", "docs")
        assert not await needed(desk.tools)
        await start.run()
        assert shown.last.outcome.startswith("Completed")
        assert shown.last.running is None
        assert PASSWORDS.item not in repr([*shown, vars(start)])

    run(test)
    job = only_job(kit)
    assert (job.target_name, job.store_name, job.frequency_id) == ("docs", "disk", "days")
    assert kit.catalog.items["docs"].has_password
    assert len(kit.listed()) == 1


def test_a_first_start_that_failed_half_way_goes_on_where_it_was(
    kit: Kit, desk: Desk, tmp_path: Path
) -> None:
    folder = kit.source("docs")

    async def test() -> None:
        shown: Shown[FirstStartView] = Shown()
        start = FirstStart(desk.tools, shown)
        await start.open()
        start.set_paths(folder)
        await start.next()
        start.set_store(kit.place())
        await start.next()
        desk.errors["AddStore"] = StoreError("Read-only.")
        await start.next()
        assert shown.last.step == "when"
        assert shown.last.trouble is not None
        desk.errors.clear()
        await start.next()
        assert shown.last.step == "done"
        desk.errors["RunJob"] = StoreError("Full.")
        await start.run()
        assert shown.last.trouble is not None
        desk.errors.clear()
        desk.held.add("RunJob")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(start.run)
            await trio.sleep(1)
            assert shown.last.running is not None
            start.cancel()
        assert shown.last.outcome == "Cancelled."

    run(test)
    assert (len(kit.catalog.items), len(kit.catalog.stores), len(kit.catalog.jobs)) == (1, 1, 1)

"""The pages of what is configured, and their editors, with a pointer and keys."""

import tkinter
from pathlib import Path
from typing import Any

import pytest

from bcper.apps.gui.views.entity_page import EntityPage
from bcper.apps.gui.views.frequencies import FrequenciesPage
from bcper.apps.gui.views.frequency_editor import FrequencyEditorDialog
from bcper.apps.gui.views.item_editor import ItemEditorDialog
from bcper.apps.gui.views.items import ItemsPage
from bcper.apps.gui.views.job_editor import JobEditorDialog
from bcper.apps.gui.views.jobs import JobsPage
from bcper.apps.gui.views.store_editor import StoreEditorDialog
from bcper.apps.gui.views.stores import StoresPage
from bcper.apps.gui.views.vault_editor import VaultEditorDialog
from bcper.apps.gui.views.vaults import VaultsPage
from bcper.apps.gui.widgets.dialog import ConfirmDialog
from bcper.domain.model.requests.runs import ListRuns
from helpers.desk import Desk
from helpers.display import Display, Window
from helpers.entity_pages import Visit, furnish, row_at, visit
from helpers.service import Kit

PAGES: list[tuple[type[EntityPage[Any]], type[Any]]] = [
    (ItemsPage, ItemEditorDialog),
    (VaultsPage, VaultEditorDialog),
    (StoresPage, StoreEditorDialog),
    (FrequenciesPage, FrequencyEditorDialog),
    (JobsPage, JobEditorDialog),
]


async def choose(at: Visit, box: tkinter.Misc, downs: int) -> None:
    """Choose in a list by keys, from its first line."""
    await at.window.click(box)
    await at.window.key("Home", *["Down"] * downs, "Return")


def test_all_is_made_by_hand_and_a_backup_is_the_end_of_it(display: Display, tmp_path: Path) -> None:
    kit = Kit(tmp_path, "real")
    source = kit.source("papers")

    async def body(window: Window) -> None:
        async with visit(window, Desk(kit)) as at:
            items = await at.page(ItemsPage)
            await window.click(at.button("Create your first item", items))
            item = await at.dialog(ItemEditorDialog)
            await window.type("papers")
            await window.click(item.paths.buttons["Type a path"])
            await window.type(source)
            await window.until(lambda: "keep 2 entries" in at.words(item))
            await at.saved(item)
            assert [row.cells[0] for row in items.table.rows] == ["papers"]
            assert items.selected == "papers"

            stores = await at.page(StoresPage)
            await window.key("Tab")
            stores.new()
            store = await at.dialog(StoreEditorDialog)
            await window.type("disk")
            await at.write(store.path, kit.place("disk"))
            await at.saved(store)
            await window.until(lambda: "reachable" in stores.table.rows[0].cells)
            assert stores.table.rows[0].cells[4].endswith("iB")

            frequencies = await at.page(FrequenciesPage)
            frequencies.new()
            frequency = await at.dialog(FrequencyEditorDialog)
            await window.type("At noon")
            await window.click(frequency.schedule.modes.buttons["cron"])
            await at.write(frequency.schedule.texts["cron"], "0 12 * * *")
            await window.until(lambda: "Every day at 12:00" in at.words(frequency))
            await at.saved(frequency)
            assert frequencies.table.rows[0].cells[:3] == ("At noon", "Every day at 12:00", "0 12 * * *")

            jobs = await at.page(JobsPage)
            await window.click(at.button("New job", jobs))
            job = await at.dialog(JobEditorDialog)
            await window.type("daily")
            await choose(at, job.frequency, 1)
            await at.write(job.last, "5")
            await at.saved(job)
            (card,) = jobs.cards.values()
            assert "papers (item) → disk · Every day at 12:00 · keep last 5" in card.row.line
            assert window.root.focus_get() is card
            await window.click(card.run)
            await window.until(lambda: card.row.mark == "good" and card.row.strip)

    display.run(body, size=(1000, 780))
    (run,) = kit.ask(ListRuns()).runs
    assert (run.job_name, run.status.restorable) == ("daily", True)
    assert any(found.name == "papers.txt" for found in kit.restore(run).rglob("*"))
    kit.close()


def test_a_job_is_edited_by_a_double_click_and_switched_off(display: Display, desk: Desk) -> None:
    furnish(desk.kit)

    async def body(window: Window) -> None:
        async with visit(window, desk) as at:
            jobs = await at.page(JobsPage)
            card = next(card for card in jobs.cards.values() if card.row.name == "nightly")
            await window.click(card.line, times=2)
            editor = await at.dialog(JobEditorDialog)
            assert editor.name.text == "nightly"
            await at.write(editor.name, "weekly")
            assert "There is a job “weekly” already." in at.words(editor)
            assert editor.buttons["save"].instate(["disabled"])
            await window.click(at.button("Suggestion: weekly 2", editor))
            assert editor.name.text == "weekly 2"
            await at.write(editor.rules["monthly"], "x")
            await window.until(lambda: "is no number" in at.words(editor))
            await at.write(editor.rules["monthly"], "12")
            await window.click(at.button("Commands, ping, warning, power", editor))
            await window.settle(5)
            assert window.cut_off(editor) == []
            assert await window.not_by_tab(editor) == []
            await at.write(editor.more.ping, "nowhere")
            await window.until(lambda: editor.more.ping.instate(["invalid"]))
            assert editor.buttons["save"].instate(["disabled"])
            await at.write(editor.more.ping, "https://ping.example/1")
            await window.click(editor.schedule.modes.buttons["weeks"])
            await window.until(lambda: editor.frequency.key == "")
            await at.saved(editor)
            assert card.row.name == "weekly 2"
            assert "Every week on Monday at 22:00" in card.row.line
            assert card.winfo_exists(), "the card stays what it was"
            await window.click(card.switch)
            await window.until(lambda: card.row.state == "Off")
            assert not card.switch.value

    display.run(body, size=(1000, 780))
    job = next(job for job in desk.kit.catalog.jobs.values() if job.name == "weekly 2")
    assert (job.keep.monthly, job.enabled, job.ping_url) == (12, False, "https://ping.example/1")


def test_a_deletion_says_what_goes_along_and_takes_it(display: Display, desk: Desk) -> None:
    furnish(desk.kit)

    async def body(window: Window) -> None:
        async with visit(window, desk) as at:
            page = await at.page(ItemsPage)
            await window.click(page.table.view, at=row_at(page.table, "documents"))
            await window.key("Delete")
            question = await at.dialog(ConfirmDialog)
            said = at.words(question)
            assert "It is taken out of “all”." in said
            assert "With it 1 job would go: “nightly”." in said
            await window.key("Return")  # the focus is on Cancel
            await at.closed(question)
            assert len(page.table.rows) == 3
            await window.click(page.buttons["Delete…"])
            question = await at.dialog(ConfirmDialog)
            await window.click(at.button("Delete item and 1 job", question))
            await at.closed(question)
            await window.until(lambda: len(page.table.rows) == 2)
            assert at.wishes.said == ["Deleted the item “documents” and 1 job."]
            jobs = await at.page(JobsPage)
            card = next(iter(jobs.cards.values()))
            jobs.edit(card.row.id)
            editor = await at.dialog(JobEditorDialog)
            await window.click(editor.buttons["delete"])
            question = await at.dialog(ConfirmDialog)
            await window.click(question.buttons["deed"])
            await at.closed(editor)
            await window.until(lambda: len(jobs.cards) == 1)

    display.run(body, size=(1000, 780))
    assert set(desk.kit.catalog.items) == {"mail", "odd \u202e\U0001f600"}
    assert len(desk.kit.catalog.jobs) == 1


def test_empty_pages_say_what_they_are_for(display: Display, desk: Desk) -> None:
    async def body(window: Window) -> None:
        async with visit(window, desk) as at:
            for kind, _ in PAGES:
                page = await at.page(kind)
                assert page.empty in at.words(page)
                assert window.cut_off(page) == []
                assert await window.not_by_tab(page) == []

    display.run(body, size=(900, 560))


@pytest.mark.parametrize("scale", [100, 200])
def test_every_page_and_editor_has_room_and_is_reached_by_tab(
    display: Display, desk: Desk, scale: int
) -> None:
    furnish(desk.kit)

    async def body(window: Window) -> None:
        async with visit(window, desk) as at:
            for kind, editor_kind in PAGES:
                page = await at.page(kind)
                first = page.presenter.state.rows[0].id  # type: ignore[attr-defined]
                page.choose(first)
                await window.settle(5)
                assert window.cut_off(page) == []
                assert await window.not_by_tab(page) == []
                for id_ in (first, "")[: 2 if scale == 100 else 1]:
                    page.edit(id_) if id_ else page.new()
                    editor = await at.dialog(editor_kind)
                    await window.settle(5)
                    assert window.cut_off(editor) == []
                    assert await window.not_by_tab(editor) == []
                    await window.key("Escape")
                    await at.closed(editor)

    display.run(body, scale=scale, size=(900, 720) if scale == 100 else (1600, 1150))


@pytest.mark.parametrize("kind", [ItemsPage, StoresPage, FrequenciesPage, JobsPage])
def test_the_keys_are_with_the_list_as_soon_as_it_is_there(
    kit: Kit, display: Display, kind: type[EntityPage[Any]]
) -> None:
    kit.item("docs")
    kit.job("docs")

    async def body(window: Window) -> None:
        async with visit(window, Desk(kit)) as at:
            page = kind(window.root, at.house)
            at.open.append(page)
            page.pack(fill="both", expand=True)
            await window.settle()
            page.arrived()  # by Ctrl and its number, before anything has been read
            assert not str(window.root.focus_get()).startswith(f"{page}.")
            await page.refresh()
            await window.until(lambda: str(window.root.focus_get()).startswith(f"{page}."))

    display.run(body)

"""The page of all backups, with hands on it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs

from bcper.apps.gui.views.delete import DeleteDialog
from bcper.apps.gui.views.run_details import DetailsDialog
from bcper.domain.errors import BcperError
from bcper.domain.model.events import Activity
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.jobs import RunJob
from bcper.domain.model.requests.runs import BackUpNow
from bcper.domain.model.runs import Run, RunStatus
from helpers.backups_page import Opened, on_page
from helpers.display import Display
from helpers.runs import a_run
from helpers.service import PASSWORDS, Kit

BEGAN = datetime(2024, 1, 1, tzinfo=UTC)


def many(count: int) -> list[Run]:
    """Runs an hour apart, newest last; every seventh failed, the last is at work."""
    return [
        attrs.evolve(
            a_run(
                f"{number:08x}-0000-4000-8000-000000000000",
                BEGAN + timedelta(hours=number),
                RunStatus.FAILED if number % 7 == 0 else RunStatus.SUCCESS,
                error="No disk." if number % 7 == 0 else "",
                encrypted=number % 2 == 0,
                source_bytes=number * 1000,
            ),
            job_name=f"job-{number % 3}",
            status=RunStatus.RUNNING
            if number == count - 1
            else RunStatus.FAILED
            if number % 7 == 0
            else RunStatus.SUCCESS,
        )
        for number in range(count)
    ]


def filled(runs: list[Run]) -> Callable[[Kit], None]:
    def prepare(kit: Kit) -> None:
        for run in runs:
            kit.container.ledger().add(run)

    return prepare


def some_backups(kit: Kit) -> None:
    """Three of a job, oldest first in the store, and one that is locked."""
    kit.item("docs")
    kit.job("docs", last=9)
    for _ in range(3):
        kit.ask(RunJob("nightly"))
        kit.later()
    kit.ask(BackUpNow((kit.source("secret"),), kit.place(), "secret", password=PASSWORDS.item))


def test_ten_thousand_backups_are_searched_filtered_sorted_and_stay_where_they_are(
    display: Display, tmp_path: Path
) -> None:
    runs = many(10_000)

    async def test(at: Opened) -> None:
        window, page, table = at.window, at.page, at.page.table
        view = table.view
        assert len(table.rows) == 10_000
        assert view.identify_row(60) == runs[-1].run_id
        page.works(
            (
                Activity(
                    "a",
                    "backup",
                    "x",
                    runs[-1].run_id,
                    "running",
                    Progress("Storing", 31, 50),
                    0,
                    None,
                    BEGAN,
                ),
            )
        )
        assert view.set(runs[-1].run_id, "size") == "62 %"
        assert window.cut_off() == []
        assert await window.not_by_tab() == []

        view.yview_moveto(0.5)
        await window.settle()
        there = view.identify_row(100)
        await at.click_row(table, there)
        assert page.presenter.state.selected == {there}
        top = view.identify_row(60)
        at.kit.container.ledger().add(a_run("f" * 36, BEGAN + timedelta(days=9000)))
        await page.refresh()
        await window.settle()
        assert (view.selection(), view.identify_row(60)) == ((there,), top)
        assert len(table.rows) == 10_001

        page.search()
        await window.type("failed job-1 2024-01-0")
        await window.until(lambda: len(table.rows) < 20)
        assert [row.cells[0] for row in table.rows] == ["job-1"] * len(table.rows)
        assert len(table.rows) == 10
        await window.key("Escape")
        await window.until(lambda: len(table.rows) == 10_001)
        await at.window.click(page.filters.chips.buttons["failed"])
        await window.until(lambda: len(table.rows) == 1429)
        assert view.selection() == ()
        page.search()
        await window.type("nowhere")
        await window.until(lambda: not table.rows)
        assert page._none.winfo_viewable()
        page.filters.clear()
        await window.settle()
        assert len(table.rows) == 10_001
        assert page.filters.search.text == ""

        where = view.bbox(view.identify_row(60), "size")
        await window.click(view, at=(where[0] + 30, 15))  # type: ignore[operator]
        await window.until(lambda: page.presenter.state.column == "size")
        assert table.rows[1].cells[5] == "9.5 MiB"  # the first one is at work
        assert view.heading("size", "text") == "Size ▾"
        await window.click(view, at=(where[0] + 30, 15))  # type: ignore[operator]
        await window.until(lambda: not page.presenter.state.descending)
        page.choose(runs[4321].run_id)
        await window.settle()
        assert view.selection() == (runs[4321].run_id,)

    on_page(display, tmp_path, test, prepare=filled(runs), size=(1200, 700))


def test_what_is_chosen_with_ctrl_and_shift_is_deleted_once_that_is_confirmed(
    display: Display, tmp_path: Path
) -> None:
    async def test(at: Opened) -> None:
        window, page, table = at.window, at.page, at.page.table
        ids = [row.id for row in table.rows]
        assert len(ids) == 4
        await at.click_row(table, ids[0])
        assert table.selection == (ids[0],)
        await at.click_row(table, ids[2], "ctrl")
        assert table.selection == (ids[0], ids[2])
        assert page._selection.cget("text") == "2 selected · 14 B"
        await at.click_row(table, ids[3])
        await at.click_row(table, ids[1], "shift")
        assert page.presenter.state.selected == set(ids[1:])
        await window.key("ctrl+a")
        assert page.presenter.state.selected == set(ids)

        await at.click_row(table, ids[1])
        await at.click_row(table, ids[3], "ctrl")
        await window.key("Delete")
        dialog = await at.opened(DeleteDialog)
        assert dialog.focus_get() is dialog.buttons["cancel"]
        assert dialog.buttons["deed"].cget("text") == "Delete 2 backups"
        assert window.cut_off(dialog) == []
        assert await window.not_by_tab(dialog) == []
        await window.key("Escape")
        await at.gone(DeleteDialog)
        assert len(at.kit.listed()) == 4
        await window.key("Delete")
        await at.opened(DeleteDialog)
        await window.key("Return")  # that is Cancel
        await at.gone(DeleteDialog)
        assert len(at.kit.listed()) == 4

        await window.click(page.buttons["delete"])
        dialog = await at.opened(DeleteDialog)
        await window.click(dialog.buttons["deed"])
        await at.gone(DeleteDialog)
        await window.until(lambda: len(table.rows) == 2)
        assert at.kit.listed() == [ids[0], ids[2]]
        assert at.wishes.said == ["2 backups deleted."]
        assert window.root.focus_get() is not None

        at.desk.errors["DeleteRun"] = BcperError("The store is away.")
        await at.click_row(table, ids[2])
        await window.key("Delete")
        dialog = await at.opened(DeleteDialog)
        await window.click(dialog.buttons["deed"])
        await window.until(lambda: dialog.buttons["cancel"].cget("text") == "Close")
        assert "The store is away." in " ".join(
            str(each.cget("text")) for each in dialog.failures.winfo_children()
        )
        await window.click(dialog.buttons["cancel"])
        await at.gone(DeleteDialog)

    on_page(display, tmp_path, test, prepare=some_backups)


def test_the_menu_offers_what_can_be_done_with_the_row_under_the_pointer(
    display: Display, tmp_path: Path
) -> None:
    async def test(at: Opened) -> None:
        window, page, table = at.window, at.page, at.page.table
        good, bad = table.rows[1].id, table.rows[-1].id
        await at.click_row(table, good, button=3)
        assert table.selection == (good,)
        await window.key("Escape")
        offered = {entry.text: entry.enabled for entry in page._menu((good,))}
        assert [text for text in offered if text] == [
            "Browse files",
            "Restore…",
            "Restore to where it was…",
            "Verify",
            "Pin: retention keeps it",
            "Details",
            "Copy run id",
            "Delete…",
        ]
        assert all(offered[text] for text in offered if text)
        assert {entry.text for entry in page._menu((bad,)) if not entry.enabled} == {
            "Browse files",
            "Restore…",
            "Restore to where it was…",
            "Verify",
        }
        await at.click_row(table, bad, times=2)  # there is nothing to browse
        dialog = await at.opened(DetailsDialog)
        assert window.cut_off(dialog) == []
        assert await window.not_by_tab(dialog) == []
        await window.click(dialog.buttons["copy"])
        assert window.root.clipboard_get() == bad
        await window.key("Escape")
        await at.gone(DetailsDialog)
        assert page._detail.cget("text") == "Failed · No disk."
        page._menu((good,))
        page._pin(True)
        await window.until(lambda: table.view.set(good, "status") == "success, pinned")

    on_page(display, tmp_path, test, prepare=filled(many(4)))


def test_row_13_names_of_any_kind_are_on_the_screen(display: Display, tmp_path: Path) -> None:
    odd = [
        attrs.evolve(run, job_name=f"bad\udcff\n{name}", target_name=name, store=f"/mnt/{name}")
        for run, name in zip(many(5), ("-x", "{a} $b [c]", "עברית", "🦊", "x" * 90), strict=True)
    ]

    async def test(at: Opened) -> None:
        window, page = at.window, at.page
        assert [row.cells[2] for row in page.table.rows] == [run.target_name for run in reversed(odd)]
        for row in page.table.rows:
            assert row.cells[0].startswith("bad\\xff\\n")
            assert page.table.view.set(row.id, "target") == row.cells[2]
        page.table.focus_set()
        page.table.select([run.run_id for run in odd[1:4]])
        await window.settle()
        await window.key("Delete")
        dialog = await at.opened(DeleteDialog)
        assert window.cut_off(dialog) == []
        await window.key("Escape")
        await at.gone(DeleteDialog)

    on_page(display, tmp_path, test, prepare=filled(odd))


def test_a_page_without_backups_says_what_it_is_for_and_tells_of_trouble(
    display: Display, tmp_path: Path
) -> None:
    async def test(at: Opened) -> None:
        window, page = at.window, at.page
        assert page.empty.winfo_viewable()
        assert page.empty.button is not None
        await window.click(page.empty.button)
        assert at.wishes.gone == [("Jobs", "")]
        at.desk.errors["ListRuns"] = BcperError("The list cannot be read.")
        await window.click(page.header.buttons["Refresh"])
        await window.until(page.trouble.winfo_viewable)
        assert page.trouble.text == "The list cannot be read."
        at.desk.errors.clear()
        some_backups(at.kit)
        await page.refresh()
        await window.settle()
        assert not page.trouble.winfo_viewable()
        assert not page.empty.winfo_viewable()
        assert len(page.table.rows) == 4
        window.root.geometry("652x500")
        await window.settle(5)
        assert window.cut_off() == []

    on_page(display, tmp_path, test)

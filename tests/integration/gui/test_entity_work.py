"""What goes on from the pages of jobs and stores: running, pruning, importing, remotes to choose."""

from pathlib import Path

import attrs
import pytest

from bcper.adapters.memory.rclone import MemoryRemotes
from bcper.apps.gui.views.jobs import JobsPage
from bcper.apps.gui.views.remote_chooser import RemoteDialog
from bcper.apps.gui.views.store_editor import StoreEditorDialog
from bcper.apps.gui.views.stores import StoresPage
from bcper.apps.gui.widgets.dialog import ConfirmDialog, Dialog
from bcper.domain.errors import StoreError
from bcper.domain.model.events import Activity
from bcper.domain.model.jobs import Keep
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.jobs import EditJob
from bcper.domain.model.requests.stores import AddStore, DeleteStore
from helpers.desk import Desk
from helpers.display import Display, Window
from helpers.entity_pages import furnish, terminal, visit
from helpers.service import Kit


def test_a_run_shows_how_far_it_is_and_can_be_cancelled(display: Display, desk: Desk) -> None:
    furnish(desk.kit)
    desk.replies["CancelRun"] = None

    async def body(window: Window) -> None:
        async with visit(window, desk) as at:
            page = await at.page(JobsPage)
            card = next(card for card in page.cards.values() if card.row.name == "nightly")
            assert not card.progress.winfo_viewable()
            progress = Progress("Uploading", 30, 100)
            began = desk.kit.clock.now()
            activity = Activity("a1", "backup", "nightly", "r", "running", progress, 0, None, began)
            page.works((activity,))
            await window.settle()
            assert card.progress.winfo_viewable()
            assert "Running 30 %" in at.words(card)
            assert "Uploading · 30 % · 30 B of 100 B" in at.words(card)
            assert window.cut_off(card) == []
            focus = window.root.focus_get()
            page.works((attrs.evolve(activity, progress=Progress("Uploading", 60, 100)),))
            await window.settle()
            assert "Running 60 %" in at.words(card)
            assert window.root.focus_get() is focus
            await window.click(at.button("Cancel", card))
            await window.until(lambda: "CancelRun" in desk.names())
            page.works(())
            await window.settle()
            assert not card.progress.winfo_viewable()
            assert str(card.run.cget("text")) == "Run now"

    display.run(body, size=(1000, 780))


def test_pruning_says_what_would_go_before_it_goes(display: Display, desk: Desk) -> None:
    furnish(desk.kit)

    async def body(window: Window) -> None:
        async with visit(window, desk) as at:
            page = await at.page(JobsPage)
            card = next(card for card in page.cards.values() if card.row.name == "nightly")
            prune = next(entry for entry in card.entries() if entry.text == "Prune…")
            assert prune.command is not None
            prune.command()
            told = await at.dialog(Dialog)
            assert "keep all of its 2 backups: nothing would go." in at.words(told)
            await window.key("Escape")
            await at.closed(told)
            desk.kit.ask(EditJob("nightly", keep=Keep(last=1)))
            prune.command()
            question = await at.dialog(ConfirmDialog)
            assert "keep 1 backup; 1 backup would go" in at.words(question)
            assert len(desk.kit.listed()) == 2
            await window.click(at.button("Delete 1 backup", question))
            await at.closed(question)
            await window.until(lambda: at.wishes.said)
            assert at.wishes.said == ["Deleted 1 backup of “nightly”."]

    display.run(body, size=(1000, 780))
    assert len(desk.kit.listed()) == 1


def test_backups_are_found_in_a_store_and_in_a_folder_that_becomes_one(
    display: Display, tmp_path: Path
) -> None:
    kit = Kit(tmp_path, "real")
    furnish(kit)
    desk = Desk(kit)

    async def body(window: Window) -> None:
        async with visit(window, desk) as at:
            page = await at.page(StoresPage)
            page.choose("disk")
            desk.held.add("ImportStore")
            await window.click(page.buttons["Import backups"])
            await window.until(lambda: page.imports.progress.winfo_viewable())
            assert "Looking for backups in disk" in at.words(page.imports)
            await window.click(page.imports.progress.cancel)
            await window.until(lambda: "Cancelled." in at.words(page.imports))
            desk.held.clear()
            await window.click(page.buttons["Import backups"])
            await window.until(lambda: "2 backups there, 0 new ones." in at.words(page.imports))
            await window.click(page.imports.away)
            assert not page.imports.winfo_viewable()
            kit.ask(DeleteStore("disk", cascade=True))
            await page.refresh()
            page.house.start(page.presenter.import_runs, kit.place("disk"))
            await window.until(lambda: page.imports.add.winfo_viewable())
            await window.click(page.imports.add)
            editor = await at.dialog(StoreEditorDialog)
            assert editor.path.text == kit.place("disk")
            await at.write(editor.name, "again")
            await at.saved(editor)
            assert page.selected == "again"
            assert at.wishes.said[-1].startswith("Saved. It can be used: 2 backups there, ")

    display.run(body, size=(1000, 780))
    assert set(kit.catalog.stores) == {"again", "nas"}
    kit.close()


def test_a_store_is_made_of_a_remote(display: Display, tmp_path: Path) -> None:
    kit = Kit(tmp_path, "fakes", remotes=MemoryRemotes({"box": "sftp", "drive": "drive"}))
    desk = Desk(kit)

    async def body(window: Window) -> None:
        async with visit(window, desk) as at:
            page = await at.page(StoresPage)
            await window.click(at.button("Add RClone store", page))
            chooser = await at.dialog(RemoteDialog)
            assert [row.cells for row in chooser.remotes.rows] == [("box", "sftp"), ("drive", "drive")]
            assert window.cut_off(chooser) == []
            assert await window.not_by_tab(chooser) == []
            assert chooser.buttons["choose"].instate(["disabled"])
            await window.click(chooser.configure_button)
            await window.until(lambda: terminal(at.house).windows)
            terminal(at.house).windows[0].close()
            await window.until(lambda: chooser.configure_button.instate(["!disabled"]))
            chooser.remotes.select(["drive"])
            await at.write(chooser.path, "backups")
            assert "Backups go to drive:backups" in at.words(chooser)
            await window.key("Return")
            editor = await at.dialog(StoreEditorDialog)
            assert (editor.name.text, editor.remote.text, editor.folder.text) == ("drive", "drive", "backups")
            await at.saved(editor)

    display.run(body, size=(1000, 780))
    store = kit.catalog.stores["drive"]
    assert (store.kind, store.remote, store.path) == ("rclone", "drive", "backups")


@pytest.mark.parametrize("when", ["page", "editor"])
def test_a_store_that_does_not_answer_says_so(display: Display, desk: Desk, when: str) -> None:
    desk.errors["TestStore"] = StoreError("The disk is not there.", "Is it plugged in?")
    if when == "page":
        desk.kit.ask(AddStore("disk", "local", desk.kit.place()))

    async def body(window: Window) -> None:
        async with visit(window, desk) as at:
            page = await at.page(StoresPage)
            if when == "page":
                page.choose("disk")
                await window.until(lambda: "The disk is not there. Is it plugged in?" in at.words(page))
                assert page.table.rows[0].mark == "bad"
                desk.errors.clear()
                await window.click(page.buttons["Test"])
                await window.until(lambda: page.table.rows[0].mark == "good")
                return
            page.new()
            editor = await at.dialog(StoreEditorDialog)
            await window.type("disk")
            await at.write(editor.path, desk.kit.place())
            await window.key("Return")
            await window.until(lambda: "The disk is not there. Is it plugged in?" in at.words(editor))
            await window.click(at.button("Close", editor))  # it is saved: nothing is asked
            await at.closed(editor)

    display.run(body, size=(1000, 780))
    assert set(desk.kit.catalog.stores) == {"disk"}

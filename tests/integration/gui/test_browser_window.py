"""The files of a backup, looked through with hands."""

import os
from collections.abc import Iterator
from pathlib import Path

import trio

from bcper.apps.gui.views.browser import BrowserWindow
from bcper.apps.gui.views.file_tree import AT_ONCE
from bcper.apps.gui.views.look import LookDialog
from bcper.apps.gui.views.password_form import WRONG
from bcper.apps.gui.views.restore import RestoreDialog
from bcper.apps.gui.views.versions import VersionsDialog
from bcper.domain.errors import BcperError
from bcper.domain.model.entries import Entry
from bcper.domain.model.requests.jobs import RunJob
from bcper.domain.model.requests.runs import BackUpNow
from helpers.backups_page import Opened, on_page
from helpers.display import Display
from helpers.service import PASSWORDS, Kit

NAMES = (b"bad\xff", b"new\nline", "עברית".encode(), "🦊".encode(), b"-x")


def with_files(kit: Kit) -> None:
    """A job's two backups of names that are odd, of which one file changes."""
    kit.item("docs")
    folder = os.fsencode(kit.source("docs"))
    os.mkdir(folder + b"/deep")
    for name in (*NAMES, b"deep/x.txt"):
        Path(os.fsdecode(folder + b"/" + name)).write_text("x")
    os.symlink("docs.txt", folder + b"/link")
    os.mkfifo(folder + b"/pipe")
    kit.job("docs")
    for text in ("old", "newer"):
        kit.source("docs", text)
        kit.ask(RunJob("nightly"))


async def browsed(at: Opened, id_: str) -> BrowserWindow:
    """The window that a double click on a row opens."""
    await at.click_row(at.page.table, id_, times=2)
    return await at.opened(BrowserWindow)


async def unfold(at: Opened, found: BrowserWindow, id_: str) -> None:
    """Click the sign before a folder."""
    view = found.tree.view
    x, y, _, height = view.bbox(id_)  # type: ignore[misc]
    sign = next(
        x + step for step in range(60) if "indicator" in view.identify_element(x + step, y + height // 2)
    )
    await at.window.click(view, at=(sign + 4, y + height // 2))
    await at.window.until(lambda: view.item(id_, "open") and f"{id_}?" not in view.get_children(id_))
    await at.window.settle()


def by_name(found: BrowserWindow) -> dict[str, str]:
    """The ids of rows, by the names that they show."""
    return {row.cells[0]: row.id for row in found.tree.rows}


def test_files_are_found_looked_at_and_restored(display: Display, tmp_path: Path) -> None:
    target, lost = tmp_path / "back", tmp_path / "sources" / "docs" / "docs.txt"

    async def test(at: Opened) -> None:
        window = at.window
        found = await browsed(at, at.kit.listed()[0])
        await window.until(lambda: found.presenter.state.loaded and len(found.tree.rows) == 2)
        assert all(button.instate(["disabled"]) for button in found.buttons.values())
        await unfold(at, found, by_name(found)["docs"])
        names = by_name(found)
        assert {"bad\\xff", "new\\nline", "עברית", "🦊", "-x", "deep", "docs.txt", "link", "pipe"} <= set(
            names
        )
        assert window.cut_off(found) == []
        assert await window.not_by_tab(found) == []

        await at.click_row(found.tree, names["bad\\xff"])
        await at.click_row(found.tree, names["🦊"], "ctrl")
        assert found._selection.cget("text") == "2 entries selected · 2 B"
        await window.click(found.buttons["restore"])
        dialog = await at.opened(RestoreDialog)
        assert dialog.heading.cget("text").startswith("Restore 2 files and folders from nightly")
        await at.focus(dialog.form.folder.entry)
        await window.type(str(target))
        await window.key("Return")
        await window.until(lambda: dialog.flow.state.step == "done")
        dialog.close("cancel")
        await at.gone(RestoreDialog)

        lost.unlink()
        await at.click_row(found.tree, names["docs.txt"])
        await window.click(found.buttons["home"])
        dialog = await at.opened(RestoreDialog)
        assert dialog.flow.state.in_place
        await window.click(dialog.buttons["restore"])
        await window.until(lambda: dialog.flow.state.step == "done")
        dialog.close("cancel")
        await at.gone(RestoreDialog)

        await at.click_row(found.tree, names["docs.txt"], times=2)
        look = await at.opened(LookDialog)
        await window.until(lambda: look.pane.text == "newer")
        assert window.cut_off(look) == []
        await window.key("Escape")
        await at.gone(LookDialog)

        await window.click(found.buttons["versions"])
        versions = await at.opened(VersionsDialog)
        await window.until(lambda: len(versions.table.rows) == 2 and not versions.flow.state.loading)
        assert [row.cells[-1] for row in versions.table.rows] == ["newest", "differs"]
        await at.click_row(versions.table, "1")
        assert window.cut_off(versions) == []
        assert await window.not_by_tab(versions) == []
        await window.click(versions.buttons["look"])
        look = await at.opened(LookDialog)
        await window.until(lambda: look.pane.text == "old")
        look.close("cancel")
        await at.gone(LookDialog)
        assert versions.grab_status() == "local"  # type: ignore[no-untyped-call]
        await at.focus(versions.table.view)
        await window.key("Escape")
        await at.gone(VersionsDialog)

        await at.focus(found.tree.view)
        await window.key("ctrl+f")
        await window.type("x.TXT")
        await window.until(lambda: [row.cells[:2] for row in found.found.rows] == [("x.txt", "docs/deep")])
        await at.click_row(found.found, found.found.rows[0].id)
        assert found._selection.cget("text") == "1 entry selected · 1 B"
        assert [
            entry.text for entry in found._menu((found.found.rows[0].id,)) if entry.enabled and entry.text
        ] == [
            "Look",
            "Versions",
            "Restore…",
            "Restore to where it was…",
        ]
        await at.focus(found.search)
        await window.key("Escape")  # the search is over
        await window.until(found.tree.winfo_viewable)
        assert found.presenter.state.selected == frozenset()
        await window.key("Escape")
        await at.gone(BrowserWindow)

    on_page(display, tmp_path, test, kind="real", prepare=with_files)
    assert sorted(os.listdir(os.fsencode(target / "docs"))) == sorted([NAMES[0], NAMES[3]])
    assert lost.read_text() == "newer"


def test_an_encrypted_backup_is_opened_by_its_password_which_is_asked_for_once(
    display: Display, tmp_path: Path
) -> None:
    def prepare(kit: Kit) -> None:
        kit.ask(BackUpNow((kit.source("secret"),), kit.place(), "secret", password=PASSWORDS.item))

    async def test(at: Opened) -> None:
        window = at.window
        found = await browsed(at, at.kit.listed()[0])
        await window.until(found.password.winfo_viewable)
        await at.focus(found.password.secret.entry)
        assert window.cut_off(found) == []
        assert await window.not_by_tab(found) == []
        await at.focus(found.password.secret.entry)
        await window.type("no")
        await window.key("Return")
        await window.until(lambda: found.presenter.state.prompt and found.presenter.state.prompt.again)
        await window.settle()
        said = [child.cget("text") for child in window.widgets(found) if "text" in child.keys()]  # noqa: SIM118
        assert WRONG in said
        await at.focus(found.password.secret.entry)
        await window.type(PASSWORDS.item)
        await window.until(lambda: found.password.secret.text == PASSWORDS.item)
        await window.key("Return")
        await window.until(lambda: len(found.tree.rows) == 2)
        assert not found.password.winfo_viewable()
        await at.click_row(found.tree, "0")
        await window.click(found.buttons["restore"])
        dialog = await at.opened(RestoreDialog)
        dialog.flow.set_target(str(tmp_path / "back"))
        await window.click(dialog.buttons["restore"])
        await window.until(lambda: dialog.flow.state.step == "done")
        dialog.close("cancel")
        await at.gone(RestoreDialog)
        found.leave()
        at.desk.errors["FindLocked"] = BcperError("The store is away.")
        found = await browsed(at, at.kit.listed()[0])
        await window.until(lambda: found.trouble.text == "The store is away.")
        found.leave()

    on_page(display, tmp_path, test, kind="real", prepare=prepare)
    assert (tmp_path / "back" / "secret" / "secret.txt").read_text() == "content"


def test_a_folder_of_three_hundred_thousand_files_is_opened_in_pieces(
    display: Display, tmp_path: Path
) -> None:
    def entries() -> Iterator[Entry]:
        for number in range(300_000):
            yield Entry(b"big/%06d" % number, "f", size=1)

    async def test(at: Opened) -> None:
        window = at.window
        at.desk.replies["ListEntries"] = entries()
        turns: list[int] = []

        async def tick() -> None:
            while True:
                turns.append(found.presenter.state.entries)
                await trio.sleep(0)

        found = await browsed(at, at.kit.listed()[0])
        assert found.reading.winfo_viewable()
        assert str(found.reading.cancel.cget("text")) == "Cancel"
        async with trio.open_nursery() as nursery:
            nursery.start_soon(tick)
            await window.until(lambda: found.presenter.state.loaded)
            nursery.cancel_scope.cancel()
        assert len({turn for turn in turns if turn}) > 20  # meanwhile the window was alive
        await window.until(lambda: found.tree.rows and found.tree.rows[0].cells[1] == "293.0 KiB")
        await unfold(at, found, "0")
        view = found.tree.view
        below = view.get_children("0")
        assert len(below) == AT_ONCE + 1
        assert view.item("0+", "text") == "Show 1,000 more of 299,000"
        await at.click_row(found.tree, "0+")
        await window.until(lambda: len(view.get_children("0")) == 2 * AT_ONCE + 1)
        assert view.item("0+", "text") == "Show 1,000 more of 298,000"
        await window.key("ctrl+a")
        await window.settle()
        assert len(found.presenter.state.selected) == 2 * AT_ONCE + 1  # what is no entry does not count
        found.leave()

        at.desk.replies["ListEntries"] = entries()
        found = await browsed(at, at.kit.listed()[0])
        await window.until(lambda: found.presenter.state.entries)
        await window.click(found.reading.cancel)
        await window.until(lambda: not found.reading.winfo_viewable())
        assert not found.presenter.state.loaded
        found.leave()

    on_page(display, tmp_path, test, prepare=with_files)

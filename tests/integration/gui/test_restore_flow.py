"""Restoring and verifying from the page, on real backups, with hands."""

from pathlib import Path

from bcper.apps.gui.views.password_form import WRONG
from bcper.apps.gui.views.restore import RestoreDialog
from bcper.apps.gui.views.verify import VerifyDialog
from bcper.apps.gui.widgets.base import Label
from bcper.domain.model.requests.jobs import RunJob
from bcper.domain.model.requests.runs import BackUpNow
from helpers.backups_page import Opened, on_page
from helpers.display import Display
from helpers.service import PASSWORDS, Kit


def two_backups(kit: Kit) -> None:
    """One of a job, and a newer one that is locked."""
    kit.item("docs")
    kit.job("docs")
    kit.ask(RunJob("nightly"))
    kit.ask(BackUpNow((kit.source("secret"),), kit.place(), "secret", password=PASSWORDS.item))


def texts(at: Opened, dialog: RestoreDialog | VerifyDialog) -> str:
    return " ".join(str(each.cget("text")) for each in at.all_of(Label, dialog) if each.winfo_viewable())


def test_two_backups_come_back_once_the_password_is_right(display: Display, tmp_path: Path) -> None:
    target = tmp_path / "back"

    async def test(at: Opened) -> None:
        window, page = at.window, at.page
        page.table.focus_set()
        await window.key("ctrl+a")
        await window.click(page.buttons["restore"])
        dialog = await at.opened(RestoreDialog)
        assert dialog.focus_get() is dialog.form.folder.entry
        assert dialog.buttons["restore"].instate(["disabled"])
        assert window.cut_off(dialog) == []
        assert await window.not_by_tab(dialog) == []
        await at.focus(dialog.form.folder.entry)
        await window.type("there")
        assert "not a full path" in texts(at, dialog)
        assert dialog.buttons["restore"].instate(["disabled"])
        await window.key("ctrl+a")
        await window.type(str(target))
        await window.click(dialog.form.overwrite.buttons["always"])
        assert dialog.flow.state.overwrite == "always"
        await window.click(dialog.buttons["restore"])
        await window.until(lambda: dialog.flow.state.step == "password")
        await at.focus(dialog.password.secret.entry)
        assert f"Password of secret in backup {at.kit.listed()[0][:8]}" in texts(at, dialog)
        await window.type("wrong")
        await window.key("Return")
        await window.until(lambda: WRONG in texts(at, dialog))
        assert window.cut_off(dialog) == []
        assert await window.not_by_tab(dialog) == []
        await at.focus(dialog.password.secret.entry)
        await window.type(PASSWORDS.item)
        await window.click(dialog.buttons["restore"])
        await window.until(lambda: dialog.flow.state.step == "done")
        await window.settle()
        assert window.cut_off(dialog) == []
        assert texts(at, dialog).startswith("Restored ")
        await window.click(dialog.buttons["cancel"])
        await at.gone(RestoreDialog)

    on_page(display, tmp_path, test, kind="real", prepare=two_backups)
    assert [path.read_text() for path in target.glob("*/*/*.txt")] == ["content", "content"]


def test_a_lost_file_goes_back_to_where_it_was_and_a_restore_is_cancelled(
    display: Display, tmp_path: Path
) -> None:
    lost = tmp_path / "sources" / "docs" / "docs.txt"

    async def test(at: Opened) -> None:
        window, page = at.window, at.page
        lost.unlink()
        await at.click_row(page.table, at.kit.listed()[1])
        await window.click(page.buttons["restore"])
        dialog = await at.opened(RestoreDialog)
        await window.click(dialog.form.where.buttons["home"])
        await window.settle(5)
        assert f"Into {tmp_path / 'sources'}" in texts(at, dialog)
        assert not dialog.form.folder.winfo_viewable()
        assert window.cut_off(dialog) == []

        at.desk.held.add("RestoreRun")
        await window.click(dialog.buttons["restore"])
        await window.until(lambda: "Held · 25 %" in texts(at, dialog))
        assert dialog.buttons["restore"].instate(["disabled"])
        await window.settle()
        assert window.cut_off(dialog) == []
        await window.click(dialog.buttons["cancel"])
        await window.until(lambda: "What was restored until then stays" in texts(at, dialog))
        at.desk.held.clear()
        await window.settle()
        await window.click(dialog.buttons["restore"])
        await window.until(lambda: dialog.flow.state.step == "done")
        dialog.close("cancel")
        await at.gone(RestoreDialog)

    on_page(display, tmp_path, test, kind="real", prepare=two_backups)
    assert lost.read_text() == "content"


def test_the_folder_is_chosen_in_the_desktops_own_dialog(display: Display, tmp_path: Path) -> None:
    async def test(at: Opened) -> None:
        window, page = at.window, at.page
        await at.click_row(page.table, at.kit.listed()[1])
        await window.click(page.buttons["restore"])
        dialog = await at.opened(RestoreDialog)
        asked = f"{dialog}.__tk_choosedir"

        def there() -> bool:
            call = window.root.tk.call
            return bool(call("winfo", "exists", asked)) and bool(call("winfo", "viewable", asked))

        for keys, wanted in ((("Escape",), ""), (("Return", "Return"), str(tmp_path))):  # go there, take it
            await at.focus(dialog.form.folder.button)
            await window.key("Return")
            try:
                await window.until(there)
                await window.settle(10)
                if wanted:
                    await window.key("ctrl+slash")  # Tk's own for "all of it"
                    await window.type(wanted)
                await window.key(*keys)
                await window.until(lambda: not there())
            finally:
                if there():
                    window.root.tk.call("set", "::tk::Priv(selectFilePath)", "")  # else it waits for ever
            await window.until(lambda wanted=wanted: dialog.flow.state.target == wanted)  # type: ignore[misc]
        dialog.close("cancel")
        await at.gone(RestoreDialog)

    on_page(display, tmp_path, test, kind="real", prepare=two_backups)


def test_backups_are_verified_and_what_is_bad_stands_first(display: Display, tmp_path: Path) -> None:
    async def test(at: Opened) -> None:
        window, page = at.window, at.page
        newest = at.kit.listed()[0]
        (blob,) = Path(at.kit.place()).glob(f"*/{newest}/*index*")
        blob.write_bytes(b"x" * blob.stat().st_size)
        page.table.focus_set()
        await window.key("ctrl+a")
        await window.click(page.buttons["verify"])
        dialog = await at.opened(VerifyDialog)
        await window.until(lambda: dialog.flow.state.step == "done")
        await window.settle(5)
        said = texts(at, dialog)
        assert "1 of 2 backups not whole" in said
        assert said.index(newest[:8]) < said.index("every byte of 2 entries")
        assert window.cut_off(dialog) == []
        assert await window.not_by_tab(dialog) == []
        await window.click(dialog.buttons["cancel"])
        await at.gone(VerifyDialog)

        at.desk.held.add("VerifyRun")
        await window.click(page.buttons["verify"])
        dialog = await at.opened(VerifyDialog)
        await window.until(lambda: "(1 of 2)" in texts(at, dialog))
        await window.click(dialog.buttons["cancel"])
        await window.until(lambda: "Cancelled" in texts(at, dialog))
        dialog.close("cancel")
        await at.gone(VerifyDialog)

    on_page(display, tmp_path, test, kind="real", prepare=two_backups)

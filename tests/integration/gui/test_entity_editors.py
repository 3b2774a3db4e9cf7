"""Editors of what is configured: refusals, passwords, previews, what is not saved."""

from pathlib import Path

import pytest

from bcper.apps.gui.views.frequencies import FrequenciesPage
from bcper.apps.gui.views.frequency_editor import FrequencyEditorDialog
from bcper.apps.gui.views.item_editor import ItemEditorDialog
from bcper.apps.gui.views.items import ItemsPage
from bcper.apps.gui.views.vault_editor import VaultEditorDialog
from bcper.apps.gui.views.vaults import VaultsPage
from bcper.apps.gui.widgets.dialog import ConfirmDialog
from bcper.domain.model.frequency import Cron
from helpers.desk import Desk
from helpers.display import Display, Window
from helpers.entity_pages import furnish, row_at, visit
from helpers.service import PASSWORDS


def test_a_bad_cron_is_refused_with_its_reason_while_typing(display: Display, desk: Desk) -> None:
    furnish(desk.kit)

    async def body(window: Window) -> None:
        async with visit(window, desk) as at:
            page = await at.page(FrequenciesPage)
            await window.click(page.table.view, at=row_at(page.table, "daily"), times=2)
            editor = await at.dialog(FrequencyEditorDialog)
            await window.click(editor.schedule.modes.buttons["cron"])
            cron = editor.schedule.texts["cron"]
            assert cron.text == "0 22 * * *"
            await window.click(cron)
            await window.key("End")
            await window.type(" * 77")
            await window.until(lambda: cron.instate(["invalid"]))
            assert editor.buttons["save"].instate(["disabled"])
            reason = editor.state_now.form.error if editor.state_now else ""
            assert reason
            assert reason in at.words(editor)
            await at.write(cron, "30 6 * * 1-5")
            await window.until(lambda: editor.buttons["save"].instate(["!disabled"]))
            assert editor.state_now is not None
            assert len(editor.state_now.form.next) == 5
            assert cron.text == "30 6 * * 1-5", "no answer has overtaken the fingers"
            await window.key("Return")
            await at.closed(editor)

    display.run(body, size=(1000, 780))
    assert desk.kit.catalog.frequencies["daily"].schedule == Cron("30 6 * * 1-5")


@pytest.mark.parametrize("keys", [("Escape",), ("cancel",)])
def test_what_is_not_saved_is_asked_about_once(display: Display, desk: Desk, keys: tuple[str]) -> None:
    furnish(desk.kit)

    async def body(window: Window) -> None:
        async with visit(window, desk) as at:
            page = await at.page(VaultsPage)
            page.edit("all")
            editor = await at.dialog(VaultEditorDialog)
            await window.key("Escape")
            await at.closed(editor)  # nothing was typed: nothing is asked
            page.edit("all")
            editor = await at.dialog(VaultEditorDialog)
            await window.type("x")
            for answer in ("cancel", "deed"):
                if keys == ("Escape",):
                    await window.key("Escape")
                else:
                    await window.click(editor.buttons["cancel"])
                question = await at.dialog(ConfirmDialog)
                await window.click(question.buttons[answer])
                await at.closed(question)
                if answer == "cancel":
                    assert at.grab == str(editor)
                    await window.click(editor.name)
                    await window.key("End")
                    await window.type("y")
                    assert editor.name.text.endswith("xy")
            await at.closed(editor)

    display.run(body, size=(1000, 780))
    assert set(desk.kit.catalog.vaults) == {"all"}


def test_a_vault_shows_what_is_in_effect_and_passwords_are_set_twice(display: Display, desk: Desk) -> None:
    furnish(desk.kit)

    async def body(window: Window) -> None:
        async with visit(window, desk) as at:
            page = await at.page(VaultsPage)
            await window.click(page.table.view, at=row_at(page.table, "all"))
            await window.key("Return")
            editor = await at.dialog(VaultEditorDialog)

            def effective() -> list[tuple[str, ...]]:
                return [row.cells for row in editor.effective.rows]

            assert effective() == [
                ("documents", "No password", ""),
                ("", "Ignore *.iso", "vault"),
                ("", "Ignore *.tmp", "item"),
                ("mail", "Password", "item"),
                ("", "Ignore *.iso", "vault"),
            ]
            await window.click(editor.members["mail"])
            await window.click(editor.password.change)
            await window.type("one password")
            await at.write(editor.password.again.entry, "other")
            assert "The two passwords differ." in at.words(editor)
            assert editor.buttons["save"].instate(["disabled"])
            await at.write(editor.password.again.entry, "one password")
            assert effective()[0] == ("documents", "Password", "vault")
            assert editor.winfo_height() < window.root.winfo_screenheight()
            await at.saved(editor)
            page.edit("all")
            editor = await at.dialog(VaultEditorDialog)
            await window.click(editor.password.remove)
            await at.saved(editor)

    display.run(body, size=(1000, 780))
    vault = desk.kit.catalog.vaults["all"]
    assert (vault.items, vault.has_password) == (("documents",), False)


def test_names_that_are_no_text_are_shown_and_stay_byte_exact(display: Display, desk: Desk) -> None:
    furnish(desk.kit)
    name = "odd \u202e\U0001f600"
    before = desk.kit.catalog.items[name].paths

    async def body(window: Window) -> None:
        async with visit(window, desk) as at:
            page = await at.page(ItemsPage)
            page.choose(name)
            await window.settle()
            assert "\\xff\\u202e\\n\U0001f600" in at.words(page)
            page.edit(name)
            editor = await at.dialog(ItemEditorDialog)
            await window.click(editor.flags["caches"])
            await at.write(editor.name, "odd")
            await at.saved(editor)

    display.run(body, size=(1000, 780))
    assert desk.kit.catalog.items["odd"].paths == before
    assert desk.kit.catalog.items["odd"].leave_out.caches


def test_an_item_shows_what_is_left_out_and_its_password_only_when_asked(
    display: Display, desk: Desk
) -> None:
    folder = Path(desk.kit.source("docs"))
    (folder / "big.tmp").write_text("x" * 5000)
    desk.kit.item("docs", password=PASSWORDS.item)

    async def body(window: Window) -> None:
        async with visit(window, desk) as at:
            page = await at.page(ItemsPage)
            page.edit("docs")
            editor = await at.dialog(ItemEditorDialog)
            await window.click(editor.ignore.view)
            await window.type("*.tmp")
            await window.until(lambda: editor.left_out.rows)
            assert editor.left_out.rows[0].cells == ("*.tmp", "item", "1 match", "4.9 KiB")
            await window.click(editor.left_out.view, at=row_at(editor.left_out, editor.left_out.rows[0].id))
            await window.until(lambda: "big.tmp" in at.words(editor))
            await window.click(editor.password.change)
            await window.type(PASSWORDS.vault)
            assert PASSWORDS.vault not in repr(editor.state_now)
            entry = editor.password.first.entry
            assert entry.cget("show") == "•"
            await window.click(editor.password.first._button)
            assert entry.cget("show") == ""
            await window.click(editor.password.keep)
            await at.saved(editor)

    display.run(body, size=(1000, 780))
    assert desk.kit.catalog.items["docs"].ignore == ("*.tmp",)
    assert desk.kit.catalog.items["docs"].has_password

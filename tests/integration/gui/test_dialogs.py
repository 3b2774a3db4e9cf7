"""Windows that ask."""

import trio

from bcper.apps.gui.widgets.base import Button, Label
from bcper.apps.gui.widgets.dialog import CANCEL, Answer, ConfirmDialog, Dialog, confirm
from helpers.display import Display, Window


async def asked(window: Window, dialog: Dialog, *keys: str) -> str:
    """Its result after those keys."""
    results: list[str] = []

    async def ask() -> None:
        results.append(await dialog.result())

    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask)
        await window.until(lambda: window.root.grab_current() is dialog)
        await window.settle()
        await window.key(*keys)
    return results[0]


def deletion(window: Window) -> ConfirmDialog:
    return ConfirmDialog(
        window.root,
        "Delete 7 backups?",
        "Delete 7 backups",
        text="They cannot be brought back.",
        things=[(f"run {index}", "588 MB") for index in range(7)],
        warning="Among them is the newest good one.",
    )


def test_the_first_focus_is_on_cancel(display: Display) -> None:
    async def body(window: Window) -> None:
        behind = Button(window.root, "Behind")
        behind.pack()
        behind.focus_set()
        await window.settle()
        for keys, result in (
            (["Escape"], "cancel"),
            (["Return"], "cancel"),
            (["Tab", "Return"], "deed"),
            (["space"], "cancel"),
        ):
            dialog = deletion(window)
            assert await asked(window, dialog, *keys) == result
            assert not dialog.winfo_exists()
            await window.settle()
            assert window.root.focus_get() is behind

    display.run(body)


def test_the_keys_stay_with_the_dialog_when_the_window_below_is_clicked(display: Display) -> None:
    async def body(window: Window) -> None:
        dialog = deletion(window)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(dialog.result)
            await window.until(lambda: window.root.grab_current() is dialog)
            await window.until(lambda: window.root.focus_get() is dialog.buttons["cancel"])
            window.root.focus_force()  # as a window manager does
            await window.until(lambda: window.root.focus_get() is dialog.buttons["cancel"])
            dialog.close("cancel")

    display.run(body)


def test_five_are_listed_and_nothing_is_cut_off(display: Display) -> None:
    async def body(window: Window) -> None:
        dialog = deletion(window)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(dialog.result)
            await window.until(lambda: window.root.grab_current() is dialog)
            await window.settle()
            texts = [str(each.cget("text")) for each in window.widgets(dialog) if isinstance(each, Label)]
            assert [text for text in texts if text.startswith("run ")] == [
                f"run {index}" for index in range(5)
            ]
            assert "and 2 more" in texts
            assert window.cut_off(dialog) == []
            assert await window.not_by_tab(dialog) == []
            dialog.close("cancel")

    display.run(body)


def test_what_is_too_high_scrolls_within_the_screen(display: Display) -> None:
    async def body(window: Window) -> None:
        dialog = Dialog(window.root, "Long", (CANCEL, Answer("ok", "Save", "primary")))
        for index in range(100):
            Button(dialog.body, f"Button {index}").pack()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(dialog.result)
            await window.until(lambda: window.root.grab_current() is dialog)
            await window.settle()
            assert dialog.winfo_rooty() >= 0
            assert dialog.winfo_rooty() + dialog.winfo_height() <= window.root.winfo_screenheight()
            assert dialog.buttons["ok"].winfo_viewable()
            foot = dialog.buttons["ok"]
            assert foot.winfo_rooty() + foot.winfo_height() <= dialog.winfo_rooty() + dialog.winfo_height()
            dialog.close("ok")

    display.run(body)


def test_a_cancelled_question_closes_its_window(display: Display) -> None:
    async def body(window: Window) -> None:
        with trio.move_on_after(0.1) as scope:
            await confirm(window.root, "Sure?", "Do it")
        assert scope.cancelled_caught
        assert window.root.grab_current() is None

    display.run(body)

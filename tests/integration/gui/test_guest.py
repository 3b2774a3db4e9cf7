"""trio in Tk's loop."""

import logging
import threading
import time
import tkinter

import pytest
import trio

from bcper.apps.gui.guest import outside
from bcper.apps.gui.screen import screen_dpi
from helpers.display import Display, Window


def test_tasks_threads_and_tk_go_on_beside_each_other(display: Display) -> None:
    async def body(window: Window) -> None:
        ticks: list[int] = []
        window.root.after(1, lambda: ticks.append(1))
        ident = await trio.to_thread.run_sync(threading.get_ident)
        assert ident != threading.get_ident()
        await window.until(lambda: ticks)

    display.run(body)


def test_a_busy_task_does_not_starve_the_screen(display: Display) -> None:
    async def body(window: Window) -> None:
        ticks: list[int] = []

        def tick() -> None:
            ticks.append(1)
            window.root.after(1, tick)

        window.root.after(1, tick)
        end = time.monotonic() + 10
        while len(ticks) < 5:
            await trio.lowlevel.checkpoint()
            assert time.monotonic() < end

    display.run(body)


def test_a_callback_wakes_a_task_at_once(display: Display) -> None:
    async def body(window: Window) -> None:
        event = trio.Event()
        window.root.after(5, event.set)
        await event.wait()

    display.run(body)


def test_what_main_raises_comes_out(display: Display) -> None:
    async def body(window: Window) -> None:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        display.run(body)


def test_finally_is_done_before_the_window_is_gone(display: Display) -> None:
    done: list[bool] = []

    async def waits(window: Window) -> None:
        try:
            await trio.sleep_forever()
        finally:
            done.append(bool(window.root.winfo_exists()))

    async def body(window: Window) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(waits, window)
            await window.settle()
            window.root.quit()  # somebody else's: it ends no task
            await window.settle()
            nursery.cancel_scope.cancel()

    display.run(body)
    assert done == [True]


def test_a_dialog_with_its_own_loop_stops_no_task(display: Display) -> None:
    async def body(window: Window) -> None:
        flag = tkinter.BooleanVar(window.root)

        async def release() -> None:
            await trio.sleep(0.05)
            flag.set(True)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(release)
            await outside(window.root, window.root.wait_variable, flag)
        with pytest.raises(ZeroDivisionError):
            await outside(window.root, lambda: 1 / 0)

    display.run(body)


def test_a_failing_callback_fails_the_test(display: Display) -> None:
    async def body(window: Window) -> None:
        window.root.after(1, lambda: 1 / 0)
        await trio.sleep(0.05)

    with pytest.raises(ZeroDivisionError):
        display.run(body)


def test_without_somebody_who_tells_a_failed_callback_is_in_the_log(display: Display) -> None:
    async def body(window: Window) -> None:
        records: list[logging.LogRecord] = []
        window.log.handlers[0].emit = records.append  # type: ignore[method-assign]
        error = ValueError("x")
        type(window.root).report_callback_exception(window.root, ValueError, error, None)
        assert records[0].exc_info == (ValueError, error, None)
        told: list[BaseException] = []
        window.root.failed = told.append
        type(window.root).report_callback_exception(window.root, ValueError, error, None)
        assert told == [error]

    display.run(body)


def test_the_screen_tells_its_scale(
    display: Display, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("DISPLAY", display.name)
    assert screen_dpi() is None
    # What Xlib reads where the screen has no such property of its own (XGetDefault(3)).
    (home / ".Xdefaults").write_text("Xft.dpi: 144\n")
    assert screen_dpi() == 144
    monkeypatch.setenv("DISPLAY", ":nothing")
    assert screen_dpi() is None


def test_the_window_is_where_it_was_if_that_is_on_the_screen(display: Display) -> None:
    async def body(window: Window) -> None:
        for told in ("1000x700+9000+30", "", "huge", "1x2x3+4+5"):
            window.root.geometry("950x650+5+5")
            window.root.place(told)
            await window.settle(1)
            assert window.root.geometry() == "950x650+5+5"
        window.root.place("1000x700+20+30")
        await window.settle(1)
        assert window.root.geometry() == "1000x700+20+30"

    display.run(body)

"""A screen of our own (Xvfb(1)), windows on it, tests as guests of Tk's loop, and hands (xdotool(1))."""

import gc
import logging
import os
import struct
import subprocess
import threading
import tkinter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tkinter import ttk
from types import TracebackType
from typing import Any

import attrs
import trio

from bcper.apps.gui.guest import run_guest
from bcper.apps.gui.root import Root
from bcper.apps.gui.theme.palette import Mode
from bcper.apps.gui.theme.raster import png

SIZE = (1600, 1200)
_PATIENT = 60.0

CONTROLS = (
    ttk.Button,
    ttk.Entry,
    ttk.Combobox,
    ttk.Checkbutton,
    ttk.Radiobutton,
    ttk.Spinbox,
    ttk.Treeview,
    tkinter.Text,
    tkinter.Button,
)
"""What Tab must reach, while it can be seen and used."""


@contextmanager
def screen(folder: Path) -> Iterator[str]:
    """A display that nobody else has; what it shows is also in a file of ``folder``, for pictures."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [
            "Xvfb",
            "-displayfd",
            str(writing),
            "-screen",
            "0",
            f"{SIZE[0]}x{SIZE[1]}x24",
            "-nolisten",
            "tcp",
            "-noreset",
            "-dpi",
            "96",
            "-fbdir",
            str(folder),
        ],
        pass_fds=(writing,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with server:
        try:
            with open(reading) as told:
                # To the end of the line: number and newline come one after the other, and a pipe that was
                # closed between them ends the server.
                number = told.readline().strip()
            assert number, "Xvfb did not start"
            yield f":{number}"
        finally:
            server.terminate()


@attrs.frozen
class Display:
    """The screen of this process: windows are made on it."""

    name: str
    folder: Path

    def run(
        self,
        body: "Callable[[Window], Awaitable[None]]",
        *,
        mode: Mode = "light",
        scale: int = 100,
        size: tuple[int, int] | None = None,
    ) -> None:
        """Run ``body`` as a guest of a window; whatever went wrong behind its back fails as well."""
        before = os.environ.get("DISPLAY")
        os.environ["DISPLAY"] = self.name
        records: list[logging.LogRecord] = []
        log = logging.Logger("window")
        log.addHandler(_Into(records))
        errors: list[BaseException] = []
        gc.collect()  # what is left of the windows before, now and not in the midst of this one
        root = Root(log, mode, scale)
        _KEPT.append(root.tk)

        def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            errors.append(error)

        root.report_callback_exception = report  # type: ignore[method-assign]
        root.bell = lambda displayof=0: None  # type: ignore[assignment]
        root.geometry(f"{size[0]}x{size[1]}+0+0" if size else "+0+0")
        window = Window(root, self, log)

        async def guest() -> None:
            with trio.fail_after(_PATIENT):
                root.deiconify()
                await window.settle()
                root.focus_force()
                await window.settle()
                await body(window)

        try:
            run_guest(root, guest)
        finally:
            root.destroy()
            if before is None:
                del os.environ["DISPLAY"]
            else:
                os.environ["DISPLAY"] = before
        if errors:
            raise errors[0]
        assert not [record for record in records if record.exc_info], records[0].getMessage()

    def screenshot(self, path: Path, area: tuple[int, int, int, int] | None = None) -> None:
        """The screen, or (left, top, width, height) of it, as a PNG."""
        width, height, rows = self._rows()
        left, top, wide, high = area or (0, 0, width, height)
        right = min(width, left + wide)
        cut = rows[max(0, top) : top + high]
        path.write_bytes(
            png(right - left, len(cut), (_rgb(row[left * 4 : right * 4]) for row in cut), alpha=False)
        )

    def colour(self, x: int, y: int) -> str:
        """The colour of a point, as ``#RRGGBB``."""
        _, _, rows = self._rows()
        return "#" + _rgb(rows[y][x * 4 : x * 4 + 4]).hex().upper()

    def _rows(self) -> tuple[int, int, list[bytes]]:
        """Width, height and the rows, 4 bytes for a point (XWDFile.h): what Xvfb keeps in its file."""
        data = (self.folder / "Xvfb_screen0").read_bytes()
        head = struct.unpack(">25I", data[:100])
        size, width, height, line, colours = head[0], head[4], head[5], head[12], head[19]
        assert head[11] == 32, "bits for a point"
        start = size + 12 * colours
        return width, height, [data[start + y * line : start + y * line + 4 * width] for y in range(height)]


def _in_this_thread_alone(kind: type) -> None:
    finish = kind.__del__  # type: ignore[attr-defined]

    def __del__(self: object) -> None:  # noqa: N807
        if threading.current_thread() is threading.main_thread():
            finish(self)

    kind.__del__ = __del__  # type: ignore[attr-defined]


# Windows come and go here, and any thread may happen to collect what is left of one. It would call a Tk whose
# loop has ended, and wait for ever; or take Tk itself away in the wrong thread, which aborts the process.
_in_this_thread_alone(tkinter.Image)
_in_this_thread_alone(tkinter.Variable)
_KEPT: list[object] = []


class Window:
    """The window of a test, with hands on it."""

    def __init__(self, root: Root, display: Display, log: logging.Logger) -> None:
        self.root = root
        self.display = display
        self.log = log

    async def settle(self, turns: int = 3) -> None:
        """Let Tk do what it has to, and the tasks."""
        for _ in range(turns):
            self.root.update_idletasks()
            await trio.sleep(0.01)

    async def still(self, widget: tkinter.Misc) -> None:
        """Wait until it is to be seen and moves no more: what was beside it may just have gone."""
        places: list[object] = []
        while len(places) < 5 or len(set(places[-5:])) > 1 or not widget.winfo_viewable():
            await self.settle(1)
            at = widget.winfo_rootx(), widget.winfo_rooty(), widget.winfo_width(), widget.winfo_height()
            places.append(at)

    async def until(self, check: Callable[[], object]) -> None:
        """Wait until that is so."""
        with trio.fail_after(30):
            while not check():
                await trio.sleep(0.01)

    async def click(
        self,
        widget: tkinter.Misc,
        *held: str,
        at: tuple[int, int] | None = None,
        button: int = 1,
        times: int = 1,
    ) -> None:
        """Click the middle of a widget, or a place in it, with keys held; a button once it can be pressed."""
        if isinstance(widget, ttk.Button):
            await self.until(lambda: widget.instate(["!disabled"]))
        x, y = at or (widget.winfo_width() // 2, widget.winfo_height() // 2)
        keys_down = [word for key in held for word in ("keydown", key)]
        keys_up = [word for key in held for word in ("keyup", key)]
        there = widget.winfo_rootx() + x, widget.winfo_rooty() + y
        # Where the pointer is there already xdotool would wait 15 s for it to move.
        moved = self.root.winfo_pointerxy() != there
        place = ["mousemove", "--sync", *map(str, there)] if moved else []
        await self._hands(place + keys_down + ["click", "--repeat", str(times), str(button)] + keys_up)

    async def point(self, widget: tkinter.Misc, x: int, y: int) -> None:
        """Move the pointer there."""
        await self._hands(["mousemove", str(widget.winfo_rootx() + x), str(widget.winfo_rooty() + y)])

    async def key(self, *names: str) -> None:
        """Press keys one after the other: ``Tab``, ``ctrl+f``."""
        await self._hands(["key", *names])

    async def type(self, text: str) -> None:
        """Write."""
        await self._hands(["type", "--delay", "1", text])

    def widgets(self, of: tkinter.Misc | None = None) -> Iterator[tkinter.Misc]:
        """Every widget in ``of`` that can be seen."""
        for child in (of or self.root).winfo_children():
            if child.winfo_viewable():
                yield child
                yield from self.widgets(child)

    def cut_off(self, of: tkinter.Misc | None = None) -> list[str]:
        """Texts that have less room than they ask for."""
        return [
            f"{widget.cget('text')!r} has {widget.winfo_width()} of {widget.winfo_reqwidth()}"
            for widget in self.widgets(of)
            if isinstance(widget, ttk.Label | ttk.Button | ttk.Radiobutton | ttk.Checkbutton)
            and widget.winfo_width() < widget.winfo_reqwidth()
        ]

    async def not_by_tab(self, of: tkinter.Misc | None = None) -> list[str]:
        """Controls that Tab does not come to."""
        place = of or self.root
        wanted = {
            widget for widget in self.widgets(place) if isinstance(widget, CONTROLS) and _usable(widget)
        }
        seen: set[tkinter.Misc] = set()
        at = place.tk_focusNext()
        while at is not None and at not in seen:
            seen.add(at)
            at.focus_set()
            self.root.update_idletasks()
            at = at.tk_focusNext()
        await self.settle(1)
        return [f"{widget.winfo_class()} {_text(widget)}" for widget in wanted - seen]

    def screenshot(self, path: Path) -> None:
        """The window as it is on the screen."""
        root = self.root
        area = root.winfo_rootx(), root.winfo_rooty(), root.winfo_width(), root.winfo_height()
        self.display.screenshot(path, area)

    async def _hands(self, command: list[str]) -> None:
        await trio.run_process(["xdotool", *command])
        await self.settle()


class _Into(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__()
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


def _usable(widget: Any) -> bool:
    if isinstance(widget, ttk.Widget):
        return not widget.instate(["disabled"])
    return str(widget.cget("state")) == "normal" or isinstance(widget, tkinter.Text)


def _text(widget: Any) -> str:
    return str(widget.cget("text")) if "text" in widget.keys() else str(widget)  # noqa: SIM118


@cache
def _swap() -> list[slice]:
    return [slice(2, None, 4), slice(1, None, 4), slice(0, None, 4)]


def _rgb(row: bytes) -> bytes:
    """Blue, green, red, nothing: as red, green, blue."""
    out = bytearray(len(row) // 4 * 3)
    for index, part in enumerate(_swap()):
        out[index::3] = row[part]
    return bytes(out)

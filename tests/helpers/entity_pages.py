"""Pages of what is configured, on a screen, with hands for their editors."""

import tkinter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import attrs
import trio

from bcper.adapters.memory.terminal import MemoryTerminal
from bcper.apps.gui.views.editor import Editor
from bcper.apps.gui.views.entity_page import EntityPage
from bcper.apps.gui.views.page import House
from bcper.apps.gui.widgets.base import Button
from bcper.apps.gui.widgets.dialog import Dialog
from bcper.apps.gui.widgets.table import Table
from bcper.domain.model.jobs import Keep
from bcper.domain.model.requests.jobs import AddFrequency, AddJob, RunJob, When
from bcper.domain.model.requests.stores import AddStore
from bcper.domain.model.requests.targets import AddItem, AddVault
from helpers.desk import Desk
from helpers.display import Window
from helpers.house import Wishes, house
from helpers.service import PASSWORDS, Kit

P = TypeVar("P", bound="EntityPage[Any]")
D = TypeVar("D", bound=Dialog)


@attrs.frozen
class Visit:
    """A window with a house in it: pages are opened one after the other."""

    window: Window
    house: House
    wishes: Wishes
    open: list[tkinter.Widget] = attrs.field(factory=list)

    async def page(self, kind: type[P]) -> P:
        while self.open:
            self.open.pop().destroy()
        made = kind(self.window.root, self.house)
        self.open.append(made)
        made.pack(fill="both", expand=True)
        await made.refresh()
        await self.window.settle()
        made.arrived()
        return made

    @property
    def grab(self) -> str:
        """The path of the dialog that has the grab, or nothing."""
        found = self.window.root.tk.call("grab", "current")
        return str(found[0] if isinstance(found, tuple) and found else found or "")

    async def dialog(self, kind: type[D]) -> D:
        """The dialog that is on top now: of that kind."""
        root = self.window.root
        await self.window.until(lambda: self.grab and type(root.nametowidget(self.grab)) is kind)
        await self.window.settle()
        found = root.nametowidget(self.grab)
        assert isinstance(found, kind)
        return found

    async def closed(self, dialog: Dialog) -> None:
        await self.window.until(lambda: not dialog.winfo_exists())
        await self.window.settle()

    async def saved(self, editor: Editor[Any]) -> None:
        """Click Save, which has become possible."""
        save = editor.buttons["save"]
        await self.window.until(lambda: save.instate(["!disabled"]))
        await self.window.click(save)
        await self.closed(editor)

    async def write(self, entry: tkinter.Misc, text: str) -> None:
        """Write that instead of what is there."""
        if self.window.root.focus_get() is not entry:  # the pointer waits for ever to be moved to where it is
            await self.window.click(entry)
        await self.window.key("End", "shift+Home")
        await self.window.type(text)

    def button(self, text: str, of: tkinter.Misc) -> Button:
        """The button that says so."""
        return next(
            each
            for each in self.window.widgets(of)
            if isinstance(each, Button) and str(each.cget("text")).strip() == text
        )

    def words(self, of: tkinter.Misc) -> str:
        """All that can be read there."""
        return "\n".join(_texts(self.window.widgets(of)))


@asynccontextmanager
async def visit(window: Window, desk: Desk) -> AsyncIterator[Visit]:
    """A house for a while; what it started ends with it."""
    async with trio.open_nursery() as nursery:
        made, wishes = house(window, desk, nursery, desk.kit.base)
        yield Visit(window, made, wishes)
        nursery.cancel_scope.cancel()


def terminal(house: House) -> MemoryTerminal:
    assert isinstance(house.terminal, MemoryTerminal)
    return house.terminal


def row_at(table: Table, row: str) -> tuple[int, int]:
    x, y, _, height = table.view.bbox(row)  # type: ignore[misc]
    return int(x) + 60, int(y) + int(height) // 2


def furnish(kit: Kit) -> None:
    """Some of everything: good runs, a vault, a password, a job that is off, names that are hard to show."""
    kit.item("documents", ignore=("*.tmp",))
    kit.item("mail", password=PASSWORDS.item)
    odd = (f"{kit.source('odd')}/\udcff\u202e\n\U0001f600", "/nowhere")
    kit.ask(AddItem("odd \u202e\U0001f600", odd))
    kit.ask(AddVault("all", ("documents", "mail"), ("*.iso",)))
    kit.job("documents", name="nightly")
    kit.ask(AddStore("nas", "local", kit.place("nas"), bandwidth=2_000_000))
    kit.ask(AddFrequency("sunday", "Sundays", When(every="1 weeks on sunday at 03:00")))
    kit.ask(AddJob("weekly", "vault", "all", "nas", "sunday", Keep(last=8)))
    kit.ask(AddJob("off " + "and with a long name " * 5, "item", "mail", "nas", "sunday", enabled=False))
    for _ in range(2):
        kit.later()
        kit.ask(RunJob("nightly"))


def _texts(widgets: Iterator[tkinter.Misc]) -> Iterator[str]:
    for each in widgets:
        if "text" in each.keys():  # noqa: SIM118
            yield str(each.cget("text"))

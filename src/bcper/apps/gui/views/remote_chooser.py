"""A place on a remote: one of rclone's remotes, and a folder on it."""

import tkinter

from bcper.apps.gui.presenters.remote_chooser import RemoteChooser, RemoteChooserView
from bcper.apps.gui.views.page import House
from bcper.apps.gui.widgets.base import Button, Frame, Label, theme_of
from bcper.apps.gui.widgets.columns import Column
from bcper.apps.gui.widgets.dialog import CANCEL, Answer, Dialog
from bcper.apps.gui.widgets.entries import TextEntry
from bcper.apps.gui.widgets.fields import Field
from bcper.apps.gui.widgets.rows import Row
from bcper.apps.gui.widgets.table import Table

_COLUMNS = (Column("name", "Remote", 180, stretch=True, sorts=False), Column("kind", "Kind", 90, sorts=False))


async def choose_remote(parent: tkinter.Misc, house: House) -> tuple[str, str] | None:
    """Ask for one; (remote, path), or ``None``."""
    dialog = RemoteDialog(parent, house)
    await dialog.chooser.refresh()
    try:
        result = await dialog.result()
    finally:
        dialog.chooser.stop()
    state = dialog.chooser.state
    return (state.remote, state.path) if result == "choose" and state.can_choose else None


class RemoteDialog(Dialog):
    """See :func:`choose_remote`."""

    def __init__(self, parent: tkinter.Misc, house: House) -> None:
        super().__init__(
            parent, "Choose a remote", (CANCEL, Answer("choose", "Choose", "primary")), width=600
        )
        self.house = house
        px = theme_of(self).px
        self.remotes = Table(self.body, _COLUMNS, multiple=False, height=6)
        self.remotes.pack(fill="x")
        self.remotes.on_select = self._selected
        self.remotes.on_open = self._opened
        self._told = Label(self.body, "", "muted", wrap=400)
        self._told.pack(fill="x", pady=(px(6), px(6)))
        line = Frame(self.body)
        line.pack(fill="x", pady=(0, px(8)))
        self.refresh = Button(line, "Refresh", lambda: house.start(self.chooser.refresh), icon="refresh")
        self.configure_button = Button(
            line,
            "Open rclone's configuration",
            lambda: house.start(self.chooser.configure),
            icon="terminal",
        )
        for button in (self.refresh, self.configure_button):
            button.pack(side="left", padx=(0, px(8)))
        self.path_field = Field(self.body, "Folder on it", hint="Empty is its root.")
        self.path = TextEntry(self.path_field, lambda text: self.chooser.set_path(text))
        self.path_field.hold(self.path)
        self.path_field.pack(fill="x")
        self.path.bind("<Return>", lambda _: self._opened(""))
        self.bind("<FocusIn>", self._came, add=True)
        self.chooser = RemoteChooser(house.tools, self.show, house.remotes, house.terminal)

    def show(self, state: RemoteChooserView) -> None:
        """The presenter's ``show``."""
        if not self.winfo_exists():
            return
        self.remotes.show([Row(row.name, (row.label, row.kind), icon="cloud") for row in state.rows])
        if (state.remote,) != self.remotes.selection and state.remote:
            self.remotes.select([state.remote])
        worry = state.trouble or state.problem
        words = state.status or (
            " ".join(filter(None, (worry.message, worry.hint))) if worry is not None else state.empty
        )
        if not words and state.location:
            words = f"Backups go to {state.location}"
        self._told.show(words, "bad" if worry is not None and not state.status else "muted")
        self.configure_button.show(enabled=state.configuring == "no")
        self.path_field.say(state.path_error.text if state.path_error else "")
        self.buttons["choose"].show(enabled=state.can_choose)

    def _selected(self, ids: tuple[str, ...]) -> None:
        if ids and ids[0] != self.chooser.state.remote:
            self.chooser.choose(ids[0])

    def _opened(self, _id: str) -> None:
        if self.chooser.state.can_choose:
            self.close("choose")

    def _came(self, event: object) -> None:
        """The window has come to the front again: a terminal may have ended."""
        if getattr(event, "widget", None) is self and self.chooser.state.configuring == "open":
            self.house.start(self.chooser.refresh)

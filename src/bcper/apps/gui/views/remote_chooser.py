"""A place on a remote, chosen."""

import tkinter

from bcper.apps.gui.presenters.remote_chooser import RemoteChooser, RemoteChooserView
from bcper.apps.gui.views.page import House
from bcper.apps.gui.widgets.base import Button, Frame, Label, theme_of
from bcper.apps.gui.widgets.dialog import CANCEL, Answer, Dialog
from bcper.apps.gui.widgets.entries import TextEntry
from bcper.apps.gui.widgets.fields import Field
from bcper.apps.gui.widgets.rows import Row
from bcper.apps.gui.widgets.table import Column, Table


class RemoteDialog(Dialog):
    """Remotes, a folder on the chosen one, and rclone's own configuration: see :func:`ask_remote`."""

    def __init__(self, parent: tkinter.Misc, house: House) -> None:
        super().__init__(
            parent, "Choose a remote", (CANCEL, Answer("choose", "Choose", "primary")), width=600
        )
        px = theme_of(self).px
        self._why = Label(self.body, "", "muted", wrap=440)
        self._why.pack(fill="x")
        self.table = Table(
            self.body,
            (
                Column("name", "Remote", 180, stretch=True, sorts=False),
                Column("kind", "Kind", 120, sorts=False),
            ),
            multiple=False,
            height=6,
        )
        self.table.pack(fill="both", expand=True, pady=(px(8), px(8)))
        self.table.on_select = lambda ids: self.presenter.choose(ids[0]) if ids else None
        self._path = Field(self.body, "Folder on it", hint="Nothing is its root.")
        entry = TextEntry(self._path, lambda text: self.presenter.set_path(text))
        self._path.hold(entry)
        self._path.pack(fill="x")
        foot = Frame(self.body)
        foot.pack(fill="x", pady=(px(8), 0))
        self.configure_button = Button(
            foot, "Configure rclone…", lambda: house.start(self.presenter.configure), icon="terminal"
        )
        self.configure_button.pack(side="left")
        self._status = Label(foot, "", "muted", wrap=200)
        self._status.pack(side="left", fill="x", expand=True, padx=(px(8), 0))
        self._trouble = Label(self.body, "", "bad", wrap=440)
        self._trouble.pack(fill="x")
        self.presenter = RemoteChooser(house.tools, self._show, house.remotes, house.terminal)
        # A terminal may not tell of its end: who comes back from it sees the list anew.
        self.bind("<FocusIn>", lambda event: self._back(house) if event.widget is self else None, add=True)
        house.start(self.presenter.refresh)

    def _back(self, house: House) -> None:
        if self.presenter.state.configuring == "open":
            house.start(self.presenter.refresh)

    def _show(self, view: RemoteChooserView) -> None:
        if not self.winfo_exists():
            return
        self.table.show([Row(row.name, (row.label, row.kind), icon="cloud") for row in view.rows])
        if view.remote and self.table.selection != (view.remote,):
            self.table.select([view.remote])
        problem = view.problem
        words = view.empty if problem is None else f"{problem.message} {problem.hint}".strip()
        self._why.show(words if view.loaded else "Asking rclone")
        self._path.say("" if view.path_error is None else view.path_error.words)
        self._status.show(view.status)
        self.configure_button.show(enabled=view.configuring == "no")
        trouble = view.trouble
        self._trouble.show("" if trouble is None else f"{trouble.message} {trouble.hint}".strip())
        self.buttons["choose"].show(enabled=view.can_choose)


async def ask_remote(parent: tkinter.Misc, house: House) -> str:
    """The place that was chosen, as ``remote:path``; empty for none."""
    dialog = RemoteDialog(parent, house)
    try:
        chosen = await dialog.result() == "choose"
    finally:
        dialog.presenter.stop()
    return dialog.presenter.state.location if chosen else ""

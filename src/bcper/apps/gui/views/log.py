"""The end of the daemon's log."""

import tkinter

from bcper.apps.gui.presenters.status import StatusPresenter, StatusView
from bcper.apps.gui.views.page import House
from bcper.apps.gui.widgets.base import Label
from bcper.apps.gui.widgets.dialog import Answer, Dialog
from bcper.apps.gui.widgets.text import TextPane


class LogDialog(Dialog):
    """The last lines; its maker passes on what ``presenter`` shows."""

    def __init__(self, parent: tkinter.Misc, presenter: StatusPresenter, house: House) -> None:
        super().__init__(
            parent,
            "The daemon's log",
            (
                Answer("refresh", "Refresh", command=lambda: house.start(presenter.read_log)),
                Answer("cancel", "Close", "primary"),
            ),
            width=860,
        )
        self._trouble = Label(self.body, "", "bad", wrap=600)
        self._trouble.pack(fill="x")
        self.pane = TextPane(self.body, height=22, width=40)
        self.pane.pack(fill="both", expand=True)
        self.first = self.buttons["cancel"]
        self._lines: tuple[str, ...] = ()
        house.start(presenter.read_log)

    def show(self, view: StatusView) -> None:
        """The lines, the newest to be seen."""
        trouble = view.trouble
        self._trouble.show("" if trouble is None else f"{trouble.message} {trouble.hint}".strip())
        if view.log != self._lines:
            self._lines = view.log
            self.pane.put("\n".join(view.log))
            self.pane.show_end()

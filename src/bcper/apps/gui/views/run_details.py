"""All that is known of one backup."""

import tkinter
from collections.abc import Sequence

from bcper.apps.gui.presenters.backups import BackupRow
from bcper.apps.gui.widgets.base import Label
from bcper.apps.gui.widgets.dialog import Answer, Dialog


class DetailsDialog(Dialog):
    """``lines`` are what became of it (``BackupsView.details``)."""

    def __init__(self, parent: tkinter.Misc, row: BackupRow, lines: Sequence[str]) -> None:
        answers = (Answer("copy", "Copy run id", command=self._copy), Answer("cancel", "Close", "primary"))
        super().__init__(parent, "Details of a backup", answers, width=600)
        px = self._theme.px
        self._id = row.id
        self.body.columnconfigure(0, minsize=px(100))
        self.body.columnconfigure(1, weight=1)
        facts = [
            ("Job", row.job),
            ("Target", row.target),
            ("Store", row.store),
            ("Started", row.started),
            ("Duration", row.duration),
            ("Status", row.status),
            ("Size", row.size),
            ("Changed", row.changed),
            ("Encrypted", row.encrypted),
            ("Run id", row.id),
            *(("" if index else "What became of it", line) for index, line in enumerate(lines)),
        ]
        for index, (name, value) in enumerate((name, value) for name, value in facts if value):
            Label(self.body, name, "muted").grid(
                row=index, column=0, sticky="nw", padx=(0, px(16)), pady=px(2)
            )
            mark = row.mark if name == "Status" else ""
            made = Label(self.body, value, mark=mark, wrap=360)
            made.grid(row=index, column=1, sticky="ew", pady=px(2))
        self.first = self.buttons["cancel"]

    def _copy(self) -> None:
        self.clipboard_clear()
        self.clipboard_append(self._id)

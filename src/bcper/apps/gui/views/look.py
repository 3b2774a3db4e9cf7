"""A look at one file of a backup."""

import tkinter

from bcper.apps.gui.presenters.look import FileLook, LookView
from bcper.apps.gui.views.flow_dialog import FlowDialog
from bcper.apps.gui.views.page import House
from bcper.apps.gui.views.working import put, words
from bcper.apps.gui.widgets.base import Label
from bcper.apps.gui.widgets.dialog import Answer
from bcper.apps.gui.widgets.text import TextPane
from bcper.domain.model.runs import Run


class LookDialog(FlowDialog[LookView]):
    """Start :meth:`look`."""

    def __init__(
        self, parent: tkinter.Misc, house: House, run: Run, path: bytes, passwords: tuple[str, ...]
    ) -> None:
        self.house = house
        self.flow = FileLook(house.tools, self.show, house.scratch, run, path, passwords)
        state = self.flow.state
        super().__init__(parent, state.title, state, (Answer("cancel", "Close"),), width=760)
        self.first = self.buttons["cancel"]

    async def look(self, kind: str, length: int) -> None:
        """Show the file until somebody closes this; ``kind`` and ``length`` (bytes) are its entry's."""
        self.house.start(self.flow.open, kind, length)
        try:
            await self.result()
        finally:
            self.flow.close()

    def put_up(self) -> None:
        """See the base."""
        self.note = Label(self.body, "", "muted", wrap=640)
        self.note.pack(fill="x", pady=(0, self._theme.px(8)))
        self.pane = TextPane(self.body, height=22, width=80)
        self.pane.pack(fill="both", expand=True)

    def tell(self, state: LookView) -> None:
        """See the base."""
        said = words(state.trouble) or state.note
        self.note.show("Reading it from its store…" if state.loading else said)
        self.note.show(kind="bad" if state.trouble else "muted")
        put(self.note, state.loading or said, fill="x", pady=(0, self._theme.px(8)), before=self.pane)
        self.pane.put(state.text)

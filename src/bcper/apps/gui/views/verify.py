"""Verifying backups, live."""

import tkinter
from collections.abc import Sequence

from bcper.apps.gui.presenters.verify import Verified, VerifyFlow, VerifyView
from bcper.apps.gui.views.flow_dialog import FlowDialog
from bcper.apps.gui.views.page import House
from bcper.apps.gui.views.working import Work, put, words
from bcper.apps.gui.widgets.base import Label
from bcper.apps.gui.widgets.dialog import CANCEL
from bcper.apps.gui.widgets.notes import Lines
from bcper.apps.words import counted
from bcper.domain.model.runs import Run

_MOST = 50


class VerifyDialog(FlowDialog[VerifyView]):
    """It begins at once; results come one by one, and what is bad stands first."""

    def __init__(self, parent: tkinter.Misc, house: House, runs: Sequence[Run]) -> None:
        self.house = house
        self._told = -1
        self.flow = VerifyFlow(house.tools, self.show, runs)
        state = self.flow.state
        super().__init__(parent, state.title, state, (CANCEL,), width=600)
        house.start(self.flow.start)

    def put_up(self) -> None:
        """See the base."""
        px = self._theme.px
        self.work = Work(self.body)
        self.verdict = Label(self.body, "", "strong", wrap=500)
        self.lines = Lines(self.body)
        self.more = Label(self.body, "", "muted")
        self.lines.pack(fill="x", pady=(px(8), 0))

    def tell(self, state: VerifyView) -> None:
        """See the base."""
        working = state.step == "working"
        put(self.work, working, fill="x", before=self.lines)
        self.work.tell(state.running if working else None)
        if len(state.results) != self._told:
            self._told = len(state.results)
            self._list(state.results)
        if not working:
            bad = sum(not each.good for each in state.results)
            said = f"{bad:,} of {counted(len(state.results), 'backup')} not whole" if bad else "All are whole"
            said = words(state.trouble) or ("Cancelled" if state.step == "cancelled" else said)
            self.verdict.show(said, "bad" if bad or state.trouble else "strong")
            put(self.verdict, said, fill="x", before=self.lines)
            self.ended()

    def leave(self) -> None:
        """See the base."""
        if self.flow.state.step == "working":
            self.flow.cancel()
        else:
            self.close("cancel")

    def _list(self, results: Sequence[Verified]) -> None:
        order = sorted(results, key=lambda each: each.good)
        self.lines.show(
            [("good" if each.good else "bad", each.short_id, each.text, "") for each in order[:_MOST]]
        )
        more = len(order) - _MOST
        self.more.show(f"and {more:,} more")
        put(self.more, more > 0, anchor="w")

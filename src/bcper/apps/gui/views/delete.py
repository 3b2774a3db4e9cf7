"""Deleting backups: the question, the work, what could not be deleted."""

import tkinter
from collections.abc import Mapping, Sequence

from bcper.apps.gui.presenters.delete import DeleteFlow, DeleteView
from bcper.apps.gui.presenters.status import mark_of
from bcper.apps.gui.views.flow_dialog import FlowDialog
from bcper.apps.gui.views.page import House
from bcper.apps.gui.views.working import Sentences, Work, put, words
from bcper.apps.gui.widgets.base import Frame, Label
from bcper.apps.gui.widgets.dialog import CANCEL, Answer
from bcper.apps.gui.widgets.notes import Lines, Note
from bcper.domain.model.runs import Run


class DeleteDialog(FlowDialog[DeleteView]):
    """The first focus is on Cancel, and the button names the deed. Its result is ``done`` if all went.

    ``names`` are those of stores by location.
    """

    def __init__(
        self,
        parent: tkinter.Misc,
        house: House,
        runs: Sequence[Run],
        everything: Sequence[Run],
        names: Mapping[str, str],
    ) -> None:
        self.house = house
        self._marks = [mark_of(run) for run in runs]
        self.flow = DeleteFlow(house.tools, self.show, runs, everything, names)
        state = self.flow.state
        deed = Answer("deed", state.deed, "danger", self._confirm)
        super().__init__(parent, state.title, state, (CANCEL, deed))
        self.first = self.buttons["cancel"]

    def put_up(self) -> None:
        """See the base."""
        px, state = self._theme.px, self.flow.state
        self._question = Frame(self.body)
        Label(self._question, state.text, "muted", wrap=440).pack(fill="x", pady=(0, px(8)))
        lines = Lines(self._question)
        lines.show(
            [
                (mark, f"{each.short_id}  {each.job}", each.text, each.size)
                for mark, each in zip(self._marks, state.doomed, strict=False)
            ]
        )
        lines.pack(fill="x")
        if state.more:
            Label(self._question, state.more, "muted").pack(anchor="w", pady=(px(4), 0))
        if state.warning:
            Note(self._question, state.warning, "caution").pack(fill="x", pady=(px(12), 0))
        self.work = Work(self.body)
        self.failures = Sentences(self.body, mark="bad")

    def tell(self, state: DeleteView) -> None:
        """See the base."""
        put(self._question, state.step == "question", fill="x")
        put(self.work, state.step == "working", fill="x")
        self.work.tell(state.running)
        failed = self.failures.say((*state.failures, *filter(None, (words(state.trouble),))))
        put(self.failures, failed, fill="x")
        self.buttons["deed"].show(enabled=state.step == "question")
        if state.step == "cancelled" or (state.step == "done" and not failed):
            self.close(state.step)
        elif state.step == "done":
            self.heading.show("Not all could be deleted")
            self.ended("deed")

    def leave(self) -> None:
        """See the base."""
        if self.flow.state.step == "done":
            self.close("failed")
        else:
            self.flow.cancel()

    def _confirm(self) -> None:
        self.buttons["cancel"].focus_set()
        self.house.start(self.flow.confirm)

"""Restoring backups, or files of one: where to, the passwords that are missing, the work, the end."""

import tkinter
from collections.abc import Sequence

from bcper.apps.gui.presenters.restore import RestoreFlow, RestoreView
from bcper.apps.gui.views.flow_dialog import FlowDialog
from bcper.apps.gui.views.page import House
from bcper.apps.gui.views.password_form import PasswordForm
from bcper.apps.gui.views.restore_form import RestoreForm
from bcper.apps.gui.views.working import Sentences, Work, put, words
from bcper.apps.gui.widgets.base import Frame, Label
from bcper.apps.gui.widgets.dialog import CANCEL, Answer
from bcper.apps.gui.widgets.text import TextPane
from bcper.apps.words import counted
from bcper.domain.model.runs import Run
from bcper.domain.policy.homes import Home

_ASKING = ("target", "cancelled", "failed")


class RestoreDialog(FlowDialog[RestoreView]):
    """``include``, ``homes``, ``passwords`` are RestoreFlow's. With ``in_place`` that is chosen at first."""

    def __init__(
        self,
        parent: tkinter.Misc,
        house: House,
        runs: Sequence[Run],
        include: tuple[str, ...] = (),
        *,
        homes: tuple[Home, ...] | str | None = None,
        passwords: tuple[str, ...] = (),
        in_place: bool = False,
    ) -> None:
        self.house = house
        self._step = ""
        self.flow = RestoreFlow(house.tools, self.show, runs, include, homes=homes, passwords=passwords)
        if in_place and not self.flow.state.homeless:
            self.flow.set_in_place(in_place=True)
        state = self.flow.state
        go = Answer("restore", "Restore", "primary", self._go)
        super().__init__(parent, state.title, state, (CANCEL, go), width=560)
        self.first = self.form.first

    def put_up(self) -> None:
        """See the base."""
        px = self._theme.px
        self.form = RestoreForm(self.body, self.house, self.flow, self._go)
        self.trouble = Sentences(self.body, "bad")
        self.password = PasswordForm(self.body, lambda text: self.house.start(self.flow.give_password, text))
        self.work = Work(self.body)
        self.end = Frame(self.body)
        self.results = Sentences(self.end, mark="good")
        self.problem_count = Label(self.end, "", mark="warning")
        self.problems = TextPane(self.end, height=7, width=40)
        self.results.pack(fill="x", pady=(0, px(8)))

    def tell(self, state: RestoreView) -> None:
        """See the base."""
        asking = state.step in _ASKING
        put(self.form, asking, fill="x")
        if asking:
            self.form.tell(state)
        said = [words(state.trouble)] if asking and state.trouble else []
        if state.step == "cancelled":
            said = ["Cancelled. What was restored until then stays."]
        put(self.trouble, self.trouble.say(said), fill="x")
        put(self.password, state.step == "password", fill="x")
        if state.prompt is not None and state.step == "password":
            self.password.ask(state.prompt, words(state.trouble))
        put(self.work, state.step == "working", fill="x")
        self.work.tell(state.running if state.step == "working" else None)
        self.buttons["restore"].show(enabled=state.can_start or state.step == "password")
        if state.step != self._step:
            self._turn(state)

    def leave(self) -> None:
        """See the base."""
        if self.flow.state.step in ("working", "password"):
            self.flow.cancel()
        else:
            self.close("cancel")

    def _turn(self, state: RestoreView) -> None:
        """Another step."""
        before, self._step = self._step, state.step
        if state.step == "working":
            self.buttons["cancel"].focus_set()
        elif state.step in _ASKING and before:
            self.form.first.focus_set()
        if state.step == "done":
            self._tell_end(state)
            self.ended("restore")

    def _tell_end(self, state: RestoreView) -> None:
        px = self._theme.px
        self.heading.show("Restored with problems" if state.problems else "Restored")
        self.results.say(state.results)
        if state.problems:
            self.problem_count.show(
                f"{counted(len(state.problems), 'entry', 'entries')} could not be restored:"
            )
            self.problem_count.pack(fill="x", pady=(0, px(4)))
            self.problems.put("\n".join(state.problems))
            self.problems.pack(fill="both")
        self.end.pack(fill="both")

    def _go(self) -> None:
        if self.flow.state.step == "password":
            self.password.give()
        else:
            self.house.start(self.flow.start)

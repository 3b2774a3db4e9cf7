"""A job made or changed: what goes where, when, and how much of it is kept."""

import tkinter
from collections.abc import Callable
from typing import Any

from bcper.apps.gui.presenters.fields import FieldError
from bcper.apps.gui.presenters.job_editor import JobEditor
from bcper.apps.gui.presenters.job_fields import JobEditorView
from bcper.apps.gui.views.editor import Editor
from bcper.apps.gui.views.job_more import JobMore
from bcper.apps.gui.views.page import House
from bcper.apps.gui.views.schedule import ScheduleBuilder
from bcper.apps.gui.widgets.base import Frame, Label, theme_of
from bcper.apps.gui.widgets.choices import Choice, Switch
from bcper.apps.gui.widgets.entries import NumberEntry, TextEntry
from bcper.apps.gui.widgets.fields import Field

_OWN = "A schedule of its own"
_RULES = (("daily", "days"), ("weekly", "weeks"), ("monthly", "months"), ("yearly", "years"))


class JobEditorDialog(Editor[JobEditorView]):
    """``run`` it."""

    def __init__(self, parent: tkinter.Misc, house: House, job_id: str | None = None) -> None:
        title = "New job" if job_id is None else "Edit job"
        super().__init__(parent, house, title, width=680, deletes=None if job_id is None else "job")
        self._id = job_id or ""
        self._targets: dict[str, tuple[str, str]] = {}
        self._make_what()
        self._make_when()
        self._make_keep()
        enabled = Field(self.body, "Enabled")
        self.enabled = Switch(enabled, "", lambda on: self._say(enabled=on))
        enabled.hold(self.enabled, fill=False)
        enabled.pack(fill="x")
        self.more_inside = self.fold("Commands, ping, warning, power")
        self.more = JobMore(self.more_inside, lambda field, value: self._say(**{field: value}))
        self.more.pack(fill="x")
        self.first = self.name
        self.presenter: JobEditor = JobEditor(house.tools, self.show, job_id)

    def identity(self) -> tuple[str, str]:
        """See Editor."""
        return self._id, self.state_now.name if self.state_now is not None else ""

    def fill(self, state: JobEditorView) -> None:
        """See Editor."""
        self.name.put(state.name)
        _say(self.name_field, state.name_error)
        self._fill_what(state)
        own = ("", _OWN)
        self.frequency.offer(
            [own, *((each.id, _labelled(each.label, each.words)) for each in state.frequencies)]
        )
        self.frequency.put(state.frequency or "")
        self.schedule.show(state.form)
        self.last.put(state.last)
        for rule, number in self.rules.items():
            number.put(getattr(state, rule))
        self._kept.show(state.keep_words)
        _say(self.keep_field, state.keep_error)
        self.enabled.put(state.enabled)
        self.more.show(state)

    def _fill_what(self, state: JobEditorView) -> None:
        self._targets = {f"{each.kind}/{each.name}": (each.kind, each.name) for each in state.targets}
        self.target.offer([(f"{each.kind}/{each.name}", each.label) for each in state.targets])
        self.target.put("/".join(state.target) if state.target else "")
        words = next((each.words for each in state.targets if (each.kind, each.name) == state.target), "")
        nothing = "" if state.targets else "There is nothing to back up yet: make an item first."
        _say(self.target_field, state.target_error, hint=words or nothing)
        self.store.offer([(each.id, each.label) for each in state.stores])
        self.store.put(state.store)
        words = next((each.words for each in state.stores if each.id == state.store), "")
        nothing = "" if state.stores else "There is no place for backups yet: make a store first."
        _say(self.store_field, state.store_error, hint=words or nothing)

    def _make_what(self) -> None:
        body = self.body
        self.name_field = Field(body, "Name")
        self.name = TextEntry(self.name_field, lambda text: self._say(name=text))
        self.name_field.hold(self.name)
        self.name_field.on_suggestion = lambda text: self._say(name=text)
        self.target_field = Field(body, "Back up")
        self.target = Choice(self.target_field, (), lambda key: self._say(target=self._targets[key]))
        self.target_field.hold(self.target)
        self.store_field = Field(body, "To")
        self.store = Choice(self.store_field, (), lambda key: self._say(store=key))
        self.store_field.hold(self.store)
        for field in (self.name_field, self.target_field, self.store_field):
            field.pack(fill="x")

    def _make_when(self) -> None:
        field = Field(self.body, "When")
        holder = Frame(field)
        self.frequency = Choice(holder, [("", _OWN)], self._choose_frequency)
        self.frequency.pack(fill="x", pady=(0, theme_of(self).px(6)))
        self.schedule = ScheduleBuilder(
            holder, lambda field, value: self.later(self.presenter.change_form, **{field: value})
        )
        self.schedule.pack(fill="x")
        field.hold(holder)
        field.pack(fill="x")

    def _make_keep(self) -> None:
        px = theme_of(self).px
        self.keep_field = Field(self.body, "Keep")
        holder = Frame(self.keep_field)
        line = Frame(holder)
        line.pack(fill="x")
        self.last = NumberEntry(line, lambda text: self._say(last=text))
        self.last.pack(side="left")
        self._kept = Label(line, "", "muted", wrap=160)
        self._kept.pack(side="left", fill="x", expand=True, padx=(px(8), 0))
        Label(holder, "and the newest of each of the last", "muted").pack(anchor="w", pady=(px(6), px(2)))
        line = Frame(holder)
        line.pack(fill="x")
        self.rules: dict[str, NumberEntry] = {}
        for rule, words in _RULES:
            number = self.rules[rule] = NumberEntry(line, self._rule(rule), width=3)
            number.pack(side="left")
            Label(line, words, "muted").pack(side="left", padx=(px(4), px(8)))
        self.keep_field.hold(holder)
        self.keep_field.pack(fill="x")

    def _rule(self, rule: str) -> Callable[[str], object]:
        return lambda text: self._say(**{rule: text})

    def _choose_frequency(self, key: str) -> None:
        if key:
            self._say(frequency=key)
        else:
            self.later(self.presenter.change_form)

    def _say(self, **fields: Any) -> None:
        self.later(self.presenter.change, **fields)


def _say(field: Field, error: FieldError | None, *, hint: str | None = None) -> None:
    field.say(error.text if error else "", error.suggestion if error else "", hint=hint)


def _labelled(label: str, words: str) -> str:
    return label if label == words else f"{label} · {words}"

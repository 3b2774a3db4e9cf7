"""A frequency made or changed."""

import tkinter

from bcper.apps.gui.presenters.frequency_editor import FrequencyEditor, FrequencyEditorView
from bcper.apps.gui.views.editor import Editor
from bcper.apps.gui.views.page import House
from bcper.apps.gui.views.schedule import ScheduleBuilder
from bcper.apps.gui.widgets.base import Label, theme_of
from bcper.apps.gui.widgets.entries import TextEntry
from bcper.apps.gui.widgets.fields import Field
from bcper.apps.words import listed


class FrequencyEditorDialog(Editor[FrequencyEditorView]):
    """``run`` it."""

    def __init__(self, parent: tkinter.Misc, house: House, id_: str | None = None) -> None:
        title = "New frequency" if id_ is None else "Edit frequency"
        super().__init__(parent, house, title, deletes=None if id_ is None else "frequency")
        self._id = id_ or ""
        self.name_field = Field(self.body, "Name")
        self.name = TextEntry(self.name_field, self._named)
        self.name_field.hold(self.name)
        self.name_field.on_suggestion = self._named
        when = Field(self.body, "When")
        self.schedule = ScheduleBuilder(
            when, lambda field, value: self.later(self.presenter.change, **{field: value})
        )
        when.hold(self.schedule)
        self._jobs = Label(self.body, "", "muted", wrap=400)
        for field in (self.name_field, when):
            field.pack(fill="x")
        self.first = self.name
        self.presenter: FrequencyEditor = FrequencyEditor(house.tools, self.show, id_)

    def identity(self) -> tuple[str, str]:
        """See Editor."""
        return self._id, self.state_now.name if self.state_now is not None else ""

    def fill(self, state: FrequencyEditorView) -> None:
        """See Editor."""
        self.name.put(state.name)
        error = state.name_error
        self.name_field.say(error.text if error else "", error.suggestion if error else "")
        self.schedule.show(state.form)
        if state.jobs and not self._jobs.winfo_manager():
            self._jobs.pack(fill="x", pady=(theme_of(self).px(4), 0))
        self._jobs.show(f"Used by {listed(list(state.jobs))}: they run by it from then on.")

    def _named(self, text: str) -> None:
        self.typed(self.presenter.rename, name=text)

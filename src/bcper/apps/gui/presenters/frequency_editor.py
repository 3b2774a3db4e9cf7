"""A frequency made or changed: friendly builder or cron, its next five firings, the reason when refused."""

from typing import Any

import attrs

from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble
from bcper.apps.gui.presenters.fields import FieldError, name_error, suggestion
from bcper.apps.gui.presenters.schedule_form import ScheduleChecker, ScheduleForm, form_of, when_of
from bcper.domain.model.names import printable
from bcper.domain.model.requests.jobs import AddFrequency, EditFrequency, ListFrequencies


@attrs.frozen
class FrequencyEditorView:
    """``jobs`` use it: they all get another schedule with it."""

    title: str
    name: str = ""
    form: ScheduleForm = attrs.field(factory=ScheduleForm)
    jobs: tuple[str, ...] = ()
    name_error: FieldError | None = None
    saving: bool = False
    saved: str = ""
    trouble: Trouble | None = None

    @property
    def can_save(self) -> bool:
        """Nothing is wrong, as far as anybody can tell before."""
        return not self.saving and bool(self.name) and self.name_error is None and self.form.good


class FrequencyEditor(Presenter[FrequencyEditorView]):
    """``open`` first; ``saved`` has the id once it is."""

    def __init__(self, tools: Tools, show: Show[FrequencyEditorView], id_: str | None = None) -> None:
        """``id_`` is that of the frequency to change, ``None`` for a new one."""
        self._before = id_
        self._ids: set[str] = set()
        self._taken: set[str] = set()
        self._checker = ScheduleChecker(tools)
        self._untouched: ScheduleForm | None = None
        super().__init__(
            tools, show, FrequencyEditorView("New frequency" if id_ is None else "Edit frequency")
        )

    async def open(self) -> None:
        """Fill the fields."""
        with self._telling():
            views = await self._tools.ask(ListFrequencies())
            self._ids = {view.frequency.id for view in views}
            self._taken = {view.frequency.name for view in views if view.frequency.id != self._before}
            view = next((view for view in views if view.frequency.id == self._before), None)
            if view is not None:
                form = form_of(view.frequency.schedule, self._tools.clock.local_zone())
                self._untouched = form
                self._set(name=view.frequency.name, jobs=tuple(map(printable, view.jobs)), form=form)
            await self._check()

    def rename(self, name: str) -> None:
        """Its name, as typed."""
        self._set(name=name, name_error=name_error(name, self._taken, "frequency"))

    async def change(self, **fields: Any) -> None:
        """Fields of the form, by name, as typed; what they mean is asked at once."""
        self._set(form=self._checker.changed(self._state.form, **fields))
        with self._telling():
            await self._check()

    async def save(self) -> None:
        """Save it, if it can be."""
        state = self._state
        if not state.can_save:
            return
        self._set(saving=True)
        try:
            with self._telling():
                when = when_of(state.form, self._tools.clock.local_zone())
                if self._before is None:
                    id_ = suggestion(state.name.lower().replace(" ", "-"), self._ids, "frequency")
                    view = await self._tools.ask(AddFrequency(id_, state.name, when))
                else:
                    # A schedule that nobody touched is not said anew: what passed would count as not missed.
                    same = self._untouched is not None and _fields(self._untouched) == _fields(state.form)
                    request = EditFrequency(self._before, state.name, None if same else when)
                    view = await self._tools.ask(request)
                self._set(saved=view.frequency.id)
        finally:
            self._set(saving=False)

    async def _check(self) -> None:
        form = await self._checker.check(self._state.form)
        if form is not None:
            self._set(form=form)


def _fields(form: ScheduleForm) -> ScheduleForm:
    """Only what was typed."""
    return attrs.evolve(form, words="", as_cron="", next=(), error="", checked=False)

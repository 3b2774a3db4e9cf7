"""A job made or changed: what goes where, when, and how much of it is kept."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bcper.apps.gui.presenters.base import Presenter, Show, Tools
from bcper.apps.gui.presenters.fields import name_error, number_of, suggestion
from bcper.apps.gui.presenters.job_fields import (
    Choice,
    JobEditorView,
    TargetChoice,
    errors_of,
    fields_of,
    keep_of,
    request_of,
)
from bcper.apps.gui.presenters.schedule_form import ScheduleChecker, ScheduleForm, form_of, when_of
from bcper.apps.gui.presenters.targets import last_good, target_words
from bcper.apps.words import size, span
from bcper.domain.model.jobs import Job, Keep
from bcper.domain.model.names import printable
from bcper.domain.model.requests.jobs import AddFrequency, FrequencyView, ListFrequencies, ListJobs
from bcper.domain.model.requests.runs import ListRuns
from bcper.domain.model.requests.stores import ListStores
from bcper.domain.model.requests.targets import ListItems, ListVaults
from bcper.domain.model.runs import Run


class JobEditor(Presenter[JobEditorView]):
    """``open`` first; ``saved`` has the name once it is."""

    def __init__(self, tools: Tools, show: Show[JobEditorView], job_id: str | None = None) -> None:
        """``job_id`` is that of the job to change, ``None`` for a new one."""
        self._before = job_id
        self._taken: set[str] = set()
        self._frequencies: Sequence[FrequencyView] = ()
        self._runs: Sequence[Run] = ()
        self._checker = ScheduleChecker(tools)
        title = "New job" if job_id is None else "Edit job"
        super().__init__(tools, show, JobEditorView(title, job_id is None))

    async def open(self) -> None:
        """Fill the fields; of a new job what there is no choice about, too."""
        with self._telling():
            ask = self._tools.ask
            jobs = [view.job for view in await ask(ListJobs())]
            self._frequencies = await ask(ListFrequencies(5))
            self._runs = (await ask(ListRuns(history=True))).runs
            self._taken = {job.name for job in jobs if job.id != self._before}
            self._set(
                targets=await self._targets(),
                stores=tuple(
                    Choice(view.store.name, printable(view.store.name), printable(view.store.location))
                    for view in await ask(ListStores())
                ),
                frequencies=tuple(
                    Choice(view.frequency.id, printable(view.frequency.name), view.words)
                    for view in self._frequencies
                ),
            )
            job = next((job for job in jobs if job.id == self._before), None)
            self._fill(job)
            await self._check()

    async def change(self, **fields: Any) -> None:
        """Fields of the view, by name, as typed, but for ``form``."""
        self._set(**fields)
        frequency = next((v for v in self._frequencies if v.frequency.id == fields.get("frequency")), None)
        if frequency is not None:
            form = form_of(frequency.frequency.schedule, self._tools.clock.local_zone())
            self._set(form=form)
            with self._telling():
                await self._check()
        self._look(name="name" in fields)

    async def change_form(self, **fields: Any) -> None:
        """Fields of the form, by name, as typed: it is no frequency that there is, then."""
        self._set(frequency=None, form=self._checker.changed(self._state.form, **fields))
        with self._telling():
            await self._check()
        self._look()

    async def save(self) -> None:
        """Save it, if it can be, with a frequency of its own if it needs one."""
        if not self._state.can_save:
            return
        self._set(saving=True)
        try:
            with self._telling():
                frequency = self._state.frequency or await self._frequency()
                self._set(frequency=frequency)
                view = await self._tools.ask(request_of(self._state, self._before, frequency))
                self._set(saved=view.job.name)
        finally:
            self._set(saving=False)

    async def _targets(self) -> tuple[TargetChoice, ...]:
        items, vaults = await self._tools.ask(ListItems()), await self._tools.ask(ListVaults())
        last_items, last_vaults = last_good(self._runs, "item"), last_good(self._runs, "vault")
        found = [
            TargetChoice(
                "vault",
                view.vault.name,
                f"Vault: {printable(view.vault.name)}",
                target_words(
                    last_vaults.get(view.vault.name),
                    locked=view.vault.has_password or any(each.item.has_password for each in view.items),
                    items=len(view.items),
                ),
            )
            for view in vaults
        ]
        for each in items:
            words = target_words(last_items.get(each.item.name), locked=each.item.has_password)
            found.append(TargetChoice("item", each.item.name, f"Item: {printable(each.item.name)}", words))
        return tuple(found)

    def _fill(self, job: Job | None) -> None:
        state = self._state
        if job is None:
            only = state.targets[0] if len(state.targets) == 1 else None
            self._set(
                target=(only.kind, only.name) if only is not None else None,
                store=state.stores[0].id if len(state.stores) == 1 else "",
            )
            return
        schedule = next(
            (each.frequency.schedule for each in self._frequencies if each.frequency.id == job.frequency_id),
            None,
        )
        zone = self._tools.clock.local_zone()
        self._set(
            **fields_of(job),
            frequency=job.frequency_id if schedule is not None else None,
            form=ScheduleForm() if schedule is None else form_of(schedule, zone),
        )
        self._look(name=True)

    async def _check(self) -> None:
        form = await self._checker.check(self._state.form)
        if form is not None:
            self._set(form=form)
            self._look()

    def _look(self, *, name: bool = False) -> None:
        state = self._state
        touched = name or bool(state.name)
        self._set(
            name_error=name_error(state.name, self._taken, "job", job=True) if touched else None,
            **errors_of(state),
        )
        self._set(keep_words="" if self._state.keep_error else self._keep_words())

    def _keep_words(self) -> str:
        """How far back that goes, and how much it takes, as far as anybody can tell."""
        keep, form = keep_of(self._state), self._state.form
        if keep.everything:
            return "everything is kept"
        if keep != Keep(keep.last):
            return "newest backups"
        parts = []
        firings = self._firings()
        if len(firings) > 1 and form.good:
            parts.append(f"about {span((firings[-1] - firings[0]) / (len(firings) - 1) * keep.last)}")
        run = next((run for run in self._runs if run.status.restorable and self._is_of(run)), None)
        if run is not None:
            parts.append(f"roughly {size(run.stored_bytes * keep.last)} on {printable(self._state.store)}")
        return "newest backups" + (f" ({', '.join(parts)})" if parts else "")

    def _firings(self) -> Sequence[Any]:
        chosen = (view for view in self._frequencies if view.frequency.id == self._state.frequency)
        view = next(chosen, None)
        if view is not None:
            return view.next
        step = {"hours": timedelta(hours=1), "days": timedelta(days=1), "weeks": timedelta(weeks=1)}
        each = step.get(self._state.form.mode)
        count = number_of(self._state.form.count)
        return () if each is None or not count else (timedelta(0), each * count)

    def _is_of(self, run: Run) -> bool:
        return self._state.target == (run.target_type, run.target_name)

    async def _frequency(self) -> str:
        """The id of one that says what the form says: one that there is, or a new one."""
        form = self._state.form
        if form.mode != "once":
            for view in self._frequencies:
                if view.words == form.words:
                    return view.frequency.id
        taken = {view.frequency.id for view in self._frequencies}
        base = "".join(char if char.isalnum() else "-" for char in form.words.lower())
        id_ = suggestion("-".join(filter(None, base.split("-"))), taken, "frequency").replace(" ", "-")
        when = when_of(form, self._tools.clock.local_zone())
        made = await self._tools.ask(AddFrequency(id_, form.words, when))
        return made.frequency.id

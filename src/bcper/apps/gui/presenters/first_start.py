"""Nothing is configured yet: three steps, what, where, when, make an item, a store, a frequency and a job."""

from typing import Any, Literal

import attrs

from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble
from bcper.apps.gui.presenters.fields import FieldError, error_of, lines_of, suggestion
from bcper.apps.gui.presenters.flow import Meter, Running, Stoppable
from bcper.apps.gui.presenters.password_field import NewPassword, PasswordField
from bcper.apps.gui.presenters.schedule_form import ScheduleChecker, ScheduleForm, when_of
from bcper.apps.gui.presenters.status import outcome
from bcper.domain.errors import BcperError
from bcper.domain.model.jobs import Keep
from bcper.domain.model.names import printable
from bcper.domain.model.paths import check_absolute
from bcper.domain.model.requests.jobs import AddFrequency, AddJob, ListFrequencies, ListJobs, RunJob
from bcper.domain.model.requests.stores import AddStore, ListStores, StoreView
from bcper.domain.model.requests.targets import AddItem, ItemView, ListItems
from bcper.domain.model.stores import Store, check_store, looks_remote

Step = Literal["what", "where", "when", "done"]
STEPS: tuple[Step, ...] = ("what", "where", "when")

_KEEP = Keep(last=7, weekly=4, monthly=6)


@attrs.frozen
class FirstStartView:
    """``paths`` has one a line. ``store`` is a folder, as ``/media/disk/backups``, on another disk best; or a
    place on a remote, as ``gdrive:backups`` (``RemoteChooserView.location``).

    At ``done`` everything is saved, and a first run is offered: ``running`` while it goes on, ``outcome``
    when it has ended.
    """

    step: Step = "what"
    paths: str = ""
    paths_error: FieldError | None = None
    password: PasswordField = attrs.field(factory=PasswordField)
    store: str = ""
    store_error: FieldError | None = None
    warning: str = ""
    form: ScheduleForm = attrs.field(factory=ScheduleForm)
    saving: bool = False
    job: str = ""
    running: Running | None = None
    outcome: str = ""
    trouble: Trouble | None = None

    @property
    def can_go_on(self) -> bool:
        """Whether the step at hand is filled in well."""
        if self.saving:
            return False
        match self.step:
            case "what":
                return bool(self.paths.strip()) and not (self.paths_error or self.password.error)
            case "where":
                return bool(self.store) and self.store_error is None
            case "when":
                return self.form.good
        return False


class FirstStart(Presenter[FirstStartView]):
    """``open`` first. A save that failed half way goes on with what is there already."""

    def __init__(self, tools: Tools, show: Show[FirstStartView]) -> None:
        self._password = NewPassword()
        self._checker = ScheduleChecker(tools)
        self._work = Stoppable()
        self._item = self._frequency = self._store = ""
        super().__init__(tools, show, FirstStartView())

    async def open(self) -> None:
        """See what the suggested schedule means."""
        await self.change_form()

    def set_paths(self, text: str) -> None:
        """What to back up, one a line, as typed or chosen."""
        self._item = ""
        lines = [line for line in lines_of(text) if line.strip()]
        errors = (error_of(check_absolute, line) for line in lines)
        error = next((error for error in errors if error is not None), None)
        self._set(
            paths=text, paths_error=error if lines else FieldError("Choose at least one file or folder.")
        )
        self._warn()

    def set_password(self, password: str, again: str) -> None:
        """Encrypt it; with two empty texts after all not."""
        empty = not password and not again
        field = self._state.password
        self._set(
            password=self._password.kept(field) if empty else self._password.typed(field, password, again)
        )

    def set_store(self, folder: str) -> None:
        """Where to, as typed or chosen."""
        self._store = ""
        self._set(store=folder, store_error=error_of(_check_place, folder) if folder else None)
        self._warn()

    async def change_form(self, **fields: Any) -> None:
        """When: fields of the form, by name."""
        self._set(form=self._checker.changed(self._state.form, **fields))
        with self._telling():
            form = await self._checker.check(self._state.form)
            if form is not None:
                self._set(form=form)

    async def next(self) -> None:
        """The next step; after the last one everything is saved."""
        state = self._state
        if not state.can_go_on:
            return
        if state.step == "when":
            await self._save()
        else:
            self._set(step=STEPS[STEPS.index(state.step) + 1])

    def back(self) -> None:
        """The step before."""
        if self._state.step in STEPS[1:]:
            self._set(step=STEPS[STEPS.index(self._state.step) - 1])

    async def run(self) -> None:
        """The first run, live."""
        meter = Meter(self._tools.clock, 1, lambda running: self._set(running=running))

        async def work() -> None:
            meter.begin(f"Backing up {printable(self._state.job)}")
            made = await self._tools.ask(RunJob(self._state.job), meter.report)
            self._set(outcome=outcome(made))

        try:
            if not await self._work.run(work):
                self._set(outcome="Cancelled.")
        except BcperError as error:
            self._fail(error)
        finally:
            self._set(running=None)

    def cancel(self) -> None:
        """Stop the first run."""
        self._work.cancel()

    async def _save(self) -> None:
        self._set(saving=True)
        try:
            with self._telling():
                await self._make()
                self._set(step="done")
        finally:
            self._set(saving=False)

    async def _make(self) -> None:
        ask, state = self._tools.ask, self._state
        if not self._item:
            taken = [view.item.name for view in await ask(ListItems())]
            paths = tuple(line for line in lines_of(state.paths) if line.strip())
            name = suggestion(_named_after(paths), taken, "item")
            item: ItemView = await ask(AddItem(name, paths, password=self._password.value))
            self._item = item.item.name
        if not self._store:
            stores = await ask(ListStores())
            known = next((view.store.name for view in stores if view.store.location == state.store), None)
            if known is None:
                remote, path = _parted(state.store)
                taken = [view.store.name for view in stores]
                name = suggestion(remote or _last(path), taken, "store")
                kind: Literal["local", "rclone"] = "rclone" if remote else "local"
                added: StoreView = await ask(AddStore(name, kind, path, remote))
                known = added.store.name
            self._store = known
        if not self._frequency:
            frequencies = await ask(ListFrequencies())
            same = [view.frequency.id for view in frequencies if view.words == state.form.words]
            if not same:
                ids = [view.frequency.id for view in frequencies]
                id_ = suggestion(state.form.mode, ids, "frequency").replace(" ", "-")
                when = when_of(state.form, self._tools.clock.local_zone())
                same = [(await ask(AddFrequency(id_, state.form.words, when))).frequency.id]
            self._frequency = same[0]
        names = [view.job.name for view in await ask(ListJobs())]
        name = suggestion(self._item, names, "job", job=True)
        job = await ask(AddJob(name, "item", self._item, self._store, self._frequency, _KEEP))
        self._set(job=job.job.name)

    def _warn(self) -> None:
        """A store within what is backed up is left out of it, and gone with it."""
        store = self._state.store.rstrip("/") + "/"
        inside = any(
            store.startswith(line.rstrip("/") + "/") for line in lines_of(self._state.paths) if line.strip()
        )
        text = "This folder is among what you back up: if that disk dies, both are gone." if inside else ""
        self._set(warning=text if self._state.store else "")


async def needed(tools: Tools) -> bool:
    """Whether a window that opens asks for the three steps. Raises BcperError."""
    for request in (ListItems(), ListStores(), ListJobs()):
        if await tools.ask(request):
            return False
    return True


def _parted(place: str) -> tuple[str, str]:
    """The remote, empty for a folder of this machine, and the path."""
    if not looks_remote(place):
        return "", place
    remote, _, path = place.partition(":")
    return remote, path


def _check_place(place: str) -> None:
    remote, path = _parted(place)
    check_store(Store("store", "rclone" if remote else "local", path, remote))


def _named_after(paths: tuple[str, ...]) -> str:
    return _last(paths[0]) if len(paths) == 1 else "my files"


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2] or "everything"

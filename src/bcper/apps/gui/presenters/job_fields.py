"""The fields of a job in its editor, what is wrong with them, and the request that they make."""

from typing import Any, Literal

import attrs

from bcper.apps.gui.presenters.base import Trouble
from bcper.apps.gui.presenters.fields import FieldError, error_of, number_of
from bcper.apps.gui.presenters.schedule_form import ScheduleForm
from bcper.domain.errors import UsageError
from bcper.domain.model.hooks import check_hook_seconds, check_ping_url, split_command
from bcper.domain.model.jobs import Job, Keep
from bcper.domain.model.names import printable
from bcper.domain.model.requests.jobs import AS_SETTINGS, AddJob, EditJob
from bcper.domain.model.settings import check_days

_RULES = ("last", "daily", "weekly", "monthly", "yearly")


@attrs.frozen
class TargetChoice:
    """An item or a vault; ``words`` stand below the field when it is chosen."""

    kind: Literal["item", "vault"]
    name: str
    label: str
    words: str


@attrs.frozen
class Choice:
    """A store or a frequency; ``id`` is what it is asked for by."""

    id: str
    label: str
    words: str = ""


@attrs.frozen
class JobEditorView:
    """Fields as typed; numbers are text, and ``warn_days`` is empty for "as the settings say".

    ``frequency`` is the id of one that there is, or ``None`` for what ``form`` says: that becomes a frequency
    of its own, unless there is one just like it. Without targets, stores there is nothing to choose from.
    """

    title: str
    new: bool = True
    name: str = ""
    target: tuple[Literal["item", "vault"], str] | None = None
    store: str = ""
    frequency: str | None = None
    form: ScheduleForm = attrs.field(factory=ScheduleForm)
    last: str = "3"
    daily: str = "0"
    weekly: str = "0"
    monthly: str = "0"
    yearly: str = "0"
    enabled: bool = True
    before: str = ""
    after: str = ""
    hook_seconds: str = "600"
    ping_url: str = ""
    warn_days: str = ""
    only_on_power: bool = False
    targets: tuple[TargetChoice, ...] = ()
    stores: tuple[Choice, ...] = ()
    frequencies: tuple[Choice, ...] = ()
    keep_words: str = ""
    name_error: FieldError | None = None
    target_error: FieldError | None = None
    store_error: FieldError | None = None
    keep_error: FieldError | None = None
    hooks_error: FieldError | None = None
    ping_error: FieldError | None = None
    warn_error: FieldError | None = None
    saving: bool = False
    saved: str = ""
    trouble: Trouble | None = None

    @property
    def can_save(self) -> bool:
        """Nothing is wrong, as far as anybody can tell before."""
        errors = (
            *(self.name_error, self.target_error, self.store_error, self.keep_error),
            *(self.hooks_error, self.ping_error, self.warn_error),
        )
        timed = self.frequency is not None or self.form.good
        return (
            not self.saving and timed and bool(self.name and self.target and self.store) and not any(errors)
        )


def fields_of(job: Job) -> dict[str, Any]:
    """The fields that say what ``job`` is, but for its frequency."""
    return {
        "name": job.name,
        "target": (job.target_type, job.target_name),
        "store": job.store_name,
        **{rule: str(getattr(job.keep, rule)) for rule in _RULES},
        "enabled": job.enabled,
        "before": job.before,
        "after": job.after,
        "hook_seconds": str(job.hook_seconds),
        "ping_url": job.ping_url,
        "warn_days": "" if job.warn_after_days is None else str(job.warn_after_days),
        "only_on_power": job.only_on_power,
    }


def errors_of(state: JobEditorView) -> dict[str, FieldError | None]:
    """What is wrong with each field, but for the name."""
    known = {(each.kind, each.name) for each in state.targets}
    gone = state.target is not None and state.target not in known
    lost = bool(state.store) and state.store not in {each.id for each in state.stores}
    return {
        "target_error": FieldError("What it backed up is gone: choose another one.") if gone else None,
        "store_error": FieldError("Its store is gone: choose another one.") if lost else None,
        "keep_error": error_of(keep_of, state),
        "hooks_error": error_of(_check_hooks, state),
        "ping_error": error_of(check_ping_url, state.ping_url) if state.ping_url else None,
        "warn_error": error_of(_warn_days, state),
    }


def request_of(state: JobEditorView, before: str | None, frequency: str) -> AddJob | EditJob:
    """What saves it: ``before`` is the id of a job that there is. Raises UsageError."""
    if state.target is None:
        raise UsageError("Choose what to back up.")
    kind, target = state.target
    days = _warn_days(state)
    around: dict[str, Any] = {
        "before": state.before,
        "after": state.after,
        "hook_seconds": number_of(state.hook_seconds) or 0,
        "ping_url": state.ping_url,
        "only_on_power": state.only_on_power,
    }
    where, keep = (kind, target, state.store, frequency), keep_of(state)
    if before is None:
        return AddJob(state.name, *where, keep, state.enabled, warn_after_days=days, **around)
    days = AS_SETTINGS if days is None else days
    return EditJob(before, state.name, *where, keep, state.enabled, warn_after_days=days, **around)


def keep_of(state: JobEditorView) -> Keep:
    """What is kept. Raises UsageError."""
    counts = {rule: number_of(getattr(state, rule)) for rule in _RULES}
    for rule, count in counts.items():
        if count is None:
            raise UsageError(f"{printable(getattr(state, rule))!r} ({rule}) is no number.", "Give 0 or more.")
    return Keep(**{rule: count or 0 for rule, count in counts.items()})


def _check_hooks(state: JobEditorView) -> None:
    for command in filter(None, (state.before, state.after)):
        split_command(command)
    seconds = number_of(state.hook_seconds)
    if seconds is None:
        raise UsageError(f"{printable(state.hook_seconds)!r} is no number of seconds.")
    check_hook_seconds(seconds)


def _warn_days(state: JobEditorView) -> int | None:
    if not state.warn_days.strip():
        return None
    days = number_of(state.warn_days)
    if days is None:
        raise UsageError(f"{printable(state.warn_days)!r} is no number of days.")
    return check_days(days)

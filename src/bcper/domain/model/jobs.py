"""Jobs: what is backed up where, when, and how much of it is kept."""

from datetime import datetime
from typing import Literal

import attrs

from bcper.domain.errors import UsageError
from bcper.domain.model.hooks import check_hook_seconds, check_ping_url, split_command
from bcper.domain.model.names import AD_HOC, printable, safe_name
from bcper.domain.model.settings import check_days


def _not_negative(_: object, field: "attrs.Attribute[int]", value: int) -> None:
    if value < 0:
        raise UsageError(f"Keeping {value} ({field.name}) makes no sense.", "Give 0 to leave the rule out.")


@attrs.frozen
class Keep:
    """How many runs retention keeps, by rule; 0 leaves a rule out (policy/retention.py).

    With no rule at all nothing is ever dropped. Raises :class:`UsageError` for a negative count.
    """

    last: int = attrs.field(default=3, validator=_not_negative)
    daily: int = attrs.field(default=0, validator=_not_negative)
    weekly: int = attrs.field(default=0, validator=_not_negative)
    monthly: int = attrs.field(default=0, validator=_not_negative)
    yearly: int = attrs.field(default=0, validator=_not_negative)

    @property
    def everything(self) -> bool:
        """Whether there is no rule, and so nothing to drop."""
        return not (self.last or self.daily or self.weekly or self.monthly or self.yearly)


@attrs.frozen
class Job:
    """One target into one store at one frequency. ``id`` never changes; people and folders know ``name``.

    ``before`` and ``after`` are command lines for around a run, each given ``hook_seconds``; ``ping_url`` is
    called at its start and its end (docs/guide/hooks.md); empty for none. ``warn_after_days`` stands in for
    the settings' own, ``None`` for that one. ``only_on_power``: it waits while the machine is on battery.
    """

    id: str
    name: str
    target_type: Literal["item", "vault"]
    target_name: str
    store_name: str
    frequency_id: str
    keep: Keep = Keep()
    enabled: bool = True
    created_at: datetime | None = None
    before: str = ""
    after: str = ""
    hook_seconds: int = 600
    ping_url: str = ""
    warn_after_days: int | None = None
    only_on_power: bool = False

    @property
    def hooked(self) -> bool:
        """Whether anything but the run itself is to be done."""
        return bool(self.before or self.after or self.ping_url)


def check_job(job: Job) -> Job:
    """``job`` itself, for the edge. Raises :class:`UsageError` (row 39).

    For a name that cannot be one, and for the name that stands for runs without a job: the job's retention
    would take those for its own. For a command, an address or a number that makes no sense.
    """
    if safe_name(job.name).casefold() == AD_HOC:
        raise UsageError(
            f"A job cannot be called {printable(job.name)!r}: runs without a job are filed there.",
            "Give another name.",
        )
    safe_name(job.target_name)
    safe_name(job.store_name)
    for command in (job.before, job.after):
        if command:
            split_command(command)
    check_hook_seconds(job.hook_seconds)
    if job.ping_url:
        check_ping_url(job.ping_url)
    if job.warn_after_days is not None:
        check_days(job.warn_after_days)
    return job

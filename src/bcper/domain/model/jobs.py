"""Jobs: what is backed up where, when, and how much of it is kept."""

from datetime import datetime
from typing import Literal

import attrs

from bcper.domain.errors import UsageError
from bcper.domain.model.names import AD_HOC, printable, safe_name


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
    """One target into one store at one frequency. ``id`` never changes; people and folders know ``name``."""

    id: str
    name: str
    target_type: Literal["item", "vault"]
    target_name: str
    store_name: str
    frequency_id: str
    keep: Keep = Keep()
    enabled: bool = True
    created_at: datetime | None = None


def check_job(job: Job) -> Job:
    """``job`` itself, for the edge. Raises :class:`UsageError` (row 39).

    For a name that cannot be one, and for the name that stands for runs without a job: the job's retention
    would take those for its own.
    """
    if safe_name(job.name).casefold() == AD_HOC:
        raise UsageError(
            f"A job cannot be called {printable(job.name)!r}: runs without a job are filed there.",
            "Give another name.",
        )
    safe_name(job.target_name)
    safe_name(job.store_name)
    return job

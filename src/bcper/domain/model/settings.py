"""How BCPER behaves beside what is backed up: one set of settings for all jobs."""

from datetime import UTC, datetime

import attrs

from bcper.domain.errors import UsageError
from bcper.domain.model.remotes import check_rclone_url

FOREVER = datetime(9000, 1, 1, tzinfo=UTC)
"""Paused until somebody resumes. Not the last time there is: every zone can still show it."""

MOST_DAYS = 3650
"""Days that a warning may wait at most."""


@attrs.frozen
class Settings:
    """What holds for all jobs, unless a job says otherwise.

    ``parallel_stores`` jobs run side by side, each into another store. On battery below ``battery_min``
    percent jobs wait (``None``: never); on a metered connection those into remote stores do, unless
    ``on_metered``. ``warn_after_days`` without a backup a person is told (0: never); ``notify``: whether
    anything is told on the desktop at all. ``low_priority``: runs leave processor and disk to others.
    ``catch_up``: missed runs are made up for. ``inhibit_sleep``: the machine stays awake during a run.
    Nothing runs by itself before ``paused_until`` (aware). ``rclone_url`` is the address below which
    rclone's releases lie, empty for rclone's own.
    """

    parallel_stores: int = 2
    battery_min: int | None = 20
    on_metered: bool = False
    warn_after_days: int = 7
    notify: bool = True
    low_priority: bool = True
    catch_up: bool = True
    inhibit_sleep: bool = True
    paused_until: datetime | None = None
    rclone_url: str = ""

    def paused(self, now: datetime) -> bool:
        """Whether no job runs by itself at ``now`` (aware)."""
        return self.paused_until is not None and now < self.paused_until


def check_settings(settings: Settings) -> Settings:
    """``settings`` themselves, for the edge. Raises :class:`UsageError` for a number that makes no sense,
    a time without a zone, and an address that cannot be one."""
    if not 1 <= settings.parallel_stores <= 16:
        raise UsageError(
            f"{settings.parallel_stores} stores side by side (parallel_stores) make no sense.",
            "Give 1 to 16.",
        )
    if settings.battery_min is not None and not 1 <= settings.battery_min <= 100:
        raise UsageError(
            f"A battery of {settings.battery_min} % (battery_min) makes no sense.",
            "Give 1 to 100 percent, or nothing for jobs that never wait.",
        )
    check_days(settings.warn_after_days)
    if settings.paused_until is not None and settings.paused_until.utcoffset() is None:
        raise UsageError(f"The time {settings.paused_until:%Y-%m-%d %H:%M} (paused_until) has no time zone.")
    check_rclone_url(settings.rclone_url)
    return settings


def check_days(days: int) -> int:
    """``days`` themselves, after which a person is warned. Raises :class:`UsageError`."""
    if not 0 <= days <= MOST_DAYS:
        raise UsageError(
            f"A warning after {days} days (warn_after_days) makes no sense.",
            f"Give 1 to {MOST_DAYS} days, or 0 for no warning.",
        )
    return days

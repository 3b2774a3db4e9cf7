"""Settings, and the pause."""

import attrs

from bcper.domain.model.requests.base import Request
from bcper.domain.model.settings import Settings


@attrs.frozen
class ShowSettings(Request[Settings]):
    """The settings as they are."""


@attrs.frozen
class EditSettings(Request[Settings]):
    """Change what is given (not ``None``); ``battery_min`` 0 means that no job waits for the battery, and an
    empty ``rclone_url`` rclone's own."""

    parallel_stores: int | None = None
    battery_min: int | None = None
    on_metered: bool | None = None
    warn_after_days: int | None = None
    notify: bool | None = None
    low_priority: bool | None = None
    catch_up: bool | None = None
    inhibit_sleep: bool | None = None
    rclone_url: str | None = None


@attrs.frozen
class Pause(Request[Settings]):
    """Let nothing run by itself for ``hours``, or until :class:`Resume` (``None``). The last one counts."""

    hours: float | None = None


@attrs.frozen
class Resume(Request[Settings]):
    """End the pause; without one nothing happens."""

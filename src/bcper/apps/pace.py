"""How fast a step goes, and how long it still takes."""

from bcper.domain.model.progress import Progress

_SETTLED = 0.2
"""Seconds of a step after which its speed means something."""


class Pace:
    """Of one step after the other. ``speed`` is bytes a second, 0 while nobody knows.

    ``left`` is in seconds, ``None`` while nobody knows. A step that begins in the middle, as an upload of
    what has gone for the greater part, is only as fast as it was from there on.
    """

    def __init__(self) -> None:
        self.speed = 0.0
        self.left: float | None = None
        self._step = ""
        self._since = 0.0
        self._first = 0

    def report(self, progress: Progress, now: float) -> bool:
        """Take note of ``progress`` at ``now``, in seconds of any clock; returns whether a step begins."""
        if begins := progress.step != self._step:
            self._step, self._since, self._first = progress.step, now, progress.done
        elapsed = now - self._since
        self.speed = max(0, progress.done - self._first) / elapsed if elapsed > _SETTLED else 0.0
        known = progress.total and self.speed
        self.left = max(0.0, ((progress.total or 0) - progress.done) / self.speed) if known else None
        return begins

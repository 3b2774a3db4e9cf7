"""Watchers of a piece of work that remember it, or end it."""

import attrs

from bcper.domain.errors import Cancelled
from bcper.domain.model.progress import Progress


@attrs.define
class RecordingProgress:
    """A :class:`~bcper.ports.progress.ProgressSink` that keeps every step in ``steps``, oldest first."""

    steps: list[Progress] = attrs.field(factory=list, init=False)

    def step(self, progress: Progress) -> None:
        """See the port."""
        self.steps.append(progress)


@attrs.define
class CancelAt:
    """A :class:`~bcper.ports.progress.ProgressSink` that stops the work at its ``count``-th step, from 1.

    It keeps every step, that one too, in ``steps``, and goes on to refuse: a person's wish to stop stands.
    """

    count: int
    steps: list[Progress] = attrs.field(factory=list, init=False)

    def step(self, progress: Progress) -> None:
        """See the port. Raises Cancelled at the ``count``-th call and at every later one."""
        self.steps.append(progress)
        if len(self.steps) >= self.count:
            raise Cancelled

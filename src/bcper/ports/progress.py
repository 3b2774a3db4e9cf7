"""Live progress out, cancellation in."""

from typing import Protocol

from bcper.domain.model.progress import Progress


class ProgressSink(Protocol):
    """Whoever watches a piece of work."""

    def step(self, progress: Progress) -> None:
        """Take note of ``progress``; the one cancellation point of the engine.

        Called often, from one thread at a time, and returns quickly: a sink that draws or sends throttles
        itself. Raises :class:`~bcper.domain.errors.Cancelled` when the work shall stop.
        """
        ...

"""What the server asks for its answers, and a service that waits as such."""

from collections.abc import Callable
from typing import Protocol, TypeVar

import trio

from bcper.domain.errors import Cancelled
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request
from bcper.ports.service import BackupService

R = TypeVar("R")
Report = Callable[[Progress], None]


class Answer(Protocol):
    """Who answers the server's requests."""

    async def __call__(self, request: Request[R], report: Report) -> R:
        """The reply to ``request``. ``report`` may be called from any thread, as often as it likes.

        Cancelled by trio when the client asks for it: what comes then, a reply or an error, is told to it;
        trio's own Cancelled is told as ours. Raises BcperError of whichever kind fits.
        """
        ...


class ThreadAnswer:
    """An :class:`Answer` by a service that waits, in trio's worker threads.

    Each step of the work asks trio whether the request was cancelled; so the service ends as it does for any
    sink that says stop, and the server is told its Cancelled.
    """

    def __init__(self, service: BackupService, limiter: trio.CapacityLimiter | None = None) -> None:
        self._service = service
        self._limiter = limiter

    async def __call__(self, request: Request[R], report: Report) -> R:
        """See :class:`Answer`."""
        return await trio.to_thread.run_sync(self._service, request, _Sink(report), limiter=self._limiter)


class _Sink:
    def __init__(self, report: Report) -> None:
        self._report = report

    def step(self, progress: Progress) -> None:
        self._report(progress)
        try:
            trio.from_thread.check_cancelled()
        except trio.Cancelled:
            raise Cancelled from None

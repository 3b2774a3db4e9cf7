"""BCPER as the window asks it."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request

R = TypeVar("R")
Report = Callable[[Progress], None]


class Ask(Protocol):
    """:class:`~bcper.ports.service.BackupService` for trio's thread: it never blocks that."""

    async def __call__(self, request: Request[R], report: Report | None = None) -> R:
        """The reply to ``request``; ``report`` is called in trio's thread, often.

        A reply that is an iterator reads as it is asked: ask it in a thread, from one at a time. To cancel
        the call stops the work; what had not ended by then raises Cancelled, ours or trio's. Raises
        BcperError of whichever kind fits.
        """
        ...

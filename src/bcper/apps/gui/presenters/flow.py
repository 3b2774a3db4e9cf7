"""A piece of work with a beginning and an end: several requests one after the other, live and cancellable."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypeVar

import attrs
import trio

from bcper.apps.gui.presenters.work import progress_words
from bcper.apps.pace import Pace
from bcper.domain.errors import Cancelled
from bcper.domain.model.progress import Progress
from bcper.ports.clock import Clock

T = TypeVar("T")


@attrs.frozen
class Running:
    """How far it is: ``number`` of ``total`` is at work; ``fraction`` and ``details`` are of that one."""

    number: int
    total: int
    title: str
    fraction: float | None = None
    details: str = ""
    current: str = ""

    @property
    def overall(self) -> float:
        """0 to 1 over all of it."""
        return (self.number - 1 + (self.fraction or 0.0)) / self.total if self.total else 1.0


class Meter:
    """Progress of one request after the other, in words, with the speed of the step at hand."""

    def __init__(self, clock: Clock, total: int, show: Callable[[Running], None]) -> None:
        self._clock = clock
        self._total = total
        self._show = show
        self._number = 0
        self._title = ""
        self._pace = Pace()

    def begin(self, title: str) -> None:
        """The next one is at work."""
        self._number += 1
        self._title, self._pace = title, Pace()
        self._show(Running(self._number, self._total, title))

    def report(self, progress: Progress) -> None:
        """How far it is."""
        self._pace.report(progress, self._clock.monotonic())
        speed, left = self._pace.speed, self._pace.left
        self._show(
            Running(
                self._number,
                self._total,
                self._title,
                progress.fraction,
                progress_words(progress, round(speed), None if left is None else round(left)),
                progress.current,
            )
        )


class Stoppable:
    """Work that a person can cancel: once at a time."""

    def __init__(self) -> None:
        self._scope: trio.CancelScope | None = None

    def cancel(self) -> None:
        """Stop it, if it goes on."""
        if self._scope is not None:
            self._scope.cancel()

    async def run(self, work: Callable[[], Awaitable[None]]) -> bool:
        """Do it; False if it was cancelled. Raises what ``work`` raises."""
        with trio.CancelScope() as scope:
            self._scope = scope
            try:
                await work()
                return True
            except Cancelled:
                return False
            finally:
                self._scope = None
        return False


def close_iterator(replies: Iterator[object]) -> None:
    """Let go of what a reply reads bit by bit (in a thread)."""
    close = getattr(replies, "close", None)
    if close is not None:
        close()


def first_of(names: Sequence[str], shown: int = 5) -> tuple[tuple[str, ...], str]:
    """The first names, and what to say of the others: ``and 3 more``, or nothing."""
    more = len(names) - shown
    return tuple(names[:shown]), f"and {more:,} more" if more > 0 else ""

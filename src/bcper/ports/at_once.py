"""Many questions at once, to what may never answer."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Protocol, TypeVar

import attrs

R = TypeVar("R")


@attrs.frozen
class Late:
    """Stands for an answer that has not come in time."""


class AtOnce(Protocol):
    """Asks all, and waits for none longer than it may take."""

    def __call__(
        self,
        asks: Sequence[tuple[float, Callable[[], R]]],
        waiting: Callable[[Collection[int]], None],
    ) -> Iterator[R | Exception | Late]:
        """What each of ``asks`` says, or raises, in their order; each has the seconds before it.

        While any is waited for, ``waiting`` hears several times a second which have not answered yet, by
        their places in ``asks``; what it raises comes out, and whoever hangs is left behind.
        """
        ...

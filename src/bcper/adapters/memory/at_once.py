"""One question after the other."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeVar

import attrs

from bcper.ports.at_once import Late

R = TypeVar("R")


@attrs.frozen
class MemoryAtOnce:
    """The fake of :class:`~bcper.ports.at_once.AtOnce`; those at the places ``late`` never answer."""

    late: Collection[int] = ()

    def __call__(
        self,
        asks: Sequence[tuple[float, Callable[[], R]]],
        waiting: Callable[[Collection[int]], None],
    ) -> Iterator[R | Exception | Late]:
        """See the port."""
        for at, (_, ask) in enumerate(asks):
            if at in self.late:
                waiting([at])
                yield Late()
                continue
            try:
                yield ask()
            except Exception as error:
                yield error

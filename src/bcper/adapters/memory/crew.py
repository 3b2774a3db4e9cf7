"""A crew without hands."""

from collections.abc import Sequence

import attrs

from bcper.ports.crew import Claims, Helper, ShareTask


@attrs.define
class MemoryClaims:
    """The fake of :class:`~bcper.ports.crew.Claims`, for one process."""

    taken: int = 0

    def __call__(self) -> int:
        """See the port."""
        self.taken += 1
        return self.taken - 1


@attrs.define
class MemoryCrew:
    """The fake of :class:`~bcper.ports.crew.Crew`: nobody comes, as on a machine with one processor.

    Keeps the tasks it was asked about in ``tasks``.
    """

    tasks: list[ShareTask] = attrs.field(factory=list)

    def muster(self, task: ShareTask) -> tuple[Claims, Sequence[Helper]]:
        """See the port."""
        self.tasks.append(task)
        return MemoryClaims(), ()

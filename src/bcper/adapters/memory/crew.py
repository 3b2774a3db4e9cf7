"""A crew without hands."""

from collections.abc import Sequence
from itertools import count

import attrs

from bcper.ports.crew import Claims, Helper, ShareTask


@attrs.define
class MemoryCrew:
    """The fake of :class:`~bcper.ports.crew.Crew`: nobody comes, as on a machine with one processor.

    Keeps the tasks it was asked about in ``tasks``.
    """

    tasks: list[ShareTask] = attrs.field(factory=list)

    def muster(self, task: ShareTask) -> tuple[Claims, Sequence[Helper]]:
        """See the port."""
        self.tasks.append(task)
        return count().__next__, ()

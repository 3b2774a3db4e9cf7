"""A process that only says it makes way."""

import attrs


@attrs.define
class MemoryPriority:
    """The fake of :class:`~bcper.ports.priority.Priority`; ``lowered`` counts."""

    lowered: int = 0

    def lower(self) -> None:
        """See the port."""
        self.lowered += 1

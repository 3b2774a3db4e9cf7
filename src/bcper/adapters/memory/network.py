"""A network that is as one likes."""

import attrs


@attrs.define
class MemoryNetwork:
    """The fake of :class:`~bcper.ports.network.Network`; assign ``costs`` and ``there``."""

    costs: bool | None = None
    there: bool | None = None

    def metered(self) -> bool | None:
        """See the port."""
        return self.costs

    def online(self) -> bool | None:
        """See the port."""
        return self.there

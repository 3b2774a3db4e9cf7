"""A machine that is fed as one likes."""

import attrs

from bcper.ports.power import Battery


@attrs.define
class MemoryPower:
    """The fake of :class:`~bcper.ports.power.Power`; assign ``level``."""

    level: Battery | None = None

    def battery(self) -> Battery | None:
        """See the port."""
        return self.level

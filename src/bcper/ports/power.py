"""Whether the machine lives on its battery."""

from typing import Protocol

import attrs


@attrs.frozen
class Battery:
    """All batteries of the machine, as one: ``percent`` full, 0 to 100, and whether they are used up now."""

    percent: float
    on_battery: bool


class Power(Protocol):
    """What feeds the machine."""

    def battery(self) -> Battery | None:
        """The battery now; ``None`` where there is none, or nobody knows.

        Never raises, and returns within seconds.
        """
        ...

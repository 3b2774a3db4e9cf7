"""A clock that goes when it is told to."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import attrs


@attrs.define
class FakeClock:
    """The fake of :class:`~bcper.ports.clock.Clock`.

    Assign ``time`` (aware) to set the wall clock, even back; ``seconds`` is the monotonic time and goes with
    :meth:`advance` alone. ``zone`` and ``name`` are what the machine says of itself. Two clocks of one
    ``seed`` give the same ids in the same order.
    """

    time: datetime = datetime(2025, 1, 1, tzinfo=UTC)
    zone: str = "UTC"
    name: str = "testhost"
    seed: int = 0
    seconds: float = 0.0
    _ids: int = attrs.field(default=0, init=False)

    def now(self) -> datetime:
        """See the port."""
        return self.time.astimezone(UTC)

    def monotonic(self) -> float:
        """See the port."""
        return self.seconds

    def timezone(self) -> str:
        """See the port."""
        return self.zone

    def local_zone(self) -> tzinfo:
        """See the port."""
        return ZoneInfo(self.zone)

    def new_id(self) -> str:
        """See the port; random to look at, and the same every time."""
        self._ids += 1
        digest = hashlib.sha256(f"{self.seed} {self._ids}".encode()).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))

    def host(self) -> str:
        """See the port."""
        return self.name

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass on both clocks. Raises ValueError if they are negative."""
        if seconds < 0:
            raise ValueError("Time does not pass backwards; assign `time` to set the wall clock back.")
        self.time += timedelta(seconds=seconds)
        self.seconds += seconds

"""Used slots, in memory."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock

KEPT = 64
NEAR = timedelta(days=2)


class MemorySlots:
    """See :class:`~bcper.ports.slots.Slots`."""

    def __init__(self) -> None:
        self._used: dict[str, list[datetime]] = {}
        self._lock = Lock()

    def record(self, job_id: str, slot: datetime) -> bool:
        """See the port."""
        slot = slot.astimezone(UTC)
        with self._lock:
            used = self._used.setdefault(job_id, [])
            if slot in used:
                return False
            used.append(slot)
            used[:-KEPT] = [each for each in used[:-KEPT] if abs(each - slot) <= NEAR]
            return True

    def recorded(self) -> Mapping[str, Sequence[datetime]]:
        """See the port."""
        with self._lock:
            return {job_id: sorted(used, reverse=True) for job_id, used in self._used.items()}

    def forget(self, job_id: str) -> None:
        """See the port."""
        with self._lock:
            self._used.pop(job_id, None)

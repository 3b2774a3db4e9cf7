"""Notices that are remembered as long as their object lasts."""

import threading

from bcper.domain.model.notices import Told


class MemoryNotices:
    """The fake of :class:`~bcper.ports.notices.Notices`; any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[str, Told] = {}

    def get(self, job_id: str) -> Told:
        """See the port."""
        with self._lock:
            return self._told.get(job_id, Told())

    def put(self, job_id: str, told: Told) -> None:
        """See the port."""
        with self._lock:
            if told == Told():
                self._told.pop(job_id, None)
            else:
                self._told[job_id] = told

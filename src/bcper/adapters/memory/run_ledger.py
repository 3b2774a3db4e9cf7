"""A ledger that lasts as long as its object."""

import threading
from collections.abc import Sequence

from bcper.domain.errors import BcperError, RunNotFound
from bcper.domain.model.runs import Run, newest_last


class MemoryRunLedger:
    """The fake of :class:`~bcper.ports.run_ledger.RunLedger`; any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[str, Run] = {}
        self._stores: dict[str, str] = {}

    def add(self, run: Run) -> None:
        """See the port."""
        with self._lock:
            if run.run_id in self._runs:
                raise BcperError(f"The run {run.run_id} is on the list already.")
            self._runs[run.run_id] = run

    def update(self, run: Run) -> None:
        """See the port."""
        with self._lock:
            if run.run_id not in self._runs:
                raise RunNotFound(f"There is no run {run.run_id}.")
            self._runs[run.run_id] = run

    def get(self, run_id: str) -> Run:
        """See the port."""
        with self._lock:
            if run_id not in self._runs:
                raise RunNotFound(f"There is no run {run_id}.")
            return self._runs[run_id]

    def find(self, prefix: str) -> Sequence[Run]:
        """See the port."""
        return tuple(run for run in self.list() if run.run_id.startswith(prefix))[:10]

    def list(
        self,
        *,
        store: str | None = None,
        job: str | None = None,
        deleted: bool = False,
        history: bool = False,
    ) -> Sequence[Run]:
        """See the port."""
        with self._lock:
            runs = sorted(self._runs.values(), key=newest_last, reverse=True)
        return tuple(
            run
            for run in runs
            if store in (None, run.store)
            and job in (None, run.job_name)
            and deleted == (run.deleted_at is not None)
            and (deleted or history or run.pruned_at is None)
        )

    def delete(self, run_id: str) -> None:
        """See the port."""
        with self._lock:
            self._runs.pop(run_id, None)

    def store_id(self, location: str) -> str | None:
        """See the port."""
        with self._lock:
            return self._stores.get(location)

    def remember_store(self, location: str, store_id: str) -> None:
        """See the port."""
        with self._lock:
            self._stores[location] = store_id

    def set_aside(self) -> str:
        """See the port."""
        with self._lock:
            self._runs.clear()
            self._stores.clear()
        return "nowhere"

    def close(self) -> None:
        """See the port."""

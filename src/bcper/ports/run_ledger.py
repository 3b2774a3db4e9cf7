"""The list of runs."""

from collections.abc import Sequence
from typing import Protocol

from bcper.domain.model.runs import Run


class RunLedger(Protocol):
    """Every run, and which store is which. Durable when a call returns, safe across processes.

    Every method raises LedgerDamaged if what is kept is damaged (row 40).
    """

    def add(self, run: Run) -> None:
        """Add a run. Raises BcperError if its id is known."""
        ...

    def update(self, run: Run) -> None:
        """Replace the row of ``run.run_id``. Raises RunNotFound."""
        ...

    def get(self, run_id: str) -> Run:
        """The run of exactly that id. Raises RunNotFound."""
        ...

    def find(self, prefix: str) -> Sequence[Run]:
        """Runs whose id begins with ``prefix``, newest first; never more than ten, none deleted or pruned."""
        ...

    def list(
        self,
        *,
        store: str | None = None,
        job: str | None = None,
        deleted: bool = False,
        history: bool = False,
    ) -> Sequence[Run]:
        """Runs, newest first (``newest_last``, reversed), of one store location or job name if given.

        Those marked as deleted (``deleted_at``) are left out; with ``deleted`` they alone are listed. Runs
        that retention took out of their store (``pruned_at``) are left out too; with ``history`` they come
        with the others.
        """
        ...

    def delete(self, run_id: str) -> None:
        """Take a run off the list; one that is gone already is no error."""
        ...

    def store_id(self, location: str) -> str | None:
        """The id that the store at ``location`` showed when it was used last (row 51)."""
        ...

    def remember_store(self, location: str, store_id: str) -> None:
        """Take note of a store's id."""
        ...

    def set_aside(self) -> str:
        """Move a list that is damaged out of the way, and begin a new one; returns where it is now."""
        ...

    def close(self) -> None:
        """Let go of the file; the next call opens it again."""
        ...

"""The list of runs, looked after: lost or damaged it is made anew from the stores (FAULTS.md row 40)."""

import os
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import TYPE_CHECKING

from bcper.domain.errors import BcperError, LedgerDamaged

if TYPE_CHECKING:
    from bcper.apps.container import Container
    from bcper.domain.usecases.plan_jobs import Agenda


class ListKeeper:
    """Before the daemon's life and during it; waits, for as long as it takes to read the stores' manifests.

    While the list is made anew a file beside it says so: after a crash in its midst that is begun again.
    """

    def __init__(self, container: "Container", note: Callable[[str], None]) -> None:
        self._container = container
        self._note = note
        self._path = container.places().database
        self._unfinished = f"{self._path}.unfinished"
        self._seen: tuple[int, int] | None = None

    def ensure(self) -> None:
        """Have a sound list. Raises BcperError."""
        known = os.path.exists(self._container.places().configuration)
        whole = os.path.exists(self._path) and not os.path.exists(self._unfinished)
        try:
            if known and not whole:
                self._rebuild(damaged=False)
            self._container.ledger().list(store="")
            self._container.slots().recorded()
        except LedgerDamaged:
            self._rebuild(damaged=True)
        self._seen = self._identity()

    def plan(self, busy: Collection[str]) -> "Agenda":
        """What there is to do. While jobs are at work the list stays what it is: their ends go into it."""
        if not busy and self._identity() != self._seen:
            self._rebuild(damaged=False)
        try:
            return self._planned(busy)
        except LedgerDamaged:
            if busy:
                raise
        self._rebuild(damaged=True)
        return self._planned(busy)

    def _planned(self, busy: Collection[str]) -> "Agenda":
        agenda: Agenda = self._container.plan_jobs()(busy)
        return agenda

    def _rebuild(self, *, damaged: bool) -> None:
        try:
            os.close(os.open(self._unfinished, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise BcperError(f"The list of runs, {self._path}, cannot be made anew: {reason}.") from error
        self._container.rebuild_list()(self._note, damaged=damaged)
        with suppress(OSError):
            os.unlink(self._unfinished)
        self._seen = self._identity()

    def _identity(self) -> tuple[int, int] | None:
        try:
            status = os.stat(self._path)
        except OSError:
            return None
        return status.st_dev, status.st_ino

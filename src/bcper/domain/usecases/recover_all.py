"""After a crash: runs that nobody works on any more are told apart from those that go on (row 53)."""

from contextlib import suppress

import attrs

from bcper.domain.errors import BcperError, Locked
from bcper.domain.model.names import printable
from bcper.domain.model.runs import Run, RunStatus, lock_name
from bcper.domain.usecases.open_store import OpenStore
from bcper.domain.usecases.recover_runs import RecoverRuns
from bcper.ports.clock import Clock
from bcper.ports.locks import Locks
from bcper.ports.run_ledger import RunLedger


@attrs.frozen
class RecoverAll:
    """Set right what was left ``running``, and finish deletions that were begun."""

    ledger: RunLedger
    locks: Locks
    clock: Clock
    open_store: OpenStore
    recover: RecoverRuns

    def __call__(self) -> tuple[str, ...]:
        """What was done, a sentence each. A store that is not there is left for the next run in it."""
        left = [run for run in self.ledger.list() if run.status is RunStatus.RUNNING]
        left += self.ledger.list(deleted=True)
        said = []
        for run in {lock_name(run): run for run in left}.values():
            with suppress(Locked), self.locks.hold(lock_name(run)):
                said += self._settle(run)
        return tuple(said)

    def _settle(self, run: Run) -> list[str]:
        try:
            self.recover(run, self.open_store(run.store, writable=True).blobs)
        except BcperError as error:
            self._interrupt(run)
            return [f"What a run left in {printable(run.store)} is cleared when that can be used: {error}"]
        return [f"Runs of {printable(run.target_name)} in {printable(run.store)} were set right."]

    def _interrupt(self, run: Run) -> None:
        """The rows alone: whether there is a manifest is for :class:`RecoverRuns` to find out, later."""
        for each in self.ledger.list(store=run.store):
            if each.status is RunStatus.RUNNING and lock_name(each) == lock_name(run):
                why = "BCPER was killed, or the machine went down, during this run."
                now = self.clock.now()
                self.ledger.update(
                    attrs.evolve(each, status=RunStatus.INTERRUPTED, completed_at=now, error=why)
                )

"""What goes wrong in the model test: one plan for all the ports of a process, counted over all of them."""

from collections.abc import Callable
from typing import Any, Literal

import attrs

from bcper.adapters.memory.blob_store import MemoryBlobStore
from bcper.adapters.memory.faulty_blob_store import Fault, FaultyBlobStore
from bcper.domain.errors import BcperError, ConfigurationError, NoSpace, SecretsUnavailable, StoreError

Kind = Literal[
    "kill", "kill-store", "kill-update", "store", "space", "ledger", "update", "catalogs", "secrets", "cancel"
]

ERRORS: dict[str, Callable[[], BcperError]] = {
    "store": lambda: StoreError("The disk does not answer."),
    "space": lambda: NoSpace("The disk is full."),
    "ledger": lambda: BcperError("The list of runs does not answer."),
    "update": lambda: BcperError("The list of runs cannot be written."),
    "catalogs": lambda: ConfigurationError("The configuration cannot be read."),
    "secrets": lambda: SecretsUnavailable("The passwords are locked."),
}
"""What each kind of trouble raises, the others apart."""


_CALLS = {
    "kill": {"store", "ledger", "catalogs", "secrets"},
    "kill-store": {"store"},
    "kill-update": {"update"},
    "space": {"store"},
    "cancel": set[str](),
}
"""The ports or calls that a kind is about, if not the one that it is called after."""


class Killed(BaseException):
    """The process is dead: no handler of its own may do anything any more."""


@attrs.frozen
class Trouble:
    """At the ``at``-th call that the kind is about; ``after`` it was done, as when only the answer is lost.

    ``lasting``: every later one fails, too, until the work has ended. A kill is about every call to every
    port, or to what it names, and always lasts.
    """

    kind: Kind
    at: int
    after: bool = False
    lasting: bool = False


class Troubles:
    """The plan of one process; ``fired`` says whether it came to it."""

    def __init__(self, stores: dict[str, MemoryBlobStore]) -> None:
        self.plan: Trouble | None = None
        self.fired = False
        self.dead = False
        self._calls = 0
        self._stores = stores

    def begin(self, plan: Trouble | None) -> None:
        """Count from now on."""
        self.plan, self.fired, self._calls = plan, False, 0

    def due(self, port: str, call: str) -> Fault | None:
        """What the ``call`` that is about to be made to ``port`` shall meet with."""
        if self.dead:
            return Fault(1, Killed)
        plan = self.plan
        if plan is None:
            return None
        if not {port, call} & _CALLS.get(plan.kind, {plan.kind}):
            return None
        self._calls += 1
        if self._calls == plan.at or (plan.lasting and self._calls > plan.at):
            self.fired = True
            return Fault(1, ERRORS.get(plan.kind, self._die), after=plan.after)
        return None

    def _die(self) -> Killed:
        self.dead = True
        for store in self._stores.values():
            store.kill_writers()
        return Killed()


class TroubledStore(FaultyBlobStore):
    """A store whose faults are the process's."""

    def __init__(self, inner: MemoryBlobStore, troubles: Troubles) -> None:
        super().__init__(inner)
        self._troubles = troubles

    def _due(self, operation: str, name: str) -> Fault | None:
        return self._troubles.due("store", operation)


class TroubledPort:
    """Any other port: each call to one of its methods may fail."""

    def __init__(self, inner: object, name: str, troubles: Troubles) -> None:
        self._inner, self._name, self._troubles = inner, name, troubles

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(self._inner, attribute)
        if not callable(found):
            return found

        def call(*args: Any, **more: Any) -> Any:
            fault = self._troubles.due(self._name, attribute)
            if fault is not None and not fault.after:
                raise fault.error()
            result = found(*args, **more)
            if fault is not None:
                raise fault.error()
            return result

        return call

"""When a backup was last shown to be good."""

from typing import Protocol

from bcper.domain.model.proofs import Proof


class Proofs(Protocol):
    """Of each run and kind the newest proof; those of runs that are gone stay.

    Durable when a call returns, safe across threads and processes. Every method raises LedgerDamaged if what
    is kept is damaged.
    """

    def put(self, proof: Proof) -> None:
        """Remember ``proof`` in place of an older one of its run and kind."""
        ...

    def last(self) -> Proof | None:
        """The newest of all."""
        ...

"""Proofs that are remembered as long as their object lasts."""

import threading

from bcper.domain.model.proofs import Proof


class MemoryProofs:
    """The fake of :class:`~bcper.ports.proofs.Proofs`; any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._proofs: dict[tuple[str, str], Proof] = {}

    def put(self, proof: Proof) -> None:
        """See the port."""
        with self._lock:
            self._proofs[proof.run_id, proof.kind] = proof

    def last(self) -> Proof | None:
        """See the port."""
        with self._lock:
            return max(self._proofs.values(), key=lambda proof: proof.at, default=None)

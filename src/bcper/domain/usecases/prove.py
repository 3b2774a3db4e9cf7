"""Remembering that a run was read to its last byte, and showing when that was."""

from contextlib import suppress

import attrs

from bcper.domain.errors import BcperError
from bcper.domain.model.proofs import Proof
from bcper.domain.model.requests.runs import LastProof
from bcper.ports.proofs import Proofs


@attrs.frozen
class ShowProofs:
    """See the request."""

    proofs: Proofs

    def __call__(self, _: LastProof) -> Proof | None:
        """Raises LedgerDamaged."""
        return self.proofs.last()


def remember(proofs: Proofs, proof: Proof) -> None:
    """What was done is done: that it cannot be written down spoils nothing."""
    with suppress(BcperError):
        proofs.put(proof)

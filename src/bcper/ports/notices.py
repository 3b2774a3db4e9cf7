"""What a person was told of each job."""

from typing import Protocol

from bcper.domain.model.notices import Told


class Notices(Protocol):
    """Kept by the id of a job, so that nobody is told twice, and after a restart neither.

    Durable when a call returns, safe across threads and processes. Every method raises LedgerDamaged if what
    is kept is damaged.
    """

    def get(self, job_id: str) -> Told:
        """What was told of the job; nothing of one that is not known."""
        ...

    def put(self, job_id: str, told: Told) -> None:
        """Remember ``told`` in place of what was there; nothing at all is forgotten as a whole."""
        ...

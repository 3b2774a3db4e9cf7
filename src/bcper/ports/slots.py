"""Which firing times of jobs were used."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol


class Slots(Protocol):
    """A slot is a firing time of a job; it is used once (policy/catch_up.py).

    Durable when a call returns, safe across processes. Raises LedgerDamaged if what is kept is damaged.
    """

    def record(self, job_id: str, slot: datetime) -> bool:
        """Use ``slot`` (aware); False if somebody has used it already."""
        ...

    def recorded(self) -> Mapping[str, Sequence[datetime]]:
        """By job, the slots (UTC) that were used, newest first.

        Of each job the 64 used last, and those within two days of the last one.
        """
        ...

    def forget(self, job_id: str) -> None:
        """The job is gone."""
        ...

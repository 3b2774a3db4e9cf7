"""What others write, looked at: nothing is made, migrated, fetched, remembered or set right."""

from typing import Protocol

from bcper.domain.model.catalog import Catalog
from bcper.domain.model.checkup import RcloneSeen, SecretsSeen
from bcper.ports.run_ledger import RunLedger


class CatalogLook(Protocol):
    """The configuration."""

    def load(self) -> Catalog:
        """As ``CatalogRepository.load``; of a configuration of the original's, what would be taken over.

        Raises ConfigurationError.
        """
        ...

    def version(self) -> int | None:
        """Of what is kept; 0 for the original's, None where nothing is. Raises ConfigurationError."""
        ...


class LedgerLook(RunLedger, Protocol):
    """The list of runs as it was when it was first asked; what is changed is changed nowhere.

    Where there is none yet, it is empty.
    """

    def unsound(self) -> str:
        """What a quick check of the whole file says is wrong; nothing if it is sound. Raises as others."""
        ...


class SecretsLook(Protocol):
    """Where passwords are kept."""

    def look(self) -> SecretsSeen:
        """Nobody is asked to unlock anything. Raises ConfigurationError, SecretsUnavailable."""
        ...


class RcloneLook(Protocol):
    """The program rclone."""

    def look(self) -> RcloneSeen:
        """The one that ``RcloneFinder.present`` would give. Never raises, and returns within seconds each."""
        ...

"""What others write, as a test says."""

import attrs

from bcper.adapters.memory.run_ledger import MemoryRunLedger
from bcper.domain.errors import BcperError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.checkup import RcloneSeen, SecretsSeen

_UNLOCKED = SecretsSeen("the keyring (SecretService)", True, locked=False)
_FOUND = RcloneSeen("/usr/bin/rclone", "1.75.2")


@attrs.define
class MemoryCatalogLook:
    """The fake of :class:`~bcper.ports.looks.CatalogLook`; ``error`` is raised if there is one."""

    catalog: Catalog = attrs.field(factory=Catalog)
    kept: int | None = 3
    error: BcperError | None = None

    def load(self) -> Catalog:
        """See the port."""
        if self.error is not None:
            raise self.error
        return self.catalog

    def version(self) -> int | None:
        """See the port."""
        self.load()
        return self.kept


class MemoryLedgerLook(MemoryRunLedger):
    """The fake of :class:`~bcper.ports.looks.LedgerLook`."""

    wrong = ""

    def unsound(self) -> str:
        """See the port."""
        return self.wrong


@attrs.define
class MemorySecretsLook:
    """The fake of :class:`~bcper.ports.looks.SecretsLook`; ``error`` is raised if there is one."""

    seen: SecretsSeen = _UNLOCKED
    error: BcperError | None = None

    def look(self) -> SecretsSeen:
        """See the port."""
        if self.error is not None:
            raise self.error
        return self.seen


@attrs.define
class MemoryRcloneLook:
    """The fake of :class:`~bcper.ports.looks.RcloneLook`."""

    seen: RcloneSeen = _FOUND

    def look(self) -> RcloneSeen:
        """See the port."""
        return self.seen
